"""Long work in a thread of its own, while the caller's tells how far it is and may stop it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import suppress
from typing import TypeVar

Result = TypeVar("Result")
EVERY_S = 0.2


def watched(
    work: Callable[[], Result], tell: Callable[[], None], stop: Callable[[], object]
) -> Result:
    """What `work` returns or raises; `tell` is called meanwhile.

    What `tell` raises, and Ctrl-C, ends the work too: `stop` is called until it has ended, since what
    has not begun yet cannot be stopped. (A wait for a thread itself would take it for ended after Ctrl-C.)
    """
    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(work)
        try:
            while not wait([future], EVERY_S).done:
                tell()
        except BaseException:
            while not future.done():
                with suppress(KeyboardInterrupt):  # once more is no reason to let it run on
                    stop()
                    wait([future], EVERY_S)
            raise
        return future.result()
