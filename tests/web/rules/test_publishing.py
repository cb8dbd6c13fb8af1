"""A rulebook changed by hand goes from files to impact to publication in the browser alone."""

import csv
import io
import re
import zipfile
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import col, select

from registry import rulebooks
from registry.jobs import rulebooks as duties
from registry.models import Application, AuditEvent, RulebookSignature, RulebookVersion
from registry.operations import rulebook as operations
from registry.operations import rulebook_impact
from registry.queries import rulebook as queries
from registry.rules.calendar import legal_date
from registry.rules.permissions import Role
from tests.rulebooks import (
    SHIPPED,
    named,
    shipped,
    with_examples_that_come_out,
    with_higher_bar,
    with_new_rule,
)
from tests.rules.test_rulebook import TEN


def today():
    return legal_date(datetime.now(UTC))


def upload(browser, files, where="/rules/import", **more):
    brought = [(io.BytesIO(content), name) for name, content in files.items()]
    data = {"files": brought, **more}
    return browser.post(where, data=data, content_type="multipart/form-data")


def key_in(answer):
    return re.search(r"/rules/version/(\d+)", answer.headers["Location"])[1]


def checked(editor, files):
    answer = upload(editor, files, note="门槛与规模规则")
    assert answer.status_code == 303
    return key_in(answer)


def work(database, settings):
    return duties.try_impacts(database, settings, datetime.now(UTC))


def proposed(editor, database, settings, files):
    key = checked(editor, files)
    assert editor.post(f"/rules/version/{key}/impact").status_code == 303
    work(database, settings)
    done = editor.post(f"/rules/version/{key}/propose", data={"rationale": "依据新文件"})
    assert done.status_code == 303
    return key


def changed_by_hand(version="2099.1"):
    return with_examples_that_come_out(
        with_new_rule(with_higher_bar(named(shipped(), version), points=99))
    )


def test_from_files_to_impact_to_published(
    editor, publisher, client, people, cases, database, settings
):
    before = queries_of(database, cases)
    # begin with the released version, in the browser, then bring the files that were changed
    answer = editor.post(
        "/rules/new",
        data={
            "base": f"{SHIPPED.id}@{SHIPPED.version}",
            "version": "2099.1",
            "valid_from": "2026-01-01",
            "note": "深绿门槛与规模规则",
        },
    )
    key = key_in(answer)
    page = f"/rules/version/{key}"
    wanted = changed_by_hand()
    differing = {n: c for n, c in wanted.items() if c != shipped()[n]}
    assert upload(editor, differing, f"{page}/files").status_code == 303
    shown = editor.get(page).text
    assert "检查通过" in shown and "X1 装机规模" in shown
    assert "x1-half-way" in editor.get(f"{page}/rule/X1").text
    assert "<polyline" in editor.get(f"{page}/rule/X1").text
    # whom it touches, before anybody can propose it
    assert editor.post(f"{page}/propose", data={"rationale": "先试"}).status_code == 422
    assert editor.post(f"{page}/impact").status_code == 303
    assert work(database, settings) == 3
    report = editor.get(f"{page}/impact").text
    assert "正在试算" not in report and "X1 装机规模" in report and "没有该规则" in report
    table = editor.get(f"{page}/impact.csv")
    rows = list(csv.reader(io.StringIO(table.data.decode("utf-8-sig"))))
    assert len(rows) == 4 and "X1" in rows[1][9]
    # another person publishes it
    assert editor.post(f"{page}/propose", data={"rationale": "依据新文件"}).status_code == 303
    assert editor.get(f"{page}/publish").status_code == 403
    filled = {"effective_from": today().isoformat(), "rationale": "同意"}
    assert publisher.post(f"{page}/publish", data=filled).status_code == 303
    # it is in force, signed, public; what was submitted keeps its own
    with database.read() as session:
        book = queries.in_force(session, today())
        assert (book.version, book.grade_by_id["dark"].from_centipoints) == ("2099.1", 9900)
        signature = session.exec(select(RulebookSignature)).one()
        assert signature.sha256 == book.sha256
        assert queries.in_force(session, today() - timedelta(1)).version == SHIPPED.version
        kinds = [
            e.kind for e in session.exec(select(AuditEvent).order_by(col(AuditEvent.seq))).all()
        ]
        assert "rulebook.published" in kinds and "rulebook.impact_computed" in kinds
    assert "X1" in client.get("/methodology").text
    assert (
        client.get(f"/methodology/low-carbon/2099.1/{'scores.toml'}").data == wanted["scores.toml"]
    )
    assert queries_of(database, cases) == before


def queries_of(database, cases):
    with database.read() as session:
        rows = [session.get_one(Application, id) for id in cases]
        return [(row.rulebook_version, row.rulebook_sha256, row.grade, row.state) for row in rows]


