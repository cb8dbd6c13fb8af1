"""Receipt, letter and report: what they must say, on any number of pages, by the same rules."""

from __future__ import annotations

import io
from datetime import date

import pikepdf
import pytest

from registry.documents import conformance, letters, pagetext, paper, signing
from registry.documents.content import Grade, Issuer, Rulebook
from registry.documents.paper import Curve, Paper
from registry.documents.text import TextRefused
from registry.words import Words
from tests.documents.samples import NOW

HEAD = letters.Letterhead(
    reference="GPR-L-2026-0007",
    issuer=Issuer(name=Words("绿色金融项目登记平台", "Green Project Registry")),
    dated=date(2026, 11, 23),
    organisation=Words("武威示范新能源有限公司", "Wuwei Demonstration New Energy Co., Ltd."),
    project=Words("凉州 50 兆瓦并网光伏发电项目", "Liangzhou 50 MWp Solar Power Project"),
    test_key=True,
    demo=True,
)


def receipt() -> Paper:
    files = tuple(
        letters.ReceivedFile(name=f"附件{n} 结算单.pdf", sha256=f"{n:064x}", size=120_000 + n)
        for n in range(3)
    )
    return letters.receipt(
        HEAD,
        application="GPA-2026-000031-22",
        version=2,
        submitted_at=NOW,
        digest="ab" * 32,
        files=files,
        decide_by=date(2026, 12, 21),
    )


def refusal(*written: str) -> Paper:
    return letters.refusal(
        HEAD,
        application="GPA-2026-000031-22",
        decision="rejected",
        reason=Words("发电量超出装机容量可能", "generation beyond what the capacity allows"),
        clause=Words("评价规则 F11", "rulebook F11"),
        written=written
        or ("所报年发电量 1,400 GWh，超过 48 MW × 8,760 h = 420.48 GWh。", "请核对单位。"),
        written_in="zh",
        appeal_until=date(2026, 12, 22),
        appeal_address="https://registry.example.org/appeals",
    )


def report(groups: int = 2) -> Paper:
    curve = Curve(
        knees=(("0.2", "0"), ("2.0", "70"), ("3.0", "90"), ("5.0", "100")),
        mark="3.19",
        said="曲线 curve: 3.19 gives 90.95 of 100",
    )
    rows = tuple(
        letters.RuleRow(
            name=Words(f"单位投资年减排量 {n}", f"Yearly abatement per investment {n}"),
            clause=Words("自定规则 A1", "own rule A1"),
            input="3.19 t/万元",
            threshold=Words("2.0 得 70 分", "2.0 gives 70"),
            outcome=Words("通过", "pass"),
            points="18.19",
            possible="20",
            curve=curve if n % 2 == 0 else None,
        )
        for n in range(6)
    )
    return letters.report(
        HEAD,
        application="GPA-2026-000031-22",
        rulebook=Rulebook(
            id="green-project", title=Words("评价规则", "Rulebook"), version="1", sha256="9f" * 32
        ),
        grade=Grade(code="light", name=Words("浅绿", "Light green"), rank=3),
        score="64.31",
        applicable="55 %",
        coverage="92.5 %",
        groups=tuple(
            letters.RuleGroup(name=Words(f"甲{n} 气候", f"A{n} Climate"), rows=rows)
            for n in range(groups)
        ),
        unknown=(Words("电网因子未核实", "grid factors not verified"),),
        raises=(Words("由第三方核查（T2 至 T3）", "Third-party verification (T2 to T3)"),),
    )


PAPERS = {
    "receipt": receipt,
    "refusal": refusal,
    "report": report,
    "long report": lambda: report(9),
}


def signed(made: Paper, signer: signing.Signer) -> bytes:
    pdf = paper.render(made, now=NOW, signature_bytes=signer.signature_bytes)
    return signing.sign(pdf, signer, now=NOW)


@pytest.mark.parametrize("kind", PAPERS)
def test_every_paper_keeps_every_rule(kind: str, signer: signing.Signer) -> None:
    assert conformance.check(signed(PAPERS[kind](), signer)) == []


@pytest.mark.parametrize("kind", PAPERS)
def test_every_word_of_the_record_is_on_the_page(kind: str, signer: signing.Signer) -> None:
    made = PAPERS[kind]()
    pdf = pikepdf.open(io.BytesIO(signed(made, signer)))
    seen = pagetext.read(pdf)
    shown = "".join(seen.text.split())
    drawn = "".join("".join(seen.figures).split())
    hidden = {made.kind, made.issuer.accent}
    for block in made.blocks:
        for text in paper.texts(block):
            squeezed = "".join(text.split())
            if squeezed and text not in hidden and not _is_number_or_language(squeezed):
                assert squeezed in shown or squeezed in drawn, text
    assert "record.json" in pdf.attachments


def _is_number_or_language(text: str) -> bool:
    return text in ("zh", "en") or text.replace(".", "").isdigit()


def test_a_refusal_says_reason_clause_and_the_way_on(signer: signing.Signer) -> None:
    seen = pagetext.read(pikepdf.open(io.BytesIO(signed(refusal(), signer)))).text
    for said in ("rulebook F11", "You may appeal until 22 December 2026", "可于 2026年12月22日 前"):
        assert said.replace(" ", "") in seen.replace(" ", "")


def test_pages_are_numbered_beside_the_structure(signer: signing.Signer) -> None:
    pdf = pikepdf.open(io.BytesIO(signed(report(9), signer)))
    assert len(pdf.pages) > 1
    outside = pagetext.read(pdf).outside
    assert outside.replace(" ", "").startswith(f"1/{len(pdf.pages)}")


def test_a_long_letter_is_printed_and_hostile_text_refused(signer: signing.Signer) -> None:
    long = refusal(*(["理由" * 1000] * 6))
    assert len(pikepdf.open(io.BytesIO(signed(long, signer))).pages) > 1
    with pytest.raises(TextRefused):
        signed(refusal("公司\u202e名"), signer)
    with pytest.raises(TextRefused):
        signed(refusal("字" * 10_000), signer)


def test_equal_papers_are_equal_bytes(signer: signing.Signer) -> None:
    assert signed(report(), signer) == signed(report(), signer)
