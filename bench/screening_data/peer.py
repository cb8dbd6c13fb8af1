"""The peer on the same list and queries: nomenklatura's index (DuckDB) and logic-v2, run in an
environment of its own. Reads one JSON file, writes another; uses nothing of this project.

    python screening_peer.py IN.json OUT.json WORKDIR
"""

import json
import logging
import sys
import time
from pathlib import Path

from followthemoney import Dataset, StatementEntity
from nomenklatura.blocker import Index
from nomenklatura.matching.logic_v2.model import LogicV2
from nomenklatura.matching.types import ScoringConfig
from nomenklatura.resolver import Linker
from nomenklatura.store.memory import MemoryStore

DATASET = Dataset.make({"name": "restricted", "title": "restricted"})


def entity(key: str, names: list[str]) -> StatementEntity:
    return StatementEntity.from_data(
        DATASET, {"id": key, "schema": "Company", "properties": {"name": names}}
    )


def main(source: Path, target: Path, work: Path) -> None:
    logging.disable(logging.CRITICAL)
    data = json.loads(source.read_text(encoding="utf-8"))
    store = MemoryStore(DATASET, Linker({}))
    writer = store.writer()
    entries = {}
    started = time.process_time()
    for number, names in enumerate(data["entries"]):
        entries[f"e{number}"] = made = entity(f"e{number}", names)
        writer.add_entity(made)
    writer.flush()
    index = Index(store.default_view(), work / "index", {})
    index.build()
    built = time.process_time() - started
    answers = {}
    config = ScoringConfig.defaults()
    for name, queries in data["queries"].items():
        started = time.process_time()
        asked = {f"q{i}": entity(f"q{i}", names) for i, names in enumerate(queries)}
        found: dict[int, list[tuple[int, float]]] = {}
        for key, candidates in index.match_entities(asked.values()):
            query = asked[key.id]
            found[int(key.id[1:])] = [
                (int(other.id[1:]), LogicV2.compare(query, entries[other.id], config).score)
                for other, _ in candidates
            ]
        spent = time.process_time() - started
        rows = [found.get(i, []) for i in range(len(queries))]
        answers[name] = {"cpu_s": spent, "found": rows}
    target.write_text(json.dumps({"build_cpu_s": built, "answers": answers}), encoding="utf-8")


if __name__ == "__main__":
    main(*(Path(argument) for argument in sys.argv[1:4]))
