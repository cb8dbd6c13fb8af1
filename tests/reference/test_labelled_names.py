"""The published set of Chinese name variants: whole, sourced, and told apart as well as it says."""

import csv
from collections import Counter

from bench.screening_data import variants
from registry.reference.screening import FOLDER, labelled_pairs
from registry.rules.screening import fold


def test_every_row_is_whole_sourced_and_there_once() -> None:
    with (FOLDER / "zh_variants.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert len({row["id"] for row in rows}) == len(rows) == len(labelled_pairs())
    assert len({(row["listed"], row["other_names"], row["asked"]) for row in rows}) == len(rows)
    for row in rows:
        assert row["source"] and row["checked_on"] and row["status"] == "made", row["id"]
        assert row["same"] in ("yes", "no") and fold(row["asked"]) and fold(row["listed"])
    kinds = Counter((row["kind"], row["same"]) for row in rows)
    assert len(kinds) == len({kind for kind, _ in kinds}), "a kind is one label"
    assert (
        min(kinds.values()) >= 3 and sum(n for (_, same), n in kinds.items() if same == "no") > 60
    )


def test_the_set_is_told_apart_at_least_as_well_as_published() -> None:
    """A matcher that gets worse is noticed; the figures stand in docs/screening.md."""
    found = variants.measure()
    assert float(str(found["recall"])) >= 0.9
    assert float(str(found["false_alarms"])) <= 0.2
