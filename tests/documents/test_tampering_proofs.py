"""Lies in what proves a certificate: log, credential, rulebook, factors, score; each is caught."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pytest
from cryptography import x509

from registry.documents import credential, keys, signing, status_list
from registry.documents.attached import (
    CREDENTIAL_NAME,
    FACTORS_NAME,
    PROOF_NAME,
    RULEBOOK_NAME,
    pack_rulebook,
)
from registry.documents.findings import Exit, Outcome, StatusEntry
from registry.documents.proof_check import Known
from registry.documents.verification import verify
from registry.rules import canonical, tlog
from registry.rules.certificate import CertificateState
from registry.words import Words
from tests.documents.proven import (
    CREDENTIALS,
    ISSUER,
    content_of_score,
    good,
    key,
    log_with,
    prove,
    scored,
    signed_file,
)
from tests.documents.samples import NOW


@dataclass
class Bench:
    signer: signing.Signer
    forger: signing.Signer

    def lying(self, change: Callable[[dict[str, bytes]], None]) -> bytes:
        """The true issuer signs a file in which something else was attached."""
        made, told, factors = scored()
        closed, proof, files = prove(content_of_score(made, self.signer), told, factors)
        change(files)
        return signed_file(closed, proof, files, self.signer)

    def saying(self, *, by: signing.Signer | None = None, **changes: object) -> bytes:
        """Page and evidence agree, and neither is what the rules give."""
        made, told, factors = scored()
        signer = by or self.signer
        content = content_of_score(made, signer, **changes)
        return signed_file(*prove(content, told, factors), signer)

    def told(self, change: Callable[[dict], None]) -> bytes:
        """The evidence tells other inputs than the score was computed from."""
        made, told, factors = scored()
        told = json.loads(json.dumps(told))
        change(told)
        return signed_file(*prove(content_of_score(made, self.signer), told, factors), self.signer)


@pytest.fixture(scope="module")
def bench(signer: signing.Signer, tmp_path_factory: pytest.TempPathFactory) -> Bench:
    home = keys.ensure_test_key(tmp_path_factory.mktemp("forger"), now=NOW)
    return Bench(signer, signing.signer_from(keys.read_test_key(home)))


@pytest.fixture(scope="module")
def proven(signer: signing.Signer) -> bytes:
    return good(signer)


def lying(change: Callable[[dict[str, bytes]], None]) -> Callable[[Bench], bytes]:
    return lambda bench: bench.lying(change)


def _flip(files: dict[str, bytes]) -> None:
    """One hash of the proof is another."""
    proof = tlog.parse_proof(files[PROOF_NAME])
    first, *rest = proof.hashes
    files[PROOF_NAME] = replace(proof, hashes=(bytes([first[0] ^ 1]) + first[1:], *rest)).encode()


def _of_another(files: dict[str, bytes]) -> None:
    """The proof of another certificate of the same issuer, which is a true one."""
    made, told, factors = scored("70000")
    other = content_of_score(made, _of_another.signer)  # type: ignore[attr-defined]
    files[PROOF_NAME] = prove(other, told, factors)[2][PROOF_NAME]


def _by_another_log(files: dict[str, bytes]) -> None:
    proof = tlog.parse_proof(files[PROOF_NAME])
    log = log_with(9, key(9, "registry.example.org/log"))
    files[PROOF_NAME] = replace(proof, checkpoint=log.head()).encode()


def _moved(files: dict[str, bytes]) -> None:
    proof = tlog.parse_proof(files[PROOF_NAME])
    files[PROOF_NAME] = replace(proof, index=proof.index - 1).encode()


def _unopened(files: dict[str, bytes]) -> None:
    proof = tlog.parse_proof(files[PROOF_NAME])
    event, _ = tlog.opened(proof.extra or b"")
    files[PROOF_NAME] = replace(proof, extra=tlog.opening(event, b"0" * 16)).encode()


def _better_credential(files: dict[str, bytes]) -> None:
    said = json.loads(files[CREDENTIAL_NAME])
    said["credentialSubject"]["centipoints"] = 9900
    files[CREDENTIAL_NAME] = canonical.dumps(said)


def _own_credential(files: dict[str, bytes]) -> None:
    said = json.loads(files[CREDENTIAL_NAME])
    del said["proof"]
    files[CREDENTIAL_NAME] = credential.secure(said, key(7, ISSUER), method="x", now=NOW)


def _lying_credential(files: dict[str, bytes]) -> None:
    said = json.loads(files[CREDENTIAL_NAME])
    del said["proof"]
    said["credentialSubject"]["grade"] = "light"
    files[CREDENTIAL_NAME] = credential.secure(said, CREDENTIALS, method="x", now=NOW)


def _kinder_factor(files: dict[str, bytes]) -> None:
    files[FACTORS_NAME] = files[FACTORS_NAME].replace(b"0.9913", b"1.9913")


def _kinder_rulebook(files: dict[str, bytes]) -> None:
    from tests.documents.proven import book, rulebooks

    made = dict(rulebooks.files(book().id, book().version))
    made["scores.toml"] = made["scores.toml"].replace(b"weight", b"weight ", 1)
    files[RULEBOOK_NAME] = pack_rulebook(made)


def _no_rulebook(files: dict[str, bytes]) -> None:
    files[RULEBOOK_NAME] = b"PK\x05\x06" + b"\0" * 18


NO_PROOF = "the proof of inclusion in the public log is false"
NO_CREDENTIAL = "the embedded credential is not to be trusted"
NO_SCORE = "the score cannot be re-computed"
OTHER_SCORE = "the re-computed score is another"

CORPUS: dict[str, tuple[Callable[[Bench], bytes], str]] = {
    "a hash of the proof": (lying(_flip), f"{NO_PROOF}: the entry is not in the tree"),
    "another certificate's proof": (lying(_of_another), f"{NO_PROOF}: the entry is of something"),
    "a head by another log": (lying(_by_another_log), f"{NO_PROOF}: not signed by a key"),
    "another place in the log": (lying(_moved), f"{NO_PROOF}: the entry stands at another place"),
    "another salt": (lying(_unopened), f"{NO_PROOF}: the entry is not in the tree"),
    "no proof": (lying(lambda files: files.pop(PROOF_NAME)), f"{NO_PROOF}: none is attached"),
    "a proof that is none": (
        lying(lambda files: files.update({PROOF_NAME: b"x"})),
        "the embedded evidence is missing or not readable",
    ),
    "a better credential": (lying(_better_credential), f"{NO_CREDENTIAL}: its proof does not hold"),
    "a credential by another key": (
        lying(_own_credential),
        f"{NO_CREDENTIAL}: its proof does not hold",
    ),
    "a credential that says something else": (
        lying(_lying_credential),
        f"{NO_CREDENTIAL}: it says something else than the certificate",
    ),
    "no credential": (
        lying(lambda files: files.pop(CREDENTIAL_NAME)),
        f"{NO_CREDENTIAL}: none is attached",
    ),
    "a kinder factor": (lying(_kinder_factor), f"{NO_SCORE}: the attached factors are not those"),
    "a kinder rulebook": (lying(_kinder_rulebook), f"{NO_SCORE}: the attached rulebook is not"),
    "an empty rulebook": (lying(_no_rulebook), f"{NO_SCORE}: the attached rulebook is not"),
    "no factors": (
        lying(lambda files: files.pop(FACTORS_NAME)),
        f"{NO_SCORE}: the rulebook or the factors are not attached",
    ),
    "a score that the rules do not give": (
        lambda bench: bench.saying(centipoints=9900),
        f"{OTHER_SCORE}: score",
    ),
    "a coverage that the rules do not give": (
        lambda bench: bench.saying(coverage_bp=10_000, applicable_bp=9_999),
        f"{OTHER_SCORE}: applicable weight",
    ),
    "an input that was not computed with": (
        lambda bench: bench.told(
            lambda told: told["inputs"].update(generation_mwh_per_year="99999")
        ),
        f"{OTHER_SCORE}: ",
    ),
    "a gate that nobody settled": (
        lambda bench: bench.told(lambda told: told["settled"].pop("G-ELIM")),
        f"{OTHER_SCORE}: ",
    ),
    "another day of assessment": (
        lambda bench: bench.told(lambda told: told.update(as_of="2026-11-24")),
        f"{OTHER_SCORE}: record",
    ),
    "other reference data": (
        lambda bench: bench.told(lambda told: told.update(reference_sha256="00" * 32)),
        f"{NO_SCORE}: the factors are not from the reference data",
    ),
    "an input that is none": (
        lambda bench: bench.told(lambda told: told["inputs"].update(capacity_mw="plenty")),
        f"{OTHER_SCORE}: record",
    ),
}


def test_together_the_corpora_are_wide_enough() -> None:
    from tests.documents.test_tampering import CORPUS as FILES

    assert len(CORPUS) + len(FILES) >= 50


def test_the_good_one_holds_in_every_point(proven: bytes, anchor: x509.Certificate) -> None:
    found = verify(proven, [anchor])
    assert found.exit_code == Exit.INTACT, found.headline.en
    assert {one.code for one in found.items if one.outcome is Outcome.OPEN} == {"status"}


@pytest.mark.parametrize("kind", CORPUS)
def test_every_lie_is_refused(kind: str, bench: Bench, anchor: x509.Certificate) -> None:
    _of_another.signer = bench.signer  # type: ignore[attr-defined]
    lie, words = CORPUS[kind]
    found = verify(lie(bench), [anchor])
    assert found.exit_code == Exit.REFUSED, found.headline.en
    assert words in found.headline.en
    assert found.headline.zh.startswith("不予认可：")


def test_the_log_itself_is_asked_where_it_is_given(
    signer: signing.Signer, anchor: x509.Certificate
) -> None:
    """Truncated, rewritten, told in two ways: seen by who has the log or a head that was kept."""
    log = log_with(12)
    pdf = good(signer, log=log)
    kept = log.head()
    log.entries += log_with(3).entries
    honest = verify(pdf, [anchor], known=Known(log=log.download(), heads=[kept]))
    assert honest.exit_code == Exit.INTACT, honest.headline.en
    assert honest.outcome("log_now") is honest.outcome("log_kept") is Outcome.HOLDS

    def said(*, heads: list[bytes] = [], **more: object) -> str:  # noqa: B006
        found = verify(pdf, [anchor], known=Known(heads=heads, **more))  # type: ignore[arg-type]
        assert found.exit_code == Exit.REFUSED
        return found.headline.en

    cut = log_with(12)
    assert "it was truncated or rewritten" in said(log=cut.download())
    rewritten = log_with(15)
    assert "it was truncated or rewritten" in said(log=rewritten.download())
    rewritten.entries = [*log.entries[:4], b"\0" * 32, *log.entries[5:]]
    assert "the log was rewritten" in said(log=rewritten.download())
    second = log_with(13)
    assert "two heads of one size differ" in said(heads=[second.head()])
    assert "cannot be used" in said(heads=[log_with(13, key(8, "x.example/log")).head()])
    unasked = verify(pdf, [anchor], known=Known(heads=[log_with(20).head()]))
    assert unasked.outcome("log_kept") is Outcome.OPEN


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (CertificateState.REVOKED, "revoked (since 20 November 2026, reason: data not true)"),
        (CertificateState.SUSPENDED, "suspended (since 20 November 2026"),
        (CertificateState.SUPERSEDED, "superseded (since 20 November 2026"),
        (CertificateState.RENEWED, "renewed by a later certificate (since 20 November 2026"),
        (CertificateState.EXPIRED, "expired (since 20 November 2026"),
    ],
)
def test_what_is_not_in_force_is_said_with_reason_and_day(
    proven: bytes, bench: Bench, anchor: x509.Certificate, state: CertificateState, words: str
) -> None:
    entry = StatusEntry(state, date(2026, 11, 20), Words("数据不实", "data not true"))
    number = verify(proven, [anchor]).number
    data = status_list.write({number: entry}, as_of=NOW, signer=bench.signer)
    found = verify(proven, [anchor], status_list.read(data, [anchor]))
    assert found.exit_code == Exit.NOT_IN_FORCE
    assert words in found.headline.en


def test_text_changed_and_signed_anew_is_another_issuer(
    bench: Bench, anchor: x509.Certificate
) -> None:
    """Everything fits but the key; and a stranger's rules are not run where an anchor was given."""
    found = verify(bench.saying(by=bench.forger, centipoints=9900), [anchor])
    assert found.exit_code == Exit.UNTRUSTED
    assert "issuer untrusted unless its anchor was supplied" in found.headline.en
    assert found.outcome("score") is Outcome.OPEN


def test_its_term_is_over(proven: bytes, anchor: x509.Certificate, tmp_path: Path) -> None:
    found = verify(proven, [anchor], on=date(2027, 11, 23))
    assert found.exit_code == Exit.NOT_IN_FORCE
    assert "its printed term is over" in found.headline.en
