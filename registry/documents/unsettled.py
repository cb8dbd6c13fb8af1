"""What was unknown or unverified, in words: who settled what, and when."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from registry.documents.content import Unsettled
from registry.documents.days import day_en, day_zh
from registry.words import Words

Said = tuple[str, Words, Words]  # key of the field, its label, its value

STATUS = {
    "unknown": Words("未知", "unknown"),
    "unverified": Words("未核实", "unverified"),
}
LABEL = {"unknown": Words("未知事项", "Unknown"), "unverified": Words("未核实数据", "Unverified")}


def lines(found: Sequence[Unsettled]) -> Iterator[Said]:
    """A line for all that is alike in status, in who settled it and in the day."""
    groups: dict[tuple[str, Words | None, date | None], list[Words]] = {}
    for one in found:
        groups.setdefault((one.status, one.settled_by, one.settled_on), []).append(one.item)
    for at, ((status, by, on), items) in enumerate(groups.items()):
        settled = _settled(by, on)
        zh = "；".join(item.zh for item in items)
        en = "; ".join(item.en for item in items)
        yield (
            f"unsettled_{at}",
            LABEL[status],
            Words(f"{zh}（{settled.zh}）", f"{en} ({settled.en})"),
        )


def lines_of_edition_2(found: Sequence[Unsettled]) -> Iterator[Said]:
    """A line for each, as certificates with evidence of schema 2 print it."""
    for at, one in enumerate(found):
        settled, status = _settled(one.settled_by, one.settled_on), STATUS[one.status]
        yield (
            f"unsettled_{at}",
            Words("未知或未核实", "Unknown or unverified"),
            Words(
                f"{one.item.zh}：{status.zh}；{settled.zh}",
                f"{one.item.en}: {status.en}; {settled.en}",
            ),
        )


def _settled(by: Words | None, on: date | None) -> Words:
    if by is None:
        return Words("尚无人认定", "settled by nobody yet")
    when = Words(f"于 {day_zh(on)} ", f" on {day_en(on)}") if on else Words("", "")
    return Words(f"{by.zh}{when.zh}据证据认定", f"settled on evidence by the {by.en}{when.en}")
