"""`python -m registry.rulebooks.seal`: checks every released rulebook and seals it for fast loading."""

from __future__ import annotations

import sys
from pathlib import Path

from registry import rulebooks
from registry.rules.rulebook import RulebookInvalid
from registry.rules.rulebook.sealing import seal
from registry.rules.trial import examine


def main() -> int:
    """Seal all that are whole; print every mistake of those that are not."""
    failed = 0
    for id, version in rulebooks.released():
        content = rulebooks.files(id, version)
        try:
            book = examine(content)
        except RulebookInvalid as invalid:
            failed += 1
            print(f"{id} {version}\n{invalid}", file=sys.stderr)
            continue
        target = Path(rulebooks.HERE) / id / version / rulebooks.SEAL
        target.write_text(seal(book, content), encoding="utf-8")
        print(f"{id} {version} {book.sha256}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
