"""Thousands at once: shares that do not meet, a pause that holds, a second call that goes on."""

from click.testing import CliRunner

from registry.cli import main
from registry.jobs import bulk_issue
from registry.jobs.certificates import issue_waiting
from registry.models import Certificate
from registry.operations import certificate as operations
from registry.queries import certificate as certificates
from tests.cases import Case, team
from tests.conftest import NOW


def listed(database, people) -> int:
    with database.write() as session:
        return Case(session, team(people), NOW).listed().id


def test_shares_do_not_meet_and_miss_nothing(database, people):
    case = listed(database, people)
    with database.write() as session:
        first = certificates.newest_of(session, case)
        for at in range(2, 6):
            said = first.model_dump(exclude={"id"})
            more = {"number": f"GPC-{at}", "token": f"token-{at}", "sequence": at}
            session.add(Certificate(**said | more))
    with database.read() as session:
        every = operations.waiting(session, 50, now=NOW)
        shares = [operations.waiting(session, 50, now=NOW, share=(at, 2)) for at in range(2)]
        assert operations.count_waiting(session) == len(every) == 5
    assert sorted(shares[0] + shares[1]) == every


def test_a_pause_holds_for_the_worker_too_and_ends(database, people, settings):
    listed(database, people)
    bulk_issue.set_paused(settings, True)
    assert issue_waiting(database, settings, NOW) == 0
    bulk_issue.set_paused(settings, False)
    bulk_issue.set_paused(settings, False)
    assert issue_waiting(database, settings, NOW) == 1


def test_one_that_fails_is_noted_and_then_stamped(database, people, settings):
    case = listed(database, people)
    with database.read() as session:
        (waiting,) = operations.waiting(session, 50, now=NOW)
    broken = settings.model_copy(update={"signing_key": settings.instance / "gone.p12"})
    assert bulk_issue.try_one(database, broken, waiting, now=NOW, many=True) is None
    with database.read() as session:
        failed = certificates.newest_of(session, case)
        assert failed is not None
        assert (failed.attempts, failed.pdf_sha256) == (1, "")
        assert "gone.p12" in failed.last_error
    assert bulk_issue.try_one(database, settings, waiting, now=NOW, many=True) is True
    assert bulk_issue.try_one(database, settings, waiting, now=NOW, many=True) is False


def test_commands_say_where_they_are(tmp_path, monkeypatch):
    monkeypatch.setenv("REGISTRY_INSTANCE", str(tmp_path / "instance"))
    runner = CliRunner()
    for words in (["init"], ["migrate"]):
        assert runner.invoke(main, words).exit_code == 0
    said = [
        runner.invoke(main, ["issue", word]).output.strip()
        for word in ("status", "pause", "status", "waiting", "resume", "waiting")
    ]
    assert said[:3] == ["0 waiting, running", "paused", "0 waiting, paused"]
    assert "resume` first" in said[3]
    assert said[5].startswith("0 waiting, 2 processes")
