"""Long work that is watched: told about, stopped, and its own errors passed on."""

from threading import Event

import pytest

from registry.bulk.scoring.watched import watched


def test_what_is_raised_while_telling_stops_the_work():
    """Asked again, since the first time finds nothing that could be stopped."""
    asked, ended = [], Event()

    def stop():
        asked.append(1)
        if len(asked) == 2:
            ended.set()

    def tell():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        watched(lambda: ended.wait(30), tell, stop)
    assert len(asked) == 2


def test_it_is_told_until_the_work_is_done():
    told = Event()
    assert watched(lambda: told.wait(30), told.set, list) is True


def test_what_the_work_raises_is_raised():
    with pytest.raises(ZeroDivisionError):
        watched(lambda: 1 / 0, list, list)
