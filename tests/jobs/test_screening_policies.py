"""A changed policy: tried against everything, shown, put in force by a second person, followed up."""

import pytest
from sqlmodel import col, select

from registry.jobs.screening_policies import try_policies
from registry.models import AuditEvent, ListedMatch, ScreeningPolicy, WatchedHit
from registry.operations import screening_policy as operations
from registry.operations.watch import watch
from registry.queries.account import actor_of
from registry.queries.policy import policy_in_force
from registry.reference.screening import CURRENT, FOLDER, screening_policy
from registry.rules.calendar import legal_date
from registry.rules.lifecycle import MoveRefused
from registry.rules.permissions import Role
from registry.rules.screening import Subject
from tests.cases import Case, team
from tests.conftest import NOW
from tests.jobs.test_watching import Watcher

TEXT = (FOLDER / f"policy-{CURRENT}.toml").read_text(encoding="utf-8")
LOOSER = TEXT.replace(f'version = "{CURRENT}"', 'version = "loose-1"').replace(
    "zh-zh = { possible = 8000, strong = 9000 }", "zh-zh = { possible = 6000, strong = 9000 }"
)


class Desk(Watcher):
    def decide(self, verb: str, person, **said):
        with self.database.write() as session:
            by = actor_of(session, person.id, on=legal_date(self.now))
            return getattr(operations, verb)(session, by=by, now=self.now, **said).id

    def propose(self, text: str = LOOSER) -> int:
        return self.decide("propose", self.desk.officer, text=text, reason="演练：放宽阈值")

    def work_on_policies(self) -> None:
        while try_policies(self.database, self.settings, self.now):
            pass

    def row(self, policy_id: int) -> ScreeningPolicy:
        with self.database.read() as session:
            return session.get_one(ScreeningPolicy, policy_id)


@pytest.fixture
def a_desk(database, settings, people):
    return Desk(database, settings, people)


def test_a_policy_is_tried_shown_and_put_in_force_by_two(a_desk, people):
    """An entry that the old policy leaves alone and the new one finds, for a listed project and for a
    name of a portfolio: counted and shown first, hits only once the policy is in force."""
    with a_desk.database.write() as session:
        Case(session, team(people), NOW).listed()
    a_desk.play(name_zh="凉州光伏电力材料有限公司", uscc="91620000MA7EXMPL1B")
    with a_desk.database.write() as session:
        manager = actor_of(session, a_desk.manager.id, on=legal_date(a_desk.now))
        names = [Subject(name="凉州光伏电力有限公司")]
        watch(session, title="组合", subjects=names, by=manager, now=a_desk.now)
    a_desk.work()
    assert a_desk.hits() == []
    policy_id = a_desk.propose()
    with pytest.raises(MoveRefused, match="no_such_move"):
        a_desk.decide("put_in_force", a_desk.desk.approver, policy_id=policy_id)
    a_desk.work_on_policies()
    row = a_desk.row(policy_id)
    assert row.state == "TRIED"
    assert row.difference["register"] == {"found": 1, "lost": 0, "band": 0}
    assert row.difference["watched"] == {"found": 1, "lost": 0, "band": 0}
    (shown,) = row.difference["rows"]
    assert (shown["subject_text"], shown["before"][0], shown["after"][0]) == (
        "凉州光伏电力有限公司",
        "NONE",
        "POSSIBLE",
    )
    assert a_desk.hits() == [], "a trial changes nothing"
    a_desk.decide("put_in_force", a_desk.desk.approver, policy_id=policy_id)
    a_desk.work_on_policies()
    a_desk.work()
    with a_desk.database.read() as session:
        assert policy_in_force(session).version == "loose-1"
        assert session.exec(select(ListedMatch)).one().parts["policy"] == "loose-1"
        assert session.exec(select(WatchedHit)).one().parts["policy"] == "loose-1"
        kinds = session.exec(
            select(AuditEvent.kind)
            .where(AuditEvent.subject == f"screening_policy:{policy_id}")
            .order_by(col(AuditEvent.seq))
        ).all()
    assert list(kinds) == [
        "screening_policy.proposed",
        "screening_policy.tried",
        "screening_policy.put_in_force",
    ]
    assert a_desk.mails()[-1] == "“组合”有 1 项新的比对结果"


def test_who_proposed_a_policy_does_not_put_it_in_force(a_desk, people):
    with a_desk.database.write() as session:
        by = actor_of(session, a_desk.desk.approver.id, on=legal_date(NOW))
        policy_id = operations.propose(session, text=LOOSER, reason="演练", by=by, now=NOW).id
    a_desk.work_on_policies()
    with pytest.raises(MoveRefused, match="second_person_is_the_first"):
        a_desk.decide("put_in_force", a_desk.desk.approver, policy_id=policy_id)
    with pytest.raises(MoveRefused, match="role_missing"):
        a_desk.decide("put_in_force", a_desk.desk.officer, policy_id=policy_id)
    with pytest.raises(MoveRefused, match="role_missing"):
        a_desk.decide("drop", people.person(Role.FUND_MANAGER), policy_id=policy_id)
    other = a_desk.propose(LOOSER.replace("loose-1", "loose-2"))
    a_desk.work_on_policies()
    a_desk.decide("put_in_force", a_desk.desk.approver_2, policy_id=policy_id)
    with pytest.raises(MoveRefused, match="changed_meanwhile"):
        a_desk.decide("put_in_force", a_desk.desk.approver_2, policy_id=other)


@pytest.mark.parametrize(
    "text", ["", "version = ", TEXT, LOOSER.replace("possible = 6000", "possible = 9500")]
)
def test_what_is_no_policy_is_refused_with_a_reason(a_desk, text):
    with pytest.raises(operations.PolicyRefused):
        a_desk.propose(text)
    with a_desk.database.read() as session:
        assert policy_in_force(session) == screening_policy()


def test_an_officer_and_an_approver_do_it_in_the_browser(a_desk, people):
    officer, approver = people.browser(a_desk.desk.officer), people.browser(a_desk.desk.approver)
    page = officer.get("/restriction/policies")
    assert page.status_code == 200 and CURRENT in page.text
    bad = officer.post(
        "/restriction/policies", data={"text": "version=", "reason": "演练：放宽阈值"}
    )
    assert bad.status_code == 422
    sent = officer.post("/restriction/policies", data={"text": LOOSER, "reason": "演练：放宽阈值"})
    assert sent.status_code == 303, sent.text
    assert officer.get(sent.location).status_code == 200
    a_desk.work_on_policies()
    assert "loose-1" in approver.get(sent.location).text
    done = approver.post(f"{sent.location}/put_in_force")
    assert done.status_code == 303
    with a_desk.database.read() as session:
        assert policy_in_force(session).version == "loose-1"
