"""Random formulas, as text, that the checker accepts: units, period types and frequencies are kept in order."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from hypothesis import strategies as st
from realm import MEASURES, Written, measure

from hengjian.model.declaration import Measure
from hengjian.model.period import PER_YEAR, Frequency

FLOWS = ("period", "ytd", "ttm")
#: Types that a link leads to, by the type that it leads from.
LINKS = {
    "firm": (("parent", "firm"), ("children", "firm"), ("children", "firm"), ("runs", "plant")),
    "branch": (("parent", "firm"), ("runs", "plant")),
    "plant": (("run_by", "firm"),),
}
#: Links of ownership, which lead from firms to firms.
OWNING = ("owns", "owned_by", "controls", "controls", "controllers")
GROUPS = {"firm": ("industry", "size"), "branch": ("industry", "size"), "plant": ("kind",), "person": ("kind",)}
WORDS = {"industry": ("power", "trade", "coal"), "size": ("big", "small"), "kind": ("solar", "wind"),
         "ultimate_owner": ("F0", "F1", "H0", "F3")}  # fmt: skip
FINER: dict[Frequency, tuple[Frequency, ...]] = {
    "year": ("quarter", "month"),
    "quarter": ("month", "month", "day"),
    "month": ("day",),
}
UNITS = ("CNY", "ratio")


#: What is not made of basic operations, and may differ in its last digits: written around a whole formula only.
LAST_DIGITS = ("log({})", "exp({})", "cagr({}, 1)", "cagr({}, 2)")
#: Sums whose terms may be added in any order: written around a whole formula about firms only.
SUMS = ("look_through({})", "look_through({})", "minority({})")


@dataclass(frozen=True)
class Part:
    """A formula's text, and what it is: `shape` as in the checker; `constant` where it reads nothing by period."""

    text: str
    shape: str = "none"
    constant: bool = False

    @property
    def is_fixed(self) -> bool:
        """Whether it is made of numbers and parameters alone, so that a figure times it keeps its shape."""
        said = re.sub(r"lookup\([^)]*\)", "", self.text)
        others = r"\b(weight|age|days_until|count|industry|size|kind|level|held|largest_held|ultimate_owner)\b"
        return self.constant and not re.search(others, said)


def joined(parts: Sequence[Part], *, pointwise: bool = False) -> str:
    """The shape of what joins these parts."""
    shapes = {part.shape for part in parts if not part.constant}
    if len(shapes) != 1:
        return "none"
    (shape,) = shapes
    return "none" if shape == "ytd" and (pointwise or any(part.constant for part in parts)) else shape


def clash(parts: Sequence[Part]) -> bool:
    return len({part.shape for part in parts if not part.constant and part.shape in FLOWS}) > 1


