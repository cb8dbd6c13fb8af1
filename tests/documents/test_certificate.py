"""The certificate's page: what it says, how it is built, and what it refuses to print."""

from __future__ import annotations

import hashlib
import io
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest
import zxingcpp
from PIL import Image

from registry.documents import certificate, evidence, fonts, pagetext, verification, wording
from registry.documents.content import Grade, Issuer, Offset, RecordRefused, content_of
from registry.documents.findings import Outcome
from registry.documents.renderer import DoesNotFit
from registry.documents.text import GlyphMissing, TextRefused
from registry.words import Words
from tests.documents.samples import LOG_HASH, NOW, liangzhou, with_evidence


def rendered(**changes: object) -> bytes:
    content, made = with_evidence(liangzhou(**changes))
    return certificate.render(content, made, now=NOW)


def text_of(pdf: bytes) -> str:
    return pagetext.read(pikepdf.open(io.BytesIO(pdf))).text


def raster(pdf: bytes, folder: Path, *options: str) -> Image.Image:
    (folder / "page.pdf").write_bytes(pdf)
    command = ["pdftoppm", "-r", "150", "-png", "-singlefile", *options]
    subprocess.run([*command, folder / "page.pdf", folder / "page"], check=True)
    return Image.open(folder / "page.png")


@pytest.fixture(scope="module")
def plain() -> bytes:
    return rendered()


def test_the_published_figure_and_its_vintage_stand_on_the_page(plain: bytes) -> None:
    seen = text_of(plain)
    for said in (
        "63,831 tCO2／年（事前估算，非实测）",
        "ex-ante estimate, not measured",
        "2012",
        "56,630 tCO2 a year",
        "Fossil energy displaced",
        "no match on list 2026-11-22",
        "Not a carbon credit.",
        "不作为碳信用。",
    ):
        assert said.replace(" ", "") in seen.replace(" ", "")


def test_the_qr_code_read_from_paper_is_the_status_address(plain: bytes, tmp_path: Path) -> None:
    (found,) = zxingcpp.read_barcodes(raster(plain, tmp_path))
    assert found.text == liangzhou().status_url


def test_the_page_reads_in_black_and_white(plain: bytes, tmp_path: Path) -> None:
    page = raster(plain, tmp_path, "-gray")
    assert zxingcpp.read_barcodes(page)[0].text == liangzhou().status_url
    dark = sum(page.convert("L").histogram()[:110])
    assert dark > 20_000  # ink of the text, not a page of greys


def test_test_keys_and_demos_are_unmistakable(plain: bytes) -> None:
    assert wording.TEST.en in text_of(plain)
    assert wording.DEMO.zh in text_of(plain)
    real = text_of(rendered(test_key=False, demo=False, demo_assumptions=()))
    assert "TEST" not in real
    assert wording.DEMO.zh not in real
    assert "演示 DEMO" not in real


def test_what_is_alike_is_told_once_and_earlier_words_keep_verifying() -> None:
    doubt = liangzhou().unsettled[0]
    other = replace(doubt, item=Words("全国供电煤耗", "National coal rate"))
    content = liangzhou(unsettled=(doubt, other), owner_code="")
    pages = {}
    for edition in wording.EDITIONS:
        proof = evidence.build(content, {"inputs": {}}, edition=edition)
        closed = evidence.closed(content, proof, log_seq=1287, log_hash=LOG_HASH)
        made = certificate.render(closed, proof, now=NOW)
        pages[edition] = text_of(made).replace("\n", "")
        found = {one.code: one.outcome for one in verification.verify(made).items}
        assert found["page"] is Outcome.HOLDS
    assert pages[2].count("未知或未核实") == 2 and "未登记" not in pages[2]
    assert pages[3].count("未核实数据") == 1 and "not on record" in pages[3]


def test_an_offset_is_never_a_reduction() -> None:
    offset = Offset(
        value="11937",
        unit="tCO2e",
        credits=Words("林业碳汇 2019 年", "forestry credits, vintage 2019"),
        scopes=Words("范围一和二，不含自用绿电", "scopes 1 and 2, own power left out"),
    )
    seen = text_of(rendered(abatement=None, energy=None, offset=offset))
    assert "(an offset, not a reduction)" in seen
    assert "Yearly abatement" not in seen
    assert "年减排量" not in seen


def test_every_text_of_the_page_comes_from_the_evidence(plain: bytes) -> None:
    content, _ = with_evidence(liangzhou())
    said = "".join(text for _, text in wording.page(content).parts())
    assert "".join(said.split()) == "".join(text_of(plain).split())


def test_a_record_reads_back_as_the_same_content() -> None:
    content = liangzhou()
    assert content_of(content.record()) == replace(content, issuer=content.issuer)
    broken = {**content.record(), "surprise": 1}
    with pytest.raises(RecordRefused, match="surprise"):
        content_of(broken)


def test_a_page_that_differs_from_its_evidence_is_not_made() -> None:
    content, made = with_evidence(liangzhou())
    with pytest.raises(certificate.EvidenceMismatch):
        certificate.render(replace(content, centipoints=9900), made, now=NOW)
    with pytest.raises(certificate.EvidenceMismatch):
        certificate.render(content, made + b" ", now=NOW)


def test_evidence_is_attached_once_as_data(plain: bytes) -> None:
    pdf = pikepdf.open(io.BytesIO(plain))
    listed = [str(one.UF) for one in pdf.Root.AF]
    assert sorted(listed) == ["evidence.json", "log.json"]
    relations = {str(one.UF): str(one.AFRelationship) for one in pdf.Root.AF}
    assert relations == {"evidence.json": "/Data", "log.json": "/Supplement"}
    _, made = with_evidence(liangzhou())
    assert pdf.attachments["evidence.json"].get_file().read_bytes() == made


