"""`./run bench verifying`: a thousand good certificates and no false alarm, and what one check costs.

Makes and signs `--certificates` certificates of different projects, scores, names and terms, each
with its proof, credential, factors and rulebook; checks every one as a stranger would, from the file
alone, with the log and a head that was kept; and counts every point that does not hold.
"""

import argparse
import json
import random
import tempfile
import time
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from registry.documents import keys, signing
from registry.documents.findings import Exit, Outcome
from registry.documents.proof_check import Known
from registry.documents.verification import verify
from registry.rules import certificate as rule
from registry.words import Words
from tests.documents.proven import content_of_score, log_with, prove, scored, signed_file
from tests.documents.samples import NOW

EVERY_FULL = 25  # so many are stamped from the compiled template for each that is laid out whole
NAMES = ("绿能", "华晟", "陇原", "东方日升", "堃喆", "镕璟", "Cathay", "Silk Road", "Ou & Sons")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--certificates", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=6)
    asked = parser.parse_args()
    found = measure(asked.certificates, asked.seed)
    print(json.dumps(found))


def measure(count: int, seed: int) -> dict[str, float]:
    """Make, then check; sizes are of the whole file and of what it is without the rulebook."""
    dice = random.Random(seed)
    with tempfile.TemporaryDirectory() as folder:
        home = keys.ensure_test_key(Path(folder), now=NOW)
        signer = signing.signer_from(keys.read_test_key(home))
    log = log_with(100)
    made = [_certificate(n, dice, signer, log) for n in range(count)]
    known = Known(log=log.download(), heads=[log.head()])
    alarms: Counter[str] = Counter()
    began = time.process_time()
    for pdf in made:
        found = verify(pdf, [signer.chain[-1]], known=known)
        alarms.update(one.code for one in found.items if one.outcome is Outcome.FAILS)
        alarms.update(
            ["open"] if found.outcome("score") is not Outcome.HOLDS else [],
        )
        alarms.update(["exit"] if found.exit_code != Exit.INTACT else [])
    spent = time.process_time() - began
    for code, times in alarms.items():
        print(f"false alarm {code}: {times}")
    return {
        "certificates": count,
        "false_alarms": sum(alarms.values()),
        "check_ms": round(1000 * spent / count, 2),
        "largest_kib": round(max(map(len, made)) / 1024, 1),
    }


def _certificate(n: int, dice: random.Random, signer: signing.Signer, log: object) -> bytes:
    """One of many: another number, owner, yield and term."""
    scoring, told, factors = scored(str(dice.randrange(60_000, 90_000)))
    owner = dice.choice(NAMES) + f"{n:04d}"
    begin = date(2026, 11, 23) - timedelta(days=dice.randrange(300))
    content = replace(
        content_of_score(scoring, signer),
        number=rule.number("GPC", begin.year, n + 1),
        owner=Words(f"{owner}新能源有限公司", f"{owner} New Energy Co., Ltd."),
        valid_from=begin,
        valid_to=begin + timedelta(days=364),
        test_key=True,
        demo=dice.random() < 0.5,
    )
    parts = prove(content, told, factors, log=log)  # type: ignore[arg-type]
    return signed_file(*parts, signer, many=n % EVERY_FULL != 0)


if __name__ == "__main__":
    main()
