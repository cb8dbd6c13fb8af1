"""One entry as a line of a table, the same way out and back in."""

from datetime import date

from registry.models import RestrictedEntry

COLUMNS = (
    "external_key",
    "number",
    "state",
    "subject_kind",
    "name_zh",
    "name_en",
    "other_names",
    "uscc",
    "other_codes",
    "ground",
    "case_code",
    "grave_months",
    "decision_number",
    "issuing_body",
    "facts",
    "scope_kind",
    "scope_id",
    "from_day",
    "to_day",
    "review_on",
    "person_commitment",
    "evidence_sha256",
)
TOLD = ("number", "state")  # what the registry says of an entry; an import does not change it
_APART = "；"


def _day(value: date | None) -> str:
    return value.isoformat() if value is not None else ""


def names_out(aliases: dict[str, list[dict[str, str]]]) -> str:
    """former:旧名称；short:简称"""
    return _APART.join(f"{one['role']}:{one['text']}" for one in aliases.get("names", []))


def names_in(text: str) -> list[dict[str, str]]:
    found = []
    for piece in text.replace(";", _APART).split(_APART):
        role, colon, name = piece.strip().partition(":")
        if colon and role in ("english", "former", "short", "alias"):
            found.append({"role": role, "text": name.strip()})
        elif piece.strip():
            found.append({"role": "former", "text": piece.strip()})
    return found


def cells_of(row: RestrictedEntry) -> list[str]:
    """The line of an entry, in the order of COLUMNS."""
    aliases = row.aliases or {}
    special = {
        "other_names": names_out(aliases),
        "other_codes": _APART.join(aliases.get("codes", [])),
        "from_day": _day(row.from_day),
        "to_day": _day(row.to_day),
        "review_on": _day(row.review_on),
        "grave_months": str(row.grave_months or ""),
    }
    return [special[name] if name in special else str(getattr(row, name) or "") for name in COLUMNS]
