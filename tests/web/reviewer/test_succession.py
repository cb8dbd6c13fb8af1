"""A certificate is amended by two approvers and renewed by one, in browsers."""

from datetime import date, timedelta

from sqlmodel import select

from registry.jobs.certificates import issue_waiting
from registry.models import Application, Certificate, Person
from tests.conftest import NOW
from tests.web.reviewer.conftest import send

WHY = "业主已更名，营业执照已核对"


def browsers(database, people, issued):
    """Both approvers, reading English."""
    both = (issued.team.approver, issued.team.approver_2)
    with database.write() as session:
        for person in both:
            session.get_one(Person, person.id).language = "en"
    return [people.browser(person) for person in both]


def states(database, case_id):
    with database.read() as session:
        rows = session.exec(
            select(Certificate.state)
            .where(Certificate.application_id == case_id)
            .order_by(Certificate.sequence)
        )
        return list(rows)


def test_an_amendment_waits_for_another_and_leads_to_the_new_one(
    client, database, settings, people, issued
):
    first, second = browsers(database, people, issued)
    address = f"/review/case/{issued.case_id}/certificate"
    early = send(first, f"{address}/amend", reason_code="name_changed", reason=WHY)
    assert "another one has to propose it first" in early.text
    send(first, f"{address}/propose_amendment", reason_code="name_changed", reason=WHY)
    assert "Amendment proposed" in second.get("/review/approval").text
    assert "Amendment proposed" in second.get(f"/review/case/{issued.case_id}").text
    alone = send(first, f"{address}/amend", reason_code="name_changed", reason=WHY)
    assert "you were the first" in alone.text
    assert states(database, issued.case_id) == ["ISSUED"]
    send(second, f"{address}/amend", reason_code="name_changed", reason=WHY)
    assert states(database, issued.case_id) == ["SUPERSEDED", "ALLOTTED"]
    assert issue_waiting(database, settings, NOW + timedelta(days=9)) == 1
    assert states(database, issued.case_id) == ["SUPERSEDED", "ISSUED"]
    page = client.get(issued.address, headers={"Accept-Language": "en"})
    assert "Superseded" in page.text
    assert "See the certificate that took its place" in page.text


def test_a_renewal_is_offered_in_the_last_days_only(database, people, issued):
    browser, _ = browsers(database, people, issued)
    case = f"/review/case/{issued.case_id}"
    assert f"{case}/renew" not in browser.get(case).text
    refused = send(browser, f"{case}/renew", reason="继续符合条件")
    assert "has not run out yet" in refused.text
    with database.write() as session:
        row = session.get_one(Application, issued.case_id)
        row.valid_to = date.today() + timedelta(days=20)  # noqa: DTZ011
        session.add(row)
    assert f"{case}/renew" in browser.get(case).text
    done = send(browser, f"{case}/renew", reason="继续符合条件")
    assert "the new certificate is being made" in done.text
    assert states(database, issued.case_id) == ["RENEWED", "ALLOTTED"]
