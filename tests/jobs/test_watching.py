"""Watched portfolios: screened once, then held beside every change; new hits only, to their owner."""

from datetime import timedelta

import pytest
from sqlmodel import col, select

from registry.db import RowMissing
from registry.jobs.watching import watch_portfolios
from registry.models import (
    OutboxMessage,
    RestrictedEntry,
    WatchedHit,
    WatchedKey,
    WatchedList,
)
from registry.operations import restriction_appeal
from registry.operations import watch as operations
from registry.operations.restriction_move import publish, write_keys
from registry.queries import watch as queries
from registry.queries.account import actor_of
from registry.queries.restriction import matches_of
from registry.reference.screening import screening_policy
from registry.rules.calendar import legal_date
from registry.rules.permissions import Role
from registry.rules.screening import Subject
from tests.conftest import NOW
from tests.entries import USCC, EntryPlay, desk

NAMES = (
    Subject(name="凉州光伏电力有限公司", uscc=USCC),
    Subject(name="无关名称能源有限公司"),
    Subject(name="肃州演练热力股份有限公司"),
)


class Watcher:
    def __init__(self, database, settings, people):
        self.database, self.settings = database, settings
        self.desk, self.manager = desk(people), people.person(Role.FUND_MANAGER)
        self.now = NOW

    def act(self, verb, person=None, **said):
        with self.database.write() as session:
            by = actor_of(session, (person or self.manager).id, on=legal_date(self.now))
            return getattr(operations, verb)(session, by=by, now=self.now, **said).id

    def play(self, **changes) -> int:
        with self.database.write() as session:
            play = EntryPlay(session, self.desk, self.now)
            play.in_force(**changes)
            self.now = play.now
            return play.id

    def work(self) -> None:
        while watch_portfolios(self.database, self.settings, self.now):
            pass

    def hits(self) -> list[WatchedHit]:
        with self.database.read() as session:
            return list(session.exec(select(WatchedHit).order_by(col(WatchedHit.id))).all())

    def mails(self) -> list[str]:
        with self.database.read() as session:
            return list(
                session.exec(
                    select(OutboxMessage.subject)
                    .where(OutboxMessage.to_person_id == self.manager.id)
                    .order_by(col(OutboxMessage.id))
                ).all()
            )


@pytest.fixture
def watcher(database, settings, people):
    return Watcher(database, settings, people)


def test_a_saved_portfolio_is_screened_and_then_told_of_new_hits_only(watcher):
    first = watcher.play()
    list_id = watcher.act("watch", title="一季度贷款", subjects=NAMES)
    watcher.work()
    assert [(hit.entry_id, hit.band) for hit in watcher.hits()] == [(first, "EXACT")]
    assert watcher.mails() == ["“一季度贷款”有 1 项新的比对结果"]
    watcher.work()
    assert len(watcher.mails()) == 1, "nothing is told twice"
    second = watcher.play(name_zh="肃州演练热力股份有限公司", uscc="91620000MA7EXMPL1B")
    watcher.play(name_zh="毫不相干矿业有限公司", uscc="91620000MA7EXMPL2A")
    watcher.work()
    assert [hit.entry_id for hit in watcher.hits()] == [first, second]
    assert len(watcher.mails()) == 2
    watcher.act("end", list_id=list_id)
    watcher.play(ground="misused_funds", case_code="diverted")
    watcher.work()
    assert len(watcher.hits()) == 2 and len(watcher.mails()) == 2
    with watcher.database.read() as session:
        assert session.exec(select(WatchedKey)).first() is None


def test_the_changes_find_what_a_full_screening_finds(watcher):
    """Names held beside changes one by one end with the pairs of every name against the whole list."""
    list_id = watcher.act("watch", title="组合", subjects=NAMES)
    watcher.work()
    watcher.play()
    watcher.play(name_zh="肃州演练热力有限公司", uscc="91620000MA7EXMPL1B")
    watcher.play(name_zh="无关名称能源（北京）有限公司", uscc="91620000MA7EXMPL2A")
    watcher.work()
    with watcher.database.read() as session:
        whole = {
            (name.name, entry.id, one.band, one.score)
            for name in NAMES
            for one, entry in matches_of(session, name, screening_policy())
            if one.is_hit
        }
        found = {
            (one.name.name, one.entry.id, one.hit.band, one.hit.score_bp)
            for one in queries.hits_of(session, list_id)
        }
    assert found == whole and len(whole) >= 2


