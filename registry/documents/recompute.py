"""Compute a certificate's score again from what lies in the file, and compare it with what it says.

Takes the rulebook and the rows of reference data that are attached, the inputs of the evidence, and
for sealed inputs the openings that the holder gives. Nothing of the registry is asked.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from registry.documents.attached import RulebookUnreadable, unpack_rulebook
from registry.documents.content import CertificateContent
from registry.rules import canonical, chain
from registry.rules.assessment import Assessment
from registry.rules.consulted import ConsultedInvalid, tables_of
from registry.rules.rulebook import Rulebook, RulebookInvalid, digest
from registry.rules.rulebook.load import parse
from registry.rules.score import assess

OPENINGS_SCHEMA = "https://w3id.org/green-project-registry/openings/1"


class NotRecomputable(ValueError):
    """What is attached cannot be computed with, or is not what the evidence names."""


@dataclass(frozen=True)
class Recomputed:
    """The score as it came out here; `differs` names what the certificate says otherwise."""

    assessment: Assessment
    differs: tuple[str, ...]


def sealed(assessment: Mapping[str, Any]) -> tuple[str, ...]:
    """Inputs that stand in the evidence as commitments only."""
    return tuple(sorted(assessment.get("commitments", {})))


def openings_file(number: str, evidence: bytes, opened: Mapping[str, tuple[str, str]]) -> bytes:
    """What the holder keeps and hands to whom it wants: value and salt of each sealed input."""
    return canonical.dumps(
        {
            "schema": OPENINGS_SCHEMA,
            "certificate": number,
            "evidence_sha256": hashlib.sha256(evidence).hexdigest(),
            "openings": {
                field: {"value": value, "salt": salt} for field, (value, salt) in opened.items()
            },
        }
    )


def read_openings(data: bytes) -> Mapping[str, Mapping[str, str]]:
    """Field to value and salt; NotRecomputable where the file is none."""
    try:
        said = json.loads(data)
        if said["schema"] != OPENINGS_SCHEMA:
            raise NotRecomputable("not a file of openings")
        return {
            str(field): {"value": str(one["value"]), "salt": str(one["salt"])}
            for field, one in said["openings"].items()
        }
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as problem:
        raise NotRecomputable(f"not a file of openings: {problem}") from None


def opened_inputs(
    assessment: Mapping[str, Any], openings: Mapping[str, Mapping[str, str]]
) -> dict[str, str]:
    """The sealed values, each checked against its commitment."""
    found = {}
    for field in sealed(assessment):
        if field not in openings:
            raise NotRecomputable(f"{field} is sealed and not opened")
        value, salt = openings[field]["value"], openings[field]["salt"]
        try:
            made = chain.commitment(bytes.fromhex(salt), f"{field}={value}")
        except ValueError as problem:
            raise NotRecomputable(f"{field}: {problem}") from None
        if made != assessment["commitments"][field]:
            raise NotRecomputable(f"{field} was not sealed with this value")
        found[field] = value
    return found


@lru_cache(maxsize=16)
def rulebook_of(packed: bytes) -> Rulebook:
    """The attached rulebook, read and checked as strictly as one that is to be published."""
    try:
        return parse(unpack_rulebook(packed))
    except RulebookUnreadable as problem:
        raise NotRecomputable(f"the rulebook cannot be read: {problem}") from None
    except RulebookInvalid as problem:
        raise NotRecomputable(f"the rulebook is not valid: {problem}") from None


@lru_cache(maxsize=64)
def _tables(factors: bytes) -> Any:
    try:
        return tables_of(json.loads(factors))
    except (ValueError, RecursionError) as problem:
        raise NotRecomputable(f"the factors cannot be read: {problem}") from None
    except ConsultedInvalid as problem:
        raise NotRecomputable(f"the factors cannot be read: {problem}") from None


def recompute(
    content: CertificateContent,
    assessment: Mapping[str, Any],
    *,
    rulebook: bytes,
    factors: bytes,
    openings: Mapping[str, Mapping[str, str]] | None = None,
) -> Recomputed:
    """Steps: the attachments are those that the evidence names; the sealed inputs open; the score
    is computed; its record, and what the page prints of it, are compared."""
    if hashlib.sha256(factors).hexdigest() != assessment.get("factors_sha256"):
        raise NotRecomputable("the attached factors are not those that the evidence names")
    named = assessment.get("rulebook_sha256")
    if digest(unpack_rulebook(rulebook)) != named or content.rulebook.sha256 != named:
        raise NotRecomputable("the attached rulebook is not the one that the evidence names")
    inputs = dict(assessment["inputs"]) | opened_inputs(assessment, openings or {})
    tables = _tables(factors)
    if tables.sha256 != assessment.get("reference_sha256"):
        raise NotRecomputable("the factors are not from the reference data that the evidence names")
    try:
        made = assess(
            rulebook_of(rulebook),
            {**inputs, **assessment["found"]},
            kind=assessment["kind"],
            as_of=date.fromisoformat(assessment["as_of"]),
            reference=tables,
            settled=assessment["settled"],
        )
    except (KeyError, TypeError, ValueError, ArithmeticError) as problem:
        raise NotRecomputable(f"the score cannot be computed: {problem}") from None
    return Recomputed(made, tuple(_differences(content, assessment, made)))


def _differences(
    content: CertificateContent, assessment: Mapping[str, Any], made: Assessment
) -> list[str]:
    """Names of what the certificate says otherwise, the most visible first."""
    central = made.benefit("abatement")
    printed = content.abatement.figure.value if content.abatement is not None else ""
    said = {
        "score": (content.centipoints, made.total_centipoints),
        "grade": (content.grade.code, made.grade),
        "applicable weight": (content.applicable_bp, made.applicable_weight_bp),
        "coverage": (content.coverage_bp, made.coverage_bp),
        "abatement": (printed, printed_amount(central.central) if central is not None else ""),
        "record": (assessment.get("result_sha256"), canonical.digest(made.to_record())),
    }
    return [name for name, (here, there) in said.items() if here != there]


def printed_amount(value: str) -> str:
    """Whole tonnes as the method gives them; anything finer to one decimal, rounded down."""
    whole, _, decimals = value.partition(".")
    return f"{whole}.{decimals[0]}" if decimals.strip("0") and decimals[0] != "0" else whole
