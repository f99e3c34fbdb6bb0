"""The record of one row of the functions table: what a function takes, what it gives, what it means."""

from dataclasses import dataclass
from typing import Literal

from hengjian.model.declaration import Label

#: What an argument must be. "figure": any number; "timed": a figure that has periods; "flow": of one period or of the
#: year so far; "summand": what may be added over time; "level": what may be compared with its finer periods; "counter":
#: a balance that is metered; "truth": a condition; "lasting": one that has periods; "count": a whole number, written
#: out; "digits": one from 0; "share": a number from 0 to 1, written out; "unit": a unit in double quotes; "type": an
#: entity type; "word": one of `choices`; "date": a date attribute; "points": a parameter that is a table of points;
#: "parameter": any other; "attribute": a text attribute; "text": a text; "key": either of them; "link": a link type or
#: its inverse; "rate": a parameter in one unit of money for another; "attributes": one or more attributes, or `all`;
#: "frequency": month, ….
Kind = Literal[
    "figure", "timed", "balance", "flow", "year_to_date", "summand", "level", "counter", "truth", "lasting", "count",
    "digits", "share", "unit", "word", "date", "points", "parameter", "attribute", "text", "key", "link", "rate",
    "attributes", "frequency", "type",
]  # fmt: skip

#: How the result's unit follows: "same": all figures measure the same, and so does the result; "compared": the same
#: for a truth; "first": that of the first argument; "named": the one written; "plain": a ratio of a ratio; "root": the
#: unit whose square it is; "table": that of the parameter named; "converted": that of the rate's numerator.
UnitRule = Literal[
    "same", "compared", "product", "quotient", "first", "ratio", "named", "truth", "plain", "root", "table",
    "converted", "day", "year",
]  # fmt: skip

#: How the result's relation to time follows. "joined": all alike, a sum of flows being such a flow; "pointwise": all
#: alike, but no longer the sum of its parts; "compared": alike, for a truth; "scaled": kept by a constant factor;
#: "shifted": moved in time; "window": a sum over a year of flows is one of twelve months; "per": that of a coarser
#: period; else kept, or as named.
ShapeRule = Literal[
    "joined", "pointwise", "compared", "scaled", "kept", "shifted", "window", "per", "instant", "period", "ytd", "ttm",
    "none",
]  # fmt: skip

#: Beyond what a function's cell alone can tell: figures of finer periods, of peers, of linked entities, of all whom one
#: holds or is held by, of another cut.
Reach = Literal["", "periods", "peers", "links", "holdings", "cut"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Argument:
    """One argument; a repeated one stands for at least `at_least` of its kind, a count is `least` or more."""

    name: str
    kind: Kind
    optional: bool = False
    at_least: int = 0
    least: int = 1
    choices: tuple[str, ...] = ()

    @property
    def signature(self) -> str:
        shown = "|".join(self.choices) or self.name
        return f"[{shown}]" if self.optional else shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """What is said by name after the arguments: `within: industry`. A needed one tells rows of one name apart."""

    name: str
    kind: Kind
    needed: bool = False
    choices: tuple[str, ...] = ()

    @property
    def signature(self) -> str:
        shown = f"{self.name}: {'|'.join(self.choices) or _SHOWN.get(self.kind, 'k')}"
        return shown if self.needed else f"[{shown}]"


_SHOWN = {"attributes": "attribute", "link": "link", "frequency": "month", "truth": "c", "type": "type"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Function:
    """One row. `sign` is set for operators only; `written` is what formulas call it where `name` is not.

    `claim` says in messages what the function does to its argument. `counts_years`: needs a frequency that divides the
    year. `portable`: made of IEEE 754's basic operations only, so that every machine and engine gives the same bits.
    """

    name: str
    written: str = ""
    sign: str = ""
    arguments: tuple[Argument, ...]
    options: tuple[Option, ...] = ()
    unit: UnitRule
    shape: ShapeRule
    reach: Reach = ""
    gives_truth: bool = False
    counts_years: bool = False
    claim: str = ""
    meaning: Label
    example: str
    worked: str
    portable: bool = True

    @property
    def called(self) -> str:
        """What formulas call it."""
        return self.written or self.name

    @property
    def signature(self) -> str:
        """How it is written: `prior(x[, n])`, `a + b`, `rank(x, within: attribute[, at_least: k])`."""
        names = [argument.signature for argument in self.arguments]
        if self.sign:
            if self.name == "one_of":
                return f'{names[0]} in ("{names[1]}", …)'
            if len(names) == 2:
                return f"{names[0]} {self.sign} {names[1]}"
            return f"{self.sign} {names[0]}" if self.sign.isalpha() else f"{self.sign}{names[0]}"
        repeated = ["…"] if self.arguments and self.arguments[-1].at_least else []
        options = [option.signature for option in self.options]
        return f"{self.called}({', '.join([*names, *repeated, *options]).replace(', [', '[, ')})"

    @property
    def fewest(self) -> int:
        """The smallest number of arguments."""
        return sum(max(1, argument.at_least) for argument in self.arguments if not argument.optional)

    @property
    def most(self) -> int | None:
        """The largest number of arguments, None when there is no limit."""
        return None if self.arguments and self.arguments[-1].at_least else len(self.arguments)

    @property
    def needed(self) -> tuple[str, ...]:
        """The options without which it is another function."""
        return tuple(option.name for option in self.options if option.needed)

    def argument(self, index: int) -> Argument:
        """What stands at a place; the last argument repeats."""
        return self.arguments[index] if index < len(self.arguments) else self.arguments[-1]


def label(zh: str, en: str) -> Label:
    """A text in both languages."""
    return Label(zh=zh, en=en)
