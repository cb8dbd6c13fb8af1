"""The made-up companies as entries of a list and as rows of a portfolio."""

from __future__ import annotations

from bench.screening_data.companies import Company
from registry.rules.screening import FORMER, SHORT, Entry, Name, Subject


def other_names(company: Company) -> tuple[Name, ...]:
    pairs = ((company.former, FORMER), (company.short, SHORT))
    return tuple(Name(text, role) for text, role in pairs if text)


def entry_of(company: Company) -> Entry:
    return Entry(
        company.number,
        company.name,
        name_en=company.name_en if company.lists_english else "",
        uscc=company.uscc,
        other_names=other_names(company),
    )


def row_of(company: Company) -> Subject:
    """As a bank has it: the registered name, and the English one where the company uses one."""
    return Subject(
        company.name,
        name_en=company.name_en if company.lists_english else "",
        reference=str(company.number),
    )


def texts_of(company: Company) -> list[str]:
    """Every name of an entry, for the peer."""
    english = company.name_en if company.lists_english else ""
    return [name for name in (company.name, english, company.former, company.short) if name]
