"""The worker's two lanes: what a person watches goes on while a document is being printed."""

import threading

import pytest

from registry.jobs.duties import DUTIES, REST, WATCHED
from registry.jobs.worker import run_beside

PATIENCE = 20  # seconds


def test_what_is_watched_does_not_wait_for_the_rest(database, settings):
    stop, printing, watched = threading.Event(), threading.Event(), threading.Event()

    def a_long_document(*_):
        printing.set()
        assert watched.wait(PATIENCE)  # as long as nobody went on with what is watched
        stop.set()
        return 1

    def a_book(*_):
        if not printing.is_set():
            return 0
        watched.set()
        return 1

    run_beside(stop, [a_book], [a_long_document], database, settings)
    assert watched.is_set()


def test_a_lane_that_breaks_off_ends_the_worker(database, settings):
    class Killed(BaseException):
        pass

    def breaks(*_):
        raise Killed

    stop = threading.Event()
    with pytest.raises(Killed):
        run_beside(stop, [breaks], [lambda *_: 0], database, settings)
    assert stop.is_set()


def test_a_failing_duty_is_no_end(database, settings):
    stop, calls = threading.Event(), []

    def fails(*_):
        calls.append(1)
        if len(calls) == 2:
            stop.set()
        raise RuntimeError("once more")

    run_beside(stop, [fails], [lambda *_: 0], database, settings)
    assert len(calls) == 2


def test_every_duty_is_in_one_lane():
    names = [duty.__name__ for duty in (*WATCHED, *REST)]
    assert len(set(names)) == len(names) == len(DUTIES)
    assert names[0] == "screen_books"
