"""What issuing a certificate costs beside laying out the same page and nothing else.

Times are CPU seconds of this process; the variants take turns in one run, so that a slow moment of
the machine meets all of them, and the ratio is of medians.
"""

from __future__ import annotations

import re
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from registry.documents import certificate, evidence, fonts, keys, renderer, signing, wording
from registry.documents.content import (
    Abatement,
    CertificateContent,
    Energy,
    Factors,
    Grade,
    Issuer,
    Rulebook,
    Screening,
    YearlyFigure,
)
from registry.rules.certificate import number
from registry.words import Words

NOW = datetime(2026, 11, 23, tzinfo=UTC)


def measure_certificate_vs_bare(n: int) -> dict[str, Any]:
    """CPU of issuing `n` certificates over bare `HTML(string).write_pdf()` of the same pages."""
    with tempfile.TemporaryDirectory() as folder:
        signer = signing.signer_from(keys.read_test_key(keys.ensure_test_key(Path(folder))))
        issue(0, signer)
        bare(page_string(0, signer))
        mine, plain, size = [], [], 0
        for serial in range(1, n + 1):
            string = page_string(serial, signer)
            seconds, made = timed(lambda serial=serial: issue(serial, signer))
            mine.append(seconds)
            size = max(size, len(made))
            plain.append(timed(lambda string=string: bare(string))[0])
    issued, laid_out = statistics.median(mine), statistics.median(plain)
    return {
        "certificate_vs_bare": round(issued / laid_out, 3),
        "certificate_cpu_ms": round(issued * 1000, 1),
        "bare_cpu_ms": round(laid_out * 1000, 1),
        "certificate_kib": round(size / 1024, 1),
        "n": n,
    }


def timed(work: Callable[[], bytes]) -> tuple[float, bytes]:
    begun = time.process_time()
    made = work()
    return time.process_time() - begun, made


def issue(serial: int, signer: signing.Signer) -> bytes:
    """The whole way: evidence, page, attachments, signature."""
    content = content_of(serial, signer)
    proof = evidence.build(content, {"inputs": {"generation_mwh": str(72668 + serial)}})
    content = evidence.closed(content, proof, log_seq=serial, log_hash="0f" * 32)
    made = certificate.render(content, proof, now=NOW, signature_bytes=signer.signature_bytes)
    return signing.sign(made, signer, now=NOW)


def page_string(serial: int, signer: signing.Signer) -> str:
    """The same page as one self-contained string."""
    content = content_of(serial, signer)
    proof = evidence.build(content)
    content = evidence.closed(content, proof, log_seq=serial, log_hash="0f" * 32)
    sheet = (renderer.FOLDER / "certificate.css").read_text("utf-8")
    for name, path in (("asset:regular", fonts.REGULAR), ("asset:semibold", fonts.SEMIBOLD)):
        sheet = sheet.replace(name, path.as_uri())
    html = certificate._html(content, wording.page(content), NOW, "roomy")
    return re.sub("</head>", lambda _: f"<style>{sheet}</style></head>", html, count=1)


def bare(string: str) -> bytes:
    """What a page costs by WeasyPrint's own front door."""
    from weasyprint import HTML

    made: bytes = HTML(string=string).write_pdf()
    return made


def content_of(serial: int, signer: signing.Signer) -> CertificateContent:
    """A made-up project whose names and figures differ from serial to serial."""
    names = "凉州海西榆林阳江大庆张掖酒泉哈密"
    place = names[serial * 2 % len(names) :][:2]
    grid = Factors(name=Words("西北电网 OM／BM", "Northwest grid OM/BM"), year=2019)
    coal = Factors(name=Words("全国供电煤耗", "national coal rate of supply"), year=2024)
    made = CertificateContent(
        number=number("GPC", 2026, serial + 1),
        project=Words(f"{place} {40 + serial} 兆瓦光伏项目", f"Solar project no. {serial}"),
        owner=Words(f"{place}第{serial}新能源有限公司", f"New Energy {serial} Co., Ltd."),
        owner_code="91620600MA00000000",
        zone=None,
        catalogue_edition=Words(
            "绿色金融支持项目目录（2025 年版）", "Green Finance Catalogue (2025)"
        ),
        catalogue_code="4.2.1",
        catalogue_class=Words("太阳能利用设施建设和运营", "Solar power facilities"),
        grade=Grade(code="medium", name=Words("中绿", "Medium green"), rank=4),
        centipoints=6500 + serial % 900,
        applicable_bp=5500,
        coverage_bp=9250,
        evidence_tier="T2",
        abatement=Abatement(
            figure=YearlyFigure(value=str(63831 + serial), unit="tCO2", factors=grid),
            basis="ex_ante",
        ),
        energy=Energy(
            figure=YearlyFigure(value=str(21974 + serial), unit="tce", factors=coal),
            effect="displaced",
            basis="ex_ante",
        ),
        rulebook=Rulebook(
            id="green-project", title=Words("评价规则", "Rulebook"), version="1", sha256="9f" * 32
        ),
        screening=Screening(list_version="2026-11-22", list_sha256="2c" * 32, at=NOW),
        attributes="retained",
        valid_from=date(2026, 11, 23),
        valid_to=date(2027, 11, 22),
        issuer=Issuer(name=Words("登记平台", "Registry"), seal="项目登记"),
        signer_fingerprint=signer.fingerprint,
        status_url=f"https://registry.example.org/c/{serial:022d}",
        test_key=True,
        demo=True,
    )
    return replace(made, demo_assumptions=(Words("业主", "owner"),))
