"""The public log at its addresses, as a stranger's tools read it."""

import io
import zipfile

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from registry.documents import ed25519, log_reading
from registry.operations import audit, log
from registry.rules import note, tlog
from registry.rules.note import Kind, VerifierKey
from registry.rules.permissions import service
from tests.conftest import NOW


def add(database, settings, count):
    with database.write() as session:
        for n in range(count):
            audit.record(
                session,
                kind="organisation.edited",
                subject=f"organisation:{n}",
                body={},
                by=service("timer"),
                now=NOW,
            )
        log.grow(session, key=log.log_key(settings), now=NOW)


@pytest.fixture
def fetch(client):
    def fetched(name):
        answer = client.get(f"/log/{name}")
        assert answer.status_code == 200, (name, answer.status_code)
        return answer.data

    return fetched


@pytest.fixture
def key(fetch):
    return note.parse_key(fetch("key").decode().strip())


def test_a_stranger_holds_the_log_to_an_old_head_over_its_addresses(database, settings, fetch, key):
    add(database, settings, 20)
    kept = fetch("checkpoint")
    add(database, settings, 30)
    assert log_reading.compare(kept, key, fetch).holds
    assert fetch("checkpoint?size=20") == kept
    other = kept.replace(b"\n20\n", b"\n19\n")
    assert not log_reading.compare(other, key, fetch).holds


def test_the_download_is_the_log(database, settings, fetch, key):
    add(database, settings, 270)
    download = log_reading.Download(data=fetch("download"))
    assert log_reading.compare(fetch("checkpoint"), key, download).holds
    names = zipfile.ZipFile(io.BytesIO(fetch("download"))).namelist()
    assert names == [
        *("key", "checkpoint", "tile/entries/000", "tile/0/000"),
        *("tile/entries/001.p/14", "tile/0/001.p/14", "tile/1/000.p/1"),
    ]
    for name in names[2:]:
        assert fetch(name) == download(name)


@pytest.mark.parametrize(
    "name",
    ["tile/0/009", "tile/9/000", "tile/0/000.p/257", "tile/0/0", "tile/x/000", "tile/0/000.p/0",
     "checkpoint?size=7", "inclusion?index=20&size=20", "consistency?from=5&to=99"],
)  # fmt: skip
def test_what_is_not_there_is_not_found(database, settings, client, name):
    add(database, settings, 20)
    assert client.get(f"/log/{name}").status_code == 404


def test_without_a_head_the_page_says_so(client):
    page = client.get("/log", headers={"Accept-Language": "en"})
    assert page.status_code == 200
    assert "No head yet" in page.text
    assert client.get("/log/checkpoint").status_code == 404
    assert client.get("/log/download").status_code == 404
    assert client.get("/log/inclusion").status_code == 404
    assert client.get("/log/consistency?from=x").status_code == 400


def test_a_witness_brings_its_line(database, settings, client, fetch, key):
    add(database, settings, 5)
    own = ed25519.NamedKey("witness.example", Ed25519PrivateKey.generate())
    witness = VerifierKey(own.name, own.public, Kind.COSIGNATURE)
    at = int(NOW.timestamp())
    signed = log_reading.cosign(fetch("checkpoint"), key, witness, own.sign, at=at)
    refused = client.post("/log/cosignatures", data=signed, content_type="text/plain")
    assert refused.status_code == 422, "nobody knows this witness yet"
    path = settings.keys_folder / "witnesses"
    path.write_text(f"# kept by the university\n{witness}\n")
    try:
        assert client.post("/log/cosignatures", data=signed).data == b"witness.example\n"
        assert log_reading.names_of(fetch("checkpoint"), [witness]) == ["witness.example"]
        page = client.get("/log", headers={"Accept-Language": "en"}).text
        assert "witnessed by witness.example" in page
    finally:
        path.unlink()
    assert client.post("/log/cosignatures", data=b"x").status_code == 422
    assert client.post("/log/cosignatures", data=b"x" * 70_000).status_code == 413


def test_nothing_but_commitments_is_shown(database, settings, fetch):
    """Neither an event's bytes, nor its hash, nor a word of it can be found in what is public."""
    from registry.queries import audit as chain

    add(database, settings, 40)
    shown = fetch("download") + fetch("checkpoint")
    bundle = tlog.parse_bundle(fetch("tile/entries/000.p/40"))
    with database.read() as session:
        events = list(chain.stored_events(session))
    for event in events:
        assert event.data not in shown
        assert bytes.fromhex(event.hash) not in shown
        assert event.hash.encode() not in shown
    assert {len(one) for one in bundle} == {32}
    assert len(set(bundle)) == 40
