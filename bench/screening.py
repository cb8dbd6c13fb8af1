"""Screening beside nomenklatura's index and logic-v2, on the frozen test bed, in one run.

    ./run bench screening                    all figures; the last line is JSON
    ./run bench screening --small            a tenth of the sizes, to try things
    ./run bench screening --companies PATH   real names only: a CSV (or .csv.gz) with a column of names,
                                             or a folder of such files, each by itself
    ./run bench screening --variants         the hand-made labelled set only

nomenklatura comes from PyPI into `var/screening-peer`; it is no dependency of the product.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from bench.screening_data import freeze, real, recall, scale, variants
from bench.screening_data.bed import entry_of, texts_of
from bench.screening_data.companies import Company, Draw, draw_companies
from bench.screening_data.queries import Query, query_sets
from registry.bulk.screening.index import index_list, index_portfolio
from registry.reference.screening import screening_policy
from registry.rules.screening import Subject

PEER = "nomenklatura==4.17.4"
ROOT = Path(__file__).parent.parent
PEER_HOME = ROOT / "var" / "screening-peer"
PEER_ROWS = 3000


def peer_python() -> Path:
    """The peer's own environment, made on first use."""
    python = PEER_HOME / "bin" / "python"
    stamp = PEER_HOME / PEER
    if not stamp.exists():
        subprocess.run([sys.executable, "-m", "venv", "--clear", PEER_HOME], check=True)
        command = [python, "-m", "pip", "install", "-qqq", "--disable-pip-version-check", PEER]
        subprocess.run(command, check=True, stderr=subprocess.DEVNULL)
        stamp.touch()
    return python


def ask_peer(
    companies: list[Company], queries: dict[str, list[list[str]]]
) -> dict[str, dict[str, object]]:
    """Let the peer index the list and answer the queries in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        entries = [texts_of(company) for company in companies]
        asked = json.dumps({"entries": entries, "queries": queries})
        (work / "in.json").write_text(asked, encoding="utf-8")
        script = ROOT / "bench" / "screening_data" / "peer.py"
        arguments = [work / "in.json", work / "out.json", work]
        subprocess.run([peer_python(), script, *arguments], check=True)
        return dict(json.loads((work / "out.json").read_text(encoding="utf-8"))["answers"])


def bed(small: bool) -> tuple[list[Company], dict[str, list[Query]]]:
    """The frozen list and queries; refused when they are not what was frozen."""
    if small:
        companies = draw_companies(freeze.LIST_SEED, freeze.LIST_SIZE // 10)
        return companies, query_sets(companies, freeze.QUERY_SEED)
    companies, sets = freeze.frozen_bed()
    if freeze.output_hash(companies, sets) != freeze.record()["output"]:
        raise SystemExit("The test bed is not the frozen one: see bench/screening_data/frozen.json")
    return companies, sets


def names_of(row: Subject) -> list[str]:
    return [name for name in (row.name, row.name_en) if name]


def show(title: str, value: object) -> None:
    print(f"{title}: {json.dumps(value, ensure_ascii=False)}", flush=True)


def accuracy(
    companies: list[Company], sets: dict[str, list[Query]], rows: list[Subject]
) -> tuple[dict[str, object], dict[str, object], float]:
    """(our figures, the peer's, the peer's rows per CPU-second)."""
    policy = screening_policy()
    table = recall.KeyTable([entry_of(company) for company in companies])
    ours, theirs = {}, {}
    asked = {name: [[query.text] for query in queries] for name, queries in sets.items()}
    asked["portfolio"] = [names_of(row) for row in rows]
    answers = ask_peer(companies, asked)
    for name, queries in sets.items():
        ours[name], held, spent = recall.our_scores(table, queries, policy)
        show(
            f"{name}, ours", {"candidates_hold_it": held, "queries_per_cpu_s": len(queries) / spent}
        )
        answer = answers[name]
        theirs[name], held = recall.peer_scores(answer["found"], queries)  # type: ignore[arg-type]
        speed = len(queries) / float(str(answer["cpu_s"]))
        show(f"{name}, peer", {"candidates_hold_it": held, "queries_per_cpu_s": speed})
    peer_rate = len(rows) / float(str(answers["portfolio"]["cpu_s"]))
    return recall.figures(sets, ours), recall.figures(sets, theirs), peer_rate


def measure(small: bool) -> dict[str, object]:
    policy = screening_policy()
    companies, sets = bed(small)
    size = len(companies)
    others = draw_companies(31, size)
    rows = scale.portfolio_rows(others, companies, Draw(32))
    ours, theirs, peer_rate = accuracy(companies, sets, rows[:PEER_ROWS])
    show("hand-made variants", variants.measure())
    show("ours", ours)
    show("peer", theirs)

    index = index_list(map(entry_of, companies))
    scale.forget()
    scale.settle()
    rate, hits = scale.rate(rows, index, policy)
    show("portfolio", {"rows": len(rows), "hits": hits, "rows_per_cpu_s": rate, "peer": peer_rate})
    del index
    big = draw_companies(33, size * 10)
    index = index_list(map(entry_of, big))
    bytes_per_entry = index.nbytes / len(index)
    scale.forget()
    scale.settle()
    rate_big, hits = scale.rate(rows[: size // 4], index, policy)
    show("ten times the list", {"entries": len(big), "rows_per_cpu_s": rate_big, "hits": hits})
    del index

    portfolio = index_portfolio(scale.portfolio_rows(big, companies, Draw(34)))
    changed = scale.changed_entries(big, draw_companies(35, 1000))
    del big
    scale.settle()
    delta_s, alerts = scale.delta(changed, portfolio, policy)
    scale.forget()
    again = (portfolio.records[at] for at in range(len(portfolio)))
    full_s, full_alerts = scale.full(again, changed, policy)
    show("delta", {"cpu_s": delta_s, "full_cpu_s": full_s, "alerts": len(alerts)})
    speed, same = scale.codes_against_stdnum(companies)
    show("codes", {"times_stdnum": speed, "same_answers": same})
    if not same:
        raise SystemExit("python-stdnum says otherwise of a code that both take")
    return {
        "zh_recall_5": ours["zh_5"],
        "zh_recall_5_vs_peer": ours["zh_5"] / max(theirs["zh_5"], 1e-3),  # type: ignore
        "zh_recall_1": ours["zh_1"],
        "en_typo_recall": ours["english_typos_5"],
        "en_typo_recall_peer": theirs["english_typos_5"],
        "en_to_zh_recall": ours["english_to_chinese_5"],
        "rows_vs_peer": rate / peer_rate,
        "rate_1m_vs_100k": rate_big / rate,
        "bytes_per_entry": bytes_per_entry,
        "delta_cpu_s": delta_s,
        "delta_equals_full": alerts == full_alerts and len(alerts) > 0,
        "uscc_vs_stdnum": speed,
    }


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--small", action="store_true")
    arguments.add_argument("--companies", type=Path)
    arguments.add_argument("--variants", action="store_true")
    chosen = arguments.parse_args()
    if chosen.companies:
        found = real.measure_all(chosen.companies)
    elif chosen.variants:
        found = variants.measure()
    else:
        found = measure(chosen.small)
    print(json.dumps({k: round(v, 4) if isinstance(v, float) else v for k, v in found.items()}))


if __name__ == "__main__":
    main()
