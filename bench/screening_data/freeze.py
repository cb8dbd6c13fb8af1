"""The hashes that froze the test bed: its sources, and what they make from the seed of the figures.

python -m bench.screening_data.freeze        say whether they still hold
"""

from __future__ import annotations

import json
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

from bench.screening_data.companies import Company, draw_companies
from bench.screening_data.queries import Query, query_sets

FOLDER = Path(__file__).parent
RECORD = FOLDER / "frozen.json"
SOURCES = ("words.py", "companies.py", "changes.py", "queries.py")
LIST_SEED, QUERY_SEED, LIST_SIZE = 2026, 2027, 100_000


def source_hashes() -> dict[str, str]:
    return {name: sha256((FOLDER / name).read_bytes()).hexdigest() for name in SOURCES}


def output_hash(companies: list[Company], sets: dict[str, list[Query]]) -> str:
    digest = sha256()
    for one in companies:
        english = one.name_en if one.lists_english else ""
        digest.update("\t".join((one.name, english, one.former, one.short, one.uscc)).encode())
    for name, queries in sorted(sets.items()):
        for query in queries:
            digest.update(f"{name}\t{query.text}\t{query.kind}\t{query.target}\n".encode())
    return digest.hexdigest()


def frozen_bed() -> tuple[list[Company], dict[str, list[Query]]]:
    """The list and the queries of the published figures."""
    companies = draw_companies(LIST_SEED, LIST_SIZE)
    return companies, query_sets(companies, QUERY_SEED)


def libraries() -> dict[str, str]:
    """Those that the output depends on."""
    return {name: version(name) for name in ("opencc", "pypinyin")}


def record() -> dict[str, object]:
    return dict(json.loads(RECORD.read_text(encoding="utf-8")))


def main() -> None:
    now = {"sources": source_hashes(), "output": output_hash(*frozen_bed()), "with": libraries()}
    if not RECORD.exists():
        RECORD.write_text(json.dumps(now, indent=1) + "\n", encoding="utf-8")
    print("unchanged" if record() == now else f"CHANGED: {json.dumps(now, indent=1)}")


if __name__ == "__main__":
    main()
