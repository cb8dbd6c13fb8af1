"""Loan books as they come: read as they were meant, or named by cell; never guessed in silence.

1. `examine` finds out what a file is and where its head lies. 2. `propose` recognises the columns; a
person confirms the mapping. 3. `rows` reads row after row in constant memory (XLSX: of one sheet).
"""

from registry.bulk.ingest.fields import Field, Vocabulary, vocabulary
from registry.bulk.ingest.mapping import ColumnMap, Mapping, MappingProblem, check, propose
from registry.bulk.ingest.reading import FileRefused, Source, examine
from registry.bulk.ingest.rows import BookRow, rows

__all__ = [
    "BookRow",
    "ColumnMap",
    "Field",
    "FileRefused",
    "Mapping",
    "MappingProblem",
    "Source",
    "Vocabulary",
    "check",
    "examine",
    "propose",
    "rows",
    "vocabulary",
]
