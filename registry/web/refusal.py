"""A refused move in the reader's words."""

from registry.rules.lifecycle import MoveRefused, Refusal
from registry.web.language import current_language
from registry.words.refusals import NEEDS, REFUSALS


def refusal_words(refused: MoveRefused) -> str:
    """The words for a refusal's code, filled with its details."""
    words = REFUSALS.get(str(refused.code))
    if refused.code is Refusal.NEEDED:
        words = NEEDS.get(str(refused.details.get("need", "")), words)
    if words is None:
        return str(refused.code)
    text = words.in_language(current_language())
    return text % refused.details if refused.details else text
