"""What an applicant's operations keep, refuse and freeze."""

import pytest

from registry.models import Application
from registry.operations import application as operations
from registry.queries.application import newest_version
from registry.rules.lifecycle import MoveRefused
from tests.cases import DECLARED, SOLAR, Case, team
from tests.conftest import NOW


@pytest.fixture
def everybody(people):
    return team(people)


def _problems(session, everybody, answers: dict[str, str]) -> dict[str, tuple[str, str]]:
    case = Case(session, everybody, NOW).draft(answers)
    with pytest.raises(operations.AnswersRefused) as refused:
        case.submit()
    assert case.row.state == "DRAFT"
    assert case.row.version_no == 0
    assert case.row.answers == {field: text for field, text in answers.items() if text}
    return {p.field: (p.code, p.detail.get("limit", "")) for p in refused.value.problems}


@pytest.mark.parametrize(
    ("field", "text", "problem"),
    [
        ("project_name_zh", "", ("required", "")),
        ("project_name_zh", "三个字", ("too_short", "4")),
        ("project_name_zh", "字" * 121, ("too_long", "120")),
        ("summary_zh", "太短", ("too_short", "10")),
        ("site_address", "武威\u202e凉州", ("forbidden_character", "")),
        ("project_name_en", "two\nlines", ("forbidden_character", "")),
        ("capacity_mw", "fifty", ("not_a_number", "")),
        ("generation_mwh_per_year", "1400000", ("exceeds_physical_limit", "438000")),
        ("evidence_tier", "T3", ("not_yours_to_set", "")),
        ("identical_claim", "no", ("not_yours_to_set", "")),
    ],
)
def test_particulars_and_rules_are_refused_alike_at_their_fields(
    database, everybody, field, text, problem
):
    with database.write() as session:
        assert _problems(session, everybody, SOLAR | {field: text}) == {field: problem}


def test_a_version_holds_one_text_for_one_meaning_and_only_what_was_asked(database, everybody):
    typed = SOLAR | {
        "generation_mwh_per_year": " ７２,668.000 ",
        "phase_out_on": "garbage behind a condition",
        "gone_from_the_rulebook": "x",
        "summary_en": "",
    }
    with database.write() as session:
        case = Case(session, everybody, NOW).draft(typed).submit()
        sent = newest_version(session, case.id)
        assert sent.answers["generation_mwh_per_year"] == "72668"
        assert sent.answers == case.row.answers
        assert not {"phase_out_on", "gone_from_the_rulebook", "summary_en"} & sent.answers.keys()


def test_the_same_answers_have_the_same_digest(database, everybody):
    with database.write() as session:
        one = Case(session, everybody, NOW).draft(SOLAR).submit()
        two = Case(session, everybody, NOW).draft(SOLAR | {"capacity_mw": "50.000"}).submit()
        digests = {newest_version(session, case.id).digest for case in (one, two)}
        assert len(digests) == 1


def _save(session, case: Case, changes: dict[str, str], version: int, seen=None) -> Application:
    return operations.save_draft(
        session,
        application_id=case.id,
        changes=changes,
        draft_version=version,
        seen=seen,
        by=case.actor(case.team.editor),
        now=case.at(),
    )


def test_an_older_page_overwrites_nothing_that_another_changed(database, everybody):
    with database.write() as session:
        case = Case(session, everybody, NOW).draft({"site_address": "甲地甲处"})
        old = case.row.draft_version
        _save(session, case, {"site_address": "乙地乙处"}, old)
        with pytest.raises(operations.DraftStale) as stale:
            _save(session, case, {"site_address": "丙地丙处"}, old, {"site_address": "甲地甲处"})
        assert stale.value.fields == {"site_address"}
        assert stale.value.theirs["site_address"] == "乙地乙处"
        with pytest.raises(operations.DraftStale):
            _save(session, case, {"site_address": "丙地丙处"}, old)
        seen = {"site_address": "甲地甲处", "summary_zh": ""}
        kept = _save(session, case, {"site_address": "甲地甲处", "summary_zh": "新"}, old, seen)
        assert kept.answers == {"site_address": "乙地乙处", "summary_zh": "新"}


def test_saving_the_same_twice_changes_no_version(database, everybody):
    with database.write() as session:
        case = Case(session, everybody, NOW).draft({"site_address": "甲地甲处"})
        version = case.row.draft_version
        _save(session, case, {"site_address": "甲地甲处"}, version)
        assert case.row.draft_version == version


def test_missing_declarations_leave_the_draft_as_it_was(database, everybody):
    with database.write() as session:
        case = Case(session, everybody, NOW).draft()
        case_id, signatory = case.id, case.actor(everybody.signatory)
    for left_out in sorted(DECLARED):
        with pytest.raises(MoveRefused), database.write() as session:
            operations.submit(
                session,
                application_id=case_id,
                declarations=DECLARED - {left_out},
                by=signatory,
                now=NOW,
            )
    with database.read() as session:
        case = session.get_one(Application, case_id)
        assert (case.state, case.number, case.version_no) == ("DRAFT", None, 0)
