"""One process at a time writes a result: the second is told so, at once, and touches nothing."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click


@contextmanager
def sole(result: Path) -> Iterator[None]:
    """`result` and what is written beside it are this process's alone meanwhile.

    A hidden file beside it, which goes by the stem as the pins do, is held by the kernel until this
    process lets go of it or ends, however it ends: one that a killed process left keeps nobody out.
    Where another process holds it, or where it cannot be put there, the command ends in a line.
    """
    folder = result.parent.resolve()
    if not folder.is_dir():
        raise click.ClickException(f"there is no folder {folder}")
    place = folder / f".{result.stem}.lock"
    try:
        held = _held(place)
    except OSError as why:
        raise click.ClickException(f"{result} cannot be written: {why}") from None
    if held is None:
        raise click.ClickException(
            f"another run is writing {result}: wait for it, or stop it first"
        )
    try:
        yield
    finally:
        place.unlink(missing_ok=True)  # while it is held: nobody else's can be taken away
        os.close(held)


def _held(place: Path) -> int | None:
    """The open file, held; nothing where another process holds it.

    A link is not followed: in a folder of several people it may point anywhere.
    """
    while True:
        file = os.open(place, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o666)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as why:
            os.close(file)
            if isinstance(why, BlockingIOError):
                return None
            raise
        if _is_at(place, file):
            return file
        os.close(file)  # who held it has just taken it away: what is held is no longer in its place


def _is_at(place: Path, file: int) -> bool:
    try:
        return os.path.samestat(place.lstat(), os.fstat(file))
    except FileNotFoundError:
        return False
