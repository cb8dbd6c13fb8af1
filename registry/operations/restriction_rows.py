"""A line of a table read as a proposal, or every mistake in it named by its column."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from registry.models import RestrictedEntry, RestrictedEntryData
from registry.operations.account import DataRefused, checked
from registry.operations.restriction_columns import COLUMNS, TOLD, cells_of, names_in
from registry.rules import canonical
from registry.rules.restriction import (
    GROUNDS,
    GroundRefused,
    Term,
    check_subject,
    check_term,
    longest_term,
)
from registry.rules.screening import check_uscc, fold
from registry.words import grounds

# What a heading may say beside the column's own name.
HEADINGS: dict[str, str] = {
    "名称": "name_zh",
    "企业名称": "name_zh",
    "单位名称": "name_zh",
    "被执行人姓名/名称": "name_zh",
    "英文名称": "name_en",
    "曾用名": "other_names",
    "统一社会信用代码": "uscc",
    "组织机构代码": "other_codes",
    "对象类型": "subject_kind",
    "事由": "ground",
    "情形": "case_code",
    "文号": "decision_number",
    "决定文号": "decision_number",
    "作出机关": "issuing_body",
    "事实": "facts",
    "起算日": "from_day",
    "列入日期": "from_day",
    "截止日期": "to_day",
    "复查日期": "review_on",
    "编号": "external_key",
}
DEFAULTS = ("subject_kind", "ground", "case_code", "issuing_body", "facts", "from_day")
NOTHING = frozenset({"", "-", "—", "——", "/", "无", "n/a", "na", "null", "none"})
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_NO_MOMENT = datetime(1970, 1, 1, tzinfo=UTC)
_HIDDEN = ("Cc", "Cf", "Cn", "Co", "Cs")


@dataclass(frozen=True)
class RowProblem:
    """What is wrong with one row: the column it stands in, a code with words, and what was read."""

    line: int
    column: str
    code: str
    detail: str = ""


@dataclass(frozen=True)
class ReadRow:
    """A line without mistakes. `key` tells whether the register has it already."""

    line: int
    key: str
    values: dict[str, Any]
    aliases: dict[str, Any]
    review_on: date | None
    person_commitment: str
    evidence_sha256: str

    def differs_from(self, entry: RestrictedEntry) -> bool:
        """Whether it says anything else than the entry does; what only the registry says of an
        entry, and evidence that the line does not name, do not count."""
        mine = {**_shown(self), "evidence_sha256": self.evidence_sha256}
        theirs = dict(zip(COLUMNS, cells_of(entry), strict=True))
        left_out = {*TOLD, "external_key"} | (
            set() if self.evidence_sha256 else {"evidence_sha256"}
        )
        return any(mine[name] != theirs[name] for name in COLUMNS if name not in left_out)


def _shown(row: ReadRow) -> dict[str, str]:
    as_entry = RestrictedEntry(
        **RestrictedEntryData(**row.values).model_dump(),
        aliases=row.aliases,
        review_on=row.review_on,
        person_commitment=row.person_commitment,
        proposed_at=_NO_MOMENT,
        changed_at=_NO_MOMENT,
    )
    return dict(zip(COLUMNS, cells_of(as_entry), strict=True))


def columns_of(head: Sequence[object]) -> tuple[dict[int, str], list[RowProblem]]:
    """Which column stands where; an unknown or repeated heading is a mistake of the first line."""
    found: dict[int, str] = {}
    problems = []
    for place, cell in enumerate(head):
        said = str(cell or "").strip()
        if not said:
            continue
        name = said if said in COLUMNS else HEADINGS.get(said.replace(" ", ""), "")
        if not name:
            problems.append(RowProblem(1, said[:60], "unknown_column"))
        elif name in found.values():
            problems.append(RowProblem(1, said[:60], "column_twice"))
        else:
            found[place] = name
    return found, problems


def read_row(
    line: int,
    cells: Sequence[object],
    places: Mapping[int, str],
    defaults: Mapping[str, str],
) -> ReadRow | list[RowProblem] | None:
    """A proposal, its mistakes, or None for an empty line."""
    problems: list[RowProblem] = []
    said = dict.fromkeys(COLUMNS, "")
    for place, name in places.items():
        cell = cells[place] if place < len(cells) else None
        said[name] = _text(line, name, cell, problems)
    if not any(said.values()):
        return None
    for name in DEFAULTS:
        said[name] = said[name] or defaults.get(name, "")
    values: dict[str, Any] = {
        name: said[name] for name in RestrictedEntryData.model_fields if name in said
    }
    values["subject_kind"] = _choice(said["subject_kind"] or "company", grounds.SUBJECTS)
    values["scope_kind"] = _choice(said["scope_kind"] or "everywhere", grounds.REACHES)
    values["ground"] = _choice(said["ground"], grounds.GROUNDS)
    values["case_code"] = _case(values["ground"], said["case_code"])
    values["grave_months"] = _months(line, said["grave_months"], problems)
    code = check_uscc(said["uscc"])
    values["uscc"] = code.normalised if code.kind != "unknown" else said["uscc"]
    days = {n: _day(line, n, said[n], problems) for n in ("from_day", "to_day", "review_on")}
    values["from_day"], values["to_day"] = days["from_day"], days["to_day"]
    review = days["review_on"]
    if not problems:
        review = _complete(line, values, review, problems)
    if not problems:
        problems += _by_the_model(line, values)
    problems += _identified(line, values, said["person_commitment"])
    if problems:
        return problems
    names = names_in(said["other_names"])
    codes = [one.strip() for one in re.split("[；;]", said["other_codes"]) if one.strip()]
    aliases = {**({"codes": codes} if codes else {}), **({"names": names} if names else {})}
    return ReadRow(
        line,
        said["external_key"] or _key(values, said["person_commitment"]),
        values,
        aliases,
        review,
        said["person_commitment"],
        said["evidence_sha256"],
    )


def _key(values: Mapping[str, Any], person: str) -> str:
    """The same body on the same ground by the same decision from the same day is the same entry."""
    who = values["uscc"] or person or fold(values["name_zh"])
    said = [values["subject_kind"], who, values["ground"], values["case_code"]]
    said += [values["decision_number"], values["from_day"].isoformat()]
    return "F-" + canonical.digest(said)[:32]


def _text(line: int, name: str, cell: object, problems: list[RowProblem]) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell == int(cell):
        cell = int(cell)
    if isinstance(cell, int | float) and name in ("uscc", "other_codes", "person_commitment"):
        problems.append(RowProblem(line, name, "code_is_a_number", str(cell)))
        return ""
    text = unicodedata.normalize("NFC", str(cell)).strip()
    if text[:1] == "'" and text[1:2] in ("=", "+", "-", "@", "＝", "＋", "－", "＠"):
        text = text[1:]
    flat = text if name == "facts" else " ".join(text.split())
    hidden = [c for c in flat if unicodedata.category(c) in _HIDDEN and c not in "\n\t"]
    if hidden:
        problems.append(RowProblem(line, name, "hidden_character", f"U+{ord(hidden[0]):04X}"))
        return ""
    return "" if flat.lower() in NOTHING else flat


def _choice(text: str, words: Mapping[str, Any]) -> str:
    """A code, or its name in either language; what is neither stays as it is and is refused later."""
    if text in words:
        return text
    wanted = text.casefold()
    for code, said in words.items():
        if wanted in (said.zh.casefold(), said.en.casefold()):
            return str(code)
    return text


def _case(ground: str, text: str) -> str:
    known = GROUNDS.get(ground)
    if known is not None and not text and len(known.cases) == 1:
        return known.cases[0].code
    return _choice(text, grounds.CASES)


def _months(line: int, text: str, problems: list[RowProblem]) -> int:
    if not text:
        return 0
    if not text.isascii() or not text.isdigit() or len(text) > 3:
        problems.append(RowProblem(line, "grave_months", "not_a_whole_number", text[:40]))
        return 0
    return int(text)


def _day(line: int, name: str, text: str, problems: list[RowProblem]) -> date | None:
    if not text:
        if name == "from_day":
            problems.append(RowProblem(line, name, "missing"))
        return None
    found = _DAY.fullmatch(unicodedata.normalize("NFKC", text).replace(" ", "")[:20])
    try:
        if found is None:
            raise ValueError
        return date(*(int(part) for part in found.groups()))
    except ValueError:
        problems.append(RowProblem(line, name, "not_a_day", text[:40]))
        return None


def _complete(
    line: int, values: dict[str, Any], review: date | None, problems: list[RowProblem]
) -> date | None:
    """A term that the ground allows; without a word on its end, the longest one."""
    ground = GROUNDS.get(values["ground"])
    if ground is None:
        code = "unknown_choice" if values["ground"] else "missing"
        problems.append(RowProblem(line, "ground", code, values["ground"][:40]))
        return review
    grave = values["grave_months"]
    try:
        check_subject(ground, values["subject_kind"])
        longest = longest_term(ground, values["case_code"], values["from_day"], grave_months=grave)
        if values["to_day"] is None and review is None:
            values["to_day"], review = longest.to_day, longest.review_on
        term = Term(values["from_day"], values["to_day"], review)
        check_term(ground, values["case_code"], term, grave_months=grave)
    except GroundRefused as refused:
        column = {"case_unknown": "case_code", "subject_unfit": "subject_kind"}.get(
            str(refused.code), "to_day"
        )
        problems.append(RowProblem(line, column, str(refused.code)))
    return review


def _by_the_model(line: int, values: Mapping[str, Any]) -> list[RowProblem]:
    try:
        checked(RestrictedEntryData, values)
    except DataRefused as refused:
        return [
            RowProblem(line, one.field, one.code, str(one.limit or "")) for one in refused.problems
        ]
    return []


def _identified(line: int, values: Mapping[str, Any], person: str) -> list[RowProblem]:
    if values["subject_kind"] == "company" and not values["uscc"]:
        return [RowProblem(line, "uscc", "subject_not_identified")]
    if values["subject_kind"] == "person" and not person:
        return [RowProblem(line, "person_commitment", "person_one_by_one")]
    return []
