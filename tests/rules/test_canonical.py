"""The canonical bytes agree with another implementation of RFC 8785 and refuse what is unclear."""

import json

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from registry.rules.canonical import LARGEST_EXACT, NotCanonical, digest, dumps, is_canonical

text = st.text(st.characters(exclude_categories=["Cs"]))
values = st.recursive(
    st.none() | st.booleans() | st.integers(-LARGEST_EXACT, LARGEST_EXACT) | text,
    lambda inner: st.lists(inner) | st.dictionaries(text, inner),
)


@given(values)
def test_same_bytes_as_rfc8785(value):
    assert dumps(value) == rfc8785.dumps(value)


@given(values)
def test_reading_back_gives_the_same_value_and_the_same_bytes(value):
    assert json.loads(dumps(value)) == value
    assert is_canonical(dumps(value))


def test_keys_are_sorted_by_utf16_code_units():
    # The example of RFC 8785, section 3.2.3: the smiley outside the plane goes before U+FB33.
    keys = ["€", "\r", "\ufb33", "1", "\U0001f600", "\u0080", "ö"]
    assert list(json.loads(dumps(dict.fromkeys(keys, 1)))) == [
        "\r", "1", "\u0080", "ö", "€", "\U0001f600", "\ufb33",
    ]  # fmt: skip


def test_escapes_are_the_short_ones_and_lower_case():
    assert dumps('\b\t\n\f\r"\\/\x00\x1f\x7f') == b'"\\b\\t\\n\\f\\r\\"\\\\/\\u0000\\u001f\x7f"'


def test_digest_is_the_sha256_of_the_bytes():
    assert digest({}) == "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"


@pytest.mark.parametrize(
    ("value", "place"),
    [
        (1.5, "$"),
        ({"a": [1, 2.0]}, "$.a[1]"),
        (2**53, "$"),
        (-(2**53), "$"),
        ({1: "a"}, "$"),
        ({"a": {"b": b"bytes"}}, "$.a.b"),
        ({"a": "\ud800"}, "$.a"),
        ({"\udfff": 1}, "$"),
        ({"a": {1, 2}}, "$.a"),
    ],
)
def test_what_has_no_single_form_is_refused_with_its_place(value, place):
    with pytest.raises(NotCanonical) as refused:
        dumps(value)
    assert refused.value.place == place


@pytest.mark.parametrize(
    "data",
    [b'{"b":1,"a":2}', b'{"a": 1}', b'{"a":1,"a":1}', b'"\\u0041"', b"1.0", b"1e2", b"nonsense"],
)
def test_other_spellings_of_the_same_value_are_not_canonical(data):
    assert not is_canonical(data)
