"""Keys in a file, in a token, behind a command: one interface, the same signatures; keys that change."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.serialization import pkcs12

from registry.config import Environment, Settings, UnsafeSettings
from registry.documents import certificate, glance, holders, keys, signing
from registry.documents.findings import Exit
from registry.documents.verification import verify
from registry.operations import certificate as operations
from tests.documents.samples import NOW, liangzhou, with_evidence

MODULE = next(
    (
        str(one)
        for one in (
            *Path("/usr/lib").glob("*/softhsm/libsofthsm2.so"),
            Path("/usr/lib/softhsm/libsofthsm2.so"),
            Path("/usr/local/lib/softhsm/libsofthsm2.so"),
            Path("/opt/homebrew/lib/softhsm/libsofthsm2.so"),
        )
        if one.is_file()
    ),
    "libsofthsm2.so",
)
SIGN = """
import sys
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
key = serialization.load_pem_private_key(open(sys.argv[1], "rb").read(), None)
sys.stdout.buffer.write(key.sign(sys.stdin.buffer.read(), ec.ECDSA(hashes.SHA256())))
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = keys.ensure_test_key(tmp_path_factory.mktemp("signers"), now=NOW)
    chain = (folder / keys.CERTIFICATE).read_bytes() + (folder / keys.ANCHOR).read_bytes()
    (folder / "chain.pem").write_bytes(chain)
    return folder


@pytest.fixture(scope="module")
def token(home: Path) -> Path:
    """A SoftHSM token that holds the key."""
    (home / "tokens").mkdir()
    settings = home / "softhsm2.conf"
    settings.write_text(f"directories.tokendir = {home / 'tokens'}\nobjectstore.backend = file\n")
    os.environ["SOFTHSM2_CONF"] = str(settings)  # read by the library when it is loaded
    der = serialization.load_pem_private_key((home / keys.KEY).read_bytes(), None).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (home / "p8.pem").write_bytes(der)
    util = ["softhsm2-util", "--module", MODULE]
    for more in (
        ["--init-token", "--free", "--label", "registry", "--pin", "1234", "--so-pin", "5678"],
        ["--import", str(home / "p8.pem"), "--token", "registry", "--label", "documents",
         "--id", "01", "--pin", "1234"],
    ):  # fmt: skip
        subprocess.run([*util, *more], check=True, capture_output=True)
    described = home / "token.toml"
    described.write_text(
        f'kind = "pkcs11"\ncertificate = "chain.pem"\nmodule = "{MODULE}"\n'
        'token = "registry"\nlabel = "documents"\n'
    )
    return described


@pytest.fixture(scope="module")
def command(home: Path) -> Path:
    script, described = home / "sign.py", home / "command.toml"
    script.write_text(SIGN)
    said = [sys.executable, str(script), str(home / keys.KEY)]
    described.write_text(
        f'kind = "command"\ncertificate = "chain.pem"\ncommand = {said!r}\ntimeout_seconds = 60\n'
    )
    return described


@pytest.fixture(scope="module")
def archive(home: Path) -> Path:
    files = keys.read_test_key(home)
    path = home / "signer.p12"
    path.write_bytes(
        pkcs12.serialize_key_and_certificates(
            b"signer", files.key, files.certificate, list(files.chain),
            serialization.BestAvailableEncryption(b"1234"),
        )
    )  # fmt: skip
    return path


@pytest.mark.parametrize("kind", ["archive", "token", "command"])
def test_each_holder_signs_what_verifies(
    kind: str, home: Path, request: pytest.FixtureRequest
) -> None:
    path: Path = request.getfixturevalue(kind)
    signer = signing.load_signer(keys_folder=home, key=path, passphrase="1234")
    data = signed(signer)
    root = x509.load_pem_x509_certificate((home / keys.ANCHOR).read_bytes())
    assert verify(data, [root]).exit_code == Exit.INTACT
    assert glance.look(data, [root]).anchor == root


def signed(signer: signing.Signer) -> bytes:
    content, evidence = with_evidence(liangzhou(signer_fingerprint=signer.fingerprint))
    made = certificate.render(
        content, evidence, now=NOW, signature_bytes=signer.signature_bytes, many=True
    )
    return signing.sign(made, signer, now=NOW)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('kind = "pkcs12"\ncertificate = "chain.pem"\n', "unknown kind"),
        ('kind = "command"\ncertificate = "gone.pem"\ncommand = ["true"]\n', "gone.pem"),
        ('kind = "command"\ncertificate = "chain.pem"\ncommand = ["true"]\n', "not that of"),
        ('kind = "command"\ncertificate = "chain.pem"\ncommand = ["false"]\n', "failed"),
        ('kind = "command"\ncertificate = "chain.pem"\ncommand = []\n', "empty"),
        ('kind = "command"\ncertificate = "chain.pem"\ncommand = ["/no/such"]\n', "not answer"),
        ("no TOML", "broken.toml"),
    ],
)
def test_what_cannot_sign_is_refused_with_its_reason(text: str, why: str, home: Path) -> None:
    path = home / "broken.toml"
    path.write_text(text)
    with pytest.raises(keys.KeyRefused, match=why):
        holders.read_described(path, "")


def test_a_wrong_pin_is_refused(token: Path) -> None:
    with pytest.raises(keys.KeyRefused, match="does not sign"):
        holders.read_described(token, "0000")


def test_after_a_rotation_earlier_certificates_hold(
    signed_by_first: bytes, home: Path, signer: signing.Signer, anchor: x509.Certificate
) -> None:
    root = x509.load_pem_x509_certificate((home / keys.ANCHOR).read_bytes())
    later = signed(signer)
    for data, own in ((signed_by_first, root), (later, anchor)):
        assert verify(data, [root, anchor]).exit_code == Exit.INTACT
        assert glance.look(data, [root, anchor]).anchor == own
    assert verify(later, [root]).exit_code == Exit.UNTRUSTED


@pytest.fixture
def signed_by_first(home: Path) -> bytes:
    return signed(signing.signer_from(keys.read_test_key(home)))


def test_production_refuses_a_test_key_by_whatever_name(archive: Path, tmp_path: Path) -> None:
    settings = Settings(
        instance=tmp_path, environment=Environment.PRODUCTION, signing_key=archive,
        signing_key_passphrase="1234", secret_key="x" * 40, base_url="https://registry.example",
        secure_cookies=True,
    )  # fmt: skip
    settings.refuse_unsafe()
    with pytest.raises(UnsafeSettings, match="TEST"):
        operations.signer_of(settings)
