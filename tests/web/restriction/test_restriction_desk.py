"""The restricted list through its pages: from a proposal to the public page, by the right people."""

import csv
import io
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlmodel import select

from registry.db import Database
from registry.models import AuditEvent, LookUp, RestrictedEntry
from registry.operations.restriction_columns import COLUMNS
from registry.rules import canonical
from registry.rules.permissions import Role
from tests.conftest import NOW
from tests.entries import USCC, Desk, EntryPlay, desk
from tests.people import People

PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


@pytest.fixture
def staff(people: People) -> Desk:
    return desk(people)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def seeded(database: Database, staff: Desk, **changes: object) -> int:
    """An entry in force since today."""
    with database.write() as session:
        play = EntryPlay(session, staff, NOW - timedelta(days=30))
        return play.in_force(**changes).id


def row_of(database: Database, entry_id: int) -> RestrictedEntry:
    with database.read() as session:
        return session.get_one(RestrictedEntry, entry_id)


def proposal(**changes: object) -> dict[str, object]:
    return {
        "subject_kind": "company",
        "name_zh": "凉州光伏电力有限公司",
        "uscc": USCC,
        "basis": "false_statement|application",
        "facts": "申请材料中的电量数据经核查为虚构。",
        "scope_kind": "everywhere",
        "from_day": "2026-11-22",
        "evidence": (io.BytesIO(PDF), "决定书.pdf"),
        **changes,
    }


def propose(browser: FlaskClient, **changes: object):  # type: ignore[no-untyped-def]
    return browser.post(
        "/restriction/propose", data=proposal(**changes), content_type="multipart/form-data"
    )


def act(browser: FlaskClient, entry_id: int, move: str, **said: str):  # type: ignore[no-untyped-def]
    page = browser.get(f"/restriction/{entry_id}/{move}")
    assert page.status_code == 200, page.status_code
    seen = page.text.split('name="seen"')[1].split('value="')[1].split('"')[0]
    return browser.post(f"/restriction/{entry_id}/{move}", data={"seen": seen, **said})


def test_the_whole_way_through_the_pages(
    people: People, staff: Desk, database: Database, client: FlaskClient, clock
) -> None:
    officer, approver = people.browser(staff.officer), people.browser(staff.approver)
    assert "还没有条目" in officer.get("/restriction/").text
    made = propose(officer)
    assert made.status_code == 303
    entry_id = int(made.location.rsplit("/", 1)[1])
    assert act(officer, entry_id, "notify").status_code == 303
    token = row_of(database, entry_id).token
    letter = officer.get(f"/restriction/{entry_id}/notice").text
    assert f"/restriction/subject/{token}" in letter and "虚假申报" in letter
    subject = client.get(f"/restriction/subject/{token}")
    assert subject.headers["Cache-Control"] == "no-store"
    assert "陈述申辩" in subject.text and "申请复议" not in subject.text
    said = client.post(
        f"/restriction/subject/{token}/statement", data={"text": "数据有误，已更正。"}
    )
    assert said.status_code == 303
    assert "数据有误，已更正。" in approver.get(f"/restriction/{entry_id}").text
    early = act(approver, entry_id, "enter", to_day="2027-11-22", reason="事实清楚")
    assert early.status_code == 422 and "陈述申辩期尚未结束" in early.text
    clock.move_to(NOW + timedelta(days=20))
    approver = people.browser(staff.approver)
    far = act(approver, entry_id, "enter", to_day="2030-01-01", reason="事实清楚")
    assert far.status_code == 422 and "最长期限" in far.text
    done = act(approver, entry_id, "enter", to_day="2027-11-22", reason="事实清楚")
    assert done.status_code == 303
    row = row_of(database, entry_id)
    assert row.state == "IN_FORCE" and row.to_day == date(2027, 11, 22)
    appealed = client.post(
        f"/restriction/subject/{token}/appeal", data={"ground": "identity", "text": "不是我公司"}
    )
    assert appealed.status_code == 303
    panel = people.browser(staff.panel)
    assert "暂缓生效" in panel.get(f"/restriction/{entry_id}").text
    assert act(panel, entry_id, "annul", reason="主体认定错误").status_code == 303
    assert row_of(database, entry_id).state == "ANNULLED"
    page = approver.get(f"/restriction/{entry_id}").text
    assert "复议撤销" in page and "主体认定错误" in page


