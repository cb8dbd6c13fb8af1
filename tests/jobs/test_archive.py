"""A backup restores on either engine to the same files, the same rows, and a chain that verifies."""

import io
import shutil
import tarfile
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import select

from registry.config import Settings, prepare_instance
from registry.db import Database
from registry.jobs.archive import BackupInvalid, restore_backup, write_backup
from registry.jobs.certificates import issue_waiting
from registry.migrating import upgrade
from registry.models import Organisation, Person, SQLModel
from registry.operations import application as applications
from registry.operations import erasure
from registry.operations.evidence import attach
from registry.queries import reserve
from registry.queries.account import actor_of
from registry.rules.permissions import Role
from tests.cases import Case, team
from tests.conftest import NOW, fast_folder
from tests.people import People


@pytest.fixture(scope="module")
def folder():
    made = fast_folder()
    yield made
    shutil.rmtree(made, ignore_errors=True)


def settings_in(folder: Path) -> Settings:
    return Settings(
        environment="test",
        instance=folder,
        argon2_time_cost=1,
        argon2_memory_kib=8,
        base_url="https://registry.example",
        secret_key="x" * 40,
    )


@pytest.fixture(scope="module")
def source(folder, _app):
    """A registry with a listed project, its certificate, evidence, and an erased person."""
    settings = prepare_instance(settings_in(folder / "source"))
    upgrade(settings.database_url)
    database = Database(settings.database_url)
    people = People(database, _app)
    everybody = team(people)
    admin = people.person(Role.ADMIN)
    people.person(Role.ADMIN)
    with database.write() as session:
        case = Case(session, everybody, NOW).draft()
        attach(
            session,
            application_id=case.id,
            criterion="generation_mwh_per_year",
            file_name="结算单.csv",
            data="月,度\n1,100\n".encode(),
            is_confidential=True,
            folder=settings.evidence_folder,
            limit_bytes=settings.upload_limit_bytes,
            limit_files=settings.evidence_limit_files,
            by=case.actor(everybody.editor),
            now=case.at(),
        )
        case.submit().clear_hits().accept()
        case.score()
        case.settle_all().recommend().approve()
    issue_waiting(database, settings, case.at())
    with database.write() as session:
        erasure.erase_person(
            session, person_id=everybody.editor.id, by=people.actor(admin), now=datetime.now(UTC)
        )
    yield settings, database
    database.dispose()


@pytest.fixture(scope="module")
def archive(source, folder):
    path = folder / "backup.tar.gz"
    write_backup(*source, path)
    return path


def files_of(settings: Settings) -> dict[str, bytes]:
    found = {"secret_key": settings.instance / "secret_key"}
    for name in ("evidence", "documents", "keys"):
        for path in (settings.instance / name).rglob("*"):
            if path.is_file():
                found[str(path.relative_to(settings.instance))] = path
    return {name: path.read_bytes() for name, path in found.items() if path.is_file()}


def rows_of(database: Database) -> dict[str, list[tuple]]:
    with database.read() as session:
        return {
            table.name: [
                tuple(row)
                for row in session.execute(table.select().order_by(*table.primary_key.columns))
            ]
            for table in SQLModel.metadata.sorted_tables
        }


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request, folder):
    """A registry to restore to: nothing in it yet, not even tables."""
    target = Path(tempfile.mkdtemp(dir=folder)) / "target"
    target.mkdir()
    settings = settings_in(target)
    if request.param == "postgresql":
        base = request.getfixturevalue("postgresql_url")
        server = Database(base)
        with server.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("DROP DATABASE IF EXISTS restored"))
            connection.execute(text("CREATE DATABASE restored"))
        server.dispose()
        url = base.replace("/postgres?", "/restored?")
        settings = settings.model_copy(update={"database_url": url})
    database = Database(settings.database_url)
    yield settings, database
    database.dispose()


def test_what_comes_back_is_what_was_there(source, archive, empty):
    settings, database = empty
    report = restore_backup(settings, database, archive)
    assert report.intact
    assert report.events > 10
    assert report.heads_checked >= 2
    assert rows_of(database) == rows_of(source[1])
    assert files_of(settings) == files_of(source[0])


def test_it_goes_on_working(archive, empty):
    """Ids go on behind the last one, and the list is found by a word again."""
    settings, database = empty
    restore_backup(settings, database, archive)
    with database.read() as session:
        found = reserve.list_page(session, reserve.Filters(q="凉州"))
        assert len(found.rows) == 1
    with database.write() as session:
        owner = session.exec(select(Organisation).order_by(Organisation.id)).first()
        signatory = session.exec(select(Person).where(Person.name == "签章乙")).one()
        started = applications.start(
            session,
            organisation=owner,
            kind="renewable_power",
            by=actor_of(session, signatory.id, on=NOW.date()),
            now=NOW,
        )
        assert started.id == 2


def test_a_registry_that_is_not_empty_is_left_alone(source, archive):
    settings, database = source
    before = rows_of(database)
    with pytest.raises(BackupInvalid, match="not empty"):
        restore_backup(settings, database, archive)
    assert rows_of(database) == before


def changed_copy(archive: Path, target: Path, name: str, change) -> Path:
    """The archive with one member changed."""
    with tarfile.open(archive) as old, tarfile.open(target, "w:gz") as new:
        for member in old.getmembers():
            data = old.extractfile(member).read()
            if member.name == name:
                data = change(data)
                if data is None:
                    continue
                member.size = len(data)
            new.addfile(member, io.BytesIO(data))
    return target


def flipped(data: bytes) -> bytes:
    middle = len(data) // 2
    return data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :]


@pytest.mark.parametrize("empty", ["sqlite"], indirect=True)
@pytest.mark.parametrize("what", ["evidence", "documents", "tables/audit_event"])
@pytest.mark.parametrize("change", [flipped, lambda _data: None], ids=["changed", "missing"])
def test_an_archive_that_is_not_whole_leaves_no_rows(archive, empty, folder, what, change):
    with tarfile.open(archive) as opened:
        name = next(name for name in opened.getnames() if name.startswith(what))
    broken = changed_copy(archive, folder / "broken.tar.gz", name, change)
    settings, database = empty
    with pytest.raises((BackupInvalid, ValueError)):
        restore_backup(settings, database, broken)
    assert not any(rows_of(database).values())


@pytest.mark.parametrize("empty", ["sqlite"], indirect=True)
def test_an_archive_that_broke_off_is_refused_in_words(archive, empty, folder):
    cut = folder / "cut.tar.gz"
    cut.write_bytes(archive.read_bytes()[:-2000])
    settings, database = empty
    with pytest.raises(BackupInvalid):
        restore_backup(settings, database, cut)
    plain = folder / "plain.tar.gz"
    plain.write_text("no archive")
    with pytest.raises(BackupInvalid, match="cannot be read"):
        restore_backup(settings, database, plain)


def test_only_its_owner_may_read_it(archive):
    assert archive.stat().st_mode & 0o777 == 0o600


def test_nothing_is_left_beside_it(archive):
    assert not archive.with_name(archive.name + ".partial").exists()
