"""Results, faults and differences taken away: CSV, XLSX and Parquet; text stays text in all three."""

import tempfile
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from flask import Response, abort, redirect, url_for
from flask.typing import ResponseReturnValue

from registry.bulk import ingest
from registry.bulk.ingest.rows import CellProblem
from registry.bulk.portfolio import writing
from registry.bulk.portfolio.writing import NUMBER, WHOLE, Column, Value
from registry.models import LoanCorrection, LoanRow, LoanRun
from registry.operations.evidence import path_of
from registry.queries import portfolio, portfolio_difference, portfolio_rows
from registry.queries.review import names_of
from registry.rules.permissions import Role
from registry.rules.rulebook import Rulebook
from registry.web import edge, places
from registry.web.access import opens_to
from registry.web.language import said, t
from registry.web.portfolio import blueprint
from registry.web.portfolio.bringing import XLSX
from registry.web.portfolio.comparing import PART_WORDS, compared, why_words
from registry.web.portfolio.own import (
    VERDICT_WORDS,
    clause_of,
    own_run,
    problem_text,
    reason_words,
    rulebook_of,
)
from registry.words.grades import GRADES
from registry.words.portfolio import BANDS

MIME = {"csv": "text/csv; charset=utf-8", "xlsx": XLSX, "parquet": "application/vnd.apache.parquet"}
PIECE = 1 << 20
# A CSV has no place beside its rows, so each row says what it stands on.
PINNED = ("as_of", "rulebook", "rulebook_sha256", "reference_sha256", "restricted_list_version", "engine", "result_sha256")  # fmt: skip


@blueprint.get("/<int:run_id>/loans.<any(csv, xlsx, parquet):ending>")
@opens_to(Role.FUND_MANAGER)
def download(run_id: int, ending: str) -> ResponseReturnValue:
    """Every loan with its verdict, reason and clause; corrections in columns of their own."""
    run, book = own_run(run_id)
    if not run.rulebook_id:
        return redirect(url_for("portfolio.run", run_id=run_id))
    columns = _columns()
    rows = _rows(run, rulebook_of(run))
    name = f"loans-{run.as_of.isoformat()}-{run.id}.{ending}"
    facts = {"book": book.name, **_facts(run)}
    if ending == "csv":
        pinned = [facts[name] for name in PINNED]
        said_of = [*columns, *(Column(name, name) for name in PINNED)]
        return _csv(said_of, ([*row, *pinned] for row in rows), name)
    if ending == "xlsx":
        pins = [Column("what", t("项目", "What")), Column("value", t("内容", "Value"))]
        sheets = [
            (t("贷款", "Loans"), columns, rows),
            (t("来源", "Source"), pins, ([key, value] for key, value in facts.items())),
        ]
        return _file(name, lambda path: writing.write_xlsx(path, sheets))
    return _file(name, lambda path: writing.write_parquet(path, columns, rows, facts=facts))


def _csv(columns: Sequence[Column], rows: Iterator[list[Value]], name: str) -> Response:
    def write(path: Path) -> None:
        with path.open("w", encoding="utf-8", newline="") as out:
            out.writelines(writing.csv_lines(columns, rows))

    return _file(name, write)


def _file(name: str, write: Callable[[Path], None]) -> Response:
    """Written aside, so that no reader who is slow keeps the database waiting, and sent piece by
    piece; gone when it has been sent."""
    folder = tempfile.TemporaryDirectory()
    path = Path(folder.name) / name
    write(path)

    def pieces() -> Iterator[bytes]:
        with folder, path.open("rb") as file:
            while piece := file.read(PIECE):
                yield piece

    answer = Response(pieces(), mimetype=MIME.get(path.suffix.lstrip("."), XLSX))
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Content-Length"] = str(path.stat().st_size)
    return answer


def _facts(run: LoanRun) -> dict[str, str]:
    """What the result stands on: whoever has these and the file comes to the same."""
    return {
        "as_of": run.as_of.isoformat(),
        "file": run.file_name,
        "file_sha256": run.file_sha256,
        "rulebook": f"{run.rulebook_id} {run.rulebook_version}",
        "rulebook_sha256": run.rulebook_sha256,
        "reference_sha256": run.reference_sha256,
        "restricted_list_version": str(run.list_version),
        "restricted_list_sha256": run.list_sha256,
        "screening_policy": run.policy_version,
        "engine": run.engine,
        "settled": " ".join(run.settled),
        "settled_basis": run.settled_basis,
        "result_sha256": run.result_sha256,
        "loans": str(run.scored),
        "rows_not_read": str(run.bad),
    }


