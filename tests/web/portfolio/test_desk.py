"""The desk of loan books over its pages: who finds them, what is refused in words, what goes out."""

import csv
import io
import re
import zipfile
from datetime import date

import pytest
from sqlmodel import col, select

from registry.models import LoanRow, LoanRun, Organisation, WatchedList, WatchedName
from registry.rules.permissions import Role
from tests import books
from tests.book_desk import Desk


@pytest.fixture
def desk(database, settings, people):
    return Desk(database, settings, people)


@pytest.fixture
def browser(desk, people):
    return people.browser(desk.person)


def done(desk, tmp_path, rows=None, **more) -> int:
    path = books.write(tmp_path / "book.csv", rows or books.book(12))
    run_id = desk.bring(path, **more)
    desk.start(run_id)
    assert desk.work_off(run_id).state == "DONE"
    return run_id


def hidden(run_id: int) -> list[tuple[str, str]]:
    return [
        ("GET", f"/portfolios/{run_id}{rest}")
        for rest in (
            *("", "/columns", "/start", "/progress", "/loans", "/loans/2", "/problems"),
            *("/difference", "/difference.csv", "/loans.csv", "/loans.xlsx", "/loans.parquet"),
            *("/marked.xlsx", "/quarantine.xlsx"),
        )
    ] + [
        ("POST", f"/portfolios/{run_id}{rest}")
        for rest in ("/pause", "/cancel", "/loans/2", "/borrowers/watch", "/borrowers/unwatch")
    ]


def test_another_banks_book_is_not_there(desk, people, tmp_path):
    run_id = done(desk, tmp_path)
    bank: Organisation = people.organisation("别家银行", kind="bank")
    stranger = people.browser(people.person(Role.FUND_MANAGER, organisation=bank))
    for method, path in hidden(run_id):
        with stranger.open(path, method=method, data={"verdict": "green", "reason": "x"}) as answer:
            assert answer.status_code == 404, (method, path)
    assert (
        "贷款台账</a>" not in stranger.get("/portfolios/").get_data(as_text=True).split("<main")[1]
    )
    assert desk.run(run_id).state == "DONE"


def test_a_book_cannot_be_brought_for_somebody_else(desk, people, tmp_path):
    other = people.organisation("别家银行", kind="bank")
    browser = people.browser(desk.person)
    path = books.write(tmp_path / "book.csv", books.book(2))
    form = {"organisation_id": other.id, "name": "x", "as_of": "2026-09-30"}
    with path.open("rb") as file:
        answer = browser.post("/portfolios/new", data={**form, "file": (file, "book.csv")})
    assert answer.status_code == 422
    with desk.database.read() as session:
        assert session.get(LoanRun, 1) is None


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("old.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 99, ".xlsx"),
        ("empty.csv", b"", "空"),
        ("odd.csv", b"a,b\n\xff\xfe\x81,1\n\x80", "GB18030"),
    ],
)
def test_a_file_that_is_none_is_refused_in_words(desk, browser, name, content, words):
    form = {"organisation_id": desk.fund.id, "name": "x", "as_of": "2026-09-30"}
    answer = browser.post("/portfolios/new", data={**form, "file": (io.BytesIO(content), name)})
    assert answer.status_code == 422
    assert words in answer.get_data(as_text=True)


