"""`registry reference …`: files checked without a database, imported by one person, used after another."""

from datetime import UTC, datetime

import pytest
from click.testing import CliRunner

from registry.cli import main
from registry.config import Settings, prepare_instance
from registry.db import Database
from registry.models import Person, RoleGrant, SQLModel
from registry.queries import codes
from registry.queries.reference import edition_with, tables, zones_now
from registry.reference.importing import export, shipped_rows
from registry.reference.shelf import SHELVES
from tests.people import LONG_AGO


@pytest.fixture
def database(tmp_path, monkeypatch):
    """An empty registry with an editor and a publisher, found by its environment."""
    monkeypatch.setenv("REGISTRY_INSTANCE", str(tmp_path / "instance"))
    made = Database(prepare_instance(Settings()).database_url)
    SQLModel.metadata.create_all(made.engine)
    with made.write() as session:
        for name, role in (("editor", "rule_editor"), ("publisher", "rule_publisher")):
            person = Person(email=f"{name}@example.org", name=name, created_at=datetime.now(UTC))
            session.add(person)
            session.flush()
            session.add(RoleGrant(person_id=person.id, role=role, from_day=LONG_AGO))
    yield made
    made.dispose()


def run(*arguments):
    return CliRunner().invoke(main, ["reference", *map(str, arguments)])


def written(folder, name, content):
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def brought(folder, kind, content, *more):
    path = written(folder, f"{kind}.csv", content)
    done = run("import", kind, path, "--by", "editor@example.org", *more)
    assert done.exit_code == 0, done.output
    number = done.output.splitlines()[-1].split()[0]
    alone = run("put-in-force", number, "--by", "editor@example.org", "--reason", "x")
    assert alone.exit_code == 1
    return run("put-in-force", number, "--by", "publisher@example.org", "--reason", "核对")


def test_a_file_is_checked_without_a_database(tmp_path, monkeypatch):
    monkeypatch.setenv("REGISTRY_INSTANCE", str(tmp_path / "nowhere"))
    good = written(tmp_path, "gwp.csv", export("gwp", shipped_rows("gwp"), "csv"))
    done = run("check", "gwp", good)
    assert done.exit_code == 0 and "9 unchanged" in done.output
    bad = written(tmp_path, "bad.csv", "gas,edition,kgco2e_per_kg,horizon_years\nCH4,AR5,x,100\n")
    done = run("check", "gwp", bad, "--lang", "zh")
    assert done.exit_code == 1 and "bad.csv:2: kgco2e_per_kg: “x”不是数值。" in done.output
    assert run("check", "nothing", good).exit_code == 2
    assert not (tmp_path / "nowhere").exists()


def test_every_shipped_table_is_whole():
    done = run("verify")
    assert done.exit_code == 0
    assert {line.split("\t")[0] for line in done.output.splitlines()} == set(SHELVES)


def test_kinds_and_templates_are_there_to_be_filled_in(tmp_path):
    assert "zone_indicators" in run("kinds").output
    assert run("template", "zone_indicators", tmp_path / "z.xlsx").exit_code == 0
    assert (tmp_path / "z.xlsx").read_bytes().startswith(b"PK")


def test_an_import_refused_keeps_nothing(database, tmp_path):
    path = written(tmp_path, "c.csv", "code,name_zh\n1,甲\n1,乙\n")
    given = ("--edition", "2031", "--source", "部门", "--document", "文", "--published", "2031")
    done = run("import", "catalogue_items", path, "--by", "editor@example.org", *given)
    assert done.exit_code == 1
    assert "c.csv:2: edition" in done.output and "c.csv:3: edition: Same key" in done.output
    with database.read() as session:
        assert edition_with(session, "2031") is None


def test_a_catalogue_comes_in_by_its_edition_and_is_found_by_its_words(database, tmp_path):
    edition = {**shipped_rows("catalogue_editions")[4], "edition": "2031", "levels": "1/1",
               "name_zh": "目录(2031年版)", "published": "2031-01-02"}  # fmt: skip
    done = brought(tmp_path, "catalogue_editions", export("catalogue_editions", [edition], "csv"))
    assert done.exit_code == 0, done.output
    items = "code,name_zh,name_en\n1,新能源,New energy\n1.1,海上风电,Offshore wind\n"
    given = ("--edition", "2031", "--source", "部门", "--document", "文", "--published", "2031")
    assert brought(tmp_path, "catalogue_items", items, *given).exit_code == 0
    with database.read() as session:
        known = edition_with(session, "2031")
        assert known is not None and known["items_loaded"] == "yes"
        found = codes.search(session, "catalogue_items", "offshore", edition="2031")
        assert [one.code for one in found] == ["1.1"]
        assert codes.search(session, "catalogue_items", "offshore", edition="2025") == []
        assert len(tables(session).table("catalogue_editions").rows) == 13
    back = tmp_path / "back.xlsx"
    assert run("export", "catalogue_items", back).exit_code == 0
    assert run("export", "catalogue_items", tmp_path / "back.ods").exit_code == 2
    again = run("import", "catalogue_items", back, "--by", "editor@example.org")
    assert again.exit_code == 0 and "0 added, 0 changed, 0 removed" in again.output


def test_an_imported_zone_and_entry_are_offered_and_what_was_shipped_stays(database, tmp_path):
    zone = {**shipped_rows("zones")[0], "zone_id": "HTZ999", "name_zh": "新高新区"}
    assert brought(tmp_path, "zones", export("zones", [zone], "csv")).exit_code == 0
    entries = "edition,cls,sector_no,sector,no,text\n2024,限制类,一,农林牧渔业,1,天然草场超载放牧\n"
    assert brought(tmp_path, "industrial_structure", entries).exit_code == 0
    with database.read() as session:
        assert (len(zones_now(session)), zones_now(session)["HTZ999"]["name_zh"]) == (
            179,
            "新高新区",
        )
        (entry,) = codes.search(session, "industrial_structure", "草场")
        assert entry.code == "restricted-一-1"
        assert not tables(session).is_loaded("industrial_structure")  # six of 231 clear nobody