def test_a_threshold_can_be_edited_in_the_page_itself(editor, database):
    answer = editor.post(
        "/rules/new",
        data={
            "base": f"{SHIPPED.id}@{SHIPPED.version}",
            "version": "2099.2",
            "valid_from": "2026-01-01",
        },
    )
    key = key_in(answer)
    page = f"/rules/version/{key}/file/rulebook.toml/edit"
    text = editor.get(page).text
    assert "from_points = 80" in text
    wrong = (
        named(shipped(), "2099.2")["rulebook.toml"]
        .decode()
        .replace("from_points = 80", "from_points = 8o")
    )
    assert editor.post(page, data={"text": wrong}).status_code == 303
    shown = editor.get(f"/rules/version/{key}").text
    assert 'data-code="not_toml"' in shown and "rulebook.toml" in shown
    right = wrong.replace("8o", "81").replace("\n", "\r\n")
    editor.post(page, data={"text": right})
    assert "检查通过" in editor.get(f"/rules/version/{key}").text


def test_ten_planted_mistakes_are_named_on_the_page_each_with_its_place(editor):
    files = named(shipped(), "2099.3")
    for file, before, after, _ in TEN:
        text = files[file].decode()
        assert before in text
        files = {**files, file: text.replace(before, after, 1).encode()}
    key = checked(editor, files)
    page = editor.get(f"/rules/version/{key}").text
    for _, _, _, code in TEN:
        assert f'data-code="{code}"' in page, code
    listed = re.findall(r'<li data-code="\w+"><a href="([^"]+)#L(\d+)">', page)
    assert len(listed) >= 10 and all(int(line) >= 1 for _, line in listed)
    place = editor.get(listed[0][0]).text
    assert "source-mistake" in place
    assert editor.post(f"/rules/version/{key}/impact").status_code == 303  # refused in words
    assert "当前状态下不能" in editor.get(f"/rules/version/{key}").text
    assert editor.post(f"/rules/version/{key}/propose", data={"rationale": "x"}).status_code == 422


def test_a_zip_of_the_files_will_do_and_junk_is_refused_in_words(editor):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in named(shipped(), "2099.4").items():
            archive.writestr(f"my rules/{name}", content)
    assert upload(editor, {"rules.zip": packed.getvalue()}).status_code == 303
    for files, said in [
        ({}, "请选择文件"),
        ({"x.zip": b"PK\x03\x04 no"}, "压缩包"),
        ({"Rule Book.toml": b""}, "文件名"),
        ({"rules.toml": b""}, "rulebook.toml"),
    ]:
        answer = upload(editor, files)
        assert answer.status_code == 422 and said in answer.text, files


def test_whoever_edited_does_not_publish_whatever_his_roles(people, publisher, database, settings):
    both = people.browser(people.person(Role.RULE_EDITOR, Role.RULE_PUBLISHER))
    key = proposed(both, database, settings, named(shipped(), "2099.5"))
    page = f"/rules/version/{key}/publish"
    filled = {"effective_from": today().isoformat(), "rationale": "同意"}
    refused = both.post(page, data=filled)
    assert refused.status_code == 422 and "须由他人发布" in refused.text
    assert publisher.post(page, data=filled).status_code == 303


@pytest.mark.parametrize("day", ["2020-01-01", "", "2026-02-30"])
def test_no_version_takes_effect_in_the_past(editor, publisher, database, settings, day):
    key = proposed(editor, database, settings, named(shipped(), "2099.6"))
    filled = {"effective_from": day, "rationale": "同意"}
    assert publisher.post(f"/rules/version/{key}/publish", data=filled).status_code == 422


def test_nor_before_the_day_that_its_own_file_states(editor, publisher, database, settings):
    key = proposed(editor, database, settings, named(shipped(), "2099.7", "2098-01-01"))
    page = f"/rules/version/{key}/publish"
    early = {"effective_from": today().isoformat(), "rationale": "同意"}
    assert publisher.post(page, data=early).status_code == 422
    assert publisher.post(page, data={**early, "effective_from": "2098-01-01"}).status_code == 303
    with database.read() as session:
        assert queries.in_force(session, today()).version == SHIPPED.version


def test_a_version_is_published_once(editor, publisher, database, settings):
    filled = {"effective_from": today().isoformat(), "rationale": "同意"}
    outcomes = []
    for version in (SHIPPED.version, "2099.8", "2099.8"):
        key = proposed(editor, database, settings, named(shipped(), version))
        answer = publisher.post(f"/rules/version/{key}/publish", data=filled)
        outcomes.append((answer.status_code, "版本号已被使用" in answer.text))
    assert outcomes == [(422, True), (303, False), (422, True)]
    assert taken(database) == ["2099.8"]


def taken(database):
    with database.read() as session:
        rows = session.exec(select(RulebookVersion).where(RulebookVersion.state == "PUBLISHED"))
        return [row.version for row in rows.all()]


