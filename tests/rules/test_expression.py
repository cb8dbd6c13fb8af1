"""The expression language refuses everything that is not in it, before anything could happen."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.rules.rulebook.expression import ExpressionRefused, names
from registry.rules.rulebook.syntax import parse
from tests.rules.projects import BOOK


def refused(source):
    with pytest.raises(ExpressionRefused) as why:
        parse(source)
    return why.value.code


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("__import__('os').system('true')", "not_in_the_language"),
        ("open('x')", "unknown_operation"),
        ("a.b", "not_in_the_language"),
        ("a[0]", "not_in_the_language"),
        ("[x for x in y]", "not_in_the_language"),
        ("lambda: 1", "not_in_the_language"),
        ("a ** 9999", "not_in_the_language"),
        ("a % 2", "not_in_the_language"),
        ("a < b < c", "not_in_the_language"),
        ("a is b", "not_in_the_language"),
        ("a in b", "options_wanted"),
        ("a in (1, 2)", "options_wanted"),
        ("f'{a}'", "not_in_the_language"),
        ("(a := 1)", "not_in_the_language"),
        ("min(*a)", "wrong_number_of_arguments"),
        ("min(a, b, key=c)", "not_in_the_language"),
        ("1e400", "not_a_literal"),
        ("1j", "not_a_literal"),
        ("b'x'", "not_a_literal"),
        ("...", "not_a_literal"),
        ("None", "not_a_literal"),
        ("a +", "not_an_expression"),
        ("", "not_an_expression"),
        ("a; b", "not_an_expression"),
        ("-" * 400 + "1", "too_deep"),
        ("-" * 5000, "too_long"),
        ("+".join(["a"] * 240), "too_many_nodes"),
        ("(" * 100 + "1" + ")" * 100, "too_deep"),
        ("+".join(["a"] * 60), "too_deep"),
        ("min(a)", "wrong_number_of_arguments"),
        ("a\x00b", "not_an_expression"),
    ],
)
def test_what_is_outside_is_refused(source, code):
    assert refused(source) == code


def test_breadth_is_bounded_too():
    assert refused(" and ".join(f"a{n}" for n in range(110))[:499]) in (
        "too_many_nodes",
        "not_an_expression",
    )
    wide = "min(" + ", ".join(["max(a, b, c, d, e, f, g)"] * 9) + ")"
    assert len(parse(wide).parts) == 9  # type: ignore[union-attr]


def test_names_are_found_once_and_in_order():
    assert names(parse("a + b * a if given(c) else b")) == ("c", "a", "b")


@given(st.text(max_size=80))
def test_any_text_is_a_tree_or_refused(source):
    try:
        parse(source)
    except ExpressionRefused as why:
        assert why.code


@given(st.text(alphabet="ab01+-*/()<>=., 'andortif", max_size=120))
def test_anything_like_an_expression_is_a_tree_or_refused(source):
    try:
        parse(source)
    except ExpressionRefused as why:
        assert why.code


def test_every_expression_of_the_rulebook_is_within_the_limits():
    assert BOOK.program.refusals == []


@pytest.mark.parametrize(("one", "other"), [("a == 'b'", "a == b"), ("a == true", "a == 1")])
def test_what_is_spelled_alike_is_not_taken_for_the_same_step(one, other):
    """Steps are found again by their tree: a rule on an option must not read another rule's name."""
    assert parse(one) != parse(other)