@dataclass(frozen=True)
class Author:
    """Writes formulas about one type by one frequency. `leaves`: indicators that may be read: name, type, unit,
    frequency and shape."""

    draw: st.DrawFn
    about: str
    frequency: Frequency
    leaves: tuple[tuple[str, str, str, Frequency, str], ...] = ()
    depth: int = 3
    measures: tuple[Measure, ...] = MEASURES
    #: Whether formulas read nothing but figures of their own frequency and type.
    is_alone: bool = False
    #: Whether they read who holds whom.
    is_owning: bool = False

    def among(self, *choices: str) -> str:
        return self.draw(st.sampled_from(choices))

    def whole(self, low: int, high: int) -> int:
        return self.draw(st.integers(low, high))

    @property
    def year(self) -> int:
        return PER_YEAR.get(self.frequency, 0)

    def deeper(self) -> "Author":
        return replace(self, depth=self.depth - 1)

    def figure(self, unit: str) -> Part:
        """Any figure in a unit."""
        if self.depth <= 0:
            return self.leaf(unit)
        common = ["leaf", "two", "two", "one", "many", "if", "past", "past", "past", "window", "peers"]
        if not self.is_alone:
            common += ["links"] if self.about in LINKS else []
            common += ["on"] + (["per", "per"] if self.frequency in FINER else [])
        if unit == "ratio":
            common += ["share", "share", "rank", "since", "table"]
            common += ["count"] if self.about in LINKS and not self.is_alone else []
        if self.is_owning:
            common += ["controlled"] + (["held", "held"] if unit == "ratio" else [])
        write: dict[str, Callable[[Author, str], Part]] = self.KINDS
        return write[self.among(*common)](self.deeper(), unit)

    def timed(self, unit: str) -> Part:
        """A figure that has periods."""
        part = self.figure(unit)
        return self.reported(unit) if part.constant else part

    def leaf(self, unit: str) -> Part:
        if self.whole(0, 3):
            return self.reported(unit)
        return self.constant(unit)

    def reported(self, unit: str) -> Part:
        """A measure or an indicator; where there is none of that unit or frequency, one is made of what there is."""
        lineage = ("branch", "firm") if self.about == "branch" else (self.about,)
        known = [
            Part(
                each.name, each.period_type if each.period_type == "instant" else "ytd" if each.cumulative else "period"
            )
            for each in self.measures
            if (each.unit.symbol, each.frequency) == (unit, self.frequency) and each.type in lineage
        ]
        known += [
            Part(name, shape) for name, about, its, frequency, shape in self.leaves
            if (its, frequency) == (unit, self.frequency) and about in lineage
        ]  # fmt: skip
        if known:
            return self.draw(st.sampled_from(known))
        if unit == "ratio" and self.frequency == "day":
            return Part("(depth / prior(depth))")
        if unit == "ratio":
            other = self.reported("CNY")
            return Part(f"({other.text} / prior({other.text}))")
        if unit == "CNY" and any(its == "kWh" for its in self._units()):
            energy = self.reported("kWh")
            return Part(f'as_unit({energy.text}, "CNY")', energy.shape)
        if unit == "CNY" and self.frequency == "day":
            return Part('as_unit(depth, "CNY")', "instant")
        finer = replace(self, frequency=FINER[self.frequency][0], depth=0)
        return self._last(finer.reported(unit))

    def _in(self, unit: str, part: Part) -> Part:
        """A figure of cubic metres in another unit."""
        if unit == "CNY":
            return Part(f'as_unit({part.text}, "CNY")', part.shape)
        return Part(f"({part.text} / prior({part.text}))")

    def _units(self) -> list[str]:
        return [
            each.unit.symbol for each in self.measures if each.frequency == self.frequency and each.type == self.about
        ]  # fmt: skip

    def constant(self, unit: str) -> Part:
        if unit != "ratio":
            return Part(self.among("floor", 'as_unit(2, "万元")'), constant=True)
        choices = ["everywhere", "0", "1", "12%", "2.5", "1000000"]
        if self.is_owning:
            choices.append("level")
        if self.about == "plant":
            choices.append('(age(built) / as_unit(1, "year"))')
        elif self.about != "person":
            choices += ["red_line", "crossed", "weight", 'lookup(red_line, "trade")', "lookup(crossed, industry, size)"]
            choices += ['(days_until(founded) / as_unit(365, "day"))', 'lookup(crossed, "power", size)']
        if self.about == "branch":
            choices.append('(days_until(lease_end) / as_unit(365, "day"))')
        return Part(self.among(*choices), constant=True)

    def two(self, unit: str) -> Part:
        kind = self.among("+", "-", "*", "/", "/")
        left = self.figure(unit)
        if kind in "+-":
            right = self.figure(unit)
            if clash([left, right]):
                right = Part(f"abs({right.text} * {right.text} / {right.text})")
                return Part(f"({left.text} {kind} {right.text})")
            return Part(f"({left.text} {kind} {right.text})", joined([left, right]), left.constant and right.constant)
        right = self.figure("ratio")
        shape = left.shape if right.is_fixed else "none"
        if kind == "*" and left.constant and not right.constant:
            shape = right.shape if left.is_fixed else "none"
        return Part(f"({left.text} {kind} {right.text})", shape, left.constant and right.constant)

    def one(self, unit: str) -> Part:
        inner = self.figure(unit)
        shape = "none" if inner.shape == "ytd" else inner.shape
        match self.among("-", "abs", "round", "clip", "convert", "sqrt"):
            case "-":
                return Part(f"(-{inner.text})", inner.shape, inner.constant)
            case "abs":
                return Part(f"abs({inner.text})", shape, inner.constant)
            case "round":
                return Part(f"round({inner.text}, {self.whole(0, 5)})", shape, inner.constant)
            case "convert" if unit == "CNY" and self.about not in ("plant", "person") and self._has("abroad"):
                return Part("convert(abroad, rate)", "instant")
            case "sqrt" if unit == "ratio":
                return Part(f"sqrt({inner.text})", constant=inner.constant)
        return self._joint("clip", [inner, self.leaf(unit), self.leaf(unit)])

    def _has(self, name: str) -> bool:
        return any((each.name, each.frequency) == (name, self.frequency) for each in self.measures)

    def many(self, unit: str) -> Part:
        name = self.among("sum", "avg", "min", "max", "coalesce", "coalesce")
        parts = [self.figure(unit) for _ in range(self.whole(2, 3))]
        return self._joint(name, parts)

    def _joint(self, name: str, parts: list[Part]) -> Part:
        """A call of several figures; where their flows do not match, the first one stands for all."""
        if clash(parts):
            parts = [parts[0]] * len(parts)
        shape = joined(parts, pointwise=name not in ("sum", "avg"))
        text = f"{name}({', '.join(part.text for part in parts)})"
        return Part(text, shape, all(part.constant for part in parts))

    def choice(self, unit: str) -> Part:
        condition, parts = self.condition(), [self.figure(unit), self.figure(unit)]
        if clash(parts):
            parts = [parts[0]] * 2
        text = f"if({condition.text}, {parts[0].text}, {parts[1].text})"
        return Part(text, joined(parts, pointwise=True), condition.constant and all(part.constant for part in parts))

    def condition(self, depth: int = 1) -> Part:
        match (
            self.among("compare", "compare", "compare", "text", "missing", "not", "and", "or") if depth else "compare"
        ):
            case "compare":
                unit = self.among(*UNITS)
                left, right = self.figure(unit), self.leaf(unit)
                if clash([left, right]):
                    right = self.constant(unit)
                sign = self.among("=", "!=", "<", "<=", ">", ">=")
                return Part(f"({left.text} {sign} {right.text})", constant=left.constant and right.constant)
            case "text":
                name = self.among(*GROUPS[self.about], *(["ultimate_owner"] if self.is_owning else []))
                word, other = self.among(*WORDS[name]), self.among(*WORDS[name])
                test = self.among(f'= "{word}"', f'!= "{word}"', f'in ("{word}", "{other}")', 'in ("none")')
                return Part(f"({name} {test})", constant=True)
            case "missing":
                inner = self.figure(self.among(*UNITS))
                return Part(f"is_missing({inner.text})", constant=inner.constant)
            case "not":
                inner = self.condition(depth - 1)
                return Part(f"(not {inner.text})", constant=inner.constant)
            case op:
                left, right = self.condition(depth - 1), self.condition(depth - 1)
                return Part(f"({left.text} {op} {right.text})", constant=left.constant and right.constant)

    def past(self, unit: str) -> Part:
        if unit == "ratio" and self.year and self.whole(0, 2) == 0:
            return Part(f"yoy({self.timed(self.among(*UNITS)).text})")
        part = self.timed(unit)
        names = ["prior", "delta"]
        if self.year:
            names += ["opening", "avg"] if part.shape == "instant" else []
            names += ["ytd", "ttm"] if part.shape in ("period", "ytd") else []
            names += ["quarter"] if (part.shape, self.frequency) == ("ytd", "quarter") else []
        match self.among(*names):
            case "prior":
                count = self.whole(1, 5)
                moved = "none" if part.shape == "ytd" and count % (self.year or 1) else part.shape
                return Part(f"prior({part.text}, {count})", moved)
            case "delta":
                return Part(f"delta({part.text}, {self.whole(1, 5)})")
            case "opening":
                return Part(f"opening({part.text})", "instant")
            case "quarter":
                return Part(f"quarter({part.text})", "period")
            case "avg":
                return Part(f"avg({part.text})", "instant")
            case name:
                return Part(f"{name}({part.text})", name)

    def window(self, unit: str) -> Part:
        part, count = self.timed(unit), self.whole(1, 5)
        kinds = ["mean", "min", "max", "std"] + (["sum", "sum"] if part.shape in ("none", "period") else [])
        match self.among("rolling", "rolling", "slope", "residual"):
            case "slope":
                return Part(f"slope({part.text}, {count + 1})")
            case "residual":
                return Part(f"residual({part.text}, {count + 2})")
        kind = self.among(*kinds)
        shape = "ttm" if kind == "sum" and part.shape == "period" and count == self.year else "none"
        return Part(f"rolling({part.text}, {count}, {kind}{self._at_least(count)})", shape)

    def _at_least(self, most: int) -> str:
        return f", at_least: {self.whole(1, most)}" if self.whole(0, 1) else ""

    def per(self, unit: str) -> Part:
        finer: Frequency = self.draw(st.sampled_from(FINER[self.frequency]))
        if finer == "day" and self.about != "plant":
            return self.timed(unit)
        if finer == "day" and self.whole(0, 1):
            # Of a bare measure of days over everyone, the store adds up the readings by itself.
            kind = self.among("last", "mean", "max", "min", "increase", "sum")
            name, least = "rain" if kind == "sum" else "depth", self._at_least(3) if kind != "last" else ""
            shape = {"last": "instant", "increase": "period", "sum": "period"}.get(kind, "none")
            return self._in(unit, Part(f"{kind}({name}, per: {self.frequency}{least})", shape))
        part = replace(self, frequency=finer, depth=self.depth - 1).timed(unit)
        kinds = ["last", "last"] + (["mean", "max", "min"] if part.shape != "ytd" else [])
        kinds += ["sum", "sum"] if part.shape in ("period", "none") else []
        kinds += ["increase", "increase"] if part.shape == "instant" else []
        kind = self.among(*kinds)
        if kind == "last":
            return self._last(part)
        shape = "period" if kind in ("sum", "increase") else "none"
        return Part(f"{kind}({part.text}, per: {self.frequency}{self._at_least(3)})", shape)

    def _last(self, part: Part) -> Part:
        shape = part.shape if part.shape in ("instant", "ytd", "ttm") else "none"
        if shape == "ytd" and self.frequency == "year":
            shape = "period"
        return Part(f"last({part.text}, per: {self.frequency})", shape)

    def peers(self, unit: str) -> Part:
        return self._within(self.among("median", "quantile", "mean"), self.timed(unit))

    def rank(self, unit: str) -> Part:
        return self._within(self.among("rank", "percentile", "zscore"), self.timed(self.among(*UNITS)))

    def _within(self, name: str, part: Part) -> Part:
        groups = GROUPS[self.about]
        within = self.among("all", *groups, ", ".join(groups), *(["ultimate_owner"] if self.is_owning else []))
        share = f", {self.among('0', '0.25', '0.9', '75%', '1')}" if name == "quantile" else ""
        least = f", at_least: {self.whole(1, 3)}" if self.whole(0, 7) else ""
        return Part(f"{name}({part.text}{share}, within: {within}{least})")

    def _link(self) -> tuple[str, "Author"]:
        owning = [(link, "firm") for link in OWNING] if self.is_owning and self.about in ("firm", "branch") else []
        link, far = self.draw(st.sampled_from([*LINKS[self.about], *owning]))
        return link, replace(self, about=far)

    def links(self, unit: str) -> Part:
        if self.frequency == "day":
            return self.timed(unit)
        link, there = self._link()
        kind = self.among("total", "total", "total", "mean", "max", "min", "of")
        part = there.timed(unit)
        if kind == "of":
            return Part(f"of({link}, {part.text})", part.shape)
        where = f", where: {there.condition().text}" if self.whole(0, 1) else ""
        levels = self._levels(link) if kind == "total" else ""
        return Part(f"{kind}({part.text}, over: {link}{where}{levels})", part.shape if kind == "total" else "none")

    def count(self, _: str) -> Part:
        if self.frequency == "day":
            return self.timed("ratio")
        link, there = self._link()
        where = there.condition() if self.whole(0, 2) else Part("", constant=True)
        said = f", where: {where.text}" if where.text else ""
        return Part(f"count(over: {link}{said}{self._levels(link)})", constant=where.constant)

    def _levels(self, link: str) -> str:
        is_of_one_type = self.about == "firm" and link in ("parent", "children", "owns", "owned_by")
        return ", levels: all" if is_of_one_type and self.whole(0, 1) else ""

    def on(self, unit: str) -> Part:
        part = self.timed(unit)
        basis = self.among("", "basis: flash", "basis: audited", "basis: best")
        scope = self.among("scope: parent", "scope: consolidated") if not basis or self.whole(0, 1) else ""
        return Part(f"on({part.text}, {', '.join(filter(None, (basis, scope)))})", part.shape)

    def share(self, _: str) -> Part:
        unit = self.among(*UNITS)
        left, right = self.figure(unit), self.figure(unit)
        return Part(
            f"({left.text} / {right.text})", left.shape if right.is_fixed else "none", left.constant and right.constant
        )

    def since(self, _: str) -> Part:
        truth = self.condition()
        if truth.constant:
            truth = Part(f"({self.reported('CNY').text} > 0)")
        if self.whole(0, 1):
            return Part(f"since({truth.text})")
        count = self.whole(1, 5)
        return Part(f"count_true({truth.text}, {count}{self._at_least(count)})")

    def table(self, unit: str) -> Part:
        if self.about in ("plant", "person"):
            return self.leaf(unit)
        part = self.figure("ratio")
        return Part(f"{self.among('interpolate', 'band')}({part.text}, score)", constant=part.constant)

    def controlled(self, unit: str) -> Part:
        if self.frequency == "day":
            return self.timed(unit)
        part = replace(self, about="firm").timed(unit)
        return Part(f"controlled({part.text})", part.shape)

    def held(self, _: str) -> Part:
        if self.frequency == "day":
            return self.timed("ratio")
        return self.holders(self.among("held", "held", "largest_held"))

    def holders(self, name: str, *options: str) -> Part:
        where = replace(self, about="firm").condition() if self.whole(0, 2) else Part("", constant=True)
        kinds = self.among("", "", "also: person", "also: branch", "also: person, plant", "also: firm")
        return Part(f"{name}({', '.join(filter(None, (where.text, kinds, *options)))})", constant=where.constant)

    KINDS: ClassVar[dict[str, Callable[["Author", str], Part]]] = {
        "leaf": leaf, "two": two, "one": one, "many": many, "if": choice, "past": past, "window": window, "per": per,
        "peers": peers, "rank": rank, "links": links, "count": count, "on": on, "share": share, "since": since,
        "table": table, "controlled": controlled, "held": held,
    }  # fmt: skip