def _columns() -> list[Column]:
    return [
        Column("row", t("行", "Row"), WHOLE),
        Column("loan_number", t("贷款编号", "Loan number")),
        Column("borrower", t("借款人", "Borrower")),
        Column("uscc", t("统一社会信用代码", "Credit code")),
        Column("project", t("项目", "Project")),
        Column("kind", t("项目类型", "Kind of project")),
        Column("verdict", t("结论", "Verdict")),
        Column("verdict_by_rules", t("规则结论", "Verdict by the rules alone")),
        Column("grade", t("等级", "Grade")),
        Column("points", t("得分", "Points"), NUMBER),
        Column("coverage_percent", t("已答覆盖率（%）", "Coverage (%)"), NUMBER),
        Column("reasons", t("原因", "Reasons")),
        Column("clause", t("条款", "Clause")),
        Column("balance_yuan", t("贷款余额（元）", "Balance (CNY)"), NUMBER),
        Column("investment_yuan", t("总投资（元）", "Total investment (CNY)"), NUMBER),
        Column("financed_share_percent", t("融资占比（%）", "Financed share (%)"), NUMBER),
        Column("abatement_tco2e", t("项目年减排量（tCO2e）", "Project's abatement a year (tCO2e)"), NUMBER),
        Column("attributed_tco2e", t("按占比年减排量（tCO2e）", "The loan's share of it (tCO2e)"), NUMBER),
        Column("coal_tce", t("项目年节约或替代标准煤（tce）", "Project's coal saved or displaced a year (tce)"), NUMBER),
        Column("attributed_tce", t("按占比标准煤（tce）", "The loan's share of it (tce)"), NUMBER),
        Column("province", t("省份", "Province")),
        Column("zone", t("高新区", "Zone")),
        Column("catalogue_class", t("目录类别", "Catalogue class")),
        Column("restricted_entry", t("限制名单编号", "Restricted entry")),
        Column("restricted_band", t("比对结果", "Match")),
        Column("corrected_verdict", t("修正结论", "Corrected verdict")),
        Column("correction_reason", t("修正理由", "Reason of the correction")),
        Column("corrected_by", t("修正人", "Corrected by")),
        Column("corrected_at", t("修正时间", "Corrected at")),
    ]  # fmt: skip


