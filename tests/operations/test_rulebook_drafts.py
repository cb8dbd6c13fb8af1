"""Drafts that are broken in any way are kept with their mistakes, and never break a page."""

import random
import re
from datetime import UTC, datetime

import pytest
from sqlmodel import col, select

from registry.models import AuditEvent, RulebookFile
from registry.operations import rulebook
from registry.operations.rulebook import FilesRefused, mistakes_in
from registry.rules.permissions import Role
from tests.rulebooks import named, shipped

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
VALUES = ["1", '""', "[]", "{}", "true", "2026-01-01", "[[1]]", '"x y"', "1e400", "-1", "nan"]
EXTRA = ["[x]", "[[rule]]", "[rulebook]", "[[kind]]", 'id = "a"', "[[example]]", "\x00", "= ="]


def broken(seed):
    """One line of one file gone, changed, doubled or put in."""
    chance = random.Random(seed)
    files = shipped()
    name = chance.choice(sorted(files))
    lines = files[name].decode().split("\n")
    at = chance.randrange(len(lines))
    match chance.randrange(4):
        case 0:
            del lines[at]
        case 1:
            lines[at] = re.sub(r"= .*", f"= {chance.choice(VALUES)}", lines[at])
        case 2:
            lines.insert(at, lines[chance.randrange(len(lines))])
        case _:
            lines.insert(at, chance.choice(EXTRA))
    return {**files, name: "\n".join(lines).encode()}


@pytest.mark.parametrize("seed", range(40))
def test_whatever_is_broken_is_a_rulebook_or_mistakes(seed):
    book, mistakes = mistakes_in(broken(seed))
    assert (book is None) == bool(mistakes)
    assert all(one.line >= 1 and one.code for one in mistakes)


@pytest.mark.parametrize(
    "files",
    [
        {"rulebook.toml": b""},
        {"rulebook.toml": b"\xff\xfe"},
        {"rulebook.toml": b"rulebook = 1"},
        {"rulebook.toml": b"[rulebook]\nversion = 3"},
        {"rulebook.toml": b"[[[[" * 5000},
        {"rulebook.toml": b"a = " + b"[" * 20000},
    ],
)
def test_junk_has_mistakes(files):
    book, mistakes = mistakes_in(files)
    assert book is None and mistakes


def test_a_draft_with_mistakes_is_kept_whole_and_a_change_replaces_only_its_file(people, database):
    by = people.actor(people.person(Role.RULE_EDITOR))
    files = {**named(shipped(), "2099.1"), "scores.toml": b"[[rule]]\n"}
    with database.write() as session:
        row = rulebook.import_draft(session, files=files, note="", by=by, now=NOW)
        assert row.state == "DRAFT" and row.mistakes > 0 and row.version == "2099.1"
        whole = {"scores.toml": shipped()["scores.toml"]}
        rulebook.revise_draft(session, version_id=row.id, changed=whole, by=by, now=NOW)
        assert (row.state, row.mistakes) == ("CHECKED", 0)
        kept = session.exec(select(RulebookFile)).all()
        assert {file.name: file.content for file in kept} == named(shipped(), "2099.1")
        kinds = [
            event.kind
            for event in session.exec(select(AuditEvent).order_by(col(AuditEvent.seq))).all()
        ]
        assert kinds == ["rulebook.imported", "rulebook.revised", "rulebook.checked"]


@pytest.mark.parametrize(
    ("files", "code"),
    [
        ({}, "no_files"),
        ({"scores.toml": b""}, "no_head_file"),
        ({"rulebook.toml": b"", "../x.toml": b""}, "bad_file_name"),
        ({"rulebook.toml": b"", "x.py": b""}, "bad_file_name"),
        ({"rulebook.toml": b"#" * (4 * 1024 * 1024 + 1)}, "too_big"),
        ({"rulebook.toml": b"", **{f"x{n}.toml": b"" for n in range(40)}}, "too_many_files"),
    ],
)
def test_what_is_no_set_of_files_is_refused(people, database, files, code):
    by = people.actor(people.person(Role.RULE_EDITOR))
    with database.write() as session, pytest.raises(FilesRefused) as refused:
        rulebook.import_draft(session, files=files, note="", by=by, now=NOW)
    assert refused.value.code == code