def test_columns_are_confirmed_remembered_and_started(desk, browser, tmp_path):
    heads = [head.replace("总投资（万元）", "总投资") for head in books.HEADS]
    text = "\n".join([",".join(heads), *(",".join(f'"{c}"' for c in r) for r in books.book(3))])
    form = {"organisation_id": desk.fund.id, "name": "台账", "as_of": "2026-09-30"}
    file = (io.BytesIO(text.encode("gb18030")), "book.csv")
    answer = browser.post("/portfolios/new", data={**form, "file": file})
    address = answer.headers["Location"]
    run_id = int(address.split("/")[2])
    page = browser.get(address).get_data(as_text=True)
    assert re.search(r'value="loan_number" selected', page)
    said = dict(re.findall(r'name="(field-\d+)".*?value="(\w+)" selected', page, re.DOTALL))
    assert len(said) == len(heads)
    units = {f"unit-{n}": unit for n, unit in ((8, "元"), (9, "%"), (10, "MW"), (11, "万千瓦时"))}
    given = {**said, **units, "first": "1", "last": "1", "same-build_type": "new"}
    wrong = browser.post(address, data=given)
    assert wrong.status_code == 422
    assert "列名没有写明单位" in wrong.get_data(as_text=True)
    right = browser.post(address, data={**given, "unit-7": "万元"})
    assert (right.status_code, right.headers["Location"]) == (303, f"/portfolios/{run_id}/start")
    assert desk.run(run_id).mapping["same"] == {"build_type": "new"}
    start = f"/portfolios/{run_id}/start"
    settle = {"settle-unknown:G-ELIM": "1", "settle-made-up": "1"}
    assert browser.post(start, data=settle).status_code == 422
    assert (
        browser.post(start, data={**settle, "basis": "已查", "engine": "spark"}).status_code == 303
    )
    with desk.database.read() as session:
        run = session.get(LoanRun, run_id)
    assert (run.state, run.settled) == ("WAITING", {"unknown:G-ELIM": "pass"})
    assert run.engine == "python"  # a cluster is the command line's
    again = (io.BytesIO(text.encode()), "next.csv")
    answer = browser.post("/portfolios/new", data={**form, "file": again})
    page = browser.get(answer.headers["Location"]).get_data(as_text=True)
    assert re.search(r'id="unit-7".*?value="万元" selected', page, re.DOTALL)


def test_progress_is_a_page_and_steered_by_buttons(desk, browser, tmp_path):
    run_id = desk.bring(books.write(tmp_path / "book.csv", books.book(6)))
    desk.start(run_id)
    page = browser.get(f"/portfolios/{run_id}").get_data(as_text=True)
    assert "<progress" in page and 'data-hx-get="' in page and "刷新进度" in page
    for move, state in (("pause", "PAUSED"), ("resume", "WAITING"), ("cancel", "CANCELLED")):
        assert browser.post(f"/portfolios/{run_id}/{move}").status_code == 303
        assert desk.run(run_id).state == state
    piece = browser.get(f"/portfolios/{run_id}/progress")
    assert piece.headers["HX-Refresh"] == "true"
    browser.post(f"/portfolios/{run_id}/resume")
    assert desk.run(run_id).state == "CANCELLED"


def test_loans_are_filtered_explained_and_corrected(desk, browser, tmp_path):
    run_id = done(desk, tmp_path, list(books.book(60, seed=4)))
    page = browser.get(f"/portfolios/{run_id}/loans").get_data(as_text=True)
    following = re.search(r'href="([^"]+)" rel="next"', page)
    shown = re.findall(r"JJ\d{7}", page.split("<tbody")[1])
    second = browser.get(following[1].replace("&amp;", "&")).get_data(as_text=True)
    more = re.findall(r"JJ\d{7}", second.split("<tbody")[1])
    assert len(set(shown)) == len(set(more)) == 25 and not set(shown) & set(more)
    green = browser.get(f"/portfolios/{run_id}/loans?verdict=green").get_data(as_text=True)
    assert 'data-state="person_must_look"' not in green.split("<tbody")[1]
    nothing = browser.get(f"/portfolios/{run_id}/loans?q=不存在").get_data(as_text=True)
    assert "没有符合条件的贷款" in nothing
    row = desk.rows(run_id)[0]
    address = f"/portfolios/{run_id}/loans/{row.row_no}"
    assert "explained-score" in browser.get(address).get_data(as_text=True)
    assert browser.post(address, data={"verdict": "green"}).status_code == 422
    assert browser.post(address, data={"verdict": "not_green", "reason": "停运"}).status_code == 303
    page = browser.get(address).get_data(as_text=True)
    assert "停运" in page
    assert browser.get(f"/portfolios/{run_id}/loans/99999").status_code == 404
    text = browser.get(f"/portfolios/{run_id}/loans.csv").get_data(as_text=True)
    (line,) = [one for one in csv.DictReader(io.StringIO(text[1:])) if one["修正理由"] == "停运"]
    assert line["贷款编号"] == row.loan_number and line["修正结论"] == "非绿色"
    with desk.database.read() as session:
        run = session.get(LoanRun, run_id)
    pinned = (run.rulebook_sha256, run.reference_sha256, run.result_sha256)
    assert tuple(line[f"{of}_sha256"] for of in ("rulebook", "reference", "result")) == pinned