def _amount(value: int | None, one: int) -> Decimal | None:
    """To two decimals, half up, by whole numbers: a hundred thousand loans have a million amounts."""
    if value is None:
        return None
    return Decimal((value * 200 + one) // (2 * one)).scaleb(-2)


def _rows(run: LoanRun, book: Rulebook) -> Iterator[list[Value]]:
    session = edge.reading()
    corrected = {no: rows[0] for no, rows in portfolio.corrections_of(session, run.id).items()}
    names = names_of(session, [one.made_by_id for one in corrected.values()])
    entries: dict[int, Any] = {}
    words = _Words(book)
    for row in portfolio_rows.all_rows(session, run.id):
        if row.hit_entry_id and row.hit_entry_id not in entries:
            entries |= portfolio.entries_with(session, [row.hit_entry_id])
        yield [
            *_loan(row, words),
            (entries[row.hit_entry_id].number or "") if row.hit_entry_id else "",
            said(BANDS[row.hit_band]) if row.hit_band else "",
            *_correction(corrected.get(row.row_no), names),
        ]


class _Words:
    """What many loans have in common, put into words once."""

    def __init__(self, book: Rulebook) -> None:
        self.verdict = {code: said(words) for code, words in VERDICT_WORDS.items()}
        self.grade = {code: said(words) for code, words in GRADES.items()}
        self.kind = {kind.id: t(kind.name.zh, kind.name.en) for kind in book.kinds}
        joint = t("；", "; ")
        self.reasons = cache(lambda text: joint.join(reason_words(o, book) for o in text.split()))
        self.clause = cache(lambda rule: clause_of(rule, book))
        self.province = cache(places.province_name)
        self.zone = cache(places.zone_name)


def _loan(row: Any, words: _Words) -> list[Value]:
    return [
        row.row_no,
        row.loan_number,
        row.borrower,
        row.uscc,
        row.project,
        words.kind.get(row.kind, row.kind),
        words.verdict[row.verdict],
        words.verdict[row.rule_verdict],
        words.grade.get(row.grade, ""),
        _amount(row.total_centipoints, 100),
        _amount(row.coverage_bp, 100),
        words.reasons(row.reasons),
        words.clause(row.rule_id),
        _amount(row.balance_fen, 100),
        _amount(row.investment_fen, 100),
        _amount(row.share_bp, 100),
        _amount(row.abatement_g, 1_000_000),
        _amount(row.attributed_g, 1_000_000),
        _amount(row.coal_g, 1_000_000),
        _amount(row.attributed_coal_g, 1_000_000),
        words.province(row.province_code),
        words.zone(row.zone_id),
        row.catalogue_class,
    ]


def _correction(one: LoanCorrection | None, names: dict[int, str]) -> list[Value]:
    if one is None:
        return ["", "", "", ""]
    who, when = names.get(one.made_by_id, ""), one.made_at.isoformat(timespec="seconds")
    return [said(VERDICT_WORDS[one.verdict]), one.reason, who, when]


# -- faults and differences ------------------------------------------------------------------------


@blueprint.get("/<int:run_id>/<any(marked, quarantine):what>.xlsx")
@opens_to(Role.FUND_MANAGER)
def faults(run_id: int, what: str) -> ResponseReturnValue:
    """The same book with its faulty cells in red, or only the rows in quarantine."""
    run, book = own_run(run_id)
    if not run.mapping:
        abort(404)
    source = ingest.examine(
        path_of(edge.settings().books_folder, run.file_sha256), sheet=run.mapping["sheet"]
    )
    problems: dict[int, list[tuple[CellProblem, str]]] = {}
    for one in portfolio.problems_of(edge.reading(), run_id):
        cell = CellProblem(one.column_no, one.cell, one.head, one.field, one.code)
        problems.setdefault(one.row_no, []).append((cell, problem_text(one)))

    def write(path: Path) -> None:
        writing.write_marked(
            path,
            source,
            head_rows=int(run.mapping["head"][1]),
            problems=problems,
            words=(t("问题", "What is wrong"), t("问题清单", "List of faults")),
            pins=(t("来源", "Source"), {"book": book.name, **_facts(run)}),
            only_bad=what == "quarantine",
        )

    return _file(f"{what}-{run.as_of.isoformat()}-{run.id}.xlsx", write)


@blueprint.get("/<int:run_id>/difference.csv")
@opens_to(Role.FUND_MANAGER)
def difference_table(run_id: int) -> ResponseReturnValue:
    old, new = compared(run_id)
    columns = [
        Column("part", t("类别", "Part")),
        Column("loan_number", t("贷款编号", "Loan number")),
        Column("borrower", t("借款人", "Borrower")),
        Column("verdict_before", t("原结论", "Verdict before")),
        Column("verdict_after", t("现结论", "Verdict after")),
        Column("grade_before", t("原等级", "Grade before")),
        Column("grade_after", t("现等级", "Grade after")),
        Column("points_before", t("原得分", "Points before"), NUMBER),
        Column("points_after", t("现得分", "Points after"), NUMBER),
        Column("balance_before", t("原余额（元）", "Balance before (CNY)"), NUMBER),
        Column("balance_after", t("现余额（元）", "Balance after (CNY)"), NUMBER),
        Column("why", t("原因", "Why")),
    ]
    sides = (("before", _facts(old)), ("after", _facts(new)))
    columns += [Column(f"{name}_{side}", f"{name}_{side}") for side, _ in sides for name in PINNED]
    pinned = [facts[name] for _, facts in sides for name in PINNED]
    rows = ([*row, *pinned] for row in _differences(old, new, rulebook_of(new)))
    return _csv(columns, rows, f"difference-{old.id}-{new.id}.csv")


def _differences(old: LoanRun, new: LoanRun, book: Rulebook) -> Iterator[list[Value]]:
    for part, one in portfolio_difference.everything(edge.reading(), old, new):
        yield [
            t(*PART_WORDS[part]),
            one.row.loan_number,
            one.row.borrower,
            *_pair(one.old, one.new, lambda row: said(VERDICT_WORDS[row.verdict])),
            *_pair(one.old, one.new, lambda row: said(GRADES[row.grade]) if row.grade in GRADES else ""),
            *_pair(one.old, one.new, lambda row: _amount(row.total_centipoints, 100)),
            *_pair(one.old, one.new, lambda row: _amount(row.balance_fen, 100)),
            why_words(one, book),
        ]  # fmt: skip


def _pair(
    old: LoanRow | None, new: LoanRow | None, of: Callable[[LoanRow], Value]
) -> tuple[Value, Value]:
    return (of(old) if old is not None else None, of(new) if new is not None else None)