def test_sent_back_it_is_a_draft_again_and_a_change_makes_the_impact_stale(
    editor, publisher, database, settings, cases
):
    key = proposed(editor, database, settings, named(shipped(), "2099.9"))
    page = f"/rules/version/{key}"
    assert publisher.post(f"{page}/send-back", data={"rationale": "门槛再议"}).status_code == 303
    upload(editor, with_higher_bar(named(shipped(), "2099.9")), f"{page}/files")
    assert "文件已改" in editor.get(f"{page}/impact").text
    assert editor.post(f"{page}/propose", data={"rationale": "再试"}).status_code == 422


def test_withdrawn_it_binds_nothing_new_and_stays_for_what_has_it(
    editor, publisher, people, database, settings
):
    from tests.cases import Case, team

    key = proposed(editor, database, settings, changed_by_hand("2099.10"))
    filled = {"effective_from": today().isoformat(), "rationale": "同意"}
    publisher.post(f"/rules/version/{key}/publish", data=filled)
    with database.write() as session:
        case = Case(session, team(people), datetime.now(UTC)).draft().submit()
        assert case.row.rulebook_version == "2099.10"
        case_id = case.id
    assert (
        publisher.post(f"/rules/version/{key}/withdraw", data={"rationale": "有误"}).status_code
        == 303
    )
    with database.read() as session:
        assert queries.in_force(session, today()).version == SHIPPED.version
        row = session.get_one(Application, case_id)
        assert queries.pinned(row).version == "2099.10"


def test_a_trial_that_was_broken_off_goes_on_behind_what_it_kept(
    editor, cases, database, settings, people
):
    key = checked(editor, changed_by_hand("2099.11"))
    editor.post(f"/rules/version/{key}/impact")
    with database.read() as session:
        (impact,) = rulebook_impact.waiting(session)
    now = datetime.now(UTC)
    assert rulebook_impact.carry_on(database, impact_id=impact, now=now, most=2) == 2
    page = editor.get(f"/rules/version/{key}/impact").text
    assert 'value="2"' in page and "正在试算" in page
    assert "hx-get" in editor.get(f"/rules/version/{key}/impact/progress").text
    assert rulebook_impact.carry_on(database, impact_id=impact, now=now, most=2) == 1
    assert rulebook_impact.carry_on(database, impact_id=impact, now=now, most=2) == 0
    done = editor.get(f"/rules/version/{key}/impact/progress")
    assert done.headers["HX-Refresh"] == "true"
    with database.read() as session:
        kept = queries.impact_rows(session, impact)
        assert [row.application_id for row in kept] == cases


def test_the_impact_names_the_rules_and_what_they_gave(editor, cases, database, settings):
    key = checked(editor, with_higher_bar(named(shipped(), "2099.12"), points=100))
    editor.post(f"/rules/version/{key}/impact")
    work(database, settings)
    with database.read() as session:
        newest = queries.newest_impact(session, int(key))
        assert (newest.done, newest.changed_points, newest.not_scored) == (3, 0, 0)
        assert newest.state == "DONE"


def test_two_versions_compared_rule_by_rule(editor):
    key = checked(editor, changed_by_hand("2099.13"))
    page = editor.get(f"/rules/compare?a={SHIPPED.id}@{SHIPPED.version}&b={key}").text
    assert "X1" in page and "plant_size" in page and "<del>" in page
    same = editor.get(f"/rules/compare?a={key}&b={key}").text
    assert "两个版本相同" in same


def test_every_shipped_version_is_signed_once_a_key(database, settings):
    now = datetime.now(UTC)
    assert duties.sign_shipped(database, settings, now) == len(rulebooks.released())
    assert duties.sign_shipped(database, settings, now) == 0


def test_stored_files_that_were_tampered_with_are_not_used(editor, publisher, database, settings):
    key = proposed(editor, database, settings, changed_by_hand("2099.14"))
    filled = {"effective_from": today().isoformat(), "rationale": "同意"}
    publisher.post(f"/rules/version/{key}/publish", data=filled)
    from registry.models import RulebookFile

    queries._parsed.clear()
    with database.write() as session:
        file = session.exec(select(RulebookFile).where(RulebookFile.name == "scores.toml")).first()
        file.content = file.content.replace(b"weight = 20", b"weight = 21")
        session.add(file)
    with database.read() as session, pytest.raises(queries.FilesTampered):
        queries.in_force(session, today())


def test_the_desk_is_not_everybodys(people, client):
    assert client.get("/rules/rulebooks").status_code == 302
    stranger = people.browser(people.person(Role.SCREENER))
    for page in ("/rules/rulebooks", "/rules/reference", "/rules/compare", "/rules/rescore"):
        assert stranger.get(page).status_code == 403
    auditor = people.browser(people.person(Role.AUDITOR))
    assert auditor.get("/rules/rulebooks").status_code == 200
    assert auditor.get("/rules/new").status_code == 403


def test_the_operations_ask_the_life_cycle_and_not_only_the_page(people, database):
    admin = people.actor(people.person(Role.ADMIN, Role.RULE_EDITOR))
    from registry.rules.lifecycle import MoveRefused

    with database.write() as session, pytest.raises(MoveRefused):
        operations.import_draft(session, files=shipped(), note="", by=admin, now=datetime.now(UTC))
