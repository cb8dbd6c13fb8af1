"""Answers that hypothesis makes up from the rulebook's own questions."""

from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from registry.rules.rulebook.declarations import Input
from tests.rules.projects import BOOK

CODES = {
    "zones": ["HTZ001", "outside"],
    "industries": ["4416", "3011", "3110", "3216", "0111", "2614", "4411"],
    "industrial_structure": ["encouraged-五-1", "restricted-一-1", "eliminated-三-12"],
    "catalogue_items": ["1", "3.2.2", "4.1", "9.9.9"],
}


def an_answer(field: Input) -> st.SearchStrategy[str]:
    """Any answer that the question takes, with its limits and round numbers among them."""
    match field.type:
        case "number":
            assert field.minimum is not None
            assert field.maximum is not None
            low, high = field.minimum, field.maximum
            small = min(high, low + 10_000)
            places = field.decimals
            return st.one_of(
                st.decimals(low, small, places=places), st.decimals(low, high, places=places),
                st.sampled_from([low, high, max(low, Decimal(0)), max(low, Decimal(1))]),
            ).map(lambda d: f"{d:f}")  # fmt: skip
        case "integer":
            low_n = int(field.minimum if field.minimum is not None else 0)
            high_n = int(field.maximum if field.maximum is not None else 3000)
            return st.integers(low_n, high_n).map(str)
        case "choice":
            return st.sampled_from([option.id for option in field.options])
        case "yes_no":
            return st.sampled_from(["yes", "no"])
        case "date":
            days = st.dates(min_value=_day(2015), max_value=_day(2035))
            return days.map(lambda day: day.isoformat())
        case "code":
            return st.sampled_from(CODES[field.table])
        case _:
            return st.just("text")


def _day(year: int) -> Any:
    from datetime import date

    return date(year, 1, 1)


def any_answers(kind: str, missing: bool = True) -> st.SearchStrategy[dict[str, str]]:
    """A whole form, most of it answered; whoever sets a field may have set it."""
    fields = [field for field in BOOK.inputs if field.is_for(kind)]
    always = {field.id: an_answer(field) for field in fields}
    if not missing:
        return st.fixed_dictionaries(always)
    whole = st.fixed_dictionaries(always)
    some = st.sets(st.sampled_from(sorted(always)), max_size=12)
    return st.builds(
        lambda answers, blank: {k: v for k, v in answers.items() if k not in blank}, whole, some
    )
