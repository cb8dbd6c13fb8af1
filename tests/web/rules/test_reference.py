"""Reference data on the desk: looked at, previewed, imported by one person, put in force by another."""

import io
import re
from datetime import UTC, datetime

import pytest
from sqlmodel import col, select

from registry.models import AuditEvent, ReferenceImport
from registry.queries import reference as queries
from registry.reference import tables as shipped_tables
from registry.reference.importing import KINDS, export, shipped_rows
from registry.reference.shelf import SHELVES
from registry.rules.calendar import legal_date
from registry.rules.score import assess
from registry.words.refusals import REFUSALS
from tests.cases import PARTICULARS, Case, team
from tests.rules.projects import BOOK, KILN, LIANGZHOU, TODAY, scored


def bring(browser, kind, content, go="preview", name="file.csv", **more):
    data = {"kind": kind, "file": (io.BytesIO(content), name), "go": go, **more}
    return browser.post("/rules/reference/import", data=data, content_type="multipart/form-data")


SECOND = REFUSALS["second_person_is_the_first"].zh


def newer_pair(om="0.9000", bm="0.5000"):
    """The north-west's margin of a later year."""
    rows = [dict(r) for r in shipped_rows("grid_om_bm") if r["grid"] == "northwest"]
    row = {**rows[-1], "vintage": "2024", "published": "2026-01-05", "effective": "",
           "om_tco2_per_mwh": om, "bm_tco2_per_mwh": bm, "status": "unverified",
           "known_from": "second_hand"}  # fmt: skip
    return export("grid_om_bm", [row], "csv")


def imported(editor, content=None, kind="grid_om_bm"):
    answer = bring(editor, kind, content or newer_pair(), "keep", note="新年度")
    assert answer.status_code == 303, answer.text
    return int(re.search(r"/import/(\d+)$", answer.headers["Location"])[1])


def test_every_table_is_listed_with_its_digest_and_can_be_looked_at(editor):
    page = editor.get("/rules/reference").text
    for name in {*SHELVES, *KINDS}:
        assert f"/rules/reference/table/{name}" in page
        assert editor.get(f"/rules/reference/table/{name}").status_code == 200
    assert editor.get("/rules/reference/table/nothing").status_code == 404


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_what_is_downloaded_comes_back_without_a_difference(editor, form):
    content = editor.get(f"/rules/reference/table/grid_om_bm/{form}").data
    page = bring(editor, "grid_om_bm", content, name=f"x.{form}")
    assert page.status_code == 200 and "没有错误" in page.text
    figures = re.findall(r"figure-value[^>]*>\s*([\d,]+)", page.text)
    assert figures[1:4] == ["0", "0", "0"]


def test_a_preview_keeps_nothing_and_names_every_mistake_with_its_row(editor, database):
    head, row = newer_pair().decode("utf-8-sig").split("\r\n")[:2]
    wrong = row.replace("0.9000", "-3").replace("northwest", "atlantis")
    page = bring(editor, "grid_om_bm", "\r\n".join([head, row, row, wrong]).encode())
    assert page.status_code == 422
    for said in ("与前面的行重复", "atlantis", "超出合理范围"):
        assert said in page.text
    again = bring(editor, "grid_om_bm", "\r\n".join([head, row, row]).encode(), "keep")
    assert again.status_code == 422
    with database.read() as session:
        assert queries.imports(session) == []


@pytest.mark.parametrize(
    ("kind", "content", "said"),
    [
        ("grid_om_bm", b"", "请选择文件"),
        ("grid_om_bm", b"a,b\r\n1,2\r\n", "列名"),
        ("catalogue_items", b"edition,code,name_zh\r\n1999,1.1,x\r\n", "未知的版本"),
    ],
)
def test_what_cannot_be_read_is_refused_in_words(editor, kind, content, said):
    page = bring(editor, kind, content)
    assert page.status_code == 422 and said in page.text


def test_nothing_counts_until_another_person_puts_it_in_force(editor, publisher, people, database):
    import_id = imported(editor)
    page = f"/rules/reference/import/{import_id}"
    with database.read() as session:
        assert queries.tables(session) is shipped_tables()
    assert editor.post(f"{page}/put_in_force", data={"rationale": "x"}).status_code == 403
    both = people.browser(people.person("rule_editor", "rule_publisher"))
    own = imported(both, newer_pair(om="0.9100"))
    refused = both.post(
        f"/rules/reference/import/{own}/put_in_force",
        data={"rationale": "x"},
        follow_redirects=True,
    )
    assert SECOND in refused.text
    assert publisher.post(f"{page}/put_in_force", data={"rationale": ""}).status_code == 303
    with database.read() as session:
        assert session.get_one(ReferenceImport, import_id).state == "IMPORTED"
    publisher.post(f"{page}/put_in_force", data={"rationale": "已对照公告"})
    with database.read() as session:
        now = queries.tables(session)
        assert now.sha256 != shipped_tables().sha256
        years = {row["vintage"] for row in now.table("grid_om_bm").rows}
        assert {"2024", "2019", "2012"} <= years
        kinds = [
            e.kind for e in session.exec(select(AuditEvent).order_by(col(AuditEvent.seq))).all()
        ]
        assert {"reference.imported", "reference.put_in_force"} <= set(kinds)


