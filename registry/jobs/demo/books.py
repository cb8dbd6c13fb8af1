"""Loan books of any size with made-up names: two quarters for the demonstration, more for trials."""

import csv
import io
import random
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from pathlib import Path

from sqlmodel import Session

from registry.bulk import ingest
from registry.bulk.ingest.mapping import layout
from registry.config import Settings
from registry.jobs.demo.people import Cast
from registry.jobs.portfolios import Reading
from registry.operations import portfolio, portfolio_run
from registry.operations.evidence import path_of, store
from registry.queries.rulebook import in_force
from registry.rules.portfolio import UNVERIFIED

NAME = "演示贷款台账（虚构数据）"
BASIS = "演示假设：各名单已由基金合规人员查询，参考数据暂按已公布数值采用。"
QUARTERS = (date(2026, 6, 30), date(2026, 9, 30))
LOANS = 120
LISTED = ("北京绿岚科技有限公司", "91110108MADEM0X11A")  # of the demonstration's own entries
LISTED_AT = 17  # the row whose borrower stands on the restricted list

HEADS = (
    "借据号", "借款人名称", "统一社会信用代码", "项目名称", "项目类型", "发电技术", "总投资（万元）",
    "贷款余额（元）", "贷款利率(%)", "装机容量(MW)", "年净上网电量（万千瓦时）", "省份", "国家高新区",
    "投产日期", "行业代码", "目录代码", "证据等级",
)  # fmt: skip
# What a bank says once for its whole book; everything that the rules of power plants ask for.
SAME = {
    "build_type": "new",
    "structure_class": "encouraged",
    "lifetime_years": "25",
    "catalogue_edition": "2025",
    "catalogue_conditions": "confirmed",
    "ghg_contribution": "flagged",
    "financed_elsewhere_percent": "0",
    "fossil_use": "none",
    "harm_adaptation": "pass",
    "harm_water": "pass",
    "harm_circular": "pass",
    "harm_pollution": "pass",
    "harm_biodiversity": "pass",
    "major_accidents": "0",
    "penalty_count": "0",
    "shutdown_orders": "0",
    "attributes": "retained",
    "credential": "none",
    "disclosure": "public_annual",
    "monitoring_parameters": "yes",
    "monitoring_meters": "yes",
    "monitoring_roles": "yes",
    "monitoring_records": "yes",
    "monitoring_quality": "yes",
    "method_document": "none",
    "grid_region": "northwest",
}
SETTLED_RULES = (
    *("G-ELIM", "G-RESTR-NEW", "G-ENV3Y", "G-ENVPEN", "G-SXBZX", "G-YZSX", "G-DOUBLE"),
)
PROVINCES = ("甘肃省", "青海", "宁夏回族自治区", "新疆", "陕西省")
BRANDS = ["凉州", "祁连", "河西", "玉门", "敦煌", "张掖", "金昌", "白银", "天水", "平凉"]
# What is wrong with a bad row: the head, what stands there, the code that names it.
FAULTS = (
    ("总投资（万元）", "约二亿", "not_a_number"),
    ("装机容量(MW)", "50MWp", "unit_in_cell"),
    ("投产日期", "3/1/2020", "not_a_date"),
    ("发电技术", "风光互补", "not_an_option"),
    ("贷款余额（元）", "1.234,5", "ambiguous_separator"),
)


def loan(number: int, chance: random.Random) -> list[str]:
    """One good row."""
    wind = chance.random() < 0.4
    capacity = chance.randrange(10, 200)
    hours = chance.randrange(1800, 2600) if wind else chance.randrange(1100, 1600)
    invested = capacity * chance.randrange(350, 700)
    name = f"{chance.choice(BRANDS)}第{number % 9973}新能源有限公司"
    return [
        f"JJ{number:07}", name, "", f"{name[:2]}{capacity}兆瓦项目", "可再生能源发电",
        "陆上风电" if wind else "光伏", f"{invested:,}",
        f"{invested * 10_000 * chance.randrange(30, 80) // 100:,}.{number % 100:02}",
        f"{chance.randrange(280, 480) / 100}%", str(capacity),
        f"{capacity * hours / 10:g}", chance.choice(PROVINCES), "区外",
        f"{chance.randrange(2012, 2024)}/{chance.randrange(1, 13)}/{chance.randrange(1, 28)}",
        "4415" if wind else "4416", "4.1" if chance.random() < 0.8 else "4.2",
        chance.choice(("T2", "T2", "T1", "T3", "—")),
    ]  # fmt: skip


