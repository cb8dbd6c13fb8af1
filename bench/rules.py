"""`./run bench rules`: one project scored and explained, and what importing the rules costs.

single_ms_p95     CPU milliseconds of one score with its explanation in both languages (rule by rule:
                  inputs, units, sources, thresholds, points, clauses), at the 95th percentile over
                  projects of every kind, no two alike (< 0.5)
import_ms         CPU milliseconds of importing the rules and loading the rulebook, over bare Python,
                  from compiled files as an installation has them (<= 40)
explain_vs_score  one score with that explanation, over the score alone

All projects are timed in turn, several rounds of them, and the best of each project counts, so that what
else the machine does is left out; imports are timed in turn with bare Python, the best of each.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from registry import rulebooks
from registry.reference import tables
from registry.rules.rulebook import Rulebook
from registry.rules.score import assess
from registry.web.score_view import benefits_of, live_view

PROJECTS = Path(__file__).parent.parent / "docs" / "scores-explained.toml"
RULES = (
    "from registry import rulebooks\n"
    "from registry.rules.score import assess\n"
    "rulebooks.load(*rulebooks.released()[-1])\n"
)
SEED = 20261127
TIMES = 20


class Row(NamedTuple):
    kind: str
    answers: dict[str, str]


def rows(book: Rulebook, count: int) -> list[Row]:
    """Projects of the table in the docs, each time with other numbers in all its measured answers."""
    whole = tomllib.loads(PROJECTS.read_text("utf-8"))
    draw = random.Random(SEED)
    numbers = {i.id for i in book.inputs if i.type == "number"}
    made = []
    for n in range(count):
        project = whole["project"][n % len(whole["project"])]
        answers = {
            **whole["assumed"],
            **project.get("published", {}),
            **project.get("assumed", {}),
        }
        for field in numbers & answers.keys():
            near = f"{float(answers[field]) * draw.uniform(0.95, 1.0):.2f}"
            answers[field] = near.rstrip("0").rstrip(".")
        made.append(Row(project["kind"], answers))
    return made


def spent_ns(act: Callable[[], object]) -> int:
    begun = time.process_time_ns()
    act()
    return time.process_time_ns() - begun


def measure_single(count: int) -> dict[str, Any]:
    """p95 and median of score and explanation, and both over the score alone."""
    book, reference = rulebooks.load(*rulebooks.released()[-1]), tables()
    day = tomllib.loads(PROJECTS.read_text("utf-8"))["as_of"]
    given: dict[str, Any] = {"as_of": day, "reference": reference}
    acts = []
    for row in rows(book, count):

        def score(row: Row = row) -> Any:
            return assess(book, row.answers, kind=row.kind, **given)

        def explain(score: Callable[[], Any] = score) -> Any:
            found = score()
            return live_view(found, book), benefits_of(found, book)

        acts.append((score, explain))
    alone, both = [10**12] * count, [10**12] * count
    for _ in range(TIMES):
        for n, (score, explain) in enumerate(acts):
            alone[n] = min(alone[n], spent_ns(score))
            both[n] = min(both[n], spent_ns(explain))
    ordered = sorted(both)
    return {
        "projects": count,
        "single_ms_p50": ordered[count // 2] / 1e6,
        "single_ms_p95": ordered[count * 95 // 100] / 1e6,
        "score_ms_p95": sorted(alone)[count * 95 // 100] / 1e6,
        "explain_vs_score": sum(both) / sum(alone),
    }


def measure_import(rounds: int) -> dict[str, float]:
    """Rules and rulebook over bare Python, in turn, from byte code that is already there."""
    with tempfile.TemporaryDirectory() as compiled:
        environment = {**os.environ, "PYTHONPYCACHEPREFIX": compiled}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        for code in ("pass", RULES):
            _run(code, environment)
        bare, rules = [], []
        for _ in range(rounds):
            bare.append(_run("pass", environment))
            rules.append(_run(RULES, environment))
    return {"bare_ms": min(bare), "rules_ms": min(rules), "import_ms": min(rules) - min(bare)}


def _run(code: str, environment: dict[str, str]) -> float:
    """CPU milliseconds of one process of Python."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-c", code], env=environment, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return spent * 1000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--projects", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=20)
    asked = parser.parse_args()
    single = measure_single(asked.projects)
    print(f"single: {json.dumps(single)}")
    imports = measure_import(asked.rounds)
    print(f"import: {json.dumps(imports)}")
    figures = {
        "single_ms_p95": single["single_ms_p95"],
        "import_ms": imports["import_ms"],
        "explain_vs_score": single["explain_vs_score"],
    }
    print(json.dumps({name: round(value, 3) for name, value in figures.items()}))


if __name__ == "__main__":
    main()
