"""Rows of a loan book to verdicts: names against the restricted list, answers through the rules."""

from registry.bulk.portfolio.scoring import ENGINES, PYTHON, Scorer
from registry.bulk.portfolio.screening import Hit, Restricted

__all__ = ["ENGINES", "PYTHON", "Hit", "Restricted", "Scorer"]
