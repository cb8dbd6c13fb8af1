"""Many certificates made anew, over the pages: proposed, counted, approved by another, steered, read."""

from datetime import timedelta

from sqlmodel import select

from registry.jobs.certificates import issue_waiting
from registry.jobs.reissue import carry_out_reissues
from registry.models import Certificate, Reissue
from registry.operations import issuing
from tests.conftest import NOW

FORM = {"reason_code": "correction", "reason": "模板中的单位有误"}
AT = "/review/issuing/again"


def browsers(people, database, team):
    from registry.models import Person

    with database.write() as session:
        for person in (team.approver, team.approver_2):
            session.get_one(Person, person.id).language = "en"
    return people.browser(team.approver), people.browser(team.approver_2)


def test_it_is_counted_proposed_approved_by_another_and_read(database, settings, people, issued):
    first, second = browsers(people, database, issued.team)
    page = first.get("/review/issuing").text
    assert "Nothing was re-issued in bulk" in page and "All have been made." in page
    counted = first.post(AT, data={"count": "1", "number_prefix": "gpc"}).text
    assert "Certificates that match: 1" in counted and "Choose a reason" not in counted
    nothing = first.post(AT, data={**FORM, "number_prefix": "XYZ"})
    assert nothing.status_code == 422 and "No certificate in force matches." in nothing.text
    assert first.post(AT, data={"number_prefix": "GPC"}).status_code == 422
    address = first.post(AT, data={**FORM, "number_prefix": "gpc"}).headers["Location"]
    assert "has to approve it" in first.get(address).text
    own = first.post(f"{address}/approve", data={"reason": "属实无误"})
    assert own.status_code == 422
    assert second.post(f"{address}/approve", data={"reason": ""}).status_code == 422
    assert second.post(f"{address}/approve", data={"reason": "属实无误"}).status_code == 303
    assert "/progress" in second.get(address).text
    second.post(f"{address}/pause")
    assert "Paused." in second.get(address).text
    second.post(f"{address}/resume")
    assert carry_out_reissues(database, settings, NOW) == 1
    done = first.get(address).text
    assert "1 re-issued, 0 left" in done and "属实无误" in done
    assert "Numbers beginning with GPC" in first.get("/review/issuing").text


def test_issuing_is_paused_and_resumed_by_an_approver_only(database, settings, people, issued):
    first, _ = browsers(people, database, issued.team)
    assert people.browser(issued.team.assessor).post("/review/issuing/pause").status_code == 403
    first.post("/review/issuing/pause")
    assert issuing.paused(settings) and "Resume issuing" in first.get("/review/issuing").text
    first.post("/review/issuing/resume")
    assert not issuing.paused(settings)


def test_what_could_not_be_made_is_told_and_tried_again(database, settings, people, issued):
    first, _ = browsers(people, database, issued.team)
    assert "Try them again now" not in first.get("/review/issuing").text
    with database.write() as session:
        held = session.exec(select(Certificate)).one()
        held.state, held.attempts, held.last_error = "ALLOTTED", 3, "OSError: <key> is gone"
        held.next_try_at = NOW + timedelta(days=9)
        session.add(held)
    page = first.get("/review/issuing").text
    assert "OSError: &lt;key&gt; is gone" in page and "Try them again now" in page
    later = NOW + timedelta(days=1)
    assert issue_waiting(database, settings, later) == 0
    told = first.post("/review/issuing/retry", follow_redirects=True)
    assert "Tried again now: 1." in told.text
    assert issue_waiting(database, settings, later) == 1
    again = first.post("/review/issuing/retry", follow_redirects=True)
    assert "in the present state" in again.text


def test_a_proposal_is_withdrawn_by_who_made_it(database, people, issued):
    first, second = browsers(people, database, issued.team)
    address = first.post(AT, data=FORM).headers["Location"]
    assert "Every certificate in force" in second.get(address).text
    first.post(f"{address}/cancel")
    with database.read() as session:
        assert session.exec(select(Reissue)).one().state == "CANCELLED"
