"""A column of codes gets the answers that each code gets by itself."""

from hypothesis import given
from hypothesis import strategies as st

from bench.screening_data.companies import Draw, draw_uscc
from registry.bulk.screening.codes import check_many
from registry.rules.screening import check_uscc

DRAW = Draw(5)
GOOD = [draw_uscc(DRAW, province) for province in ("11", "44", "65") for _ in range(20)]


def alone(code: str) -> tuple[bool, bool, bool, bool]:
    one = check_uscc(code)
    if one.kind != "uscc18":
        return False, False, False, False
    known = "unknown_authority" not in one.warnings
    return True, one.check_digit_ok is True, one.inner_check_ok is True, known


texts = st.one_of(
    st.sampled_from(GOOD),
    st.text("0123456789ABCDEFGHJKLMNPQRTUWXYIOZ -a９", min_size=15, max_size=19),
    st.text(max_size=20),
)


@given(st.lists(texts, max_size=30))
def test_a_column_is_checked_as_its_codes_are(codes: list[str]) -> None:
    found = check_many(codes)
    rows = zip(
        found.is_uscc.tolist(),
        found.check_digit_ok.tolist(),
        found.inner_check_ok.tolist(),
        found.authority_known.tolist(),
        strict=True,
    )
    assert list(rows) == [alone(code) for code in codes]


def test_good_codes_need_no_second_look() -> None:
    assert len(check_many(GOOD).doubtful) == 0
    spoiled = [*GOOD, GOOD[0][:-1] + ("0" if GOOD[0][-1] != "0" else "1"), "", "12345"]
    assert check_many(spoiled).doubtful.tolist() == [60, 61, 62]
