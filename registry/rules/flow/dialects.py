"""What differs from one SQL to the next: literals, casts, whole division, fences, exact products.

The query itself is the same everywhere. Where a dialect is not in the list, `duckdb` is the nearest to
the standard.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import floor, frexp


@dataclass(frozen=True)
class Dialect:
    """`double`, `small`, `big`: names of types. `fence` keeps a stage from being merged into the next.

    `cost` is how many steps a stage may save before it is worth a stage of its own.
    """

    name: str
    double: str
    small: str
    big: str
    text: str
    fence: str = ""
    cost: int = 2
    whole_division: str = "/"
    truths: tuple[str, str] = ("TRUE", "FALSE")
    collate: str = ""
    wide: str = ""  # an integer type in which products of two 64-bit integers fit
    doubles_as_text: bool = True
    quote: str = '"'
    chained: bool = False  # stages under names: SQLite's parser nests only so deep
    together: bool = False  # all kinds in one pass; else one a kind: Java bounds a method
    by_columns: bool = False  # works column by column: a truth times a weight is cheaper than CASE
    # DuckDB from Parquet to Parquet: a function of one text is worked out once for each entry of its
    # dictionary; whole numbers go out as narrow as they are, verdicts and grades as codes.
    parquet: bool = False

    def quoted(self, name: str) -> str:
        return self.quote + name.replace(self.quote, self.quote * 2) + self.quote

    def number(self, value: float) -> str:
        """A double, exactly, however the engine reads decimals."""
        if value == floor(value) and abs(value) < 1e15:
            return self._whole(int(value))
        if self.doubles_as_text:
            return f"CAST('{value!r}' AS {self.double})"
        mantissa, exponent = frexp(value)
        above, below = int(mantissa * 2**53), 2.0 ** (53 - exponent)
        while above % 2 == 0:
            above, below = above // 2, below / 2
        return f"({above} / {below!r})"

    def _whole(self, value: int) -> str:
        return f"CAST({value} AS {self.double})" if self.doubles_as_text else f"{value}.0"

    def literal(self, value: float | str | bool | int) -> str:
        match value:
            case bool():
                return self.truths[0 if value else 1]
            case int():
                return str(value)
            case float():
                return self.number(value)
            case _:
                return "'" + value.replace("'", "''") + "'"

    def nothing(self, type: str) -> str:
        names = {"number": self.double, "integer": self.big, "text": self.text}
        return f"CAST(NULL AS {names.get(type, 'BOOLEAN')})"

    def mapped(self, pairs: Sequence[tuple[str, str]], key: str) -> str:
        """What stands beside a text in a small table of written values; missing where it does not."""
        keys = ", ".join(self.literal(text) for text, _ in pairs)
        return f"MAP([{keys}], [{', '.join(value for _, value in pairs)}])[{key}]"

    def floor(self, x: str) -> str:
        return f"FLOOR({x})"

    def ratio(self, a: str, b: str) -> str:
        """Whole division of 64-bit integers ≥ 0."""
        return f"({a} {self.whole_division} {b})"

    def wide_ratio(self, a: str, b: str) -> str:
        return f"({a} {self.whole_division} {b})"

    def remainder(self, a: str, b: int) -> str:
        return f"MOD({a}, {b})"

    def whole(self, x: str, places: int) -> str:
        """A double ≥ 0 as a whole number of its last decimal place."""
        scaled = f"{x} * {self.number(10.0**places)} + {self.number(0.5)}"
        return f"CAST({self.floor(scaled)} AS {self.big})"

    def floor_product(self, a: str, b: str, scale: int, fits: bool) -> str:
        """Two whole numbers ≥ 0 multiplied, divided by the scale, the remainder dropped; a double.

        `fits`: the product surely stays within 64 bits.
        """
        if fits:
            return f"CAST({self.ratio(f'({a} * {b})', str(scale))} AS {self.double})"
        product = f"(CAST({a} AS {self.wide}) * {b})"
        return f"CAST({self.wide_ratio(product, str(scale))} AS {self.double})"

    def floor_quotient(self, a: str, b: str, by: int, under: int, fits: bool) -> str:
        """a·by ÷ b·under of whole numbers ≥ 0, rounded down; missing where b is 0."""
        above = f"({a} * {by})" if fits else f"(CAST({a} AS {self.wide}) * {by})"
        below = f"NULLIF({b} * {under}, 0)"
        ratio = self.ratio(above, below) if fits else self.wide_ratio(above, below)
        return f"CAST({ratio} AS {self.double})"


@dataclass(frozen=True)
class PostgresqlDialect(Dialect):
    def wide_ratio(self, a: str, b: str) -> str:
        return f"DIV({a}, {b})"


@dataclass(frozen=True)
class SparkDialect(Dialect):
    def floor(self, x: str) -> str:
        return f"CAST(FLOOR({x}) AS DOUBLE)"


@dataclass(frozen=True)
class SqliteDialect(Dialect):
    def floor(self, x: str) -> str:
        """By CEIL: SQLAlchemy puts a FLOOR of its own over SQLite's, which fails on NULL."""
        return f"(-CEIL(-({x})))"

    def remainder(self, a: str, b: int) -> str:
        return f"({a} % {b})"

    def floor_product(self, a: str, b: str, scale: int, fits: bool) -> str:
        """64 bits do not hold every product: (q·s + r)·b ÷ s is q·b + r·b ÷ s."""
        if fits:
            return super().floor_product(a, b, scale, fits)
        return f"CAST({a} / {scale} * {b} + {a} % {scale} * {b} / {scale} AS REAL)"

    def floor_quotient(self, a: str, b: str, by: int, under: int, fits: bool) -> str:
        if not fits:
            raise ValueError("SQLite cannot hold this quotient in 64 bits: name smaller limits")
        return super().floor_quotient(a, b, by, under, fits)


DIALECTS = {
    "duckdb": Dialect(
        *("duckdb", "DOUBLE", "INTEGER", "BIGINT", "VARCHAR"),
        whole_division="//",
        wide="HUGEINT",
        cost=1,
        together=True,
        by_columns=True,
    ),
    "postgresql": PostgresqlDialect(
        *("postgresql", "double precision", "integer", "bigint", "text"),
        fence="OFFSET 0",
        cost=6,
        collate=' COLLATE "C"',
        wide="numeric",
    ),
    "sqlite": SqliteDialect(
        *("sqlite", "REAL", "INTEGER", "INTEGER", "TEXT"),
        fence="LIMIT -1",
        cost=6,
        truths=("1", "0"),
        chained=True,
        doubles_as_text=False,
    ),
    "spark": SparkDialect(
        *("spark", "DOUBLE", "INT", "BIGINT", "STRING"),
        whole_division="DIV",
        wide="DECIMAL(38, 0)",
        quote="`",
    ),
}