def test_a_proposal_says_at_its_fields_what_is_wrong(people: People, staff: Desk, clock) -> None:
    officer = people.browser(staff.officer)
    blank = officer.post("/restriction/propose", data={}, content_type="multipart/form-data")
    assert blank.status_code == 422
    for name in ("name_zh", "basis", "facts", "evidence", "from_day"):
        assert f'href="#{name}"' in blank.text
    for changes, name in (
        ({"uscc": ""}, "uscc"),
        ({"to_day": "2031-01-01"}, "to_day"),
        ({"basis": "eliminated_class|listed_item"}, "basis"),
        ({"evidence": (io.BytesIO(b"MZ\x90\x00"), "x.exe")}, "evidence"),
    ):
        page = propose(officer, **changes)
        assert page.status_code == 422 and f'href="#{name}"' in page.text, name


def test_a_proposer_who_is_an_approver_too_is_refused(
    people: People, staff: Desk, database: Database, clock
) -> None:
    both = people.browser(people.person(Role.RESTRICT_OFFICER, Role.RESTRICT_APPROVER))
    entry_id = int(propose(both).location.rsplit("/", 1)[1])
    page = act(both, entry_id, "dismiss", reason="证据不足")
    assert page.status_code == 422 and "提议列入者不得审定" in page.text
    assert row_of(database, entry_id).state == "PROPOSED"


def test_a_page_that_is_out_of_date_decides_nothing(
    people: People, staff: Desk, database: Database, clock
) -> None:
    officer, approver = people.browser(staff.officer), people.browser(staff.approver)
    entry_id = int(propose(officer).location.rsplit("/", 1)[1])
    assert act(officer, entry_id, "notify").status_code == 303
    stale = approver.post(
        f"/restriction/{entry_id}/dismiss", data={"seen": "1", "reason": "证据不足"}
    )
    assert stale.status_code == 422 and row_of(database, entry_id).state == "NOTICED"


@pytest.mark.parametrize(
    "path",
    ["", "propose", "1", "1/notify", "1/enter", "matches", "grounds", "export.csv", "look-up"],
)
@pytest.mark.parametrize("role", [Role.EDITOR, Role.ASSESSOR, Role.ADMIN, Role.RULE_EDITOR])
def test_other_roles_are_refused(
    people: People, staff: Desk, database: Database, role: Role, path: str
) -> None:
    seeded(database, staff)
    assert people.browser(people.person(role)).get(f"/restriction/{path}").status_code == 403


def test_an_auditor_reads_and_acts_on_nothing(
    people: People, staff: Desk, database: Database
) -> None:
    entry_id = seeded(database, staff)
    auditor = people.browser(people.person(Role.AUDITOR))
    assert "办理经过" in auditor.get(f"/restriction/{entry_id}").text
    assert auditor.get(f"/restriction/{entry_id}/lift").status_code == 403
    assert auditor.post("/restriction/propose", data={}).status_code == 403


def test_a_fund_manager_sees_own_proposals_and_what_is_in_force(
    people: People, staff: Desk, database: Database, clock
) -> None:
    in_force = seeded(database, staff)
    officer = people.browser(staff.officer)
    other = int(propose(officer, name_zh="他人提议有限公司").location.rsplit("/", 1)[1])
    manager = people.browser(people.person(Role.FUND_MANAGER))
    own = int(propose(manager, name_zh="本行提议有限公司").location.rsplit("/", 1)[1])
    page = manager.get("/restriction/").text
    assert "本行提议有限公司" in page and "他人提议有限公司" not in page
    assert manager.get(f"/restriction/{other}").status_code == 404
    assert manager.get(f"/restriction/{own}").status_code == 200
    seen = manager.get(f"/restriction/{in_force}").text
    assert "办理经过" not in seen and "decision.pdf" not in seen
    assert manager.get(f"/restriction/{in_force}/evidence").status_code == 404


