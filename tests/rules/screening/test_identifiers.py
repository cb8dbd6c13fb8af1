"""Identifiers are read leniently, checked, and never refused."""

from hypothesis import given
from hypothesis import strategies as st
from stdnum import lei
from stdnum.cn import uscc as stdnum_uscc

from registry.rules.screening.identifiers import (
    ALPHABET,
    AUTHORITIES,
    check_uscc,
    legacy_check_digit,
    organisation_check_digit,
    uscc_check_digit,
)

DIGITS = "0123456789"
ORGANISATION = DIGITS + "ABCDEFGHJKLMNPQRTUWXY"


def made_uscc(authority: str, division: str, organisation: str) -> str:
    body = organisation + str(organisation_check_digit(organisation))
    first = authority + division + body
    return first + str(uscc_check_digit(first))


codes = st.builds(
    made_uscc,
    st.sampled_from(sorted(AUTHORITIES)),
    st.sampled_from(["110108", "440300", "310115", "650100"]),
    st.text(ORGANISATION, min_size=8, max_size=8),
)


@given(codes)
def test_a_made_code_passes_both_checks(code: str) -> None:
    found = check_uscc(code)
    assert (found.kind, found.check_digit_ok, found.inner_check_ok) == ("uscc18", True, True)
    assert found.warnings == ()
    assert found.province_code == code[2:4]
    assert found.organisation_code == code[8:17]


@given(codes, st.integers(0, 17), st.sampled_from(ALPHABET))
def test_one_changed_character_is_noticed_and_not_refused(code: str, at: int, other: str) -> None:
    changed = code[:at] + other + code[at + 1 :]
    found = check_uscc(changed)
    assert found.kind == "uscc18"
    assert (found.check_digit_ok is True) == (changed == code)


@given(codes)
def test_it_agrees_with_stdnum_where_stdnum_takes_the_code(code: str) -> None:
    if code[:8].isdigit():
        assert stdnum_uscc.is_valid(code)
    else:  # A1, N2, Y1 … are valid codes that stdnum refuses
        assert not stdnum_uscc.is_valid(code)


@given(st.text(max_size=40))
def test_every_text_gets_an_answer(text: str) -> None:
    found = check_uscc(text)
    assert found.kind in {"uscc18", "legacy15", "orgcode9", "lei", "unknown"}
    assert check_uscc(found.normalised).kind == found.kind


def test_codes_of_farms_forces_and_others_are_taken() -> None:
    for authority in ("N2", "Y1", "A1"):
        found = check_uscc(made_uscc(authority, "110108", "MA01ABCD"))
        assert found.check_digit_ok
        assert "unknown_authority" not in found.warnings


def test_spaces_full_width_and_small_letters_are_mended() -> None:
    code = made_uscc("91", "110108", "MA01ABCD")
    wide = "".join(chr(ord(c) + 0xFEE0) for c in code)
    assert check_uscc(wide).normalised == code
    assert check_uscc(f" {code[:8].lower()}-{code[8:].lower()}\u200b ").normalised == code


def test_letters_that_the_alphabet_lacks_are_repaired_as_a_suggestion_only() -> None:
    code = made_uscc("91", "110108", "20101215")
    assert "0" in code
    typed = code.replace("0", "O").replace("1", "I")
    found = check_uscc(typed)
    assert found.normalised == typed
    assert found.check_digit_ok is False
    assert "illegal_character" in found.warnings
    assert found.suggestion == code


def test_two_exchanged_characters_are_suggested_back() -> None:
    code = made_uscc("91", "310115", "MA1K3X7Q")
    typed = code[:12] + code[13] + code[12] + code[14:]
    assert check_uscc(typed).suggestion == code


def test_legacy_numbers_and_organisation_codes() -> None:
    number = "11010800471637"
    found = check_uscc(number + legacy_check_digit(number))
    assert (found.kind, found.check_digit_ok, found.province_code) == ("legacy15", True, "11")
    assert found.warnings == ("legacy_number",)
    organisation = "MA01ABCD" + str(organisation_check_digit("MA01ABCD"))
    found = check_uscc(f"{organisation[:8]}-{organisation[8]}")
    assert (found.kind, found.check_digit_ok) == ("orgcode9", True)


def test_a_lei_needs_all_its_characters() -> None:
    good = "5493001KJTIIGC8Y1R12"
    assert lei.is_valid(good)
    assert check_uscc(good).check_digit_ok
    assert check_uscc("5493001KJTIIGC8Y1R13").check_digit_ok is False
    assert check_uscc("98").kind == "unknown"  # stdnum takes it


def test_nothing_is_said_to_be_missing() -> None:
    assert check_uscc(" - ").warnings == ("missing",)
    assert check_uscc("123").warnings == ("length",)
