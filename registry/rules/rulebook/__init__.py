"""A rulebook: criteria as data, read from TOML, checked as a whole, never edited once used."""

from collections.abc import Callable, Mapping
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from registry.rules.rulebook.declarations import (
    Benefit,
    Bilingual,
    Cap,
    Category,
    Check,
    Constant,
    Curve,
    Example,
    Grade,
    Group,
    Input,
    Kind,
    Lookup,
    Rule,
    Scale,
    Source,
    Step,
    UnitName,
    Value,
)
from registry.rules.rulebook.mistakes import Mistake, Mistakes, RulebookInvalid

if TYPE_CHECKING:
    from registry.rules.rulebook.compare import Difference
    from registry.rules.rulebook.program import Program

__all__ = [
    "Bilingual",
    "Mistake",
    "Rulebook",
    "RulebookId",
    "RulebookInvalid",
    "Source",
    "diff",
    "digest",
]


class RulebookId(NamedTuple):
    """Which rulebook, which version."""

    id: str
    version: str


class _Declared(NamedTuple):
    id: str
    version: str
    name: Bilingual
    sha256: str
    valid_from: date
    learned: date | None
    coverage_bp: int
    note: Bilingual
    kinds: tuple[Kind, ...]
    steps: tuple[Step, ...]
    units: tuple[UnitName, ...]
    categories: tuple[Category, ...]
    inputs: tuple[Input, ...]
    constants: tuple[Constant, ...]
    groups: tuple[Group, ...]
    scales: tuple[Scale, ...]
    lookups: tuple[Lookup, ...]
    values: tuple[Value, ...]
    curves: tuple[Curve, ...]
    rules: tuple[Rule, ...]
    grades: tuple[Grade, ...]
    caps: tuple[Cap, ...]
    benefits: tuple[Benefit, ...]
    checks: tuple[Check, ...]
    read_texts: Callable[[], Mapping[str, str]]


class Rulebook(_Declared):
    """One version of the criteria, whole and checked."""

    def __hash__(self) -> int:
        return hash(self.sha256)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Rulebook) and self.sha256 == other.sha256

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __repr__(self) -> str:
        return f"<Rulebook {self.id} {self.version}>"

    @cached_property
    def texts(self) -> Mapping[str, str]:
        """The files as they were written, by name."""
        return self.read_texts()

    @cached_property
    def program(self) -> "Program":
        """The expressions, parsed and checked; made at first use."""
        from registry.rules.rulebook.program import Program

        return Program(self)

    @cached_property
    def examples(self) -> tuple[Example, ...]:
        """Worked examples; read only when they are run or shown."""
        from registry.rules.rulebook.examples import read_examples

        mistakes = Mistakes(dict(self.texts))
        found = read_examples(self.texts, mistakes)
        mistakes.raise_if_any()
        return found

    @cached_property
    def input_by_id(self) -> Mapping[str, Input]:
        return {declared.id: declared for declared in self.inputs}

    @cached_property
    def rule_by_id(self) -> Mapping[str, Rule]:
        return {rule.id: rule for rule in self.rules}

    @cached_property
    def grade_by_id(self) -> Mapping[str, Grade]:
        return {grade.id: grade for grade in self.grades}

    @cached_property
    def unit_names(self) -> Mapping[str, Bilingual]:
        return {unit.id: unit.name for unit in self.units}

    def inputs_for(self, kind: str, set_by: str = "applicant") -> tuple[Input, ...]:
        """What is asked of whom for a kind of project, in the order of the form."""
        return tuple(i for i in self.inputs if i.set_by == set_by and i.is_for(kind))


def digest(files: Mapping[str, bytes]) -> str:
    """SHA-256 over names and contents of all files; line ends do not count."""
    import hashlib  # here, because loading it takes longer than a thousand scores

    whole = hashlib.sha256()
    for name in sorted(files):
        content = files[name].replace(b"\r\n", b"\n")
        whole.update(f"{name}\0{len(content)}\0".encode() + content)
    return whole.hexdigest()


def diff(a: Rulebook, b: Rulebook) -> "tuple[Difference, ...]":
    """Every difference from `a` to `b`, in the order of the rulebook."""
    from registry.rules.rulebook.compare import differences

    return tuple(differences(a, b))