def test_what_a_spreadsheet_would_run_comes_back_inert(desk, browser, tmp_path):
    rows = list(books.book(8))
    hostile = ('=HYPERLINK("http://x")', "+1", "-2+3", "@SUM(1)", "＝1+1")
    for row, text in zip(rows, hostile, strict=False):
        row[1] = text
    rows[6][9] = "=1+1"
    run_id = done(desk, tmp_path, rows)
    text = browser.get(f"/portfolios/{run_id}/loans.csv").get_data(as_text=True)[1:]
    names = [line["借款人"] for line in csv.DictReader(io.StringIO(text))]
    assert [name for name in names if name.startswith("'")] == ["'" + one for one in hostile]
    for what in ("loans.xlsx", "marked.xlsx", "quarantine.xlsx"):
        whole = browser.get(f"/portfolios/{run_id}/{what}").data
        with zipfile.ZipFile(io.BytesIO(whole)) as book:
            sheets = [book.read(n) for n in book.namelist() if n.startswith("xl/worksheets/")]
            assert sheets and not any(b"<f>" in sheet for sheet in sheets), what


def test_the_marked_book_names_the_cell_and_the_quarantine_comes_back(desk, browser, tmp_path):
    import python_calamine

    run_id = done(desk, tmp_path, list(books.book(20, bad_every=5)))
    whole = browser.get(f"/portfolios/{run_id}/marked.xlsx").data
    sheet = python_calamine.load_workbook(io.BytesIO(whole)).get_sheet_by_index(0).to_python()
    assert len(sheet) == 21
    said = [(n, row[-1]) for n, row in enumerate(sheet, 1) if n > 1 and row[-1]]
    assert [n for n, _ in said] == [6, 11, 16, 21]
    assert all(re.match(r"[A-Z]\d+: .", text) for _, text in said)
    bad = browser.get(f"/portfolios/{run_id}/quarantine.xlsx").data
    run = desk.run(run_id)
    for workbook in (whole, bad):  # both say what they stand on
        pins = dict(
            python_calamine.load_workbook(io.BytesIO(workbook))
            .get_sheet_by_name("来源")
            .to_python()
        )
        assert (pins["file_sha256"], pins["rulebook_sha256"]) == (
            run.file_sha256,
            run.rulebook_sha256,
        )
        assert (pins["reference_sha256"], pins["engine"]) == (run.reference_sha256, "python")
        assert pins["rulebook"] == f"{run.rulebook_id} {run.rulebook_version}"
        assert pins["restricted_list_version"] == str(run.list_version)
    path = tmp_path / "quarantine.xlsx"
    path.write_bytes(bad)
    again = desk.bring(path, name="改正")
    assert desk.run(again).lines == 5


def test_a_book_may_call_its_sheet_like_one_of_ours(desk, browser, tmp_path):
    import python_calamine

    from registry.bulk.portfolio.writing import Column, write_xlsx

    path = tmp_path / "book.xlsx"
    heads = [Column(head, head) for head in books.HEADS]
    write_xlsx(path, [("来源", heads, books.book(6, bad_every=3))])
    run_id = desk.bring(path)
    desk.start(run_id)
    assert desk.work_off(run_id).state == "DONE"
    marked = browser.get(f"/portfolios/{run_id}/marked.xlsx").data
    names = python_calamine.load_workbook(io.BytesIO(marked)).sheet_names
    assert names == ["来源", "问题清单", "来源 2"]


def test_a_book_that_waits_says_at_once_how_many_come_before(desk, browser, tmp_path):
    first, second = (
        desk.bring(books.write(tmp_path / f"{n}.csv", books.book(n)), name=f"第{n}本")
        for n in (8, 9)
    )
    desk.start(first)
    page = browser.get(f"/portfolios/{first}").get_data(as_text=True)
    assert "下一本就是它" in page and "0 / 8" in page
    desk.start(second)
    piece = browser.get(f"/portfolios/{second}/progress").get_data(as_text=True)
    assert "前面还有 1 本台账" in piece and "0 / 9" in piece


def test_the_template_is_recognised_whole(browser, tmp_path):
    from datetime import date

    from registry.bulk import ingest
    from registry.rulebooks import in_force

    path = tmp_path / "template.xlsx"
    path.write_bytes(browser.get("/portfolios/template.xlsx").data)
    words = ingest.vocabulary(in_force(date(2026, 9, 30)))
    source = ingest.examine(path)
    mapping = ingest.propose(source, words)
    assert {one.field for one in mapping.columns} == set(words.fields)
    assert ingest.check(mapping, words) == []


