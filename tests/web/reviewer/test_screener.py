"""The screener's desk through a browser: hits, stops, matters, returning, refusing, accepting."""

import io

from sqlmodel import col, select

from registry.models import (
    Application,
    Decision,
    EvidenceFile,
    Finding,
    Judgement,
    OutboxMessage,
)
from registry.operations import application as applications
from registry.operations.evidence import store
from registry.rules.permissions import Role
from tests.cases import DECLARED, Case
from tests.web.reviewer.conftest import (
    Desk,
    hits_of,
    in_review,
    pending,
    restricted,
    seen_on,
    send,
    submitted,
)


def stopped(desk: Desk) -> tuple[int, str]:
    """A case with one hit that the screener called true; the address of the hit."""
    with desk.database.write() as session:
        restricted(session)
    case_id = desk.play(submitted)
    (hit,) = hits_of(desk, case_id)
    address = f"/review/case/{case_id}/hits/{hit.id}"
    answer = send(
        desk.browser(desk.team.screener),
        address,
        decision="true",
        reason_code="same_body",
        reason="统一社会信用代码一致",
    )
    assert "Your decision is on record" in answer.text
    return case_id, address


def test_a_hit_shows_both_strings_and_points_that_add_up(desk: Desk):
    with desk.database.write() as session:
        restricted(session)
    case_id = desk.play(submitted)
    (hit,) = hits_of(desk, case_id)
    assert sum(part["points"] for part in hit.parts["parts"]) == hit.score_bp
    page = desk.browser(desk.team.screener).get(f"/review/case/{case_id}/hits/{hit.id}")
    for text in ("凉州光伏电力有限公司", "G-ENV3Y", "某年某月发生重大环境事故", "Sum:"):
        assert text in page.text


def test_a_hit_told_apart_lets_the_case_be_accepted(desk: Desk):
    with desk.database.write() as session:
        restricted(session)
    case_id = desk.play(submitted)
    (hit,) = hits_of(desk, case_id)
    browser = desk.browser(desk.team.screener)
    assert "still undecided" in browser.get(f"/review/case/{case_id}").text
    assert browser.get(f"/review/case/{case_id}/accept").status_code == 200
    answer = send(
        browser,
        f"/review/case/{case_id}/hits/{hit.id}",
        decision="false",
        reason_code="different_body",
        reason="两家不同的公司",
    )
    assert "Not the same" in answer.text
    address = f"/review/case/{case_id}/accept"
    assessor = desk.team.assessor.id
    send(browser, address, assessors=assessor, lead=assessor)
    assert desk.state(case_id) == "IN_REVIEW"


def test_a_reason_that_does_not_go_with_the_decision_is_told_at_its_field(desk: Desk):
    with desk.database.write() as session:
        restricted(session)
    case_id = desk.play(submitted)
    (hit,) = hits_of(desk, case_id)
    answer = send(
        desk.browser(desk.team.screener),
        f"/review/case/{case_id}/hits/{hit.id}",
        decision="true",
        reason_code="different_body",
        reason="说明文字",
    )
    assert "does not go with your decision" in answer.text
    assert hits_of(desk, case_id)[0].decision == ""


def test_a_stop_is_lifted_by_two_others_and_never_by_who_called_it(desk: Desk):
    case_id, address = stopped(desk)
    caller = desk.browser(desk.team.screener)
    assert "Agree to release" not in caller.get(address).text
    refused = send(caller, f"{address}/release", reason="我改变主意了")
    assert "another person has to act" in refused.text
    for person in (desk.team.approver, desk.team.approver_2):
        browser = desk.browser(person)
        assert f"/review/case/{case_id}" in browser.get("/review/approval?view=stops").text
        assert "Agree to release" in browser.get(address).text
        send(browser, f"{address}/release", reason="条目不涉及本项目")
        again = send(browser, f"{address}/release", reason="再次同意")
        assert "another person has to act" in again.text or "there is none" in again.text
    send(
        caller,
        f"/review/case/{case_id}/accept",
        assessors=desk.team.assessor.id,
        lead=desk.team.assessor.id,
    )
    assert desk.state(case_id) == "IN_REVIEW"


