"""The applicant's people, each with a role for the own organisation only, in browsers."""

import pytest

from registry.rules.permissions import Role
from tests.cases import Team, team
from tests.web.applicant.browsing import Browser


@pytest.fixture
def everybody(people) -> Team:
    made = team(people)
    scope = {"scope_kind": "organisation", "scope_id": str(made.owner.id)}
    belongs = {"organisation": made.owner, "language": "en", **scope}
    made.editor = people.person(Role.EDITOR, name="经办甲", **belongs)
    made.signatory = people.person(Role.EDITOR, Role.SIGNATORY, name="签章乙", **belongs)
    return made


@pytest.fixture
def browse(people):
    """A browser of a person: `browse(everybody.editor)`."""

    def opened(person) -> Browser:
        return Browser(people.browser(person))

    return opened


@pytest.fixture
def editor(everybody, browse) -> Browser:
    return browse(everybody.editor)


@pytest.fixture
def signatory(everybody, browse) -> Browser:
    return browse(everybody.signatory)
