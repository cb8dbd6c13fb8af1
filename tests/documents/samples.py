"""Certificates to render: the published case of Liangzhou, and variants of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from registry.documents import evidence
from registry.documents.content import (
    Abatement,
    CertificateContent,
    Energy,
    Factors,
    Grade,
    Issuer,
    Rulebook,
    Screening,
    Unsettled,
    YearlyFigure,
)
from registry.rules import certificate as rule
from registry.words import Words

NOW = datetime(2026, 11, 23, 8, 24, 40, tzinfo=UTC)
LOG_HASH = "5be0cd19137e2179" * 4


def liangzhou(**changes: Any) -> CertificateContent:
    """Published figures; what was not published is a demo assumption."""
    made = CertificateContent(
        number=rule.number("GPR", 2026, 42),
        project=Words(
            "凉州 50 兆瓦并网光伏发电项目", "Liangzhou 50 MWp Grid-connected Solar Power Project"
        ),
        owner=Words("武威示范新能源有限公司", "Wuwei Demonstration New Energy Co., Ltd."),
        owner_code="91620600MA00000000",
        zone=None,
        catalogue_edition=Words(
            "绿色金融支持项目目录（2025 年版）", "Green Finance Endorsed Projects Catalogue (2025)"
        ),
        catalogue_code="4.2.1",
        catalogue_class=Words(
            "太阳能利用设施建设和运营", "Solar power facilities, construction and operation"
        ),
        grade=Grade(code="light", name=Words("浅绿", "Light green"), rank=3),
        centipoints=6431,
        applicable_bp=5500,
        coverage_bp=9250,
        evidence_tier="T2",
        abatement=Abatement(
            figure=YearlyFigure(
                value="63831",
                unit="tCO2",
                factors=Factors(
                    name=Words(
                        "西北电网 OM 0.9913／BM 0.5398", "Northwest grid OM 0.9913, BM 0.5398"
                    ),
                    year=2012,
                ),
            ),
            basis="ex_ante",
            today=YearlyFigure(
                value="56630",
                unit="tCO2",
                factors=Factors(name=Words("西北电网 OM／BM", "Northwest grid OM/BM"), year=2019),
            ),
        ),
        energy=Energy(
            figure=YearlyFigure(
                value="21974",
                unit="tce",
                factors=Factors(
                    name=Words(
                        "全国供电煤耗 302.4 gce/kWh", "national coal rate of supply 302.4 gce/kWh"
                    ),
                    year=2024,
                ),
            ),
            effect="displaced",
            basis="ex_ante",
        ),
        rulebook=Rulebook(
            id="cn-green-project",
            title=Words("绿色项目评价规则", "Green project rulebook"),
            version="1.0.0",
            sha256="9f86d081884c7d65" * 4,
        ),
        screening=Screening(
            list_version="2026-11-22",
            list_sha256="2c26b46b68ffc68f" * 4,
            at=datetime(2026, 11, 22, 2, 5, tzinfo=UTC),
        ),
        unsettled=(
            Unsettled(
                item=Words("西北电网 2012 年因子", "Northwest grid factors of 2012"),
                status="unverified",
                settled_by=Words("评审人员", "assessor"),
                settled_on=date(2026, 11, 20),
            ),
        ),
        attributes="retained",
        attributes_note=Words("已登记 CDM", "registered under the CDM"),
        valid_from=date(2026, 11, 23),
        valid_to=date(2027, 11, 22),
        issuer=Issuer(
            name=Words("绿色金融项目登记平台", "Green Project Registry"), seal="绿色项目登记"
        ),
        signer_fingerprint="fcde2b2edba56bf4" * 4,
        status_url="https://registry.example.org/c/Vw3kT0sYp2mQ9xLr",
        test_key=True,
        demo=True,
        demo_assumptions=(
            Words("业主", "owner"),
            Words("总投资", "investment"),
            Words("目录类别", "catalogue class"),
        ),
    )
    return replace(made, **changes)


def with_evidence(
    content: CertificateContent, assessment: dict[str, Any] | None = None
) -> tuple[CertificateContent, bytes]:
    """Close a content over its evidence, as issuing does."""
    made = evidence.build(content, assessment or {"inputs": {"generation_mwh": "72668"}})
    return evidence.closed(content, made, log_seq=1287, log_hash=LOG_HASH), made