#: Of firms, what reads no measure.
UNMEASURED = (
    "level", "held(also: person)", "held(weight > 0, also: plant)", "largest_held()", "level + count(over: children)",
    'held(ultimate_owner = "F0")', "if(count(over: controllers) > 0, held(), weight)", "max(level, over: controls)",
    'count(over: owned_by, where: industry = "power")', 'if(ultimate_owner in ("F1", "H0"), 1, -weight)',
)  # fmt: skip


@st.composite
def formulas(
    draw: st.DrawFn, about: str, frequency: Frequency, is_owning: bool = True
) -> tuple[dict[str, Written], dict[str, tuple[str, str]], dict[str, Frequency]]:
    """An indicator by each frequency and type that another may read, two that read them, and a rule; how often those
    are asked that read no measure."""
    made: dict[str, Written] = {}
    leaves: list[tuple[str, str, str, Frequency, str]] = []
    asked: dict[str, Frequency] = {}
    if is_owning and frequency != "day":
        name: Frequency = draw(st.sampled_from(["month", "quarter", frequency]))
        made["unmeasured"], asked["unmeasured"] = ("firm", "ratio", draw(st.sampled_from(UNMEASURED))), name
        leaves.append(("unmeasured", "firm", "ratio", name, "none"))
    lower: list[tuple[str, str, Frequency]] = [
        ("firm_month", "firm", "month"), ("firm_quarter", "firm", "quarter"), ("plant_quarter", "plant", "quarter"),
    ]  # fmt: skip
    for name, its_type, its_frequency in lower:
        unit = draw(st.sampled_from(UNITS))
        author = Author(draw, its_type, its_frequency, tuple(leaves), depth=2, is_owning=is_owning)
        part = author.timed(unit)
        versions: list[tuple[str | None, str]] = [(None, part.text)]
        other = author.timed(unit)
        if other.shape == part.shape and draw(st.booleans()):
            versions = [(draw(st.sampled_from([None, "2018-04-30"])), part.text), ("2019-02-15", other.text)]
        made[name] = (its_type, unit, versions)
        leaves.append((name, its_type, unit, its_frequency, part.shape))
    author = Author(draw, about, frequency, tuple(leaves), depth=draw(st.integers(1, 4)), is_owning=is_owning)
    unit = draw(st.sampled_from(UNITS))
    made["one"] = (about, unit, author.timed(unit).text)
    unit = draw(st.sampled_from(UNITS))
    part = author.timed(unit)
    sums = [*SUMS, *SUMS, "held", "unmeasured"] if is_owning else []
    wrapped = draw(st.sampled_from(["{}"] * 5 + [*LAST_DIGITS] + sums if author.year else ["{}"]))
    if wrapped in ("log({})", "exp({})"):
        part, unit = author.timed("ratio"), "ratio"
    elif wrapped in SUMS:
        part = replace(author, about="firm").timed(unit)
    elif wrapped == "held":
        part, wrapped, unit, asked["two"] = author.holders("held", "through: all"), "{}", "ratio", frequency
        if not part.constant:
            del asked["two"]
    elif wrapped == "unmeasured":
        about_firm = [text for text in UNMEASURED if about in ("firm", "branch")] or ["level", "held()"]
        part, wrapped, unit, asked["two"] = Part(draw(st.sampled_from(about_firm))), "{}", "ratio", frequency
    made["two"] = (about, "ratio" if "cagr" in wrapped else unit, wrapped.format(part.text))
    condition = author.condition()
    if condition.constant and is_owning and draw(st.booleans()):
        condition, asked["rule"] = Part(f"(level >= 0 and {condition.text})"), frequency
    elif condition.constant:
        condition = Part(f"({author.reported('CNY').text} > 0 and {condition.text})")
    return made, {"rule": (about, condition.text)}, asked