def test_only_the_two_weights_of_our_font_are_embedded(plain: bytes) -> None:
    pdf = pikepdf.open(io.BytesIO(plain))
    names = {str(one.BaseFont) for one in pdf.objects if _is_font(one)}
    assert len(names) == 2
    assert all("Registry-Sans" in name for name in names)


def _is_font(one: object) -> bool:
    return isinstance(one, pikepdf.Dictionary) and one.get("/Subtype") == "/CIDFontType2"


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        '<link rel=attachment href="file:///etc/passwd">',
        '"><img src="http://127.0.0.1:9/x.png">',
        "{{ config }} {% include '/etc/passwd' %}",
        "&lt;b&gt; ]]> <!-- ",
        "堃喆璟镕 有限公司",
    ],
)
def test_hostile_markup_is_printed_as_text(hostile: str) -> None:
    made = rendered(project=Words(hostile, hostile))
    assert hostile.replace(" ", "") in text_of(made).replace(" ", "")
    pdf = pikepdf.open(io.BytesIO(made))
    assert sorted(pdf.attachments) == ["evidence.json", "log.json"]
    assert b"root:" not in b"".join(
        one.read_bytes() for one in pdf.objects if isinstance(one, pikepdf.Stream)
    )


@pytest.mark.parametrize(
    ("hostile", "code"),
    [
        ("公司\u202e名", "direction"),
        ("a\u200bb", "format"),
        ("a\x00b", "control"),
        ("a\nb", "control"),
        ("\u2067abc", "direction"),
        ("שלום", "direction"),
        ("\ue000", "private_use"),
        ("\U000e0001", "format"),
        ("\u0378", "unassigned"),
        ("\ud800", "surrogate"),
        ("\u3164", "invisible"),
        ("x" * 10_000, "too_long"),
        ("\U00020bb7", "no_glyph"),
        ("tCO\u2082", "no_glyph"),
        ("😀", "no_glyph"),
    ],
)
def test_deceptive_text_is_refused_with_its_place(hostile: str, code: str) -> None:
    with pytest.raises(TextRefused) as refused:
        evidence.build(liangzhou(owner=Words(hostile, "x")))
    assert (refused.value.place, refused.value.code) == ("owner.zh", code)
    assert isinstance(refused.value, GlyphMissing) == (code == "no_glyph")


def test_names_are_normalised() -> None:
    made = evidence.build(liangzhou(owner=Words("公司\u00a0甲", "Cafe\u0301 Ltd")))
    assert "公司 甲".encode() in made
    assert "Café Ltd".encode() in made


def test_long_names_take_the_dense_layout_and_longer_ones_are_refused() -> None:
    long = Words("绿色低碳" * 18, "A very long project name indeed " * 6)
    made = rendered(project=long, owner=long, zone=long, catalogue_class=long)
    assert len(pikepdf.open(io.BytesIO(made)).pages) == 1
    longest = Words("绿" * 300, "W" * 300)
    with pytest.raises(DoesNotFit):
        rendered(
            project=longest, owner=longest, zone=longest, catalogue_class=longest,
            demo_assumptions=(longest,) * 3,
        )  # fmt: skip


def test_nothing_on_disk_or_network_can_be_reached() -> None:
    from registry.documents import renderer

    job = renderer.Job(
        html='<html lang="en"><body><p>x</p><img alt="a" src="file:///etc/passwd"></body></html>',
        sheet="certificate.css",
        now=NOW,
        assets={},
    )
    from weasyprint.urls import FatalURLFetchingError

    with pytest.raises(FatalURLFetchingError):
        renderer.render(job)


def test_equal_input_gives_equal_bytes_in_any_process(plain: bytes) -> None:
    program = (
        "import hashlib\n"
        "from tests.documents.test_certificate import rendered\n"
        "print(hashlib.sha256(rendered()).hexdigest())"
    )
    for seed, zone in (("1", "UTC"), ("2", "Asia/Shanghai")):
        told = subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed, "TZ": zone},
            cwd=Path(__file__).parents[2], check=True, capture_output=True, text=True,
        )  # fmt: skip
        assert told.stdout.strip() == hashlib.sha256(plain).hexdigest()


def test_a_logo_an_accent_and_another_scale_of_grades() -> None:
    drawn = io.BytesIO()
    Image.new("RGB", (80, 40), "#204060").save(drawn, "PNG")
    issuer = Issuer(name=Words("示范机构", "Example Body"), accent="#204060", logo=drawn.getvalue())
    grade = Grade(code="A", name=Words("甲", "A"), rank=3, ranks=3)
    made = rendered(issuer=issuer, grade=grade)
    figures = pagetext.read(pikepdf.open(io.BytesIO(made))).figures
    assert figures[0] == "示范机构 Example Body"
    assert figures[1] == "甲：3/3 A: 3 of 3"


def test_the_font_covers_gbk_but_for_one_sign() -> None:
    missing = [
        sign
        for high in range(0x81, 0xFF)
        for low in range(0x40, 0xFF)
        for sign in _gbk(high, low)
        if not fonts.covered(sign)
    ]
    assert missing == ["≒"]


def _gbk(high: int, low: int) -> str:
    try:
        return bytes([high, low]).decode("gbk")
    except UnicodeDecodeError:
        return ""
