"""The methodology as a paper: each rule, weight, knee, source and what is ours stands in it."""

import io
import re
import subprocess
from datetime import UTC, date, datetime

import pikepdf
import pytest

from registry import rulebooks
from registry.documents import methodology, paper
from registry.documents.content import Issuer
from registry.documents.rulebook_signature import (
    SignatureRefused,
    sign_rulebook,
    verify_rulebook,
)
from registry.documents.signing import load_signer
from registry.words import Words
from registry.words.rulebook import SOURCES

BOOK = rulebooks.load(*rulebooks.released()[-1])
NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)


@pytest.fixture(scope="module")
def made():
    return methodology.methodology(
        BOOK,
        issuer=Issuer(name=Words("登记平台", "Registry")),
        dated=date(2026, 11, 22),
        test_key=True,
        demo=False,
    )


@pytest.fixture(scope="module")
def pdf(made):
    return paper.render(made, now=NOW)


def test_nothing_of_the_rulebook_is_missing(made):
    texts = "\n".join(paper.texts(made))
    for rule in BOOK.rules:
        assert f"{rule.id} {rule.name.zh}" in texts and f"{rule.id} {rule.name.en}" in texts
        assert rule.why.zh in texts and rule.why.en in texts
        assert rule.source.document in texts
        for formula in (rule.applies, rule.value, rule.passes, rule.threshold, rule.points):
            assert formula in texts, rule.id
        if rule.weight_bp:
            assert f"计分 {rule.weight_bp / 100:g} %" in texts
    for curve in BOOK.curves:
        knees = "; ".join(f"{float(x):g}" for x, _ in curve.points[:1])
        assert knees in texts and curve.source.document in texts
    for constant in BOOK.constants:
        assert constant.name.zh in texts and constant.source.document in texts
        for period in constant.periods:
            assert period.value in texts
    for value in BOOK.values:
        assert value.formula in texts
    assert BOOK.sha256 in texts


def test_what_is_our_own_design_says_so_in_both_languages(made):
    drawn = [
        row
        for block in made.blocks
        if isinstance(block, paper.Table)
        for row in block.rows
        if row[0].words and row[0].words.zh.startswith("A1 ")
    ]
    assert drawn[0][-1].words == SOURCES["design"]
    assert drawn[0][-2].curve is not None


def test_a_reader_finds_it_in_the_document(pdf, tmp_path):
    path = tmp_path / "methodology.pdf"
    path.write_bytes(pdf)
    text = subprocess.run(
        ["pdftotext", "-layout", path, "-"], check=True, capture_output=True, text=True
    ).stdout
    flat = re.sub(r"\s+", "", text)
    for rule in BOOK.rules:
        assert rule.id in flat
    assert "OurownDesign".lower() in flat.lower() and "本平台设计" in flat
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert len(opened.pages) <= paper.MOST_PAGES
        assert opened.Root.MarkInfo.Marked
        assert "record.json" in opened.attachments


def test_a_signature_speaks_of_one_digest_and_of_nothing_else(settings):
    signer = load_signer(keys_folder=settings.keys_folder)
    envelope = sign_rulebook(
        signer, rulebook=BOOK.id, version=BOOK.version, sha256=BOOK.sha256, now=NOW
    )
    found = verify_rulebook(envelope, sha256=BOOK.sha256, trusted=signer.chain)
    assert (found.rulebook, found.version, found.signed_at) == (BOOK.id, BOOK.version, NOW)
    assert found.trusted and found.is_test and found.fingerprint == signer.fingerprint
    assert not verify_rulebook(envelope, sha256=BOOK.sha256).trusted
    with pytest.raises(SignatureRefused, match="other files"):
        verify_rulebook(envelope, sha256="0" * 64)


@pytest.mark.parametrize(
    "broken",
    [
        {},
        {"statement": {}, "signature": "", "certificates": []},
        {"signature": "AAAA"},
        {"signature": "not base64"},
        {"certificates": ["-----BEGIN CERTIFICATE-----\nAA\n-----END CERTIFICATE-----"]},
        {"statement": None},
    ],
)
def test_what_is_no_signature_is_refused(settings, broken):
    signer = load_signer(keys_folder=settings.keys_folder)
    whole = sign_rulebook(signer, rulebook="x", version="1", sha256=BOOK.sha256, now=NOW)
    with pytest.raises(SignatureRefused):
        verify_rulebook({**whole, **broken} if broken else {}, sha256=BOOK.sha256)