def measures_of(frequency: Frequency) -> tuple[Measure, ...]:
    """A measure of each kind, of firms and of one frequency."""
    return (
        measure("debt", "firm", frequency, "instant"), measure("profit", "firm", frequency, "ytd"),
        measure("spent", "firm", frequency, "period"), measure("rating", "firm", frequency, "instant", "ratio"),
    )  # fmt: skip


@st.composite
def formulas_alone(draw: st.DrawFn, frequency: Frequency) -> tuple[dict[str, Written], dict[str, tuple[str, str]]]:
    """Of firms, reading nothing but firms' own figures of that frequency and their peers'."""
    measures = measures_of(frequency)
    unit = draw(st.sampled_from(UNITS))
    author = Author(draw, "firm", frequency, (), draw(st.integers(1, 3)), measures, is_alone=True)
    part, other = author.timed(unit), author.timed(unit)
    versions: list[tuple[str | None, str]] = [(None, part.text)]
    if other.shape == part.shape and draw(st.booleans()):
        versions = [(draw(st.sampled_from([None, "2018-04-30"])), part.text), ("2019-02-15", other.text)]
    made: dict[str, Written] = {"inner": ("firm", unit, versions)}
    author = replace(author, leaves=(("inner", "firm", unit, frequency, part.shape),))
    for name in ("one", "two"):
        unit = draw(st.sampled_from(UNITS))
        made[name] = ("firm", unit, author.timed(unit).text)
    condition = author.condition()
    if condition.constant:
        condition = Part(f"({author.reported('CNY').text} > 0 and {condition.text})")
    return made, {"rule": ("firm", condition.text)}
