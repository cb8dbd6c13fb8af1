"""The difference between two rulebooks, told field by field."""

from registry import rulebooks
from registry.rules.rulebook import diff
from registry.rules.rulebook.load import parse
from tests.rules.projects import BOOK

FILES = rulebooks.files("low-carbon", "2026.1")


def changed(file, *pairs):
    text = FILES[file].decode()
    for before, after in pairs:
        assert before in text
        text = text.replace(before, after, 1)
    return parse({**FILES, file: text.encode()}, released=True)


def test_nothing_changed():
    assert diff(BOOK, BOOK) == ()


def test_a_threshold_a_weight_and_a_word():
    other = changed(
        "scores.toml", ("[5.0, 100]", "[4.5, 100]"), ("weight = 20", "weight = 15"),
        ('en = "Carbon lock-in"', 'en = "Lock-in"'),
    )  # fmt: skip
    found = {(d.section, d.id, d.field): d for d in diff(BOOK, other)}
    points = found["curve", "abatement_per_investment", "points"]
    assert "5.0" in points.before
    assert "4.5" in points.after
    weight = found["rule", "A1", "weight_bp"]
    assert (weight.before, weight.after, weight.wording) == ("2000", "1500", False)
    name = found["rule", "A3", "name"]
    assert (name.after, name.wording) == ("锁定风险 / Lock-in", True)
    assert len(found) == 3


def test_a_rule_that_came_and_one_that_went():
    other = changed("scores.toml", ('id = "E3"', 'id = "E9"'))
    assert [(d.what, d.id) for d in diff(BOOK, other) if d.section == "rule"] == [
        ("removed", "E3"),
        ("added", "E9"),
    ]
    assert [(d.what, d.id) for d in diff(other, BOOK) if d.section == "rule"] == [
        ("removed", "E9"),
        ("added", "E3"),
    ]


def test_the_head_and_the_order_of_the_form():
    other = changed("rulebook.toml", ('version = "2026.1"', 'version = "2026.2"'))
    assert [(d.section, d.field, d.before, d.after) for d in diff(BOOK, other)] == [
        ("rulebook", "version", "2026.1", "2026.2")
    ]
    moved = BOOK._replace(inputs=(BOOK.inputs[1], BOOK.inputs[0], *BOOK.inputs[2:]))
    assert [d.what for d in diff(BOOK, moved)] == ["moved"]
