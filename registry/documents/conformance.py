"""Our own rule set over the structure of a finished document: PDF/A-3a and PDF/UA-1 at once.

Not a replacement for veraPDF but a guard that runs with the tests on every kind of document, in
Python alone. Each rule has a name and the clause it comes from, and yields what is wrong.
"""

from __future__ import annotations

from dataclasses import dataclass

# Importing the two enters their rules.
from registry.documents import conformance_access, conformance_archive
from registry.documents.conformance_document import RULES, Document, Rule

PARTS = (conformance_archive, conformance_access)


@dataclass(frozen=True)
class Breach:
    """A rule that does not hold, and where."""

    rule: str
    clause: str
    said: str


def check(data: bytes) -> list[Breach]:
    """Every breach of every rule; an empty list is what a document must give."""
    document = Document(data)
    return [
        Breach(name, clause, said)
        for name, clause, function in RULES
        for said in _run(function, document)
    ]


def _run(function: Rule, document: Document) -> list[str]:
    """A rule that stumbles over what it expected to find has found a breach."""
    try:
        return list(function(document))
    except (AttributeError, KeyError, TypeError, ValueError, IndexError) as problem:
        return [f"cannot be read: {problem!r}"]


__all__ = ["PARTS", "RULES", "Breach", "check"]