def test_a_new_factor_counts_in_the_next_score_and_not_in_the_last(
    editor, publisher, people, database
):
    staff = team(people)
    own = LIANGZHOU | {"method_document": "none"}
    with database.write() as session:
        case = Case(session, staff, datetime.now(UTC))
        case.draft({**PARTICULARS, **own}).submit().clear_hits().accept()
        before = case.score()
        case_id, old = case.id, before.id
        first = next(b for b in before.result["benefits"] if b["id"] == "abatement")["central"]
    assert first == scored(own).benefit("abatement").central
    import_id = imported(editor)
    publisher.post(
        f"/rules/reference/import/{import_id}/put_in_force", data={"rationale": "已对照公告"}
    )
    with database.write() as session:
        case = Case(session, staff, datetime.now(UTC))
        case.id = case_id
        again = case.score({})
        found = next(b for b in again.result["benefits"] if b["id"] == "abatement")
        margin = round(0.75 * 0.9 + 0.25 * 0.5, 4)
        assert found["central"] == str(int(72668 * margin))
        assert found["rows"] == ["grid_om_bm/northwest/2024"]
        from registry.models import Assessment

        kept = session.get_one(Assessment, old)
        figure = next(b for b in kept.result["benefits"] if b["id"] == "abatement")
        assert figure["central"] == first
        assert kept.reference_sha256 != again.reference_sha256


def test_withdrawn_it_counts_no_more(editor, publisher, database):
    import_id = imported(editor)
    page = f"/rules/reference/import/{import_id}"
    publisher.post(f"{page}/put_in_force", data={"rationale": "已对照公告"})
    publisher.post(f"{page}/withdraw", data={"rationale": "录入有误"})
    with database.read() as session:
        assert queries.tables(session) is shipped_tables()
    assert "停用" in publisher.get(page).text


def test_a_later_import_stands_over_an_earlier_one_where_they_meet(editor, publisher, database):
    for om in ("0.9000", "0.8000"):
        import_id = imported(editor, newer_pair(om=om))
        publisher.post(
            f"/rules/reference/import/{import_id}/put_in_force", data={"rationale": "公告"}
        )
    with database.read() as session:
        rows = queries.tables(session).table("grid_om_bm").rows
        (row,) = [r for r in rows if r["vintage"] == "2024"]
        assert row["om_tco2_per_mwh"].rstrip("0") == "0.8"


def test_the_file_as_it_came_stays(editor):
    content = newer_pair()
    import_id = imported(editor, content)
    assert editor.get(f"/rules/reference/import/{import_id}/file").data == content
    page = editor.get(f"/rules/reference/import/{import_id}").text
    assert "2024" in page and legal_date(datetime.now(UTC)).strftime("%Y") in page


def test_every_shipped_row_names_its_document_day_and_status():
    """Line 5: per row the official document, date and status."""
    for name in SHELVES:
        from registry.reference.shelf import texts_of

        texts = texts_of(name)
        places = {c: texts.columns.index(c) for c in ("source", "document", "published", "status")}
        for line in texts.lines:
            assert line[places["source"]] and line[places["document"]], (name, line)
            assert line[places["published"]], (name, line)
            assert line[places["status"]] in ("verified", "unverified"), (name, line)


def zone_file(**more):
    head = "zone_id,year,energy_tce,industrial_added_value_10k_yuan,price_base_year,co2_tco2,"
    head += "clean_energy_tce,source,document,published,status,known_from\n"
    rows = (
        "HTZ001,2020,500000,1000000,2020,1000000,100000",
        "HTZ001,2025,480000,1600000,2020,1304596.3168,240000",  # five years of 4 %
        "HTZ002,2025,300000,0,2020,,",
    )
    return (
        head + "".join(f"{row},部门,统计,2026-02,unverified,second_hand\n" for row in rows)
    ).encode()


def test_indicators_of_zones_are_worked_out_and_stand_beside_the_applicant(
    editor, publisher, database
):
    number = imported(editor, zone_file(), kind="zone_indicators")
    publisher.post(f"/rules/reference/import/{number}/put_in_force", data={"rationale": "核对"})
    page = editor.get("/rules/reference/table/zone_indicators").text
    assert "计算结果（F8）" in page and "国科发火〔2021〕28号" in page
    cells = re.findall(r'<td class="num">([^<]*)', page.partition("计算结果（F8）")[2])
    assert [c.strip() for c in cells[:4]] == ["2025", "0.300", "4.00", "50.0"]
    assert [c.strip() for c in cells[4:8]] == ["2025", "—", "—", "—"]
    with database.read() as session:
        reference = queries.tables(session)
    case = {"kind": "efficiency_retrofit", "as_of": TODAY, "reference": reference}
    found = assess(BOOK, KILN | {"zone": "HTZ001"}, **case).rule("I-ZONE")
    assert (found.state, found.value, found.threshold) == ("fail", "0.357142857", "0.3")
    assert found.rows == ("zone_indicators/HTZ001/2025",)
