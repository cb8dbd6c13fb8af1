"""What a rulebook declares: frozen records, filled by `read` and used by forms, scores and pages.

Named tuples rather than dataclasses: twenty classes are made at import in a tenth of the time.
Annotations are not postponed: each would be compiled a second time when its class is made.
Expressions stay text here (they are shown to people); `program` holds them parsed and checked.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import NamedTuple


class Bilingual(NamedTuple):
    """One wording in both languages."""

    zh: str = ""
    en: str = ""

    def __bool__(self) -> bool:
        return bool(self.zh or self.en)


class Source(NamedTuple):
    """Where a number or a demand was read, and how sure that is.

    confidence: P read in the official text, S second-hand, C computed, M from memory, design ours.
    """

    document: str = ""
    clause: str = ""
    published: str = ""
    confidence: str = ""

    @property
    def status(self) -> str:
        """`design` is ours, `verified` was read in the original, all else is `unverified`."""
        return {"P": "verified", "C": "verified", "design": "design"}.get(
            self.confidence, "unverified"
        )


class Option(NamedTuple):
    id: str
    name: Bilingual


class Kind(NamedTuple):
    """A kind of project; rules and inputs apply by kind, never by what was left blank."""

    id: str
    name: Bilingual
    hint: Bilingual


class Step(NamedTuple):
    """One page of the applicant's form."""

    id: str
    name: Bilingual
    hint: Bilingual


class UnitName(NamedTuple):
    """How a unit is written for people."""

    id: str
    name: Bilingual


class Input(NamedTuple):
    """One question: the applicant's form, the assessor's sheet and the engine share it.

    type: number integer choice yes_no text date code.
    set_by: applicant, assessor (e.g. the evidence tier) or registry (e.g. a hit on a list).
    better: which direction never lowers a score, higher or lower, where that can be said.
    """

    id: str
    type: str
    step: str
    name: Bilingual
    hint: Bilingual = Bilingual()
    unit: str = ""
    decimals: int = 0
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    options: tuple[Option, ...] = ()
    table: str = ""  # the reference table that a code comes from
    pattern: str = ""  # what a code looks like, where no table is named
    max_length: int = 200
    kinds: tuple[str, ...] = ()  # empty: every kind
    when: str = ""  # asked only when this expression over earlier answers holds
    required: bool = False
    required_when: str = ""
    set_by: str = "applicant"
    evidence: Bilingual = Bilingual()  # the document that proves it; empty: none is asked for
    trade_secret: bool = False
    better: str = ""

    def is_for(self, kind: str) -> bool:
        return not self.kinds or kind in self.kinds


class Period(NamedTuple):
    """One stretch of a series in time; `until` is the last day, None is open."""

    from_: date | None
    until: date | None
    value: str

    def holds(self, on: date) -> bool:
        return (self.from_ is None or self.from_ <= on) and (self.until is None or on <= self.until)


class Constant(NamedTuple):
    """A number with a unit and a source; a threshold that changes with time is a series."""

    id: str
    name: Bilingual
    unit: str
    periods: tuple[Period, ...]
    source: Source

    def on(self, day: date) -> str | None:
        for period in self.periods:
            if period.holds(day):
                return period.value
        return None


class Group(NamedTuple):
    """Codes that begin with one of these prefixes, e.g. the six two-high sectors."""

    id: str
    name: Bilingual
    prefixes: tuple[str, ...]
    source: Source


class Scale(NamedTuple):
    """A number for each option of a choice, e.g. full-load hours by technology."""

    id: str
    name: Bilingual
    of: str
    unit: str
    values: Mapping[str, str]
    source: Source


class Given(NamedTuple):
    """One column of a looked-up row, under the name that expressions use."""

    id: str
    column: str
    type: str
    unit: str


class Lookup(NamedTuple):
    """How one row of a reference table is chosen: keys, purpose, newest published by then.

    `during` names the columns of a row's first and last valid day, where rows follow one another.
    `keys` are demanded; `pins` narrow the choice only when they are answered (a method document
    that fixes its own vintage). No row is a missing value with a reason, never a fallback.
    """

    id: str
    name: Bilingual
    table: str
    purpose: str
    keys: Mapping[str, str]
    pins: Mapping[str, str]
    newest: str  # column that decides among several published rows, after `published`
    during: tuple[str, ...]
    gives: tuple[Given, ...]


class Value(NamedTuple):
    """A derived value: a formula under a name, with the unit it is converted to."""

    id: str
    name: Bilingual
    type: str
    unit: str
    formula: str
    method: str  # F1 … F12, where it is one of the published methods
    source: Source
    note: Bilingual


class Curve(NamedTuple):
    """Piecewise linear and clamped, from a value in `unit` to 0..100 points."""

    id: str
    unit: str
    points: tuple[tuple[str, str], ...]
    better: str
    origin: Bilingual
    source: Source


class Undertaking(NamedTuple):
    """What is promised, and by when, if a rule passes on condition."""

    name: Bilingual
    due: str  # an input of type date


class Rule(NamedTuple):
    """One criterion. kind: hard, conditional, gate (eligibility), score, information."""

    id: str
    kind: str
    category: str
    name: Bilingual
    why: Bilingual
    kinds: tuple[str, ...] = ()
    applies: str = ""
    active: bool = True  # an operator's option that is off still shows in the rulebook
    passes: str = ""
    conditional: str = ""
    value: str = ""
    unit: str = ""
    decimals: int = 2
    threshold: str = ""
    points: str = ""
    curve: str = ""
    choices: Mapping[str, str] = {}
    weight_bp: int = 0
    lists: tuple[str, ...] = ()  # reference lists that must be loaded, else the state is unknown
    undertaking: Undertaking | None = None
    valid_from: date | None = None
    valid_until: date | None = None
    learned: date | None = None
    source: Source = Source()

    def holds(self, on: date) -> bool:
        return (self.valid_from is None or self.valid_from <= on) and (
            self.valid_until is None or on <= self.valid_until
        )


class Category(NamedTuple):
    id: str
    name: Bilingual


class Grade(NamedTuple):
    """A band: at least so many centipoints; `green` grades may enter the reserve list."""

    id: str
    name: Bilingual
    from_centipoints: int
    green: bool
    colour: str


class Cap(NamedTuple):
    """No better than `grade` unless `unless` holds; `label` is printed beside the grade."""

    id: str
    grade: str
    when: str
    unless: str
    name: Bilingual
    label: str
    label_name: Bilingual


class Benefit(NamedTuple):
    """A quantity that goes on the certificate; `words` says whether it displaces or saves."""

    id: str
    name: Bilingual
    value: str
    unit: str
    decimals: int
    words: str
    kinds: tuple[str, ...]
    today: str  # the same with the newest factors, beside a pinned vintage
    low: str
    high: str
    share: str  # the loan's share of it


class Check(NamedTuple):
    """Impossible data, said at the field: refused unless `holds`, with the computed limit."""

    id: str
    field: str
    holds: str
    limit: str
    unit: str
    name: Bilingual
    kinds: tuple[str, ...]


class Example(NamedTuple):
    """A worked example that runs as a test; `rules` are those that it stands for."""

    id: str
    name: Bilingual
    rules: tuple[str, ...]
    kind: str
    as_of: date
    given: Mapping[str, object]
    rows: Mapping[str, tuple[Mapping[str, str], ...]]
    expect: Mapping[str, object]
    source: Source
