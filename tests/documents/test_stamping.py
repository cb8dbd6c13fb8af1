"""Stamped certificates say, show and mean the same as those that were laid out whole."""

from __future__ import annotations

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

from registry.documents import certificate, conformance, keys, pagetext, qr, renderer, signing
from registry.documents import verification as check
from registry.documents.stamping import press, shaping
from registry.words import Words
from tests.documents.glyphs import farthest
from tests.documents.random_certificates import made_up
from tests.documents.samples import NOW, liangzhou, with_evidence


def both(seed: int, signer: signing.Signer) -> tuple[bytes, bytes]:
    content, evidence = with_evidence(replace(made_up(seed), signer_fingerprint=signer.fingerprint))
    stamped, whole = (
        certificate.render(
            content, evidence, now=NOW, signature_bytes=signer.signature_bytes, many=many
        )
        for many in (True, False)
    )
    return stamped, whole


@pytest.mark.parametrize("seed", range(4))
def test_stamped_page_equals_the_whole_one(seed: int, signer: signing.Signer) -> None:
    stamped, whole = both(seed, signer)
    assert stamped != whole
    with pikepdf.open(io.BytesIO(stamped)) as one, pikepdf.open(io.BytesIO(whole)) as other:
        assert pagetext.texts_by_element(one) == pagetext.texts_by_element(other)
        assert pagetext.read(one).figures == pagetext.read(other).figures
    assert farthest(stamped, whole) < 0.1
    signed = signing.sign(stamped, signer, now=NOW)
    assert conformance.check(signed) == []
    assert check.verify(signed).headline.en.startswith("signature intact")


def test_stamped_bytes_do_not_depend_on_what_came_before(signer: signing.Signer) -> None:
    first, second = (with_evidence(liangzhou(centipoints=points)) for points in (6431, 6432))
    press.clear()
    made = [certificate.render(*one, now=NOW, many=True) for one in (first, second)]
    press.clear()
    again = [certificate.render(*one, now=NOW, many=True) for one in (second, first)]
    assert made == again[::-1]


@pytest.mark.parametrize(
    "project",
    [
        Words("Проект солнечной энергии", "Проект"),  # a script that is not ours
        Words("两  处空格", "two  spaces"),
        Words("长" * 290, "l" * 290),  # takes the denser layout
    ],
)
def test_what_fits_no_place_goes_the_full_way(project: Words) -> None:
    content, evidence = with_evidence(liangzhou(project=project))
    renders = [certificate.render(content, evidence, now=NOW, many=many) for many in (True, False)]
    assert renders[0] == renders[1]


@pytest.mark.parametrize("many", [True, False])
def test_equal_input_is_made_and_signed_equal_in_any_process(keys_folder: Path, many: bool) -> None:
    program = (
        "import hashlib, pathlib, sys\n"
        "from registry.documents import certificate, keys, signing\n"
        "from tests.documents.samples import NOW, liangzhou, with_evidence\n"
        "signer = signing.signer_from(keys.read_test_key(pathlib.Path(sys.argv[1])))\n"
        "content = liangzhou(signer_fingerprint=signer.fingerprint)\n"
        "made = certificate.render(*with_evidence(content), now=NOW, many=sys.argv[2] == 'True',\n"
        "    signature_bytes=signer.signature_bytes)\n"
        "signed = signing.sign(made, signer, now=NOW)\n"
        "print(hashlib.sha256(made).hexdigest(), hashlib.sha256(signed).hexdigest())"
    )
    home = keys.ensure_test_key(keys_folder, now=NOW)
    told = {
        subprocess.run(
            [sys.executable, "-c", program, str(home), str(many)],
            env={**os.environ, "PYTHONHASHSEED": seed, "TZ": zone},
            cwd=Path(__file__).parents[2], check=True, capture_output=True, text=True,
        ).stdout
        for seed, zone in (("1", "UTC"), ("2", "Asia/Shanghai"))
    }  # fmt: skip
    assert len(told) == 1


def test_shape_keeps_to_its_scripts() -> None:
    assert shaping.script_runs("50 兆瓦 (AV) 站") == [
        (0, 7, "Hani"),
        (7, 9, "Latn"),
        (9, 12, "Hani"),
    ]
    assert shaping.script_runs("χ") is None
    assert shaping.shape("e\u0301", False, 9693, "en") is None


@pytest.mark.parametrize("length", [12, 40, 61, 80, 130, 213])
def test_qr_code_reads_back(length: int) -> None:
    address = ("https://registry.example.org/c/GPC-2026-000042-09/" + "Vw3kT0sYp2mQ9xLr" * 12)[
        :length
    ]
    side = qr.side_of(address)
    image = Image.new("L", (side * 4, side * 4), 255)
    for x, y, run in qr.runs(address):
        image.paste(0, (x * 4, y * 4, (x + run) * 4, y * 4 + 4))
    found = zxingcpp.read_barcodes(image, formats=zxingcpp.BarcodeFormat.QRCode)
    assert [one.text for one in found] == [address]


def test_qr_code_refuses_what_it_cannot_hold() -> None:
    with pytest.raises(qr.TooLong):
        list(qr.runs("x" * 214))
    with pytest.raises(qr.TooLong):
        list(qr.runs("https://例.中国/"))


def test_a_page_that_does_not_fit_is_refused_either_way() -> None:
    content, evidence = with_evidence(
        liangzhou(project=Words("长" * 300, "l" * 300), owner=Words("长" * 300, "l" * 300),
                  catalogue_class=Words("长" * 300, "l" * 300), zone=Words("长" * 300, "l" * 300))
    )  # fmt: skip
    for many in (True, False):
        with pytest.raises(renderer.DoesNotFit):
            certificate.render(content, evidence, now=NOW, many=many)


@pytest.mark.parametrize(
    "hostile",
    [
        '<script>alert(1)</script><link rel=attachment href="file:///etc/passwd">',
        "&amp; &#x202e; {{ 7*7 }} %s \\\\(x) <</S /JavaScript>> endstream endobj",
        "堃 喆 璟 镕 的项目",
        "(1 0 R) 999999 0 R \\) <12 0 R> /Root 3 0 R",
        "= cmd|'/C calc'!A0",
    ],
)
def test_hostile_text_is_the_same_text_either_way(hostile: str) -> None:
    content, evidence = with_evidence(
        liangzhou(project=Words(hostile, hostile), owner=Words(hostile, hostile))
    )
    read = []
    for many in (True, False):
        data = certificate.render(content, evidence, now=NOW, many=many)
        with pikepdf.open(io.BytesIO(data)) as pdf:
            read.append(pagetext.read(pdf).text)
            assert [str(name) for name in pdf.attachments] == ["evidence.json", "log.json"]
    assert read[0] == read[1]
    assert "".join(hostile.split()) in "".join(read[0].split())
