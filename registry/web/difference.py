"""What changed between two texts, as runs of same, removed and added.

Latin words and numbers change whole, Chinese by the character: "72668" against "72768" reads as one
number for another, not as a digit for a digit.
"""

import re
from difflib import SequenceMatcher

Run = tuple[str, str]
_PIECES = re.compile(r"[\w.,%+\-]+(?<![\u3400-\u9fff])|[\u3400-\u9fff]|\s+|.", re.ASCII | re.DOTALL)


def pieces(text: str) -> list[str]:
    return _PIECES.findall(text)


def text_changes(before: str, after: str) -> list[Run]:
    """Runs in reading order; removed stands before what was added in its place."""
    old, new = pieces(before), pieces(after)
    runs: list[Run] = []
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            runs.append(("same", "".join(old[a:b])))
            continue
        if b > a:
            runs.append(("removed", "".join(old[a:b])))
        if d > c:
            runs.append(("added", "".join(new[c:d])))
    return runs
