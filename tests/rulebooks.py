"""Rulebooks changed by hand, as a policy person would change them."""

import re

from registry import rulebooks
from registry.rules.rulebook import RulebookInvalid
from registry.rules.trial import examine

SHIPPED = rulebooks.released()[-1]
NEW_RULE = """
[[curve]]
id = "plant_size"
unit = "MW"
points = [[0, 0], [100, 100]]
better = "higher"
origin_zh = "本平台设计"
origin_en = "Our design"
source = { document = "本平台设计", date = "2026", confidence = "design" }

[[rule]]
id = "X1"
kind = "score"
category = "E"
kinds = ["renewable_power"]
zh = "装机规模"
en = "Installed capacity"
why_zh = "规模较大的电站便于集中监测。"
why_en = "Larger plants are easier to monitor in one place."
value = "capacity_mw"
unit = "MW"
curve = "plant_size"
weight = 1
source = { document = "本平台设计", date = "2026", confidence = "design" }

[[example]]
id = "x1-half-way"
zh = "五十兆瓦得一半"
en = "50 MW earns half"
rules = ["X1"]
kind = "renewable_power"
as_of = 2026-11-01
given = { capacity_mw = "50" }
expect = { centipoints = { X1 = 50 } }
source = { document = "本平台设计", date = "2026", confidence = "design" }
"""


def shipped() -> dict[str, bytes]:
    return rulebooks.files(*SHIPPED)


def edited(files, name, pattern, replacement):
    """One place of one file changed; the place must be there."""
    text, count = re.subn(pattern, replacement, files[name].decode(), count=1, flags=re.S)
    assert count == 1, pattern
    return {**files, name: text.encode()}


def named(files, version, valid_from="2026-01-01"):
    files = edited(files, "rulebook.toml", r'version = "[^"]*"', f'version = "{version}"')
    return edited(files, "rulebook.toml", r"valid_from = \S+", f"valid_from = {valid_from}")


def with_higher_bar(files, points=95):
    """One threshold: dark green only from so many points."""
    return edited(files, "rulebook.toml", r"from_points = 80", f"from_points = {points}")


def with_new_rule(files):
    """A rule with a curve and an example; its weight is taken from the disclosure rule."""
    weight = re.search(r'id = "E3".*?\nweight = (\d+)', files["scores.toml"].decode(), re.S)
    less = int(weight[1]) - 1
    files = edited(files, "scores.toml", r'(id = "E3".*?\nweight = )\d+', rf"\g<1>{less}")
    return {**files, "scores.toml": files["scores.toml"] + NEW_RULE.encode()}


def with_examples_that_come_out(files):
    """What an editor does last: write into each example what the check says comes out now."""
    for _ in range(6):
        try:
            examine(files)
        except RulebookInvalid as invalid:
            text = files["examples.toml"].decode()
            for one in invalid.mistakes:
                assert one.code == "failing_example", one
                text = _with_result(text, one.place.removeprefix("example "), one.found)
            files = {**files, "examples.toml": text.encode()}
        else:
            return files
    raise AssertionError("the examples still differ")


def _with_result(text, id, found):
    """`E3 centipoints: 200, not 300` becomes E3 = 200 in that example."""
    name, got, wanted = re.fullmatch(r"(?:(\S+) )?\S+: (\S+), not (\S+)", found).groups()
    section = re.match(r"(?:\S+ )?(\S+):", found)[1]
    start = text.index(f'id = "{id}"')
    end = text.find("[[example]]", start)
    end = len(text) if end < 0 else end
    key = name or section
    block, count = re.subn(
        rf'(\b{key}"? = "?){re.escape(wanted)}\b', rf"\g<1>{got}", text[start:end], count=1
    )
    assert count == 1, (id, found)
    return text[:start] + block + text[end:]
