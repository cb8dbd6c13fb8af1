"""How a kind of import is described: columns, keys, scope, and the columns of provenance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final


@dataclass(frozen=True, slots=True)
class Column:
    """One column: how it is called in each language, what it may hold, how it looks filled in.

    form: text, code, padded (a code whose leading zeros count), whole, number, day, part_day (a
    year or month will do) or choice. A spreadsheet must not turn a code into a number.
    """

    name: str
    zh: str
    en: str
    form: str = "text"
    required: bool = False
    choices: Mapping[str, str] | None = None  # what may be written -> what is kept
    least: str = ""
    most: str = ""
    unit: str = ""
    example: str = ""
    aliases: tuple[str, ...] = ()
    constant: str = ""  # the only value; filled in where the file does not say it


@dataclass(frozen=True, slots=True)
class Kind:
    """`scope` names the columns whose values an upload speaks for: rows elsewhere stay."""

    name: str
    zh: str
    en: str
    columns: tuple[Column, ...]
    keys: tuple[str, ...]
    scope: tuple[str, ...] = ()
    family: str = ""  # the family of editions that `edition` must belong to
    ignored: tuple[str, ...] = ()  # columns of published files that are read over
    extra: tuple[str, ...] = ()  # columns of published files that other columns follow from

    @property
    def column_names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)


YES_NO: Final = {
    "yes": "yes",
    "no": "no",
    "是": "yes",
    "否": "no",
    "√": "yes",
    "1": "yes",
    "0": "no",
}
STATUS: Final = {
    "verified": "verified",
    "unverified": "unverified",
    "已核对": "verified",
    "未核对": "unverified",
}
KNOWN_FROM: Final = {
    "original": "original",
    "several_copies": "several_copies",
    "second_hand": "second_hand",
    "computed": "computed",
    "memory": "memory",
    "design": "design",
    "原文": "original",
    "多份副本一致": "several_copies",
    "二手": "second_hand",
    "计算": "computed",
    "记忆": "memory",
    "本平台设计": "design",
}
ORIGIN: Final = (
    Column("source", "发布机关", "Published by", required=True, example="国家发展改革委"),
    Column("document", "文件", "Document", required=True, aliases=("notice",)),
    Column("clause", "条款", "Clause", example="附件 表1"),
    Column("published", "发布日期", "Published", "part_day", required=True, example="2023-06-06"),
    Column("effective", "生效日期", "Effective", "part_day"),
    Column("status", "核对状态", "Status", "choice", True, STATUS, example="unverified"),
    Column("known_from", "依据", "Known from", "choice", True, KNOWN_FROM, example="second_hand"),
    Column("note", "备注", "Note"),
)
NAME_ZH = Column("name_zh", "中文名称", "Chinese name", required=True)
NAME_EN = Column("name_en", "英文名称", "English name")


def origin_with(status: Mapping[str, str] | None = None, **constants: str) -> tuple[Column, ...]:
    """The columns of provenance where a published file always means the same document."""
    made = []
    for column in ORIGIN:
        if column.name in constants:
            column = replace(column, constant=constants[column.name])
        if column.name == "status" and status:
            column = replace(column, choices=status)
        made.append(column)
    return tuple(made)


def purpose(value: str) -> Column:
    return Column(
        "purpose", "用途", "Purpose", "choice", True, {value: value}, example=value, constant=value
    )
