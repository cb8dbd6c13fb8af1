"""Folding joins what people write differently and is the same when done twice."""

import opencc
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypinyin import Style, pinyin

from registry.rules.screening import bigrams, fold
from registry.rules.screening.folding import fold_characters, fold_spaces, sounds, syllables


@given(st.text(max_size=30))
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("北京華信科技有限公司", "北京华信科技有限公司"),
        ("ＡＢＣ 集團（惠州）", "abc集团(惠州)"),
        ("北京\u200b華 信【北京】", "北京华信(北京)"),
        ("Xi'an Huà-Xìn Co., Ltd.", "xian hua xin co ltd"),
        ("南甯発達", "南宁发达"),
        ("乾坤", "干坤"),
        ("滙豐・餘慶", "汇丰余庆"),
        ("  A   &  B ", "a b"),
        ("北京\U000e0100華信", "北京华信"),
        ("", ""),
    ],
)
def test_ways_of_writing(written: str, folded: str) -> None:
    assert fold(written) == folded


def test_every_traditional_character_that_opencc_knows_is_folded() -> None:
    convert = opencc.OpenCC("t2s").convert
    every = [chr(code) for code in range(0x4E00, 0xA000)]
    unlike = [c for c in every if fold(c) != fold(convert(c))]
    assert unlike == []


def test_search_tokens_come_from_the_folded_text() -> None:
    assert bigrams("北京華信 TCL集團") == ("北京", "京华", "华信", "tcl", "集团")
    assert bigrams("華") == ("华",)
    assert bigrams("") == ()


def test_readings_are_those_of_the_dictionary() -> None:
    assert sounds("华信") == ("huaxin",)
    assert set(sounds("长乐")) == {"changle", "changyue", "zhangle", "zhangyue"}
    assert sounds("绿源") == ("luyuan",)
    assert sounds("tcl王牌") == ("tclwangpai",)
    for char in "科技能源重庆银行厦门电子工程环保":
        known = {s.replace("v", "u").replace("ü", "u") for s in pinyin(char, Style.NORMAL, True)[0]}
        assert set(syllables(char)) <= known | {syllables(char)[-1]}
        assert syllables(char)[0] in known


def test_the_short_way_to_fold_and_to_sound_is_the_long_one() -> None:
    every = [
        chr(code) for code in (*range(0x20, 0x7F), *range(0x3000, 0xA000), *range(0xFF00, 0xFFF0))
    ]
    for start in range(0, len(every), 97):
        text = "A（" + "".join(every[start : start + 97]) + " 华）b"
        assert fold(text) == fold_spaces(fold_characters(text))
    for char in every[::7]:
        text = f"{fold(char)}华信a1"
        read = [""]
        for one in text:
            read = [start + sound for start in read for sound in syllables(one)]
        assert sounds(text) == tuple(dict.fromkeys(sound.replace(" ", "") for sound in read))
