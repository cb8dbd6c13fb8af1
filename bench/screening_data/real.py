"""Real names from a file: some are listed and asked for in nine ways, others are asked for untouched.

The file is given at run time and never comes with the project: a CSV, plain or gzipped, with a column
of Chinese names. Everything else in it is a distractor on the list.
"""

from __future__ import annotations

import csv
import gzip
import json
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

from pypinyin import lazy_pinyin

from bench.screening_data import changes
from bench.screening_data.companies import CITIES, PROVINCES, Draw
from bench.screening_data.recall import KeyTable
from registry.reference.screening import screening_policy
from registry.rules.screening import Entry, Match, Subject, fold, match
from registry.rules.screening.folding import is_chinese

LISTED, OTHERS, DISTRACTORS = 301, 500, 50_000
COLUMNS = ("name", "name_zh", "company", "企业名称", "单位名称", "公司名称", "名称")
MIN_NAMES = 2 * LISTED
PLACES = sorted({place.zh for place in CITIES + PROVINCES}, key=len, reverse=True)
FORMS = ("有限责任公司", "股份有限公司", "有限公司", "公司")


def names_in(path: Path) -> list[str]:
    """The Chinese names of a file, each once; nothing where no column is called as names are."""
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8-sig", newline="") as source:
        rows = csv.DictReader(source)
        column = next((name for name in COLUMNS if name in (rows.fieldnames or ())), None)
        names = (row[column].strip() for row in rows) if column else ()
        return list(dict.fromkeys(name for name in names if is_chinese(fold(name))))


def _split_region(name: str) -> tuple[str, str]:
    """(region, rest) by a list of places of this module's own, not by the parser under test."""
    for place in PLACES:
        if name.startswith(place):
            end = len(place) + (name[len(place) : len(place) + 1] in ("市", "省"))
            return (name[:end], name[end:]) if len(name) - end > 3 else ("", name)
    return "", name


def region_dropped(draw: Draw, name: str) -> str:
    return _split_region(name)[1]


def region_moved(draw: Draw, name: str) -> str:
    region, rest = _split_region(name)
    form = next((form for form in FORMS if rest.endswith(form)), "")
    if not region or len(rest) - len(form) < 3 or not form or rest.count("公司") > 1:
        return name
    return f"{rest[: -len(form)]}（{region}）{form}"


def suffix_changed(draw: Draw, name: str) -> str:
    for form in FORMS[:3]:
        if name.endswith(form):
            return name[: -len(form)] + draw.random.choice([f for f in FORMS[:3] if f != form])
    return name


def homophone(draw: Draw, name: str) -> str:
    same = changes._same_sound()
    able = [i for i, char in enumerate(name) if len(same.get(lazy_pinyin(char)[0], ())) > 1]
    if not able:
        return name
    at = draw.random.choice(able)
    others = [char for char in same[lazy_pinyin(name[at])[0]] if char != name[at]]
    return name[:at] + draw.random.choice(others or [name[at]]) + name[at + 1 :]


def typo(draw: Draw, name: str) -> str:
    return draw.random.choice(list(changes.TYPOS.values()))(draw, name)


def space(draw: Draw, name: str) -> str:
    at = draw.random.randrange(1, len(name))
    return f"{name[:at]} {name[at:]}"


def brackets(draw: Draw, name: str) -> str:
    left, right = draw.random.choice(("()", "【】", "[]", "〔〕"))
    return name.replace("（", left).replace("）", right).replace("(", left).replace(")", right)


WAYS: dict[str, Callable[[Draw, str], str]] = {
    "traditional": lambda draw, name: changes._converter("s2t").convert(name),
    "full_width": lambda draw, name: "\u3000".join((name[:2], name[2:])),
    "brackets": brackets,
    "region_dropped": region_dropped,
    "region_moved": region_moved,
    "suffix": suffix_changed,
    "space": space,
    "homophone": homophone,
    "typo": typo,
}


def measure_all(path: Path) -> dict[str, object]:
    """A file, or every file of a folder that holds names enough; the last line sums them up."""
    files = sorted(one for one in path.iterdir() if one.is_file()) if path.is_dir() else [path]
    every = {}
    for one in files:
        if one.name.endswith((".csv", ".csv.gz")) and len(names := names_in(one)) >= MIN_NAMES:
            every[one.name] = found = measure(names)
            print(f"{one.name}: {json.dumps(found, ensure_ascii=False)}", flush=True)
    if not every:
        raise SystemExit(
            f"{path}: no file with {MIN_NAMES} Chinese names in one column of {COLUMNS}"
        )
    asked = sum(int(str(found["listed"])) for found in every.values())
    return {
        "files": len(every),
        "recall": sum(float(str(f["recall"])) * int(str(f["listed"])) for f in every.values())
        / asked,
        "lowest_recall": min(float(str(f["recall"])) for f in every.values()),
        "false_alarms": sum(int(str(f["false_alarms"])) for f in every.values()),
        "others": sum(int(str(f["others"])) for f in every.values()),
    }


def measure(names: list[str], seed: int = 1) -> dict[str, object]:
    """Recall of the listed names by way of changing them, and alarms on others left untouched."""
    Random(seed).shuffle(names)
    listed, others = names[:LISTED], names[LISTED : LISTED + OTHERS]
    distractors = names[LISTED + OTHERS :][:DISTRACTORS]
    table = KeyTable([Entry(at, name) for at, name in enumerate(listed + distractors)])
    draw, found = Draw(seed), Counter[str]()
    for at, name in enumerate(listed):
        for way, change in WAYS.items():
            hit = at in {one.entry for one in hits(table, change(draw, name))}
            found[way] += hit
    alarms = [one for name in others for one in hits(table, name)[:1]]
    related = sum(one.parts[-1].kind == "parent" for one in alarms)
    for one in alarms:
        print(f"alarm: {one.subject_text} | {one.entry_text} | {one.score}")
    return {
        "names": len(names),
        "list": len(listed) + len(distractors),
        "listed": len(listed),
        "recall": sum(found.values()) / (len(listed) * len(WAYS)),
        "recall_by_way": {way: round(found[way] / len(listed), 3) for way in WAYS},
        "false_alarms": len(alarms) - related,
        "branches_of_listed_companies": related,
        "others": len(others),
    }


def hits(table: KeyTable, name: str) -> list[Match]:
    return sorted(_hits(table, Subject(name)), key=lambda one: -one.score)


def _hits(table: KeyTable, subject: Subject) -> Iterator[Match]:
    policy = screening_policy()
    for at in table.candidates(subject):
        one = match(subject, table.entries[at], policy)
        if one.is_hit:
            yield one