def test_the_list_is_found_by_old_characters_code_and_filter(
    people: People, staff: Desk, database: Database
) -> None:
    seeded(database, staff)
    seeded(database, staff, name_zh="肃州风电有限公司", uscc="91620900MA7EXMPL1A")
    browser = people.browser(staff.officer)
    for query in ("q=涼州光伏", f"q={USCC[:10]}", "q=凉州", "q=GPX-2026-000001"):
        page = browser.get(f"/restriction/?{query}").text
        assert "凉州光伏电力有限公司" in page and "肃州风电" not in page, query
    none = browser.get("/restriction/?state=PROPOSED").text
    assert "没有符合条件的条目" in none


def test_exports_carry_every_column_and_no_formula(
    people: People, staff: Desk, database: Database
) -> None:
    seeded(database, staff, facts="=HYPERLINK(1)")
    browser = people.browser(staff.officer)
    lines = list(
        csv.reader(io.StringIO(browser.get("/restriction/export.csv").text.lstrip("\ufeff")))
    )
    assert lines[0] == list(COLUMNS) and len(lines) == 2
    assert lines[1][COLUMNS.index("facts")] == "'=HYPERLINK(1)"
    assert browser.get("/restriction/export.xlsx").data.startswith(b"PK")


def test_the_list_of_a_past_day_and_the_feed(
    people: People, staff: Desk, database: Database, clock
) -> None:
    entry_id = seeded(database, staff)
    browser = people.browser(staff.officer)
    row = row_of(database, entry_id)
    before = (row.from_day - timedelta(days=1)).isoformat()
    assert "凉州光伏" in browser.get(f"/restriction/as-of?day={row.from_day}").text
    assert "没有生效的条目" in browser.get(f"/restriction/as-of?day={before}").text
    feed = browser.get("/restriction/changes.json?since=0").json
    assert [change["kind"] for change in feed["changes"]] == ["entered"]
    assert feed["changes"][0]["said"]["number"] == row.number
    again = browser.get(f"/restriction/changes.json?since={feed['next']}").json
    assert again["changes"] == [] and again["next"] == feed["next"]
    assert browser.get("/restriction/changes.json?since=x").status_code == 400


def test_the_public_page_shows_nothing_before_two_persons_entered_a_basis(
    people: People, staff: Desk, database: Database, client: FlaskClient, clock
) -> None:
    seeded(database, staff)
    assert "凉州光伏" not in client.get("/restricted").text
    first, second = people.browser(staff.approver), people.browser(staff.approver_2)
    page = "/restriction/grounds/false_statement"
    assert first.post(page, data={"basis": "平台规则第八条"}).status_code == 303
    assert "凉州光伏" not in client.get("/restricted").text
    first.post(f"{page}/confirm")
    assert "凉州光伏" not in client.get("/restricted").text
    assert second.post(f"{page}/confirm").status_code == 303
    shown = client.get("/restricted").text
    assert "凉州光伏" in shown and "平台规则第八条" in shown and "不是失信名单" in shown
    assert "经核查为虚构" not in shown and "decision.pdf" not in shown
    assert "失信" not in shown.split("<title>")[1].split("</title>")[0]


