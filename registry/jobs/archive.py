"""Backup and restore: every table and file of a registry in one archive that verifies itself.

The archive does not depend on the engine: what was kept in SQLite can be restored to PostgreSQL.
The tables are read in one snapshot; files are stored before the rows that name them and never
changed, so copying them afterwards can miss none. What follows from the tables (the search index)
is not kept but built anew.
"""

import base64
import gzip
import hashlib
import io
import json
import tarfile
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, BinaryIO

from sqlalchemy import Connection, Table, func, insert, select, text
from sqlmodel import Session, col

from registry import __version__
from registry.config import Settings
from registry.db import Database
from registry.migrating import revision, upgrade
from registry.models import Certificate, EvidenceFile, LoanRun, SQLModel
from registry.operations import reserve
from registry.queries import audit
from registry.rules import chain

FORMAT = "green-project-registry-backup/1"
BATCH = 1000
FOLDERS = ("evidence", "documents", "books", "keys")


class BackupInvalid(Exception):
    """The archive is not whole, or there is no empty registry to restore it to."""


def _tables() -> list[Table]:
    return list(SQLModel.metadata.sorted_tables)


def write_backup(settings: Settings, database: Database, path: Path) -> dict[str, Any]:
    """Write the archive (first to a neighbour, then renamed) and return its manifest."""
    partial = path.with_name(path.name + ".partial")
    manifest: dict[str, Any] = {
        "format": FORMAT,
        "version": __version__,
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "revision": revision(database.url),
        "tables": {},
        "files": {},
    }
    _own_only(partial)
    with tarfile.open(partial, "w:gz", compresslevel=3) as archive:
        with database.read() as session:
            _freeze_snapshot(session)
            for table in _tables():
                manifest["tables"][table.name] = _add_table(archive, session, table)
            head = audit.head(session)
            manifest["head"] = None if head is None else [head.seq, head.hash]
        for name, source in _files(settings):
            data = source.read_bytes()
            manifest["files"][name] = hashlib.sha256(data).hexdigest()
            _add(archive, name, data)
        _add(archive, "manifest.json", json.dumps(manifest, indent=1).encode())
    partial.replace(path)
    return manifest


def _own_only(path: Path) -> None:
    """Nobody else reads the archive, not even while it is being written: it holds keys."""
    path.unlink(missing_ok=True)
    path.touch(mode=0o600)


