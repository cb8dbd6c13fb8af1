"""Speed and size: a portfolio against lists of two sizes, changed entries against a portfolio, codes."""

from __future__ import annotations

import gc
import time
from collections.abc import Iterable, Sequence
from itertools import islice

from stdnum.cn import uscc as stdnum_uscc

from bench.screening_data.bed import entry_of, row_of
from bench.screening_data.changes import TYPOS, traditional
from bench.screening_data.companies import Company, Draw
from registry.bulk.screening.codes import check_many
from registry.bulk.screening.index import ArrayIndex, index_list
from registry.bulk.screening.portfolio import screen_changes, screen_portfolio
from registry.rules.screening import Entry, Match, Policy, Subject

Alert = tuple[str, Match]


def cpu() -> float:
    return time.process_time()


def rate(rows: Sequence[Subject], index: ArrayIndex[Entry], policy: Policy) -> tuple[float, int]:
    """(rows per CPU-second, rows with a hit)."""
    started = cpu()
    hits = sum(bool(found) for _, found in screen_portfolio(rows, index, policy))
    return len(rows) / (cpu() - started), hits


def portfolio_rows(
    companies: Sequence[Company], listed: Sequence[Company], draw: Draw
) -> list[Subject]:
    """Rows of a bank, one in a hundred of them a listed company under a mistyped name."""
    rows = []
    for at, company in enumerate(companies):
        if at % 100 == 0:
            other = draw.random.choice(listed)
            change = draw.random.choice((*TYPOS.values(), None))
            text = change(draw, other.name) if change else traditional(draw, other)
            rows.append(Subject(text, reference=str(company.number)))
        else:
            rows.append(row_of(company))
    return rows


def changed_entries(companies: Sequence[Company], fresh: Sequence[Company]) -> list[Entry]:
    """Entries of today: one in ten of them a company of the portfolio."""
    step = max(1, len(companies) // len(fresh))
    chosen = [
        companies[at * step + 7] if at % 10 == 0 else company for at, company in enumerate(fresh)
    ]
    return [entry_of(company.changed(number=at)) for at, company in enumerate(chosen)]


def delta(
    entries: Sequence[Entry], portfolio: ArrayIndex[Subject], policy: Policy
) -> tuple[float, list[Alert]]:
    """(CPU seconds, alerts) of changed entries; the best of three, each with nothing remembered."""
    best, alerts = float("inf"), []
    for _ in range(3):
        forget()
        started = cpu()
        found = screen_changes(entries, portfolio, policy)
        best = min(best, cpu() - started)
        alerts = [(subject.reference, one) for subject, one in found]
    return best, alerts


def settle() -> None:
    """Keep the collector off what the bench itself holds: millions of objects that no user has."""
    gc.collect()
    gc.freeze()


def forget() -> None:
    """Empty the memory of what was parsed, so that no run lives off the one before."""
    from registry.rules.screening import folding, parsing, sides

    for remembered in (folding.sounds, parsing.parse_folded, sides.side_of):
        remembered.cache_clear()


def full(
    rows: Iterable[Subject], entries: Sequence[Entry], policy: Policy
) -> tuple[float, list[Alert]]:
    """(CPU seconds, alerts) of screening every row again against the same entries."""
    index = index_list(entries)
    started = cpu()
    found = [
        (subject.reference, one)
        for subject, hits in screen_portfolio(rows, index, policy)
        for one in hits
    ]
    return cpu() - started, found


def codes_against_stdnum(companies: Sequence[Company]) -> tuple[float, bool]:
    """(our speed over python-stdnum's, whether both say the same of all codes)."""
    codes = [company.uscc for company in islice(companies, 100_000)]
    codes = [c if i % 50 else c[:9] + c[10] + c[9] + c[11:] for i, c in enumerate(codes)]
    started = cpu()
    checked = check_many(codes)
    ours = (cpu() - started) / len(codes)
    some = codes[:20_000]
    started = cpu()
    theirs = [stdnum_uscc.is_valid(code) for code in some]
    spent = (cpu() - started) / len(some)
    fine = checked.is_uscc & checked.check_digit_ok
    return spent / ours, fine[: len(some)].tolist() == theirs
