"""Runs the worked cases of every shipped pack (tests/*.yaml): filed through intake, stored, evaluated.

An attribute in a row holds always. A row without `recorded` is filed first. Figures are expected at the latest period
given, or of another frequency at the one about it; a figure is as expected when it rounds to the digits written, and a
missing one when its reason is the word written. A rule is expected at the entities named, and at no other that the
case gives.
"""

import csv
import io
import shutil
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from hengjian.evaluate.evaluate import evaluate
from hengjian.evaluate.lookback import needs
from hengjian.formula.check import check
from hengjian.formula.term import Formula, Programme
from hengjian.intake.context import Context
from hengjian.intake.read import read_table
from hengjian.load import assemble, find_pack, load_pack, shipped_names, with_required
from hengjian.model.cut import Cut, KnownAt, Scope
from hengjian.model.declaration import Pack
from hengjian.model.missing import Missing
from hengjian.model.period import Frequency, Period, around, coarser, last_within, parse_period
from hengjian.panel.reach import load_scene
from hengjian.store.store import Store

ZONE = ZoneInfo("Asia/Shanghai")
ABOUT = ("period", "recorded", "scope", "basis")
Row = Mapping[str, str]


def shipped(name: str) -> Pack:
    pack, issues = load_pack(find_pack(name), name)
    assert issues == ()
    assert pack is not None
    return pack


@pytest.fixture(scope="module", params=shipped_names())
def programme(request: pytest.FixtureRequest) -> Programme:
    catalogue, issues = assemble(with_required([shipped(request.param)]))
    assert issues == ()
    assert catalogue is not None
    made, faults = check(catalogue)
    assert faults == ()
    assert made is not None
    return made


