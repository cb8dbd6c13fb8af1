"""The stand-alone verifier's command: a single file that needs nothing of the registry.

Needs Python 3.11, cryptography, pikepdf and asn1crypto; no network, no account, no database.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

EPILOG = """\
exit status: 0 intact and from the given issuer | 1 refused | 2 wrong call | 3 intact, issuer
untrusted (no --anchor) | 4 no certificate | 5 intact, but not in force. Of several files the
gravest counts.  退出码：0 完整且签发方可信｜1 不予认可｜3 签发方未获信任｜4 不是证书｜5 不在效力期内
"""


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(
        prog="registry-verify",
        description="Check green-project certificates from their files alone. 仅凭文件核验绿色项目证书。",
        epilog=EPILOG,
    )
    made.add_argument("files", nargs="+", type=Path, metavar="FILE", help="PDF, folder or ZIP")
    made.add_argument("--anchor", action="append", default=[], type=Path, metavar="PEM",
                      help="the issuer's root certificate; without it the issuer stays untrusted")  # fmt: skip
    made.add_argument("--status-list", type=Path, metavar="JSON",
                      help="signed status list; without it the state stays unknown")  # fmt: skip
    made.add_argument("--openings", type=Path, metavar="JSON",
                      help="the holder's file that opens sealed inputs")  # fmt: skip
    made.add_argument("--log", default="", metavar="ZIP|URL",
                      help="the public log's download or address")  # fmt: skip
    made.add_argument("--checkpoint", action="append", default=[], type=Path, metavar="FILE",
                      help="a head of the log that you kept")  # fmt: skip
    made.add_argument("--on", metavar="DAY", help="the day that counts for the printed term")
    made.add_argument("--lang", choices=("zh", "en"), default="en")
    made.add_argument("--json", action="store_true", help="one JSON object a certificate")
    return made


def main(arguments: Sequence[str] | None = None) -> int:
    call = parser().parse_args(arguments)
    try:
        import asn1crypto  # noqa: F401
        import cryptography  # noqa: F401
        import pikepdf  # noqa: F401
    except ImportError as missing:
        print(f"{missing}: pip install cryptography pikepdf asn1crypto", file=sys.stderr)
        return 2
    from registry.documents import checking

    missing_files = [str(path) for path in call.files if not path.exists()]
    try:
        if missing_files:
            raise checking.NotGiven("FILE", f"{missing_files[0]} is not there")
        brought = checking.given(
            anchors=call.anchor,
            listed=call.status_list,
            openings=call.openings,
            heads=call.checkpoint,
            log=call.log,
        )
        today = datetime.fromisoformat(call.on).date() if call.on else datetime.now(UTC).date()
    except (checking.NotGiven, OSError, ValueError) as problem:
        print(problem, file=sys.stderr)
        return 2
    counts: Counter[int] = Counter()
    gravest = 0
    for name, found in checking.check(call.files, brought, on=today):
        counts[found.exit_code] += 1
        gravest = checking.graver(gravest, found.exit_code)
        print(checking.as_json(name, found) if call.json else checking.told(name, found, call.lang))
    if not counts:
        print("no PDF there", file=sys.stderr)
        return 4
    if sum(counts.values()) > 1 and not call.json:
        print(checking.summed(counts, call.lang))
    return gravest