def test_what_its_owner_told_apart_comes_back_only_when_the_entry_changes(watcher):
    entry_id = watcher.play(name_zh="肃州演练热力有限公司", uscc="91620000MA7EXMPL1B")
    watcher.act("watch", title="组合", subjects=NAMES)
    watcher.work()
    (hit,) = watcher.hits()
    watcher.act("judge", hit_id=hit.id, decision="false", reason="两家不同公司")
    with watcher.database.write() as session:
        play = EntryPlay(session, watcher.desk, watcher.now)
        play.id = entry_id
        play.appeal("identity")
        panel = play.actor(watcher.desk.panel)
        restriction_appeal.uphold(
            session, entry_id=entry_id, reason="同一主体", by=panel, now=play.at()
        )
        watcher.now = play.now
    watcher.work()
    assert [one.decision for one in watcher.hits()] == ["false"], "the entry says what it said"
    with watcher.database.write() as session:
        entry = session.get_one(RestrictedEntry, entry_id)
        entry.name_en = "Suzhou Heat"
        write_keys(session, entry)
        publish(session, [(entry, "varied")], by=panel, now=watcher.now)
    watcher.work()
    assert [one.decision for one in watcher.hits()] == ["false", ""]


def test_a_portfolio_is_its_owners_alone(watcher, people):
    watcher.play()
    list_id = watcher.act("watch", title="组合", subjects=NAMES)
    watcher.work()
    other = people.person(Role.FUND_MANAGER)
    (hit,) = watcher.hits()
    for verb, said in (
        ("end", {"list_id": list_id}),
        ("judge", {"hit_id": hit.id, "decision": "false", "reason": "两家公司"}),
    ):
        with pytest.raises(RowMissing):
            watcher.act(verb, person=other, **said)
    browser = people.browser(other)
    assert browser.get(f"/restriction/watched/{list_id}").status_code == 404
    assert browser.get(f"/restriction/watched/hits/{hit.id}").status_code == 404


def test_a_manager_saves_names_and_judges_a_hit_in_the_browser(watcher, people):
    watcher.now = NOW - timedelta(days=30)
    watcher.play()
    mine = people.browser(watcher.manager)
    assert mine.get("/restriction/watched").status_code == 200
    sent = mine.post(
        "/restriction/watched/new", data={"title": "组合", "names": f"凉州光伏电力有限公司,{USCC}"}
    )
    assert sent.status_code == 303, sent.text
    watcher.work()
    page = mine.get(sent.location).text
    (hit,) = watcher.hits()
    assert "凉州光伏电力有限公司" in page and f"/restriction/watched/hits/{hit.id}" in page
    address = f"/restriction/watched/hits/{hit.id}"
    assert "合计" not in mine.get(address).text
    bad = mine.post(address, data={"decision": "true"})
    assert bad.status_code == 422
    done = mine.post(address, data={"decision": "true", "reason": "代码一致"})
    assert done.status_code == 303
    assert watcher.hits()[0].decision == "true"


def test_a_list_that_follows_on_keeps_what_was_found_and_tells_of_the_new_only(watcher):
    first = watcher.play()
    list_id = watcher.act("watch", title="一季度贷款", subjects=NAMES, source="book:7")
    watcher.work()
    watcher.act("judge", hit_id=watcher.hits()[0].id, decision="false", reason="同名不同码")
    with watcher.database.write() as session:
        before = session.get_one(WatchedList, list_id)
        newer = (*NAMES[1:], NAMES[0])
        operations.follow_on(session, before, title="二季度贷款", subjects=newer, now=watcher.now)
    watcher.work()
    old, new = watcher.hits()
    assert (old.entry_id, new.entry_id) == (first, first) and old.list_id != new.list_id
    assert (new.decision, new.reason, new.told_at) == ("false", "同名不同码", old.told_at)
    assert len(watcher.mails()) == 1, "nothing is told twice"
    watcher.play(name_zh="肃州演练热力股份有限公司", uscc="91620000MA7EXMPL1B")
    watcher.work()
    assert len(watcher.hits()) == 3 and watcher.mails()[1:] == ["“二季度贷款”有 1 项新的比对结果"]