def test_a_look_up_gives_verdicts_with_reasons_and_keeps_the_proof(
    people: People, staff: Desk, database: Database, clock
) -> None:
    seeded(database, staff)
    manager = people.browser(people.person(Role.FUND_MANAGER))
    made = manager.post(
        "/restriction/look-up",
        data={"names": f"涼州光伏電力有限公司\n无关名称能源有限公司\n某,{USCC}"},
    )
    assert made.status_code == 303
    page = manager.get(made.location).text
    assert "名称与地区一致" in page and "代码一致" in page and "无提示" in page
    with database.read() as session:
        kept = session.exec(select(LookUp)).one()
    assert (kept.names, kept.hits, kept.list_version) == (3, 2, 1)
    assert [row["band"] for row in kept.result["rows"]] == ["STRONG", "NONE", "EXACT"]
    for row in kept.result["rows"]:
        for hit in row["hits"]:
            assert sum(p["points"] for p in hit["match"]["parts"]) == hit["score"]
    table = manager.get(f"{made.location}.csv").text
    assert table.count("\n") == 4
    stranger = people.browser(people.person(Role.FUND_MANAGER))
    assert stranger.get(made.location).status_code == 404


def test_a_table_is_looked_up(people: People, staff: Desk, database: Database, clock) -> None:
    seeded(database, staff)
    manager = people.browser(people.person(Role.FUND_MANAGER))
    table = "名称,代码\n凉州光伏电力有限公司,\n".encode("gb18030")
    made = manager.post(
        "/restriction/look-up",
        data={"names": "", "file": (io.BytesIO(table), "names.csv")},
        content_type="multipart/form-data",
    )
    assert made.status_code == 303
    empty = manager.post("/restriction/look-up", data={"names": " "})
    assert empty.status_code == 422


def test_while_a_name_is_typed_the_list_answers(
    people: People, staff: Desk, database: Database
) -> None:
    seeded(database, staff)
    officer = people.browser(staff.officer)
    page = officer.post(
        "/restriction/propose/similar",
        data={"name_zh": "凉州光伏电力公司", "subject_kind": "company"},
    )
    assert page.status_code == 200 and "凉州光伏电力有限公司" in page.text


def test_a_signatory_finds_the_entry_on_the_own_organisation(
    people: People, staff: Desk, database: Database
) -> None:
    owner = people.organisation(uscc=USCC)
    signatory = people.person(
        Role.SIGNATORY, organisation=owner, scope_kind="organisation", scope_id=str(owner.id)
    )
    entry_id = seeded(database, staff)
    page = people.browser(signatory).get("/restriction/about-us").text
    assert f"/restriction/subject/{row_of(database, entry_id).token}" in page
    other = people.organisation("他人有限公司")
    stranger = people.person(
        Role.SIGNATORY, organisation=other, scope_kind="organisation", scope_id=str(other.id)
    )
    assert "没有关于本单位的条目" in people.browser(stranger).get("/restriction/about-us").text


def test_a_wrong_token_opens_nothing(client: FlaskClient, staff: Desk, database: Database) -> None:
    seeded(database, staff)
    for path in ("", "/evidence", "/statement", "/appeal", "/repair"):
        assert client.get(f"/restriction/subject/nonsense{path}").status_code == 404


def test_a_likeness_is_decided_by_one_and_confirmed_by_another(
    people: People, staff: Desk, database: Database
) -> None:
    from registry.models import ListedMatch
    from tests.cases import Case, team

    cast = team(people)
    with database.write() as session:
        case = Case(session, cast, NOW - timedelta(days=100))
        case.listed()
        play = EntryPlay(session, staff, case.now)
        play.in_force()
        match_id = session.exec(select(ListedMatch.id)).one()
    officer, approver = people.browser(staff.officer), people.browser(staff.approver)
    assert "凉州光伏电力有限公司" in officer.get("/restriction/matches").text
    page = f"/restriction/matches/{match_id}"
    assert "合计" in officer.get(page).text
    assert officer.post(page, data={"decision": "true", "reason": "地址一致"}).status_code == 303
    officer.post(f"{page}/confirm")
    with database.read() as session:
        assert session.get_one(ListedMatch, match_id).confirmed_at is None
    assert approver.post(f"{page}/confirm").status_code == 303
    with database.read() as session:
        assert session.get_one(ListedMatch, match_id).suspended_at is not None


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_page_reads_in_both_languages(
    people: People, staff: Desk, database: Database, language: str
) -> None:
    entry_id = seeded(database, staff)
    officer = people.browser(staff.officer)
    officer.set_cookie("language", language)
    token = row_of(database, entry_id).token
    for path in (
        "/restriction/",
        f"/restriction/{entry_id}",
        "/restriction/propose",
        "/restriction/as-of",
        "/restriction/grounds",
        "/restriction/grounds/false_statement",
        "/restriction/matches",
        "/restriction/look-up",
        f"/restriction/subject/{token}",
        f"/restriction/subject/{token}/appeal",
        f"/restriction/{entry_id}/notice",
        "/restricted",
    ):
        assert officer.get(path).status_code == 200, path


