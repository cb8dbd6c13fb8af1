"""Every mistake that a rulebook can have is worded, and no words are left for one that it cannot."""

import ast
import re
from pathlib import Path

from registry.operations.rulebook import UNCHECKABLE
from registry.rules.rulebook import compare
from registry.rules.rulebook.read import RULE_KINDS
from registry.rules.rulebook.section import CONFIDENCES
from registry.words import rulebook as words

FOLDER = Path(compare.__file__).parent
# Who takes a code, and as which argument.
TAKERS = {"wrong": 0, "Wrong": 2, "ExpressionRefused": 0, "_refuse": 1, "add": 1, "_known": 2}


def codes():
    found = set()
    for path in [*FOLDER.glob("*.py"), FOLDER.parent / "trial.py"]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if name in TAKERS and len(node.args) > TAKERS[name]:
                argument = ast.walk(node.args[TAKERS[name]])
                found |= {c.value for c in argument if isinstance(c, ast.Constant)}
    return {one for one in found if isinstance(one, str)}


def test_every_mistake_has_words_and_no_words_are_left_over():
    assert codes() | {UNCHECKABLE} == set(words.MISTAKES)


def test_sections_kinds_and_confidences_have_words():
    assert set(words.SECTIONS) == {"rulebook", *compare.SECTIONS.values()}
    assert set(words.RULE_KINDS) == set(RULE_KINDS)
    assert set(words.CONFIDENCE) == set(CONFIDENCES)
    assert set(words.WHAT) == {"added", "removed", "changed", "moved"}


def test_both_languages_say_something_in_their_own_script():
    han = re.compile(r"[\u4e00-\u9fff]")
    tables = (
        *(words.MISTAKES, words.FILES, words.SECTIONS, words.WHAT, words.FIELDS, words.RULE_KINDS),
        *(words.SOURCES, words.CONFIDENCE, words.FORMULAS, words.RULE_STATES),
    )
    for table in tables:
        for code, said in table.items():
            assert han.search(said.zh) and re.search(r"[A-Za-z]{2}", said.en), code
            assert not han.search(said.en), code
