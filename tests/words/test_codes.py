"""No code of the rules is without words, and no words are left for a code that is gone."""

import ast
import re
import tomllib
from pathlib import Path

import pytest

from registry.rules import restriction
from registry.rules.certificate import EVIDENCE_CLOSED
from registry.rules.lifecycle import CYCLES, DEADLINES, Cycle, Need, Part, Reason, Refusal
from registry.rules.lifecycle.reasons import REASONS as REASONS_OF_MOVES
from registry.rules.permissions import Role, ScopeKind
from registry.rules.restriction import GROUNDS
from registry.words import Words, events, grades, grounds, reasons, refusals, roles, states

NAMED = {"EVIDENCE_CLOSED": EVIDENCE_CLOSED}  # kinds that readers look for by a name of ours
KIND = re.compile(r"[a-z_]+\.[a-z_]+")
OPERATIONS = Path(__file__).parents[2] / "registry" / "operations"
RULEBOOKS = Path(__file__).parents[2] / "registry" / "rulebooks"


@pytest.mark.parametrize(
    ("codes", "words"),
    [
        (Refusal, refusals.REFUSALS),
        (Need, refusals.NEEDS),
        (Role, roles.ROLES),
        (ScopeKind, roles.SCOPES),
        (Part, roles.PARTS),
        (Reason, reasons.REASONS),
        ([deadline.code for deadline in DEADLINES], states.DEADLINES),
        (GROUNDS, grounds.GROUNDS),
        ({case.code for ground in GROUNDS.values() for case in ground.cases}, grounds.CASES),
        ({ground.document for ground in GROUNDS.values()}, grounds.DOCUMENTS),
        (restriction.Body, grounds.BODIES),
        (restriction.SubjectKind, grounds.SUBJECTS),
        (restriction.Consequence, grounds.CONSEQUENCES),
        (restriction.ReachKind, grounds.REACHES),
        (restriction.Status, grounds.STATUSES),
        (restriction.TermRefusal, grounds.TERM_REFUSALS),
    ],
)
def test_every_code_has_words_and_no_words_are_left_over(codes, words):
    assert {str(code) for code in codes} == set(words)


@pytest.mark.parametrize("cycle", CYCLES.values(), ids=CYCLES)
def test_states_moves_events_and_public_labels_have_words(cycle: Cycle):
    assert set(states.STATES[cycle.name]) == {str(state) for state in cycle.states}
    assert set(events.MOVES[cycle.name]) == {str(event) for event in cycle.events}
    assert {move.kind for move in cycle.table} <= set(events.EVENTS)
    assert set(states.PUBLIC[cycle.name]) == {label for label in cycle.public.values() if label}


def test_no_event_is_worded_that_nobody_writes():
    kinds = {move.kind for cycle in CYCLES.values() for move in cycle.table}
    assert set(events.EVENTS) == kinds | logged_kinds()


def logged_kinds() -> set[str]:
    """What operations write into the log by name: `kind="…"`, or a note's second argument."""
    found = set()
    for path in OPERATIONS.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = node.func.id if isinstance(node.func, ast.Name) else ""
            told = [word.value for word in node.keywords if word.arg == "kind"]
            told += node.args if name in ("note", "_note", "record", "_log") else []
            said = (
                one.value if isinstance(one, ast.Constant) else NAMED.get(getattr(one, "id", ""))
                for one in told
            )
            found |= {one for one in said if isinstance(one, str) and KIND.fullmatch(one)}
    return found


def test_whatever_operations_log_beside_the_cycles_has_words():
    assert logged_kinds() - set(events.EVENTS) == set()
    assert "annotation.written" in logged_kinds()


def test_every_reason_for_ineligibility_but_the_open_one_names_its_clause():
    listed = set(REASONS_OF_MOVES[("application", "ineligible")]) - {Reason.OTHER}
    assert {str(reason) for reason in listed} == set(reasons.CLAUSES)


def all_words():
    tables = [
        refusals.REFUSALS, refusals.NEEDS, roles.ROLES, roles.SCOPES, roles.PARTS,
        grounds.GROUNDS, grounds.CASES, grounds.DOCUMENTS, grounds.BODIES, grounds.SUBJECTS,
        grounds.CONSEQUENCES, grounds.REACHES, grounds.STATUSES, grounds.TERM_REFUSALS,
        reasons.REASONS, reasons.CLAUSES, states.DEADLINES, events.EVENTS, grades.GRADES,
        grades.VERDICTS, *states.STATES.values(), *states.PUBLIC.values(), *events.MOVES.values(),
    ]  # fmt: skip
    return [(code, words) for table in tables for code, words in table.items()]


def test_both_languages_say_something_in_their_own_script():
    han = re.compile(r"[\u4e00-\u9fff]")
    for code, words in all_words():
        assert han.search(words.zh), code
        assert re.search(r"[A-Za-z]{2}", words.en), code
        cited = words.en if code not in reasons.CLAUSES else ""
        assert not han.search(cited), code


def test_a_place_for_a_detail_stands_in_both_languages():
    places = re.compile(r"%\((\w+)\)s")
    for code, words in all_words():
        assert set(places.findall(words.zh)) == set(places.findall(words.en)), code


def test_words_answer_in_the_language_of_the_reader():
    said = Words("登录", "Sign in")
    assert said.in_language("zh_Hans_CN") == "登录"
    assert said.in_language("en") == "Sign in"
    assert said.in_language("en-GB") == "Sign in"


def test_grades_read_as_in_the_shipped_rulebook():
    for path in RULEBOOKS.glob("*/*/rulebook.toml"):
        told = {g["id"]: Words(g["zh"], g["en"]) for g in tomllib.loads(path.read_text())["grade"]}
        assert told == grades.GRADES
