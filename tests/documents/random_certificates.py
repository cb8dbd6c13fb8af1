"""Certificates of made-up cases, as different as real ones: lengths, scripts, what is there at all."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta

from registry.documents.content import (
    CertificateContent,
    Grade,
    Offset,
    Unsettled,
    YearlyFigure,
)
from registry.rules import certificate as rule
from registry.words import Words
from tests.documents.samples import liangzhou

_PLACES = [
    "凉州",
    "海西",
    "榆林",
    "阳江",
    "大庆",
    "张掖",
    "酒泉",
    "哈密",
    "堃山",
    "喆里木",
    "璟源",
    "镕城",
    "鄂尔多斯",
    "呼伦贝尔",
]
_KINDS = (
    ("并网光伏发电项目", "Grid-connected Solar Power Project"),
    ("海上风电场", "Offshore Wind Farm"),
    ("余热回收改造", "Waste-heat Recovery Retrofit"),
    ("既有建筑节能改造工程（二期）", "Energy Retrofit of Existing Buildings, Phase II"),
    ("抽水蓄能电站", "Pumped-storage Power Station (Avary Valley)"),
)
_FIRMS = ("新能源有限公司", "清洁能源开发（集团）股份有限公司", "节能科技有限责任公司")
_FIRMS_EN = ("New Energy Co., Ltd.", "Clean Energy Development (Group) Co., Ltd.", "T&V Saving")
_GRADES = (
    Grade(code="light", name=Words("浅绿", "Light green"), rank=3),
    Grade(code="medium", name=Words("中绿", "Medium green"), rank=4),
    Grade(code="dark", name=Words("深绿", "Dark green"), rank=5),
)


def made_up(seed: int) -> CertificateContent:
    """The certificate of that seed, always the same."""
    rnd = random.Random(seed)
    place, (kind_zh, kind_en) = rnd.choice(_PLACES), rnd.choice(_KINDS)
    at = rnd.randrange(len(_FIRMS))
    megawatt = rnd.randint(1, 2000)
    begin = date(2026, 1, 1) + timedelta(days=rnd.randrange(300))
    base = liangzhou(test_key=rnd.random() < 0.5, demo=rnd.random() < 0.3)
    assert base.abatement is not None and base.energy is not None
    figure = replace(base.abatement.figure, value=str(rnd.randint(1, 9_999_999)))
    today = YearlyFigure(
        value=f"{rnd.randint(1, 999_999)}.{rnd.randint(1, 9)}",
        unit=figure.unit,
        factors=base.abatement.figure.factors,
    )
    long = "及配套设施、送出线路与储能工程" * rnd.choice((0, 0, 0, 1, 2))
    return replace(
        base,
        number=rule.number("GPC", 2026, rnd.randint(1, 999_999)),
        project=Words(
            f"{place} {megawatt} 兆瓦{kind_zh}{long}", f"{place[:0]}Project {megawatt} MW {kind_en}"
        ),
        owner=Words(f"{place}第{rnd.randint(1, 99)}{_FIRMS[at]}", f"No. {seed} {_FIRMS_EN[at]}"),
        owner_code=f"9162060{rnd.randint(0, 9)}MA{rnd.randint(0, 99_999_999):08d}",
        grade=rnd.choice(_GRADES),
        centipoints=rnd.randint(0, 10_000),
        applicable_bp=rnd.randint(1, 10_000),
        coverage_bp=rnd.randint(1, 10_000),
        evidence_tier=rnd.choice(("T0", "T1", "T2", "T3")),
        abatement=replace(
            base.abatement,
            figure=figure,
            today=rnd.choice((None, today)),
            basis=rnd.choice(("ex_ante", "measured")),
        ),
        energy=rnd.choice((None, base.energy)),
        offset=rnd.choice((None, None, None, _offset(rnd))),
        unsettled=tuple(
            Unsettled(item=Words("年发电量", "Yearly generation"), status="unknown")
            for _ in range(rnd.choice((0, 0, 1)))
        ),
        attributes_note=rnd.choice((None, base.attributes_note)),
        valid_from=begin,
        valid_to=begin + timedelta(days=365),
        status_url=f"https://registry.example.org/c/{rnd.getrandbits(128):032x}"[:53],
        demo_assumptions=base.demo_assumptions if base.demo else (),
    )


def _offset(rnd: random.Random) -> Offset:
    return Offset(
        value=str(rnd.randint(1, 99_999)),
        unit="tCO2e",
        credits=Words("CCER 项目 2023 年签发", "CCER credits issued in 2023"),
        scopes=Words("范围一和范围二", "scopes 1 and 2"),
    )
