"""The people of the rules desk, and three applications for a version to touch."""

from datetime import UTC, datetime, timedelta

import pytest

from registry.rules.permissions import Role
from tests.cases import SOLAR, Case, team


@pytest.fixture
def editor(people):
    return people.browser(people.person(Role.RULE_EDITOR, name="编制甲"))


@pytest.fixture
def publisher(people):
    return people.browser(people.person(Role.RULE_PUBLISHER, name="发布乙"))


@pytest.fixture
def cases(people, database):
    """Submitted and scored under the shipped version: their ids."""
    made = []
    staff = team(people)
    for n in range(3):
        with database.write() as session:
            case = Case(session, staff, datetime.now(UTC) - timedelta(days=2, hours=n))
            own = {"project_name_zh": f"凉州五十兆瓦光伏 {n} 期", "method_reference": f"CDM {n}"}
            case.draft({**SOLAR, **own}).submit()
            made.append(case.id)
    return made
