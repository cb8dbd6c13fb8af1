"""`registry rulebook …` on files and on a registry of its own; what the papers say is run here."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pikepdf
import pytest
from click.testing import CliRunner

from registry import rulebooks
from registry.cli import main
from registry.cli.scores_explained import table
from registry.config import Settings, prepare_instance
from registry.db import Database
from registry.documents.signing import load_signer
from registry.models import Person, RoleGrant, SQLModel
from registry.rules.rulebook import RulebookInvalid
from registry.rules.trial import examine
from tests.people import LONG_AGO
from tests.rulebooks import (
    SHIPPED,
    edited,
    named,
    shipped,
    with_examples_that_come_out,
    with_higher_bar,
    with_new_rule,
)
from tests.rules.test_rulebook import TEN

ROOT = Path(__file__).parents[2]
NAME = f"{SHIPPED.id}@{SHIPPED.version}"


@pytest.fixture
def instance(tmp_path, monkeypatch):
    """An empty registry that the command finds by its environment."""
    monkeypatch.setenv("REGISTRY_INSTANCE", str(tmp_path / "instance"))
    settings = prepare_instance(Settings())
    database = Database(settings.database_url)
    SQLModel.metadata.create_all(database.engine)
    with database.write() as session:
        for name, role in (("editor", "rule_editor"), ("publisher", "rule_publisher")):
            person = Person(email=f"{name}@example.org", name=name, created_at=datetime.now(UTC))
            session.add(person)
            session.flush()
            session.add(RoleGrant(person_id=person.id, role=role, from_day=LONG_AGO))
    yield settings
    database.dispose()


def run(*arguments):
    return CliRunner().invoke(main, ["rulebook", *map(str, arguments)])


def written(folder, files):
    folder.mkdir()
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return folder


def test_check_says_what_is_whole_and_by_which_digest(tmp_path):
    done = run("check", NAME)
    assert done.exit_code == 0 and rulebooks.load(*SHIPPED).sha256 in done.output
    assert run("check", written(tmp_path / "rules", shipped())).output == done.output


def test_check_names_ten_planted_mistakes_each_with_its_line(tmp_path):
    files = shipped()
    for file, before, after, _ in TEN:
        files = {**files, file: files[file].decode().replace(before, after, 1).encode()}
    folder = written(tmp_path / "rules", files)
    done = run("check", folder, "--json")
    assert done.exit_code == 1
    found = [json.loads(line) for line in done.output.splitlines()]
    assert {code for *_, code in TEN} <= {one["code"] for one in found}
    said = run("check", folder, "--lang", "zh").output
    assert all(re.match(r"[\w.-]+:\d+: ", line) for line in said.splitlines())
    assert "单位不相容" in said


def test_test_runs_the_examples_of_a_rule(tmp_path):
    done = run("test", NAME, "--rule", "A1")
    assert done.exit_code == 0 and done.output.startswith("✓") and "✗" not in done.output
    files = edited(shipped(), "scores.toml", r"\[3\.0, 90\]", "[3.0, 91]")
    wrong = run("test", written(tmp_path / "rules", files))
    assert wrong.exit_code == 1 and "centipoints" in wrong.output


def test_diff_names_what_changed(tmp_path):
    folder = written(tmp_path / "rules", with_new_rule(with_higher_bar(named(shipped(), "2099.1"))))
    done = run("diff", NAME, folder)
    assert done.exit_code == 1
    assert (
        "+ rule X1" in done.output and "~ grade dark from_centipoints: 8000 → 9500" in done.output
    )
    assert run("diff", NAME, NAME).exit_code == 0


def test_a_signature_is_intact_untrusted_trusted_or_refused(tmp_path, instance):
    folder = written(tmp_path / "rules", shipped())
    assert run("verify", folder).exit_code == 1  # there is none
    assert run("sign", folder).exit_code == 0
    stranger = run("verify", folder)
    assert (
        stranger.exit_code == 3 and "untrusted" in stranger.output and "TEST key" in stranger.output
    )
    anchor = instance.keys_folder / "test" / "anchor.pem"
    assert run("verify", folder, "--anchor", anchor).exit_code == 0
    (folder / "scores.toml").write_bytes(shipped()["scores.toml"].replace(b"20", b"21", 1))
    changed = run("verify", folder, "--anchor", anchor)
    assert changed.exit_code == 1 and "signs other files" in changed.output


@pytest.mark.parametrize("part", ["version", "sha256", "signed_at"])
def test_nothing_in_a_signature_can_be_changed(tmp_path, instance, part):
    folder = written(tmp_path / "rules", shipped())
    run("sign", folder)
    path = folder / "rulebook.sig.json"
    envelope = json.loads(path.read_text())
    changed = {"version": "9", "sha256": "0" * 64, "signed_at": "2001-01-01T00:00:00Z"}[part]
    envelope["statement"][part] = changed
    path.write_text(json.dumps(envelope))
    assert run("verify", folder).exit_code == 1


def test_a_draft_goes_from_a_folder_to_force_by_two_persons(tmp_path, instance):
    from registry.jobs.rulebooks import try_impacts

    files = with_examples_that_come_out(with_new_rule(named(shipped(), "2099.1")))
    brought = run("import", written(tmp_path / "rules", files), "--by", "editor@example.org")
    assert brought.output == "#1 low-carbon 2099.1 CHECKED\n"
    early = run("propose", "#1", "--by", "editor@example.org", "--reason", "x")
    assert early.exit_code == 1 and "impact" in early.output
    database = Database(instance.database_url)
    try_impacts(database, instance, datetime.now(UTC))
    database.dispose()
    assert run("propose", "#1", "--by", "editor@example.org", "--reason", "x").exit_code == 0
    day = datetime.now(UTC).date().replace(year=datetime.now(UTC).year + 1)
    publish = ("publish", "#1", "--from", day, "--reason", "y", "--by")
    assert run(*publish, "editor@example.org").exit_code == 1
    assert run(*publish, "nobody@example.org").exit_code == 2
    assert run(*publish, "publisher@example.org").exit_code == 0
    listed = run("list").output
    assert "low-carbon@2099.1\tPUBLISHED" in listed and f"* {NAME}" in listed
    assert run("diff", "low-carbon@2099.1", "#1").exit_code == 0
    assert run("impact", "low-carbon@2099.1").exit_code == 0
    assert run("rescore").output == "0 listed projects come out otherwise\n"
    assert run("check", "low-carbon@1900.1").exit_code == 2


def test_the_methodology_is_printed_and_signed(tmp_path, instance):
    path = tmp_path / "methodology.pdf"
    assert run("methodology", NAME, path).exit_code == 0
    with pikepdf.open(path) as pdf:
        assert len(pdf.pages) > 5
        assert "/AcroForm" in pdf.Root
    signer = load_signer(keys_folder=instance.keys_folder)
    assert signer.is_test


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_scores_explained_are_what_the_rules_say(language):
    """After a change: `registry rulebook explain docs/scores-explained.toml --lang …`."""
    projects = (ROOT / "docs" / "scores-explained.toml").read_text("utf-8")
    paper = (ROOT / "docs" / "scores-explained.md").read_text("utf-8")
    said = table(projects, rulebooks.load(*SHIPPED), language)
    assert f"<!-- {language} -->\n{said}" in paper
    assert run("explain", ROOT / "docs/scores-explained.toml", "--lang", language).output == said


def test_the_worked_rule_of_the_paper_can_be_published():
    paper = (ROOT / "docs" / "writing-a-rulebook.md").read_text("utf-8")
    snippets = re.findall(r"```toml\n(.*?)```", paper, re.S)
    assert len(snippets) == 4
    files = named(shipped(), "2099.1")
    weight = re.search(r'id = "B1".*?\nweight = (\d+)', files["scores.toml"].decode(), re.S)
    less = int(weight[1]) - 2
    files = edited(files, "scores.toml", r'(id = "B1".*?\nweight = )\d+', rf"\g<1>{less}")
    files["scores-data-centres.toml"] = "\n".join(snippets).encode()
    book = examine(with_examples_that_come_out(files))
    assert book.rule_by_id["B4"].weight_bp == 200
    with pytest.raises(RulebookInvalid, match="weights_do_not_sum"):
        examine({**files, "scores.toml": shipped()["scores.toml"]})