def table(header: list[str], rows: list[list[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows([header, *rows])
    return text.getvalue().encode()


class Desk:
    """A store in which the rows of one case are filed, day after day."""

    def __init__(self, programme: Programme, path: Path) -> None:
        self.programme = programme
        self.catalogue = programme.catalogue
        self.store = Store.open(path)
        self.store.register(self.catalogue)
        self.entry = 0
        rules = self.catalogue.rules.values()
        self.scopes = {name: rule.scope for rule in rules for name in (rule.name, *(part for _, part in rule.levels))}

    def file(self, data: bytes, form: str, types: Mapping[str, str], recorded: datetime) -> None:
        rows, issues = read_table("case.csv", data, form, Context(catalogue=self.catalogue, entity_types=types))
        assert [issue for issue in issues if issue.severity == "error"] == []
        self.store.stage(self.entry, recorded, rows)
        self.entry += 1

    def attributes(self, types: Mapping[str, str]) -> list[str]:
        """The attributes that entities of these types may have."""
        return sorted({name for kind in types.values() for name in self.catalogue.attributes_of(kind)})

    def entities(self, given: tuple[Row, ...], types: Mapping[str, str]) -> bytes:
        """The table of the entities, each with the attributes that any of its rows gives."""
        names = self.attributes(types)
        said = {one: dict.fromkeys(names, "") for one in types}
        for row in given:
            said[row[types_of(row, types)]].update({name: row[name] for name in names if name in row})
        rows = [[one, kind, one, *said[one].values()] for one, kind in types.items()]
        return table(["entity", "type", "name", *names], rows)

    def file_all(self, given: tuple[Row, ...], links: tuple[Row, ...] = ()) -> dict[str, str]:
        """File entities and links, then observations by the day they were recorded; the types of the entities."""
        types = {row[kind]: kind for row in given for kind in self.catalogue.types if kind in row}
        dawn = datetime(1900, 1, 1, tzinfo=UTC)
        self.file(self.entities(given, types), "entities", {}, dawn)
        if links:
            titles = sorted({"link", "from", "to", *(name for row in links for name in row)})
            rows = [[row.get(title, "") for title in titles] for row in links]
            self.file(table(titles, rows), "links", types, datetime(1900, 1, 1, 12, tzinfo=UTC))
        for day in sorted({row.get("recorded", "1900-01-02") for row in given}):
            rows = [row for row in given if row.get("recorded", "1900-01-02") == day]
            recorded = datetime.combine(date.fromisoformat(day), time(12), ZONE).astimezone(UTC)
            cells = [
                [row[types_of(row, types)], name, row["period"], text, row.get("scope", ""), row.get("basis", "")]
                for row in rows
                for name, text in row.items()
                if name not in (*ABOUT, types_of(row, types), *self.attributes(types))
            ]
            header = ["entity", "measure", "period", "value", "scope", "basis"]
            if cells:
                self.file(table(header, cells), "observations", types, recorded)
        self.store.commit(self.entry)
        return types

    def values(self, formulas: Iterable[Formula], period: str, known: str) -> dict[tuple[str, str], str | float]:
        """By formula and entity, the value in the formula's unit, or the reason why there is none."""
        moment = KnownAt(moment=datetime.combine(date.fromisoformat(known), time.max, ZONE)) if known else None
        given = parse_period(period)
        assert given is not None
        found: dict[tuple[str, str], str | float] = {}
        of_kind: dict[tuple[str, str, bool, Scope], list[Formula]] = {}
        for formula in formulas:
            scope = self.scopes.get(formula.name, "consolidated")
            of_kind.setdefault((formula.type, formula.frequency, bool(formula.measures), scope), []).append(formula)
        for (kind, _, reads, scope), those in of_kind.items():
            names = [formula.name for formula in those]
            last = asked_at(given, those[0].frequency)
            wanted = needs(self.programme, names, everyone=True, about=kind)
            first = None if reads else last  # what reads no measure has no periods of its own
            cut = Cut(known_at=moment, scope=scope)
            scene = load_scene(self.store, self.catalogue, cut, wanted, first=first, last=last)
            results = evaluate(self.programme, names, scene)
            row = results.periods.index(last)
            for formula in those:
                column = results.columns[formula.name]
                for place, entity in enumerate(results.entities):
                    reason = Missing(int(column.reasons[row, place]))
                    value = float(column.values[row, place]) / float(formula.unit.scale)
                    found[formula.name, entity] = value if reason is Missing.PRESENT else reason.word
        return found


def asked_at(given: Period, frequency: Frequency | None) -> Period:
    """The period of this frequency in which the one given lies, or the last one within it."""
    if frequency is None:
        return given
    return last_within(given, frequency) if coarser(given.frequency, frequency) else around(given, frequency)


def types_of(row: Row, types: Mapping[str, str]) -> str:
    return next(kind for kind in set(types.values()) if kind in row)


def rounded(value: float, text: str) -> Decimal:
    """The value with the digits, and in the percent, in which `text` is written."""
    number = Decimal(text.removesuffix("%"))
    return (Decimal(repr(value)) * (100 if text.endswith("%") else 1)).quantize(number)


@pytest.mark.parametrize("programme", shipped_names(), indirect=True, ids=str)
def test_the_cases_of_a_pack_come_out(programme: Programme, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    name = request.node.callspec.params["programme"]
    empty = tmp_path / "empty.duckdb"
    first = Desk(programme, empty)  # hundreds of columns take a while to add: once for all cases
    first.store.commit(0)
    first.store.close()
    for number, case in enumerate(shipped(name).cases):
        desk = Desk(programme, shutil.copy(empty, tmp_path / f"{number}.duckdb"))
        desk.file_all(case.given, case.links)
        period = max((row["period"] for row in case.given), key=lambda text: parse_period(text).end)  # type: ignore[union-attr]
        by_moment: dict[str, dict[str, Mapping[str, str] | tuple[str, ...]]] = {}
        for subject, expected in case.expect.items():
            what, _, known = subject.partition(" as known at ")
            by_moment.setdefault(known, {})[what.removeprefix("alerts ")] = expected
        for known, expectations in by_moment.items():
            found = desk.values(
                (programme.rules.get(one) or programme.indicators[one] for one in expectations), period, known
            )
            for what, expected in expectations.items():
                if isinstance(expected, tuple):
                    kind = programme.rules[what].type
                    entities = {row[kind] for row in case.given if kind in row}
                    assert {one for one in entities if found[what, one] == 1.0} == set(expected)
                    continue
                for entity, text in expected.items():
                    value = found[what, entity]
                    answer = value if isinstance(value, str) else rounded(value, text)
                    wanted = text if isinstance(value, str) else Decimal(text.removesuffix("%"))
                    assert answer == wanted, f"{case.place}: {case.name}: {what} of {entity}"
        desk.store.close()
