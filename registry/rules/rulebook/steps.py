"""What a program consists of: trees of rules, lookups, values. Back ends read it without what checks it."""

from typing import NamedTuple

from registry.rules.rulebook.declarations import Lookup, Rule, Value
from registry.rules.rulebook.expression import Tree


class RuleTrees(NamedTuple):
    """One rule's expressions; None where the rule has none."""

    rule: Rule
    applies: Tree | None
    passes: Tree | None
    conditional: Tree | None
    value: Tree | None
    threshold: Tree | None
    points: Tree | None
    reads: tuple[str, ...]


class LookupStep(NamedTuple):
    lookup: Lookup
    keys: tuple[tuple[str, Tree], ...]
    pins: tuple[tuple[str, Tree], ...]


class ValueStep(NamedTuple):
    value: Value
    tree: Tree


Step = LookupStep | ValueStep