def test_two_quarters_beside_each_other(desk, browser, tmp_path):
    from datetime import date

    old = list(books.book(10))
    a = done(desk, tmp_path, old, as_of=date(2026, 6, 30))
    page = browser.get(f"/portfolios/{a}/difference").get_data(as_text=True)
    assert "还没有可比的台账" in page
    new = [list(row) for row in old[1:]] + list(books.book(12, seed=2))[10:]
    new[0][9] = "3"
    b = done(desk, tmp_path, new, as_of=date(2026, 9, 30))
    text = browser.get(f"/portfolios/{b}/difference.csv").get_data(as_text=True)[1:]
    lines = list(csv.DictReader(io.StringIO(text)))
    with desk.database.read() as session:
        runs = {"before": session.get(LoanRun, a), "after": session.get(LoanRun, b)}
        pins = {
            f"{name}_{side}": getattr(run, name)
            for side, run in runs.items()
            for name in ("rulebook_sha256", "reference_sha256", "result_sha256", "engine")
        }
    assert all(pins.items() <= line.items() for line in lines)
    told = [(line["类别"], line["贷款编号"]) for line in lines]
    assert told == [
        ("新增", new[9][0]),
        ("新增", new[10][0]),
        ("退出", old[0][0]),
        ("变化", new[0][0]),
    ]
    for part in ("entered", "left", "changed"):
        assert browser.get(f"/portfolios/{b}/difference?part={part}").status_code == 200
    assert browser.get(f"/portfolios/{b}/difference?with=999").status_code == 404


def test_a_books_borrowers_are_watched_from_its_page_and_no_longer(desk, browser, tmp_path):
    rows = [list(row) for row in books.book(12)]
    more = [[f"X{row[0]}", *row[1:]] for row in rows[1:3]]
    run_id = done(desk, tmp_path, [*rows, *more])  # a borrower with two loans is one name
    page = browser.get(f"/portfolios/{run_id}").get_data(as_text=True)
    assert "关注本台账的借款人" in page
    answer = browser.post(f"/portfolios/{run_id}/borrowers/watch", follow_redirects=True)
    page = answer.get_data(as_text=True)
    assert "已关注本台账的借款人" in page and "停止关注" in page
    with desk.database.read() as session:
        kept = session.exec(select(WatchedList)).one()
        names = session.exec(select(WatchedName.name)).all()
        loans = session.exec(select(LoanRow).where(LoanRow.run_id == run_id)).all()
    assert kept.source == f"book:{desk.run(run_id).book_id}" and kept.names == len(names)
    assert set(names) == {loan.borrower for loan in loans} and len(names) < len(loans)
    again = browser.post(f"/portfolios/{run_id}/borrowers/watch", follow_redirects=True)
    assert "已关注本台账的借款人" not in again.get_data(as_text=True)  # one list a series
    page = browser.post(f"/portfolios/{run_id}/borrowers/unwatch", follow_redirects=True)
    assert "关注本台账的借款人</button>" in page.get_data(as_text=True)
    with desk.database.read() as session:
        assert session.exec(select(WatchedList)).one().ended_at is not None


def test_the_next_book_of_a_watched_series_takes_over_and_an_older_one_does_not(
    desk, browser, tmp_path
):
    rows = [list(row) for row in books.book(12)]
    first = done(desk, tmp_path, rows[:10])
    browser.post(f"/portfolios/{first}/borrowers/watch")
    second = done(desk, tmp_path, rows[4:], as_of=date(2026, 12, 31))
    done(desk, tmp_path, rows[:2], as_of=date(2026, 3, 31))
    with desk.database.read() as session:
        lists = session.exec(select(WatchedList).order_by(col(WatchedList.id))).all()
        held = select(WatchedName.name).where(WatchedName.list_id == lists[-1].id)
        names = session.exec(held).all()
        loans = session.exec(select(LoanRow.borrower).where(LoanRow.run_id == second)).all()
    assert [row.ended_at is None for row in lists] == [False, True]
    assert lists[0].owner_id == lists[1].owner_id and lists[0].source == lists[1].source
    assert set(names) == set(loans) and "2026-12-31" in lists[1].title