def _freeze_snapshot(session: Session) -> None:
    """One view of all tables: SQLite has it by itself in a read transaction."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))


def _add_table(archive: tarfile.TarFile, session: Session, table: Table) -> dict[str, Any]:
    digest, rows = hashlib.sha256(), 0
    with tempfile.TemporaryFile() as spool:
        result = session.execute(
            select(table).order_by(*table.primary_key.columns).execution_options(yield_per=BATCH)
        )
        for row in result.mappings():
            line = json.dumps({k: _plain(v) for k, v in row.items()}, ensure_ascii=False) + "\n"
            spool.write(line.encode())
            digest.update(line.encode())
            rows += 1
        size = spool.tell()
        spool.seek(0)
        _add_stream(archive, f"tables/{table.name}.jsonl", spool, size)
    return {"rows": rows, "sha256": digest.hexdigest()}


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return {"base64": base64.b64encode(value).decode()}
    if isinstance(value, datetime):
        return {"moment": value.isoformat()}
    if isinstance(value, date):
        return {"day": value.isoformat()}
    return {"json": value} if isinstance(value, dict | list) else value


def _value(plain: Any) -> Any:
    if not isinstance(plain, dict):
        return plain
    kind, value = next(iter(plain.items()))
    readers = {
        "base64": base64.b64decode,
        "moment": datetime.fromisoformat,
        "day": date.fromisoformat,
        "json": lambda kept: kept,
    }
    return readers[kind](value)


def _files(settings: Settings) -> Iterator[tuple[str, Path]]:
    for folder in FOLDERS:
        root = settings.instance / folder
        for path in sorted(root.rglob("*")):
            if path.is_file() and not path.name.startswith(".incoming-"):
                yield str(path.relative_to(settings.instance)), path
    secret = settings.instance / "secret_key"
    if secret.is_file():
        yield "secret_key", secret


def _add(archive: tarfile.TarFile, name: str, data: bytes) -> None:
    _add_stream(archive, name, io.BytesIO(data), len(data))


def _add_stream(archive: tarfile.TarFile, name: str, stream: Any, size: int) -> None:
    info = tarfile.TarInfo(name)
    info.size, info.mode = size, 0o600
    archive.addfile(info, stream)


def restore_backup(settings: Settings, database: Database, path: Path) -> chain.ChainReport:
    """Fill an empty registry from an archive and verify it.

    1. refuse an archive of another schema, and a registry that is not empty
    2. the files first, each by its digest, then all rows in one transaction, table by table by
       digest and number: an archive that is not whole leaves no rows
    3. every file that a row names must be there; the search index is built; the chain is read
    """
    with _opened(path) as archive:
        manifest = _manifest(archive)
        _, now_at = upgrade(database.url)
        if manifest["revision"] != now_at:
            raise BackupInvalid(
                f"the backup has schema {manifest['revision']}, this version has {now_at}: "
                f"restore it with version {manifest['version']}, then upgrade"
            )
        with database.read() as session:
            _refuse_full(session.connection())
        for name, digest in manifest["files"].items():
            _restore_file(archive, settings.instance, name, digest)
        with database.engine.begin() as connection:
            _refuse_full(connection)
            for table in _tables():
                _load_table(archive, connection, table, manifest["tables"][table.name])
            _move_sequences(connection)
    with database.write() as session:
        _refuse_missing_files(session, manifest)
        reserve.index_again(session)
    with database.read() as session:
        heads = [chain.Head(*manifest["head"])] if manifest["head"] else []
        return audit.verify(session, heads)


@contextmanager
def _opened(path: Path) -> Iterator[tarfile.TarFile]:
    """The archive for reading; one that breaks off or is none is refused in words."""
    try:
        with tarfile.open(path, "r:gz") as archive:
            yield archive
    except (tarfile.TarError, EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise BackupInvalid(f"the archive cannot be read: {error}") from error


def _refuse_missing_files(session: Session, manifest: dict[str, Any]) -> None:
    """Each row that names bytes by their digest finds them."""
    columns = (
        ("evidence", col(EvidenceFile.sha256)),
        ("documents", col(Certificate.pdf_sha256)),
        ("documents", col(Certificate.evidence_sha256)),
        ("books", col(LoanRun.file_sha256)),
    )
    for folder, column in columns:
        for sha256 in session.scalars(select(column).where(column != "").order_by(column)):
            _refuse_missing(manifest, folder, sha256)
    for attached in session.scalars(select(Certificate.attached).order_by(col(Certificate.id))):
        for sha256 in (attached or {}).values():
            _refuse_missing(manifest, "documents", sha256)


def _refuse_missing(manifest: dict[str, Any], folder: str, sha256: str) -> None:
    if manifest["files"].get(f"{folder}/{sha256[:2]}/{sha256}") != sha256:
        raise BackupInvalid(f"{folder}: the file {sha256} is missing")


def _manifest(archive: tarfile.TarFile) -> dict[str, Any]:
    try:
        manifest: dict[str, Any] = json.loads(_member(archive, "manifest.json").read())
    except (BackupInvalid, ValueError) as error:
        raise BackupInvalid("no manifest: this is no backup, or it was cut short") from error
    if manifest.get("format") != FORMAT:
        raise BackupInvalid(f"unknown format {manifest.get('format')!r}")
    return manifest


def _member(archive: tarfile.TarFile, name: str) -> BinaryIO:
    try:
        found = archive.extractfile(name)
    except KeyError:
        found = None
    if found is None:
        raise BackupInvalid(f"{name} is missing")
    return found  # type: ignore[return-value]


def _refuse_full(connection: Connection) -> None:
    for table in _tables():
        if connection.execute(select(func.count()).select_from(table)).scalar_one():
            raise BackupInvalid(f"table {table.name} is not empty: restore into a new registry")


def _load_table(
    archive: tarfile.TarFile, connection: Connection, table: Table, promised: dict[str, Any]
) -> None:
    digest, rows = hashlib.sha256(), 0
    batch: list[dict[str, Any]] = []
    for line in _member(archive, f"tables/{table.name}.jsonl"):
        digest.update(line)
        batch.append({k: _value(v) for k, v in json.loads(line).items()})
        rows += 1
        if len(batch) == BATCH:
            connection.execute(insert(table), batch)
            batch = []
    if batch:
        connection.execute(insert(table), batch)
    if (rows, digest.hexdigest()) != (promised["rows"], promised["sha256"]):
        raise BackupInvalid(f"table {table.name} is not as it was written")


def _move_sequences(connection: Connection) -> None:
    """PostgreSQL counts ids apart from the rows: go on behind the last one."""
    if connection.dialect.name != "postgresql":
        return
    for table in _tables():
        key = list(table.primary_key.columns)
        if len(key) != 1 or key[0].type.python_type is not int:
            continue
        name = connection.execute(
            text("SELECT pg_get_serial_sequence(:t, :c)"), {"t": table.name, "c": key[0].name}
        ).scalar_one()
        if name:
            last = connection.execute(select(func.max(key[0]))).scalar_one()
            connection.execute(
                text("SELECT setval(:s, :v, :u)"), {"s": name, "v": last or 1, "u": bool(last)}
            )


def _restore_file(archive: tarfile.TarFile, instance: Path, name: str, digest: str) -> None:
    target = (instance / name).resolve()
    if not target.is_relative_to(instance.resolve()):
        raise BackupInvalid(f"{name} points outside the instance folder")
    data = _member(archive, name).read()
    if hashlib.sha256(data).hexdigest() != digest:
        raise BackupInvalid(f"{name} is not as it was written")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(data)
    target.chmod(0o600)
