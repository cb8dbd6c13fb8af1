"""Read a rulebook as pages: all versions, one version, one rule with its curve, inputs, examples."""

from collections.abc import Iterator
from typing import Any

from flask import Response, abort, render_template, url_for
from flask.typing import ResponseReturnValue

from registry.documents.methodology import content, rule_content, source_of, unit_words, words
from registry.documents.rulebook_signature import FILE_NAME
from registry.queries import rulebook as rulebooks
from registry.rules.lifecycle import RULEBOOK, Facts, offered_moves
from registry.rules.lifecycle.rulebook import Event
from registry.rules.rulebook import Rulebook
from registry.rules.rulebook.declarations import Constant, Example, Rule, Value
from registry.rules.rulebook.expression import names
from registry.rules.trial import differences
from registry.web import edge
from registry.web.access import opens_to
from registry.web.rules import blueprint
from registry.web.rules.book import READERS, Shown, files, found, key_of
from registry.words import Words
from registry.words.events import MOVES
from registry.words.rulebook import MISTAKES, SECTIONS, SOURCES
from registry.words.states import STATES


@blueprint.get("/")
@opens_to(*READERS)
def rulebooks_list() -> ResponseReturnValue:
    """Every version: what is in force, what is being made, what was before."""
    session = edge.reading()
    current = rulebooks.in_force(session, edge.today())
    rows = [
        {
            "name": Words(each.name_zh or each.id, each.name_en or each.id),
            "version": each.version,
            "href": url_for("rules.rulebook", key=key_of(each)),
            "state": each.state,
            "is_in_force": each.sha256 == current.sha256 and each.state == "PUBLISHED",
            "is_shipped": each.is_shipped,
            "from_day": each.from_day,
            "sha256": each.sha256,
            "mistakes": each.row.mistakes if each.row else 0,
            "signed": rulebooks.signature_of(session, each.id, each.version) is not None,
        }
        for each in rulebooks.versions(session)
    ]
    return render_template("rules/rulebooks.html", rows=rows, state_words=STATES["rulebook"])


# The head of every page leads here by this name.
blueprint.add_url_rule("/rulebooks", endpoint="rulebooks", view_func=rulebooks_list)


@blueprint.get("/version/<key>")
@opens_to(*READERS)
def rulebook(key: str) -> ResponseReturnValue:
    """One version: its rules, or its mistakes; what may be done with it."""
    shown = found(key)
    session = edge.reading()
    row, book = shown.row, shown.book
    signature = rulebooks.signature_of(session, book.id, book.version) if book else None
    return render_template(
        "rules/rulebook.html",
        shown=shown,
        row=row,
        content=content(book) if book else None,
        mistakes=[_mistake(one, shown) for one in shown.mistakes],
        names=sorted(files(shown)),
        impact=rulebooks.newest_impact(session, row.id) if row else None,
        impact_known=rulebooks.impact_is_known(session, row) if row else False,
        moves=_moves(shown),
        signature=signature,
        is_in_force=book is not None and book == rulebooks.in_force(session, edge.today()),
        source_words=SOURCES,
        signature_name=FILE_NAME,
        state_words=STATES["rulebook"],
    )


def _mistake(mistake: Any, shown: Shown) -> dict[str, Any]:
    code = MISTAKES.get(mistake.code, Words(mistake.code, mistake.code))
    href = url_for("rules.source_file", key=shown.key, name=mistake.file) + f"#L{mistake.line}"
    return {
        "file": mistake.file,
        "line": mistake.line,
        "place": mistake.place,
        "code": mistake.code,
        "words": code,
        "found": mistake.found,
        "href": href,
    }


def _moves(shown: Shown) -> dict[str, dict[str, Any]]:
    """What this person's roles offer, open or with the reason why not."""
    row = shown.row
    if row is None:
        return {}
    session = edge.reading()
    facts = Facts(
        parts=rulebooks.parts_of(session, row.id),
        mistakes=row.mistakes,
        impact_known=rulebooks.impact_is_known(session, row),
        effective_on=edge.today(),
    )
    offered = offered_moves(RULEBOOK, row.state, edge.actor(), edge.now(), facts)
    return {
        str(one.move.event): {
            "label": MOVES["rulebook"][str(one.move.event)],
            "refused": one.refused,
        }
        for one in offered
        if one.move.event is not Event.IMPORT
    }


@blueprint.get("/version/<key>/rule/<rule_id>")
@opens_to(*READERS)
def rule(key: str, rule_id: str) -> ResponseReturnValue:
    """One rule: formula, curve, inputs with unit and basis, sources, examples with their results."""
    shown = found(key)
    book = shown.book
    if book is None or rule_id not in book.rule_by_id:
        abort(404)
    numbered = [(n, one) for n, one in enumerate(book.rules) if one.id == rule_id]
    periods = [
        {**rule_content(book, one), "reach": _reach(book, n), "undertaking": _undertaking(one)}
        for n, one in numbered
    ]
    return render_template(
        "rules/rule.html",
        shown=shown,
        periods=periods,
        examples=[_example(book, one) for one in book.examples if rule_id in one.rules],
        source_words=SOURCES,
    )


def _undertaking(rule: Rule) -> Words | None:
    return words(rule.undertaking.name) if rule.undertaking is not None else None


