"""`./run bench stamping`: random certificates both ways; text equal, glyphs in place, rules kept.

Each is laid out whole and stamped. Compared are the text by element with its language, the spoken
names of figures, and the place of every glyph; every tenth stamped one is signed and goes through
our own rules and the verifier.
"""

from __future__ import annotations

import argparse
import io
import json
import tempfile
from dataclasses import replace
from pathlib import Path

import pikepdf

from registry.documents import certificate, conformance, keys, pagetext, signing
from registry.documents.verification import verify
from tests.documents.glyphs import farthest
from tests.documents.random_certificates import made_up
from tests.documents.samples import NOW, with_evidence


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--certificates", type=int, default=1000)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = keys.ensure_test_key(Path(folder), now=NOW)
        signer = signing.signer_from(keys.read_test_key(home))
    counts = {"certificates": 0, "stamped": 0, "text_differs": 0, "breaches": 0, "refused": 0}
    worst = 0.0
    for seed in range(asked.certificates):
        content, evidence = with_evidence(
            replace(made_up(seed), signer_fingerprint=signer.fingerprint)
        )
        stamped, whole = (
            certificate.render(
                content, evidence, now=NOW, signature_bytes=signer.signature_bytes, many=many
            )
            for many in (True, False)
        )
        counts["certificates"] += 1
        counts["stamped"] += stamped != whole
        if read(stamped) != read(whole):
            counts["text_differs"] += 1
            print(f"{seed}: the text differs")
        elif stamped != whole:
            worst = max(worst, farthest(stamped, whole))
        if seed % 10 == 0:
            signed = signing.sign(stamped, signer, now=NOW)
            counts["breaches"] += len(conformance.check(signed))
            counts["refused"] += verify(signed, [signer.chain[0]]).exit_code != 0
    print(json.dumps({**counts, "farthest_pt": round(worst, 4)}))


def read(data: bytes) -> object:
    with pikepdf.open(io.BytesIO(data)) as pdf:
        return pagetext.texts_by_element(pdf), pagetext.read(pdf).figures


if __name__ == "__main__":
    main()
