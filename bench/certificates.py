"""`./run bench certificates`: what a certificate costs, beside its peers, in one run.

CPU seconds of this process; the variants take turns, so that a slow moment of the machine meets all
of them, and ratios are of medians. Peers: WeasyPrint as its manual shows it with pyHanko and an RSA
key (naive); the same page by a WeasyPrint that keeps fonts and style sheet, and nothing else (bare);
typst, in an environment of its own, with an equal PDF/A-3a page signed by pyHanko with a P-256 key.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from bench import certificate_peers as peers
from registry.documents import certificate, evidence, glance, signing
from registry.documents.content import CertificateContent
from tests.documents.random_certificates import made_up
from tests.documents.samples import LOG_HASH, NOW

RULEBOOK = "registry/rulebooks"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=9, help="of the slow variants")
    parser.add_argument("--many", type=int, default=150, help="stamped and checked certificates")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        print(json.dumps(measure(Path(folder), asked.rounds, asked.many)))


def measure(folder: Path, rounds: int, many: int) -> dict[str, float]:
    signer = peers.own_signer(folder)
    variants = peers.Variants(folder, signer)
    cases = [_case(seed, signer) for seed in range(many)]
    stamped = _all_stamped(cases, signer)  # learns the shapes and warms every cache
    for work in variants.all(cases[0]):
        work()
    costs: dict[str, list[float]] = {}
    for round_ in range(rounds):
        case = cases[round_ % many]
        for name, work in {
            "full": lambda case=case: _issue(case, signer, many=False),
            **variants.named(case),
        }.items():
            costs.setdefault(name, []).append(_cpu(work))
        share = max(1, many // rounds)
        chosen = [cases[(round_ * share + at) % many] for at in range(share)]
        costs.setdefault("compiled", []).append(
            _cpu(lambda chosen=chosen: [_issue(one, signer, many=True) for one in chosen]) / share
        )
    took = {name: statistics.median(values) * 1000 for name, values in costs.items()}
    for name, value in sorted(took.items(), key=lambda item: -item[1]):
        print(f"{name:12} {value:8.2f} ms")
    verifying = _verifying(stamped, signer, rounds)
    sizes = [len(_issue(one, signer, many=way)) for one in cases[:12] for way in (True, False)]
    _print_sizes(sizes, variants, cases[0], signer)
    return {
        "full_vs_bare": round(took["full"] / took["bare"], 3),
        "full_vs_naive": round(took["naive"] / took["full"], 2),
        "compiled_vs_naive": round(took["naive"] / took["compiled"], 1),
        "compiled_vs_typst": round(took["typst"] / took["compiled"], 2),
        "verify_vs_pyhanko": verifying,
        "signed_kib": round(max(sizes) / 1024, 1),
    }


Case = tuple[CertificateContent, dict[str, Any]]


def _case(seed: int, signer: signing.Signer) -> Case:
    """A made-up case with the evidence of a real score, as a registry in earnest issues it."""
    made = replace(
        made_up(seed), signer_fingerprint=signer.fingerprint, test_key=False, demo=False,
        demo_assumptions=(),
    )  # fmt: skip
    return made, {**peers.assessment(), "seed": seed}


def _issue(case: Case, signer: signing.Signer, *, many: bool) -> bytes:
    """The whole way: evidence, page, attachments, signature."""
    content, assessed = case
    proof = evidence.build(content, assessed)
    content = evidence.closed(content, proof, log_seq=1287, log_hash=LOG_HASH)
    made = certificate.render(
        content, proof, now=NOW, signature_bytes=signer.signature_bytes, many=many
    )
    return signing.sign(made, signer, now=NOW)


def _all_stamped(cases: list[Case], signer: signing.Signer) -> list[bytes]:
    from registry.documents.stamping import press

    for one in cases:
        _issue(one, signer, many=True)
    families = [one for one in press._families.values() if one is not None]
    templates = sum(len(one.templates) for one in families)
    made = [_issue(one, signer, many=True) for one in cases]
    print(f"{len(cases)} certificates of {len(families)} kinds took {templates} templates")
    return made


def _cpu(work: Callable[[], Any]) -> float:
    begun = time.process_time()
    work()
    return time.process_time() - begun


def _verifying(files: list[bytes], signer: signing.Signer, rounds: int) -> float:
    """How many times as fast as pyHanko's validation, with the same verdicts on good and bad."""
    anchors = [signer.chain[0]]
    damaged = [one[:2000] + bytes([one[2000] ^ 1]) + one[2001:] for one in files[:3]]
    for data in (*files[:5], *damaged):
        ours = glance.look(data, anchors)
        if (ours.intact and ours.anchor is not None) != peers.pyhanko_says(data, anchors[0]):
            raise AssertionError("the two verdicts differ")
    quick, slow = [], []
    for round_ in range(rounds):
        some = files[round_ * 8 % len(files) :][:8]
        slow.append(_cpu(lambda some=some: [peers.pyhanko_says(one, anchors[0]) for one in some]))
        quick.append(_cpu(lambda some=some: [glance.look(one, anchors) for one in some]))
    ours, theirs = statistics.median(quick), statistics.median(slow)
    print(f"check {ours / 8 * 1000:.2f} ms, pyHanko {theirs / 8 * 1000:.2f} ms")
    return round(theirs / ours, 1)


def _print_sizes(sizes: list[int], variants: Any, case: Case, signer: signing.Signer) -> None:
    book = peers.rulebook()
    print(f"signed files {min(sizes) / 1024:.1f} to {max(sizes) / 1024:.1f} KiB")
    print(f"with the rulebook attached {book:.1f} KiB more")
    for name, work in variants.named(case).items():
        print(f"  {name}: {len(work()) / 1024:.1f} KiB")


if __name__ == "__main__":
    main()
