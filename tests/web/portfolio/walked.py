"""What the desk of loan books needs in the small registry that the walk over all addresses walks in."""

import tempfile
from datetime import UTC, date, datetime
from pathlib import Path

from registry.operations import portfolio as operations
from tests import books
from tests.book_desk import Desk
from tests.entries import USCC


def build_portfolios(database, settings, team, ids):
    """Two finished quarters (with faults, a listed borrower and a correction), one that waits for
    its columns, one for its start, one that is paused."""
    now = datetime.now(UTC)
    desk = Desk(database, settings, fund=team.fund, person=team.fund_manager, now=now)
    with tempfile.TemporaryDirectory() as folder:
        old = list(books.book(40, seed=1))
        new = [*(list(row) for row in old[4:]), *list(books.book(46, seed=2, bad_every=12))[40:]]
        new[3][9], new[5][0] = "3", new[4][0]
        new[6][1], new[6][2], new[7][5] = "祁连矿业", USCC, "风光互补"
        brought = {
            "loan_before": desk.bring(
                books.write(Path(folder) / "q2.csv", old), as_of=date(2026, 6, 30)
            ),
            "loan_run": desk.bring(books.write(Path(folder) / "q3.csv", new)),
            "loan_brought": desk.bring(
                books.write(Path(folder) / "q4.csv", new), name="对应中", mapped=False
            ),
            "loan_ready": desk.bring(books.write(Path(folder) / "q5.csv", new), name="待开始"),
            "loan_paused": desk.bring(books.write(Path(folder) / "q6.csv", new), name="暂停"),
        }
    ids.update(brought)
    for name in ("loan_before", "loan_run"):
        desk.start(ids[name])
        assert desk.work_off(ids[name]).state == "DONE"
    desk.start(ids["loan_paused"])
    with database.write() as session:
        by = desk.by(session)
        operations.pause(session, run_id=ids["loan_paused"], by=by, now=now)
        operations.correct(
            session,
            run_id=ids["loan_run"],
            row_no=2,
            verdict="person_must_look",
            reason="合同与台账余额不一致",
            by=by,
            now=now,
        )
    ids["loan_row"] = 2
