"""The demonstration's generator of loan books, under the name that tests use."""

from registry.jobs.demo.books import HEADS, SAME, book, faults, loan, write

__all__ = ["HEADS", "SAME", "book", "faults", "loan", "write"]
