"""A fund manager with loan books, and a worker that may be killed, for tests."""

from datetime import UTC, date, datetime
from pathlib import Path

from sqlmodel import col, select

from registry.bulk import ingest
from registry.bulk.ingest.mapping import layout
from registry.jobs import portfolios
from registry.models import LoanRow, LoanRun, Organisation, Person
from registry.operations import portfolio as operations
from registry.operations.evidence import store
from registry.queries.account import actor_of
from registry.queries.rulebook import in_force
from registry.rules.calendar import legal_date
from registry.rules.permissions import Role
from tests import books

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
DAY = date(2026, 9, 30)
LISTS = ("G-ELIM", "G-RESTR-NEW", "G-ENV3Y", "G-ENVPEN", "G-SXBZX", "G-YZSX", "G-DOUBLE")
SETTLED = {f"unknown:{rule}": "pass" for rule in LISTS} | {"unverified": "accepted"}


class Desk:
    """A fund manager with books, and a worker that may be killed."""

    def __init__(
        self,
        database,
        settings,
        people=None,
        *,
        fund: Organisation | None = None,
        person: Person | None = None,
        now: datetime = NOW,
    ) -> None:
        self.database, self.settings, self.now = database, settings, now
        self.fund = fund or people.organisation(
            "河西绿色基金", name_en="Hexi Green Fund", kind="fund"
        )
        self.person = person or people.person(Role.FUND_MANAGER, organisation=self.fund)

    def by(self, session):
        return actor_of(session, self.person.id, on=legal_date(self.now))

    def bring(
        self,
        path: Path,
        *,
        as_of: date = DAY,
        name: str = "贷款台账",
        mapped: bool = True,
    ) -> int:
        with self.database.write() as session:
            source = ingest.examine(path)
            words = ingest.vocabulary(in_force(session, as_of))
            mapping = ingest.propose(source, words)
            record = {**mapping.to_record(), "same": books.SAME}
            assert ingest.check(ingest.Mapping.from_record(record), words) == []
            run = operations.bring(
                session,
                organisation_id=self.fund.id,
                name=name,
                as_of=as_of,
                file_name=path.name,
                file_sha256=store(self.settings.books_folder, path.read_bytes()),
                file_bytes=path.stat().st_size,
                source={"lines": source.lines, "kind": source.kind},
                by=self.by(session),
                now=self.now,
            )
            if not mapped:
                return run.id
            operations.keep_mapping(
                session,
                run_id=run.id,
                mapping=record,
                source={"lines": source.lines, "kind": source.kind},
                layout=layout([c.head for c in mapping.columns]),
                by=self.by(session),
                now=self.now,
            )
            return run.id

    def start(self, run_id: int, **more) -> None:
        with self.database.write() as session:
            told = {"settled": SETTLED, "basis": "已逐项查询", "engine": "python", **more}
            operations.start(session, run_id=run_id, by=self.by(session), now=self.now, **told)

    def work(self) -> int:
        return portfolios.screen_books(self.database, self.settings, self.now)

    def work_off(self, run_id: int) -> LoanRun:
        while self.run(run_id).state in ("WAITING", "RUNNING"):
            self.work()
        return self.run(run_id)

    def run(self, run_id: int) -> LoanRun:
        with self.database.read() as session:
            return session.get_one(LoanRun, run_id)

    def rows(self, run_id: int) -> list[LoanRow]:
        with self.database.read() as session:
            asked = select(LoanRow).where(LoanRow.run_id == run_id).order_by(col(LoanRow.row_no))
            return list(session.exec(asked).all())
