"""When a question is asked, in words: so that a reader without script knows what to leave blank."""

from registry.rules.rulebook import Rulebook
from registry.rules.rulebook.declarations import Input
from registry.rules.rulebook.expression import (
    Call,
    Compare,
    Logic,
    Member,
    Name,
    Not,
    Number,
    Text,
    Tree,
    names,
)
from registry.rules.snapping import decimal_text
from registry.words import Words

_SIGNS = {
    "==": Words("为", "is"),
    "!=": Words("不为", "is not"),
    ">": Words("大于", "is above"),
    ">=": Words("不小于", "is at least"),
    "<": Words("小于", "is below"),
    "<=": Words("不大于", "is at most"),
}


def condition_of(declared: Input, book: Rulebook) -> Words | None:
    """The condition under which this is asked, or None where it always is."""
    tree = book.program.whens.get(declared.id)
    if tree is None:
        return None
    said = _said(tree, book)
    return Words(f"仅当{said.zh}时填写。", f"Only if {said.en}.")


def _said(tree: Tree, book: Rulebook) -> Words:
    match tree:
        case Compare(op, Name(id), Text(value)):
            return _joined(_name(id, book), _SIGNS[op], _option(id, value, book))
        case Compare(op, Name(id), Number(value)):
            plain = decimal_text(float(value))
            return _joined(_name(id, book), _SIGNS[op], Words(f" {plain} ", plain))
        case Member(Name(id), options, negated):
            listed = [_option(id, each, book) for each in options]
            sign = Words("不属于", "is none of") if negated else Words("属于", "is one of")
            either = Words("、".join(w.zh for w in listed), ", ".join(w.en for w in listed))
            return _joined(_name(id, book), sign, either)
        case Logic(op, parts):
            said = [_said(part, book) for part in parts]
            zh, en = ("，且", ", and ") if op == "and" else ("，或", ", or ")
            return Words(zh.join(w.zh for w in said), en.join(w.en for w in said))
        case Not(part):
            said_part = _said(part, book)
            return Words(f"并非（{said_part.zh}）", f"not ({said_part.en})")
        case Call("given", (Name(id),)):
            return _joined(_name(id, book), Words("已填写", "is given"))
        case Call("within", (Name(id), Text(group))):
            return _joined(_name(id, book), Words("属于", "is among"), _group(group, book))
        case Name(id):
            return _joined(_name(id, book), Words("为“是”", "is yes"))
        case _:
            return _depends(tree, book)


def _joined(*parts: Words) -> Words:
    return Words("".join(p.zh for p in parts), " ".join(p.en for p in parts))


def _quoted(zh: str, en: str) -> Words:
    return Words(f"“{zh}”", f"“{en}”")


def _name(id: str, book: Rulebook) -> Words:
    declared = book.input_by_id.get(id)
    if declared is not None:
        return _quoted(declared.name.zh, declared.name.en)
    named = next((value.name for value in book.values if value.id == id), None)
    return _quoted(named.zh, named.en) if named is not None else _quoted(id, id)


def _option(id: str, value: str, book: Rulebook) -> Words:
    declared = book.input_by_id.get(id)
    options = declared.options if declared is not None else ()
    found = next((option.name for option in options if option.id == value), None)
    return _quoted(found.zh, found.en) if found is not None else _quoted(value, value)


def _group(id: str, book: Rulebook) -> Words:
    found = next((group.name for group in book.groups if group.id == id), None)
    return _quoted(found.zh, found.en) if found is not None else _quoted(id, id)


def _depends(tree: Tree, book: Rulebook) -> Words:
    """What has no plain wording names at least the answers that it hangs on."""
    read = [_name(id, book) for id in names(tree)]
    listed = Words("、".join(w.zh for w in read), ", ".join(w.en for w in read))
    return Words(f"{listed}的答案要求", f"the answers to {listed} call for it")
