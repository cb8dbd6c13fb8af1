"""The public log for everybody: its head, tiles and proofs as other tools read them, and a page.

The addresses under /log are those of C2SP tlog-tiles. Entries are commitments: they show that the
chain was not rewritten, and nothing of what is in it.
"""

import base64
import zipfile
from collections.abc import Callable, Iterator
from io import RawIOBase

from flask import Response, abort, render_template, request
from flask.typing import ResponseReturnValue

from registry.operations import log as operations
from registry.queries import log as queries
from registry.rules import note, tlog
from registry.web import edge
from registry.web.access import opens_to_everyone
from registry.web.public import blueprint

IMMUTABLE = "public, max-age=31536000, immutable"
LARGEST_COSIGNED = 64 * 1024


def _found(read: Callable[[], bytes]) -> bytes:
    try:
        return read()
    except (queries.NotYet, tlog.LogInvalid):
        abort(404)


def _plain(data: bytes | str) -> Response:
    return Response(data, content_type="text/plain; charset=utf-8")


@blueprint.get("/log")
@opens_to_everyone
def log() -> ResponseReturnValue:
    """What the log is, its head and witnesses, and how to hold us to it."""
    session = edge.reading()
    heads = queries.checkpoints(session)
    newest = heads[0] if heads else None
    return render_template(
        "public/log.html",
        heads=heads,
        head=tlog.parse_checkpoint(note.parse(newest.note).text) if newest else None,
        signed=queries.checkpoint(session).decode() if newest else "",
        witnesses=queries.cosignatures(session, [one.size for one in heads]),
        key=str(operations.log_key(edge.settings()).verifier),
        witness_keys=operations.witness_keys(edge.settings()),
        base=edge.settings().base_url,
    )


@blueprint.get("/log/checkpoint")
@opens_to_everyone
def log_checkpoint() -> ResponseReturnValue:
    """The newest signed head, or with ?size= that of one size."""
    asked = request.args.get("size", type=edge.row_number)
    return _plain(_found(lambda: queries.checkpoint(edge.reading(), asked)))


@blueprint.get("/log/tile/<path:address>")
@opens_to_everyone
def log_tile(address: str) -> ResponseReturnValue:
    """A tile of hashes or a bundle of entries; neither ever changes."""
    session = edge.reading()

    def read() -> bytes:
        tile = tlog.parse_tile_path(address)
        entries = address.startswith("entries/")
        return queries.bundle(session, tile) if entries else queries.tile(session, tile)

    answer = Response(_found(read), content_type="application/octet-stream")
    answer.headers["Cache-Control"] = IMMUTABLE
    return answer


@blueprint.get("/log/key")
@opens_to_everyone
def log_verifier_key() -> ResponseReturnValue:
    """The key that signs heads, as `name+id+key`."""
    return _plain(f"{operations.log_key(edge.settings()).verifier}\n")


def _number(name: str, otherwise: int) -> int:
    if name not in request.args:
        return otherwise
    found = request.args.get(name, type=edge.row_number)
    if found is None:
        abort(400)
    return found


def _hashes(hashes: list[bytes]) -> Response:
    return _plain("".join(f"{base64.b64encode(one).decode()}\n" for one in hashes))


@blueprint.get("/log/inclusion")
@opens_to_everyone
def log_inclusion() -> ResponseReturnValue:
    """The hashes that lead from entry `index` to the root of the tree of `size` (else of the newest
    head), one a line."""
    session = edge.reading()
    index, size = _number("index", 0), _number("size", queries.newest_size(session))
    try:
        return _hashes(queries.inclusion(session, index, size))
    except queries.NotYet:
        abort(404)


@blueprint.get("/log/consistency")
@opens_to_everyone
def log_consistency() -> ResponseReturnValue:
    """The hashes that show that the tree of `to` (else the newest head's) begins with the tree of
    `from`, one a line."""
    session = edge.reading()
    new = _number("to", queries.newest_size(session))
    old = _number("from", new)
    try:
        return _hashes(queries.consistency(session, old, new))
    except queries.NotYet:
        abort(404)


class _Pipe(RawIOBase):
    """What a ZIP is written to while it is sent."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]
        self._parts.append(bytes(data))
        return len(data)

    def taken(self) -> bytes:
        parts, self._parts = self._parts, []
        return b"".join(parts)


@blueprint.get("/log/download")
@opens_to_everyone
def log_download() -> ResponseReturnValue:
    """The whole log as a ZIP of what a mirror would fetch, sent while it is read."""
    edge_database, key = edge.database(), str(operations.log_key(edge.settings()).verifier)
    if not queries.newest_size(edge.reading()):
        abort(404)

    def stream() -> Iterator[bytes]:
        pipe = _Pipe()
        with edge_database.read() as session, zipfile.ZipFile(pipe, "w") as archive:
            archive.writestr(_entry("key"), f"{key}\n")
            for path, data in queries.download(session):
                archive.writestr(_entry(path), data)
                yield pipe.taken()
        yield pipe.taken()

    answer = Response(stream(), mimetype="application/zip")
    answer.headers["Content-Disposition"] = 'attachment; filename="log.zip"'
    return answer


def _entry(path: str) -> zipfile.ZipInfo:
    return zipfile.ZipInfo(path, date_time=(1980, 1, 1, 0, 0, 0))


@blueprint.post("/log/cosignatures")
@opens_to_everyone
def log_cosignatures() -> ResponseReturnValue:
    """A witness brings the head back with its line. What is kept is believed for its signature
    alone, so neither an account nor a form's token is asked for."""
    if (request.content_length or 0) > LARGEST_COSIGNED:
        abort(413)
    data, settings = request.get_data(), edge.settings()
    try:
        with edge.writing() as session:
            names = operations.take_cosignatures(
                session, data, witnesses=operations.witness_keys(settings), now=edge.now()
            )
    except operations.CosignatureRefused as refused:
        return Response(f"{refused}\n", status=422, content_type="text/plain; charset=utf-8")
    return _plain("".join(f"{name}\n" for name in names))