def looked(people: People, names: str):  # type: ignore[no-untyped-def]
    manager = people.browser(people.person(Role.FUND_MANAGER))
    return manager, manager.post("/restriction/look-up", data={"names": names}).location


def test_a_no_hit_is_proven_and_what_came_nearest_is_shown(
    people: People, staff: Desk, database: Database, clock
) -> None:
    seeded(database, staff)
    manager, address = looked(people, "肃州光伏电力有限公司\n=cmd|calc\n凉州光伏电力有限公司")
    page = manager.get(address).text
    assert "最接近而未达阈值" in page and "须先由人认定" in page
    proof = manager.get(f"{address}.json").json
    assert proof["result_sha256"] == canonical.digest(proof["result"])
    assert proof["list"]["version"] == 1 and proof["policy"]["sha256"] and proof["engine"]
    first, formula, hit = proof["result"]["rows"]
    assert (first["band"], first["hits"]) == ("NONE", []) and first["runners_up"]
    assert hit["stops"] is True and formula["runners_up"] == []
    table = list(csv.DictReader(io.StringIO(manager.get(f"{address}.csv").text.lstrip("\ufeff"))))
    assert [row["verdict"] for row in table] == ["NONE", "NONE", "STRONG"]
    assert table[1]["name"] == "'=cmd|calc" and table[2]["why"].count(";") == 5
    assert {row["list"] for row in table} == {f"1:{proof['list']['sha256']}"}
    assert manager.get(f"{address}.xlsx").data.startswith(b"PK")
    assert address in manager.get("/restriction/look-up").text, "earlier look-ups are come back to"
    with database.read() as session:
        event = session.exec(
            select(AuditEvent).where(AuditEvent.kind == "screening.looked_up")
        ).one()
        assert event.subject == proof["subject"]


def test_contradicting_codes_are_shown_and_supervision_stops_nothing(
    people: People, staff: Desk, database: Database, clock
) -> None:
    seeded(database, staff, uscc="91110108101101716X")
    manager, address = looked(people, "凉州光伏电力有限公司,91310115201101713H")
    page = manager.get(address).text
    assert "代码相互矛盾" in page
    row = manager.get(f"{address}.json").json["result"]["rows"][0]
    assert row["stops"] is False and row["band"] in ("POSSIBLE", "NONE")


def test_the_last_line_is_looked_at_while_it_is_typed_and_nothing_is_kept(
    people: People, staff: Desk, database: Database
) -> None:
    seeded(database, staff)
    manager = people.browser(people.person(Role.FUND_MANAGER))
    typing = "/restriction/look-up/typing"
    page = manager.post(typing, data={"names": "无关名称能源有限公司\n凉州光伏电力公司"})
    assert page.status_code == 200 and "凉州光伏电力有限公司" in page.text
    assert "无提示" in manager.post(typing, data={"names": "无关名称能源有限公司"}).text
    assert manager.post(typing, data={"names": ""}).text.strip() == ""
    with database.read() as session:
        assert session.exec(select(LookUp)).all() == []
    editor = people.browser(people.person(Role.EDITOR))
    assert editor.post(typing, data={"names": "凉州"}).status_code == 403
