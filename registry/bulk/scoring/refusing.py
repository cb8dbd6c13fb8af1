"""What every engine says alike: how far it is, and which rows it may not score."""

from __future__ import annotations

from collections.abc import Callable

from registry.rules.flow.refusing import RowsRefused

__all__ = ["Progress", "RowsRefused"]

Progress = Callable[[float], None]  # the share that is done, 0 … 1; what it raises ends the run
