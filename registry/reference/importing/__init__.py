"""Imports of reference data: read and checked here, stored by an operation, never the other way.

Nothing here touches a database. `parse_import` says what an upload would change and every mistake
with its row and column; `export` writes rows so that they come back unchanged; `template` is the
empty file to fill in.
"""

from registry.reference.importing.kinds import KINDS, Column, Kind
from registry.reference.importing.merging import rows_in_force, tables_with, with_code
from registry.reference.importing.preview import (
    ImportPreview,
    ImportProblem,
    Incomplete,
    RowChange,
    parse_import,
    shipped_rows,
)
from registry.reference.importing.writing import export, template

__all__ = [
    "KINDS",
    "Column",
    "ImportPreview",
    "ImportProblem",
    "Incomplete",
    "Kind",
    "RowChange",
    "export",
    "parse_import",
    "rows_in_force",
    "shipped_rows",
    "tables_with",
    "template",
    "with_code",
]