def test_a_stop_is_not_undone_by_deciding_again(desk: Desk):
    case_id, address = stopped(desk)
    browser = desk.browser(desk.team.screener)
    page = browser.get(f"/review/case/{case_id}/ineligible")
    answer = browser.post(
        address,
        data={
            "seen": seen_on(page),
            "decision": "false",
            "reason_code": "different_body",
            "reason": "其实不是",
        },
    )
    assert answer.status_code == 200
    assert hits_of(desk, case_id)[0].decision == "true"


def test_ineligible_shows_the_letter_before_it_goes(desk: Desk):
    case_id = desk.play(submitted)
    browser = desk.browser(desk.team.screener)
    address = f"/review/case/{case_id}/ineligible"
    missing = send(browser, address, go="preview", reason_code="other", reason="不属于受理范围")
    assert "Name the clause" in missing.text
    fields = {"reason_code": "outside_catalogue", "reason": "不在目录范围内"}
    preview = send(browser, address, go="preview", **fields)
    assert "不予受理通知书" in preview.text and "Notice that an application" in preview.text
    assert desk.state(case_id) == "SCREENING"
    send(browser, address, go="send", **fields)
    assert desk.state(case_id) == "INELIGIBLE"
    with desk.database.read() as session:
        decided = session.exec(select(Decision)).one()
        assert decided.conditions["clause"].startswith("所选版本")
    letter = browser.get(f"/review/case/{case_id}/letter/{decided.id}")
    assert "不在目录范围内" in letter.text and "The chosen edition" in letter.text
    assert desk.team.screener.name not in letter.text.partition("<main")[2].partition("</main>")[0]


def test_several_findings_go_in_one_request_and_only_those_fields_open(desk: Desk):
    case_id = desk.play(submitted)
    browser = desk.browser(desk.team.screener)
    address = f"/review/case/{case_id}/return"
    page = browser.get(f"{address}?field=capacity_mw")
    assert 'value="capacity_mw"' in page.text
    none = send(browser, address, go="send", **{f"findings-{n}-kind": "correct" for n in range(3)})
    assert "at least one finding" in none.text
    more = send(browser, address, go="more", **{f"findings-{n}-kind": "correct" for n in range(3)})
    assert "Finding 6" in more.text
    answer = send(
        browser,
        address,
        go="send",
        **{
            "findings-0-field": "capacity_mw",
            "findings-0-kind": "correct",
            "findings-0-text": "与备案文件不一致",
            "findings-1-field": "summary_zh",
            "findings-1-kind": "clarify",
            "findings-1-text": "请说明建设内容",
        },
    )
    assert "Returned; the applicant is told" in answer.text
    assert desk.state(case_id) == "RETURNED"
    with desk.database.read() as session:
        assert {f.field for f in session.exec(select(Finding)).all()} == {
            "capacity_mw",
            "summary_zh",
        }
        mails = session.exec(select(OutboxMessage)).all()
    body = "\n".join(mail.body for mail in mails)
    assert "与备案文件不一致" in body and "capacity_mw" not in body
    assert desk.team.screener.name not in body


def test_both_sides_see_what_a_correction_changed(desk: Desk):
    def corrected(case: Case) -> None:
        from registry.operations import review

        case.submit()
        screener, signatory = case.actor(case.team.screener), case.actor(case.team.signatory)
        review.ask(
            case.session,
            application_id=case.id,
            findings=[review.NewFinding("site_address", "correct", "请写到村")],
            by=screener,
            now=case.at(),
        )
        applications.save_draft(
            case.session,
            application_id=case.id,
            changes={"site_address": "甘肃省武威市凉州区清源镇"},
            draft_version=case.row.draft_version,
            by=case.actor(case.team.editor),
            now=case.at(),
        )
        finding = case.session.exec(select(Finding)).one()
        review.answer_finding(
            case.session, finding_id=finding.id, answer="已改", by=signatory, now=case.at()
        )
        applications.resubmit(
            case.session,
            application_id=case.id,
            declarations=DECLARED,
            by=signatory,
            now=case.at(),
        )

    case_id = desk.play(corrected)
    page = desk.browser(desk.team.screener).get(f"/review/case/{case_id}")
    assert "<ins>" in page.text and "清源镇" in page.text
    assert "In answer to: 请写到村" in page.text
    assert "Round 1" in page.text


