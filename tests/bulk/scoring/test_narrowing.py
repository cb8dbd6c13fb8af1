"""A graph made anew says the same with less: guards that hold anyway, snaps that a threshold replaces."""

from math import inf, nextafter
from random import Random

import pytest

from registry.rules.flow.narrowing import Narrowing
from registry.rules.flow.nodes import NUMBER, TEXT, TRUTH, Graph
from registry.rules.flow.plan import ANY_KIND, KindProgram
from registry.rules.flow.python_rows import Writer, uses_of
from registry.rules.snapping import snap

KINDS = ("a", "b", "c")


@pytest.fixture
def graph():
    return Graph()


def narrowed(graph, step, in_doubles=False):
    narrowing = Narrowing(graph, KINDS, in_doubles)
    outputs = narrowing.outputs((("found", step),))
    program = KindProgram(ANY_KIND, narrowing.fresh, (), outputs)
    return program, Writer(program).write(program)


def operations(program):
    return [program.graph.nodes[n].op for n in uses_of(program)]


def test_a_guard_goes_where_what_it_asks_holds_anyway(graph):
    kind = graph.certain("kind")
    is_a, is_ab = (graph.strict("in", (kind,), TRUTH, kinds) for kinds in (("a",), ("a", "b")))
    asked = graph.only_if(is_ab, graph.column("x", NUMBER))
    doubled = graph.plus(asked, asked)
    program, row = narrowed(graph, graph.either(is_a, doubled, graph.const(0.0)))
    assert "only_if" not in operations(program)
    for known in KINDS:
        for x in (None, 3.0):
            wanted = 0.0 if known != "a" else None if x is None else 6.0
            assert row({"kind": known, "x": x}.get) == (wanted,)


def test_a_guard_stays_where_somebody_reads_it_without(graph):
    kind = graph.certain("kind")
    is_a = graph.strict("in", (kind,), TRUTH, ("a",))
    asked = graph.only_if(is_a, graph.column("x", NUMBER))
    _, row = narrowed(graph, graph.missing(asked))
    assert row({"kind": "b", "x": 1.0}.get) == (True,)
    assert row({"kind": "a", "x": 1.0}.get) == (False,)


def test_missing_tests_do_not_count_as_met(graph):
    test = graph.compare("==", graph.column("t", TEXT), graph.const("yes"))
    x = graph.column("x", NUMBER)
    inner = graph.choose(test, x, graph.const(2.0))
    _, row = narrowed(graph, graph.either(test, inner, inner))
    assert [row({"t": t, "x": 1.0}.get) for t in ("yes", "no", None)] == [(1.0,), (2.0,), (None,)]


@pytest.mark.parametrize("op", ["<", "<=", ">", ">="])
@pytest.mark.parametrize("least", [0.0, 0.1, 0.6, 3.0, -2.5, 65.0, 3999999.5, 4e6, 5e9])
def test_a_threshold_says_of_every_double_what_snapping_says(op, least, graph):
    step = graph.compare(op, graph.column("x", NUMBER), graph.const(least))
    program, row = narrowed(graph, step, in_doubles=True)
    assert "snap" not in operations(program)
    plain = {"<": least.__gt__, "<=": least.__ge__, ">": least.__lt__, ">=": least.__le__}[op]
    rng, tried = Random(str(least)), [least]
    for edge in (least, least - 5e-10, least + 5e-10, least - 5e-4, least + 5e-4):
        near = edge
        for _ in range(20):
            near = nextafter(near, rng.choice((-inf, inf)))
            tried += [near, edge + rng.uniform(-1e-9, 1e-9)]
    assert [row({"x": x}.get) for x in tried] == [(plain(snap(x)),) for x in tried]


def _by_kind(graph, first):
    """What is asked of some kinds, else what is asked of all, and what is asked of all beside it."""
    kind = graph.certain("kind")
    is_a, is_first, is_c = (
        graph.strict("in", (kind,), TRUTH, kinds) for kinds in (("a",), first, ("c",))
    )
    x, y, z, factor = (graph.column(name, NUMBER) for name in "xyzf")
    for_ab = graph.either(is_a, x, y)
    for_all = graph.either(is_c, z, for_ab)
    some, whole = graph.times(for_ab, factor), graph.times(for_all, factor)
    return graph.plus(graph.either(is_first, some, whole), for_all)


CELLS = {"x": 2.0, "y": 3.0, "z": 5.0, "f": 10.0}


def test_a_choice_goes_where_its_otherwise_is_the_same_for_the_kinds_it_asks(graph):
    program, row = narrowed(graph, _by_kind(graph, ("a", "b")))
    assert operations(program).count("either") == 2
    assert operations(program).count("*") == 1
    assert [row({"kind": known, **CELLS}.get) for known in KINDS] == [(22.0,), (33.0,), (55.0,)]


def test_a_choice_stays_where_its_otherwise_differs_for_one_of_the_kinds(graph):
    program, row = narrowed(graph, _by_kind(graph, ("a", "c")))
    assert operations(program).count("either") == 3
    assert [row({"kind": known, **CELLS}.get) for known in KINDS] == [(22.0,), (33.0,), (35.0,)]
