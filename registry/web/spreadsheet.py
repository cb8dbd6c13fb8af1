"""What pages hand out as tables: cells that no spreadsheet runs."""

from registry.reference.importing.inert import inert

__all__ = ["inert"]