def book(size: int, *, seed: int = 1, bad_every: int = 0) -> Iterator[list[str]]:
    """Good rows with a bad one at every so many-th place; the same seed gives the same book."""
    chance = random.Random(seed)  # noqa: S311  made-up loans, no secret
    for number in range(1, size + 1):
        row = loan(number, chance)
        if bad_every and number % bad_every == 0:
            head, cell, _ = FAULTS[number // bad_every % len(FAULTS)]
            row[HEADS.index(head)] = cell
        yield row


def faults(size: int, bad_every: int) -> list[tuple[int, str, str]]:
    """(row in the file, head, code) of every bad row of such a book."""
    found = []
    for number in range(bad_every, size + 1, bad_every):
        head, _, code = FAULTS[number // bad_every % len(FAULTS)]
        found.append((number + 1, head, code))
    return found


def text_of(rows: Iterable[Sequence[str]]) -> str:
    """The rows as CSV under their heads."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(HEADS)
    writer.writerows(rows)
    return out.getvalue()


def write(path: Path, rows: Iterable[Sequence[str]], *, encoding: str = "gb18030") -> Path:
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADS)
        writer.writerows(rows)
    return path


# -- the demonstration -----------------------------------------------------------------------------


def play_books(session: Session, settings: Settings, cast: Cast, now: datetime) -> None:
    """Two quarters of the demonstration fund's book, screened as the worker would."""
    settings.books_folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    old = list(book(LOANS, seed=7))
    new = [list(row) for row in old[6:]] + list(book(LOANS + 9, seed=7, bad_every=3))[LOANS:]
    for at in (3, 11, 40):
        new[at][HEADS.index("年净上网电量（万千瓦时）")] = "120"
    new[LISTED_AT][1:3] = LISTED
    for day, rows in zip(QUARTERS, (old, new), strict=True):
        run_id = _start(session, settings, cast, day, rows, now)
        begun = portfolio_run.begin(session, run_id=run_id, now=now)
        assert begun is not None
        reading = Reading(session, settings, begun)
        is_last = False
        while not is_last:
            chunk = reading.chunk()
            portfolio_run.keep(session, run_id=run_id, chunk=chunk, now=now)
            is_last = chunk.is_last
        reading.close()


def _start(
    session: Session,
    settings: Settings,
    cast: Cast,
    day: date,
    rows: list[list[str]],
    now: datetime,
) -> int:
    data = text_of(rows).encode("gb18030")
    sha256 = store(settings.books_folder, data)
    by = cast.actor(session, "fund", now)
    words = ingest.vocabulary(in_force(session, day))
    source = ingest.examine(path_of(settings.books_folder, sha256))
    found = {"kind": source.kind, "encoding": source.encoding, "lines": source.lines}
    run = portfolio.bring(
        session,
        organisation_id=cast.organisations["fund"],
        name=NAME,
        as_of=day,
        file_name=f"贷款台账-{day.isoformat()}.csv",
        file_sha256=sha256,
        file_bytes=len(data),
        source=found,
        by=by,
        now=now,
    )
    mapping = {**ingest.propose(source, words).to_record(), "same": SAME}
    portfolio.keep_mapping(
        session,
        run_id=run.id,
        mapping=mapping,
        source=found,
        layout=layout([column["head"] for column in mapping["columns"]]),
        by=by,
        now=now,
    )
    settled = {f"unknown:{rule}": "pass" for rule in SETTLED_RULES} | {UNVERIFIED: "accepted"}
    portfolio.start(
        session, run_id=run.id, engine="python", settled=settled, basis=BASIS, by=by, now=now
    )
    return run.id