def test_an_unsent_draft_of_a_returned_case_stays_the_applicants(desk: Desk):
    def returned(case: Case) -> None:
        from registry.operations import review

        case.submit()
        review.ask(
            case.session,
            application_id=case.id,
            findings=[review.NewFinding("site_address", "correct", "请写到村")],
            by=case.actor(case.team.screener),
            now=case.at(),
        )
        applications.save_draft(
            case.session,
            application_id=case.id,
            changes={"site_address": "还没想好的地址"},
            draft_version=case.row.draft_version,
            by=case.actor(case.team.editor),
            now=case.at(),
        )

    case_id = desk.play(returned)
    page = desk.browser(desk.team.screener).get(f"/review/case/{case_id}")
    assert "还没想好的地址" not in page.text


def test_unknown_gates_are_settled_on_evidence_that_others_can_read(desk: Desk):
    case_id = desk.play(submitted)
    browser = desk.browser(desk.team.screener)
    address = f"/review/case/{case_id}/settle"
    bare = send(browser, address, matters=["G-ELIM"], outcome="pass", rationale="已查询目录")
    assert "Say where the evidence is" in bare.text
    wrong = send(
        browser,
        address,
        matters=["G-ELIM"],
        outcome="pass",
        rationale="已查询目录",
        evidence="",
        proof=(io.BytesIO(b"MZ\x90\x00"), "run.exe"),
    )
    assert "not taken" in wrong.text
    table = io.BytesIO("日期,结果\n2026-11-22,未列入\n".encode())
    answer = send(
        browser,
        address,
        matters=["G-ELIM", "G-YZSX"],
        outcome="pass",
        rationale="已查询目录",
        proof=(table, "查询.csv"),
    )
    assert "2 settled" in answer.text
    with desk.database.read() as session:
        words = session.exec(select(Judgement).order_by(col(Judgement.id))).all()
    assert [(w.rule_id, w.value, w.role) for w in words] == [
        ("G-ELIM", "pass", "screener"),
        ("G-YZSX", "pass", "screener"),
    ]
    proof = desk.browser(desk.team.auditor).get(
        f"/review/case/{case_id}/proof/{words[0].id}", buffered=True
    )
    assert proof.status_code == 200 and "未列入" in proof.data.decode()
    assert proof.headers["X-Content-Type-Options"] == "nosniff"
    assert proof.headers["Content-Disposition"].startswith("attachment")


def test_a_fail_is_for_unknown_gates_only(desk: Desk):
    case_id = desk.play(submitted)
    with desk.database.read() as session:
        from registry.models import Assessment

        matters = session.exec(select(Assessment)).one().result["matters"]
    other = next(m["id"] for m in matters if m["code"] != "unknown")
    answer = send(
        desk.browser(desk.team.screener),
        f"/review/case/{case_id}/settle",
        matters=[other],
        outcome="fail",
        rationale="已查询",
        evidence="官网",
    )
    assert "unknown gates only" in answer.text