def _read_by(book: Rulebook, n: int) -> dict[str, list[str]]:
    """Every name that a rule can read, in whatever branch: directly, or through what it reads."""
    program = book.program
    found: dict[str, list[str]] = {"inputs": [], "values": [], "constants": [], "lookups": []}
    seen: set[str] = set()
    waiting = list(program.rules[n].reads)
    for name in waiting:  # grows while it is walked
        if name in seen:
            continue
        seen.add(name)
        if name in program.values:
            found["values"].append(name)
            waiting.extend(names(program.values[name].tree))
        elif name in program.givens:
            step, _ = program.givens[name]
            if step.lookup.id not in found["lookups"]:
                found["lookups"].append(step.lookup.id)
            waiting.extend(one for _, tree in (*step.keys, *step.pins) for one in names(tree))
        elif name in book.input_by_id:
            found["inputs"].append(name)
        elif name != "kind":
            found["constants"].append(name)
    return found


def _reach(book: Rulebook, n: int) -> dict[str, Any]:
    """Everything the rule stands on: answers, derived values, constants, rows of tables."""
    read = _read_by(book, n)
    values = {value.id: value for value in book.values}
    constants = {constant.id: constant for constant in book.constants}
    lookups = {lookup.id: lookup for lookup in book.lookups}
    return {
        "inputs": [_input(book, id) for id in read["inputs"]],
        "values": [_value(book, values[id]) for id in read["values"]],
        "constants": [
            _constant(book, constants[id]) for id in read["constants"] if id in constants
        ],
        "lookups": [
            {
                "id": id,
                "name": words(lookups[id].name),
                "table": lookups[id].table,
                "purpose": lookups[id].purpose,
                "keys": lookups[id].keys,
            }
            for id in read["lookups"]
        ],
    }


def _value(book: Rulebook, value: Value) -> dict[str, Any]:
    return {
        "id": value.id,
        "name": words(value.name),
        "unit": unit_words(book, value.unit),
        "formula": value.formula,
        "method": value.method,
        "note": words(value.note) if value.note else None,
    }


def _constant(book: Rulebook, constant: Constant) -> dict[str, Any]:
    return {
        "id": constant.id,
        "name": words(constant.name),
        "unit": unit_words(book, constant.unit),
        "periods": constant.periods,
        "source": source_of(constant.source),
    }


def _input(book: Rulebook, id: str) -> dict[str, Any]:
    declared = book.input_by_id[id]
    return {
        "id": id,
        "name": words(declared.name),
        "unit": unit_words(book, declared.unit) if declared.unit else None,
        "set_by": declared.set_by,
        "better": declared.better,
        "hint": words(declared.hint) if declared.hint else None,
        "options": [words(option.name) for option in declared.options],
        "minimum": declared.minimum,
        "maximum": declared.maximum,
    }


def _example(book: Rulebook, example: Example) -> dict[str, Any]:
    """An example and how it comes out now."""
    wrong = tuple(differences(book, example))
    return {
        "id": example.id,
        "name": words(example.name),
        "kind": example.kind,
        "as_of": example.as_of,
        "given": [(_called(book, k), v) for k, v in example.given.items()],
        "expect": list(_flat(example.expect)),
        "wrong": wrong,
        "source": source_of(example.source),
        "rules": example.rules,
    }


def _called(book: Rulebook, id: str) -> Words:
    declared = book.input_by_id.get(id)
    return words(declared.name) if declared is not None else Words(id, id)


def _flat(expect: Any) -> Iterator[tuple[str, str]]:
    for section, wanted in expect.items():
        if isinstance(wanted, dict):
            for name, value in wanted.items():
                yield f"{section} · {name}", str(value)
        else:
            yield section, str(wanted)


@blueprint.get("/version/<key>/examples")
@opens_to(*READERS)
def examples(key: str) -> ResponseReturnValue:
    """Run every worked example, and say which fails in what."""
    shown = found(key)
    book = shown.book
    if book is None:
        return render_template("rules/examples.html", shown=shown, rows=[], failed=0)
    rows = [_example(book, one) for one in book.examples]
    failed = sum(bool(row["wrong"]) for row in rows)
    return render_template("rules/examples.html", shown=shown, rows=rows, failed=failed)


@blueprint.get("/version/<key>/file/<name>")
@opens_to(*READERS)
def source_file(key: str, name: str) -> ResponseReturnValue:
    """A file with numbered lines, its mistakes beside them; an editor may change it here."""
    shown = found(key)
    content_ = files(shown).get(name)
    if content_ is None:
        abort(404)
    mistakes = [_mistake(one, shown) for one in shown.mistakes if one.file == name]
    by_line: dict[int, list[dict[str, Any]]] = {}
    for one in mistakes:
        by_line.setdefault(one["line"], []).append(one)
    text = content_.decode("utf-8", "replace")
    return render_template(
        "rules/source_file.html",
        shown=shown,
        name=name,
        text=text,
        lines=text.splitlines(),
        by_line=by_line,
        may_edit="revise" in _moves(shown) and not _moves(shown)["revise"]["refused"],
        section_words=SECTIONS,
    )


@blueprint.get("/version/<key>/file/<name>/raw")
@opens_to(*READERS)
def raw_file(key: str, name: str) -> ResponseReturnValue:
    """The bytes of a file, to be changed elsewhere and brought back."""
    content_ = files(found(key)).get(name)
    if content_ is None:
        abort(404)
    answer = Response(content_, mimetype="application/toml")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
