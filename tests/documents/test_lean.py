"""What makes a file small must change nothing that is seen, read or verified."""

from __future__ import annotations

import hashlib
import io

import pytest
from fontTools.ttLib import TTFont
from PIL import Image, ImageCms

from registry.documents import cms_frame, colour, embedding, signing
from registry.documents.fonts import outlines


def test_frame_equals_what_pyhanko_builds(signer: signing.Signer) -> None:
    for at in range(5):
        digest = hashlib.sha256(bytes([at])).digest()
        assert signer.cms(digest) == signer._built(digest)
        assert len(signer.cms(digest)) <= signer.signature_bytes <= len(signer.cms(digest)) + 16


def test_frame_refuses_what_holds_the_digest_twice(signer: signing.Signer) -> None:
    with pytest.raises(cms_frame.FrameRefused):
        cms_frame.frame_of(signer._built(bytes(32)), b"\x30")


@pytest.mark.parametrize("semibold", [False, True])
def test_small_font_draws_as_the_whole_one(semibold: bool) -> None:
    face, step = outlines.face(semibold), outlines.STEP["semibold" if semibold else "regular"]
    whole = TTFont(io.BytesIO(face.data))
    cmap = whole.getBestCmap()
    glyphs = [0, *sorted(whole.getGlyphID(cmap[ord(sign)]) for sign in "堃喆璟镕登记证书Aag 1")]
    small = TTFont(io.BytesIO(face.file(glyphs)), checkChecksums=2)
    for at, glyph in enumerate(glyphs):
        ours = small["glyf"][small.getGlyphOrder()[at]]
        theirs = whole["glyf"][whole.getGlyphOrder()[glyph]]
        assert small["hmtx"][small.getGlyphOrder()[at]][0] == face.advance(glyph)
        assert ours.numberOfContours == theirs.numberOfContours
        if ours.numberOfContours:
            pairs = zip(ours.coordinates, theirs.coordinates, strict=True)
            assert all(abs(a - b) <= step / 2 for p, q in pairs for a, b in zip(p, q, strict=True))


def test_profile_is_srgb() -> None:
    ours = ImageCms.ImageCmsProfile(io.BytesIO(colour.srgb_profile()))
    image = Image.frombytes(
        "RGB", (256, 1), bytes(v for i in range(256) for v in (i, 255 - i, i * 7 % 256))
    )
    seen = ImageCms.profileToProfile(image, ours, ImageCms.createProfile("sRGB"))
    assert seen is not None
    assert max(abs(a - b) for a, b in zip(seen.tobytes(), image.tobytes(), strict=True)) <= 1


def test_steps_of_nothing_are_left_out() -> None:
    numbers = {1: 7, 2: 8}
    assert embedding._shown(b"<0001>0<0002>-19-20.43<0001>0", numbers) == b"<00070008>-39.43<0007>"