def test_evidence_is_a_download_for_reviewers_only(desk: Desk, settings):
    case_id = desk.play(submitted)
    sha256 = store(settings.evidence_folder, b"%PDF-1.7 evidence")
    with desk.database.write() as session:
        case = session.get_one(Application, case_id)
        file = EvidenceFile(
            application_id=case_id,
            criterion="capacity_mw",
            file_name="备案 文件.pdf",
            media_type="application/pdf",
            size_bytes=17,
            sha256=sha256,
            uploaded_by_id=desk.team.editor.id,
            uploaded_at=case.created_at,
        )
        session.add(file)
        session.flush()
        file_id = file.id
    address = f"/review/case/{case_id}/evidence/{file_id}"
    for person in (desk.team.screener, desk.team.assessor, desk.team.auditor):
        answer = desk.browser(person).get(address, buffered=True)
        assert answer.data == b"%PDF-1.7 evidence"
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert desk.browser(desk.team.fund_manager).get(address).status_code == 403
    other = desk.play(submitted)
    wrong = desk.browser(desk.team.screener).get(f"/review/case/{other}/evidence/{file_id}")
    assert wrong.status_code == 404


def test_assessors_with_a_conflict_are_shown_with_the_reason_and_cannot_be_chosen(
    desk: Desk, people
):
    case_id = desk.play(lambda case: case.submit().clear_hits())
    colleague = people.person(Role.ASSESSOR, organisation=desk.team.owner, name="同事癸")
    browser = desk.browser(desk.team.screener)
    address = f"/review/case/{case_id}/accept"
    page = browser.get(address)
    assert "同事癸" in page.text and "belong to the organisation" in page.text
    assert f'value="{colleague.id}"' not in page.text
    forced = send(browser, address, assessors=colleague.id, lead=colleague.id)
    assert desk.state(case_id) == "SCREENING"
    assert "error-summary" in forced.text


def test_two_screeners_at_once_the_second_is_told_and_loses_nothing(desk: Desk, people):
    case_id = desk.play(submitted)
    first, second = desk.browser(desk.team.screener), desk.browser(people.person(Role.SCREENER))
    address = f"/review/case/{case_id}/ineligible"
    seen = seen_on(second.get(address))
    send(
        first,
        f"/review/case/{case_id}/settle",
        matters=["G-ELIM"],
        outcome="pass",
        rationale="已查询目录",
        evidence="官网",
    )
    fields = {"reason_code": "duplicate", "reason": "与另一申请相同", "go": "send"}
    answer = second.post(address, data={"seen": seen, **fields})
    assert "The case changed after you opened this page" in answer.text
    assert "与另一申请相同" in answer.text
    assert desk.state(case_id) == "SCREENING"
    again = second.post(address, data={"seen": seen_on(answer), **fields})
    assert again.status_code == 302
    assert desk.state(case_id) == "INELIGIBLE"
    late = first.post(address, data={"seen": seen_on(answer), **fields})
    assert late.status_code == 302, "no such move is left: back to the file"


def test_who_has_a_conflict_opens_no_file(desk: Desk, people):
    case_id = desk.play(submitted)
    insider = people.person(Role.SCREENER, organisation=desk.team.owner)
    browser = desk.browser(insider)
    page = browser.get(f"/review/case/{case_id}")
    assert page.status_code == 200 and "You cannot open this case" in page.text
    assert "capacity" not in page.text.lower()
    assert browser.get(f"/review/case/{case_id}/return").status_code == 302
    assert browser.get(f"/review/case/{case_id}/hits/1").status_code == 404


def test_the_time_line_names_staff_and_says_why(desk: Desk):
    case_id = desk.play(pending)
    page = desk.browser(desk.team.auditor).get(f"/review/case/{case_id}")
    history = page.text.partition('id="history"')[2]
    for text in ("受理丙", "评审丁", "Screener", "Recommendation made", "逐项核对"):
        assert text in history


def test_assigning_another_assessor_replaces_the_lead(desk: Desk, people):
    case_id = desk.play(in_review)
    other = people.person(Role.ASSESSOR, name="评审癸")
    browser = desk.browser(desk.team.screener)
    send(browser, f"/review/case/{case_id}/assign", assessors=other.id, lead=other.id)
    page = browser.get(f"/review/case/{case_id}")
    assert "评审癸 (lead)" in page.text
    assert "评审丁 (lead)" not in page.text
