"""The chain names what was done to it: changed, put in, taken out, moved, cut, rewritten."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.rules import chain
from registry.rules.chain import Fault, Finding, Head, StoredEvent, event_bytes, event_hash, verify

START = datetime(2026, 11, 22, 8, tzinfo=UTC)


def stored(seq: int, prev: str, note: object = None, **more) -> StoredEvent:
    told = {
        "kind": "application.submitted",
        "subject": f"application:{seq % 7}",
        "actor": "service:timer",
    } | more
    at = START + timedelta(minutes=seq)
    data = event_bytes(seq=seq, at=at, body={"note": note}, prev=prev, **told)
    columns = told | {"at": chain.moment(at)}
    return StoredEvent(seq, data, event_hash(data), columns)


def a_log(length: int = 30, note: object = None) -> list[StoredEvent]:
    rows: list[StoredEvent] = []
    for seq in range(1, length + 1):
        rows.append(stored(seq, rows[-1].hash if rows else chain.GENESIS, note))
    return rows


def named(rows, heads=()) -> set[tuple[int, Fault]]:
    return {(finding.seq, finding.fault) for finding in verify(rows, heads).findings}


def rehashed(row: StoredEvent, data: bytes) -> StoredEvent:
    """What a forger leaves who knows how the hash is made."""
    return replace(row, data=data, hash=event_hash(data))


def test_the_record_of_version_1_is_these_bytes():
    data = event_bytes(
        seq=1,
        at=datetime(2026, 11, 22, 16, tzinfo=timezone(timedelta(hours=8))),
        kind="application.submitted",
        subject="application:12",
        actor="service:web",
        body={"version": 1},
        prev=chain.GENESIS,
    )
    assert data == (
        b'{"actor":"service:web","at":"2026-11-22T08:00:00.000000Z","body":{"version":1},'
        b'"kind":"application.submitted","prev":"' + b"0" * 64 + b'","seq":1,'
        b'"subject":"application:12","v":1}'
    )


def test_an_untouched_log_is_intact_and_tells_its_head():
    rows = a_log()
    report = verify(iter(rows), [Head(10, rows[9].hash), Head(30, rows[29].hash)])
    assert report.intact
    assert report.events == 30
    assert report.head == Head(30, rows[29].hash)
    assert report.heads_checked == 2


def test_an_empty_log_is_intact_unless_a_head_was_noted():
    assert verify([]).intact
    assert named([], [Head(3, "ab" * 32)]) == {(3, Fault.TAIL_CUT)}


@given(st.integers(1, 30), st.data())
def test_any_one_byte_changed_names_that_event(seq, data):
    rows = a_log()
    row = rows[seq - 1]
    at = data.draw(st.integers(0, len(row.data) - 1))
    other = data.draw(st.integers(0, 255).filter(lambda byte: byte != row.data[at]))
    rows[seq - 1] = replace(row, data=row.data[:at] + bytes([other]) + row.data[at + 1 :])
    report = verify(rows)
    assert (seq, Fault.CHANGED) in named(rows)
    assert {finding.seq for finding in report.findings} == {seq}


@given(st.integers(1, 29))
def test_a_forger_who_renews_the_hash_is_caught_by_the_next_event(seq):
    rows = a_log()
    changed = rows[seq - 1].data.replace(b'"note":null', b'"note":true')
    rows[seq - 1] = rehashed(rows[seq - 1], changed)
    assert named(rows) == {(seq, Fault.REPLACED)}


def test_the_last_event_forged_with_its_hash_is_caught_by_a_noted_head():
    rows = a_log()
    head = Head(30, rows[29].hash)
    rows[29] = rehashed(rows[29], rows[29].data.replace(b'"note":null', b'"note":true'))
    assert verify(rows).intact
    assert named(rows, [head]) == {(30, Fault.NOT_AS_NOTED)}


@given(st.integers(1, 29), st.integers(1, 28))
def test_removed_events_are_named_with_their_numbers(first, count):
    rows = a_log()
    last = min(first + count - 1, 29)
    del rows[first - 1 : last]
    report = verify(rows)
    assert report.findings == (Finding(first, Fault.REMOVED, f"{first}–{last}"),)
    assert report.faults == {Fault.REMOVED: last - first + 1}


def test_a_cut_tail_is_found_against_an_older_head():
    rows = a_log()
    head = Head(30, rows[29].hash)
    del rows[20:]
    assert verify(rows).intact
    assert named(rows, [head]) == {(30, Fault.TAIL_CUT)}


def test_a_rewritten_chain_is_found_against_an_older_head():
    head = Head(12, a_log()[11].hash)
    rewritten = a_log(note="nothing happened")
    assert verify(rewritten).intact
    assert named(rewritten, [head]) == {(12, Fault.NOT_AS_NOTED)}


@given(st.integers(2, 29))
def test_an_event_slipped_in_with_the_same_number_is_named(seq):
    rows = a_log()
    rows.insert(seq, stored(seq, rows[seq - 2].hash, "slipped in"))
    assert (seq, Fault.REPEATED) in named(rows)


def test_an_event_slipped_in_with_the_later_ones_renumbered_is_named():
    rows = a_log()
    slipped = stored(11, rows[9].hash, "slipped in")
    later = [replace(row, seq=row.seq + 1) for row in rows[10:]]
    found = named([*rows[:10], slipped, *later])
    assert (11, Fault.REPLACED) in found
    assert {(row.seq, Fault.RENUMBERED) for row in later} <= found


def test_two_events_that_changed_places_are_named():
    rows = a_log()
    rows[4], rows[5] = replace(rows[5], seq=5), replace(rows[4], seq=6)
    found = named(rows)
    assert {(5, Fault.RENUMBERED), (6, Fault.RENUMBERED)} <= found


@pytest.mark.parametrize(
    ("column", "said"),
    [
        ("kind", "application.approved"),
        ("subject", "application:99"),
        ("actor", "service:web"),
        ("at", "2026-11-22T08:10:00.000001Z"),
    ],
)
def test_a_column_that_says_something_else_than_the_bytes_is_named(column, said):
    rows = a_log()
    rows[9] = replace(rows[9], columns={**rows[9].columns, column: said})
    assert verify(rows).findings == (Finding(10, Fault.COLUMN_DIFFERS, column),)


@pytest.mark.parametrize("data", [b"not json", b"[]", b'{"v":1}', b"", b'{"v":2}'])
def test_bytes_that_are_no_record_are_named_even_with_a_right_hash(data):
    rows = a_log()
    rows[9] = rehashed(rows[9], data)
    assert (10, Fault.MALFORMED) in named(rows)


def test_the_same_record_in_other_bytes_is_malformed():
    rows = a_log()
    rows[29] = rehashed(rows[29], rows[29].data.replace(b'":', b'": '))
    assert named(rows) == {(30, Fault.MALFORMED)}


def test_a_first_event_that_points_to_something_before_it_is_named():
    assert (1, Fault.REPLACED) in named([stored(1, "ab" * 32)])


def test_a_ruined_log_is_counted_though_not_every_event_is_listed():
    rows = [replace(row, hash="00" * 32) for row in a_log(400)]
    report = verify(rows)
    assert report.faults[Fault.CHANGED] == 400
    assert len(report.findings) == 200


def test_a_commitment_hides_its_value_and_binds_to_it():
    one, other = b"s" * 32, b"t" * 32
    assert chain.commitment(one, "person:7") == chain.commitment(one, "person:7")
    assert chain.commitment(one, "person:7") != chain.commitment(one, "person:8")
    assert chain.commitment(one, "person:7") != chain.commitment(other, "person:7")
    with pytest.raises(ValueError, match="salt"):
        chain.commitment(b"short", "person:7")


def test_a_moment_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        chain.moment(datetime(2026, 1, 1))  # noqa: DTZ001
