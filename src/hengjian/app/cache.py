"""Checked programmes kept in a space, so that a question need not read and check its packs again.

A file is a list of records as plain JSON, inputs before what holds them: reading one runs no code, and makes nothing
but the records listed here. It is derived: `rebuild` removes it, and one that cannot be read is made again.
"""

import dataclasses
import hashlib
import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import date
from decimal import Decimal
from importlib import import_module
from pathlib import Path
from typing import Any

from hengjian import __version__
from hengjian.formula.term import Formula, Programme, Term, Version
from hengjian.model import declaration
from hengjian.model.declaration import (
    Area,
    Attribute,
    Catalogue,
    Check,
    EntityType,
    FormulaText,
    Indicator,
    Label,
    LinkType,
    Measure,
    NamedUnit,
    Parameter,
    ParameterValue,
    Persistence,
    Rule,
    Tier,
)
from hengjian.model.form import Form, FormColumn, FormLine, FormSheet, Title
from hengjian.model.issue import Place
from hengjian.model.learned import LearnedScore
from hengjian.model.page import Headline, Page, Totals
from hengjian.model.scenario import Network, Shock, Stress
from hengjian.model.unit import Unit
from hengjian.model.workflow import Escalation, Opening, Span, State, StepField, Transition, Verdict, Wait, Workflow

_RECORDS: tuple[type[Any], ...] = (
    Area, Attribute, Catalogue, Check, EntityType, Escalation, Form, FormColumn, FormLine, FormSheet, Formula,
    FormulaText, Headline, Indicator, Label, LearnedScore, LinkType, Measure, NamedUnit, Network, Opening, Parameter,
    ParameterValue, Page, Persistence, Place, Programme, Rule, Shock, Span, State, StepField, Stress, Term, Tier, Title,
    Totals, Transition, Unit, Verdict, Version, Wait, Workflow,
)  # fmt: skip
_NAMED = {record.__name__: record for record in _RECORDS}
_FIELDS = {record.__name__: tuple(field.name for field in dataclasses.fields(record)) for record in _RECORDS}
#: Where the many records of scorecards are declared. They are imported where a programme has some, for a command that
#: shows a figure starts without them; until then their text stands for their shape.
_SCORECARDS = Path(declaration.__file__).with_name("scorecard.py")


def cache_file(folder: Path, digests: Iterable[str]) -> Path:
    """Where the programme of these packs is kept; another engine or another shape of a record has another file."""
    shape = {one.__name__: _FIELDS[one.__name__] for one in _RECORDS}
    cards = hashlib.sha256(_SCORECARDS.read_bytes()).hexdigest()
    told = json.dumps([__version__, shape, cards, sorted(digests)], sort_keys=True)
    return folder / "cache" / f"{hashlib.sha256(told.encode()).hexdigest()[:32]}.json"


def freeze(programme: Programme) -> str:
    """The programme as text; the packs themselves are left out, for nothing that is computed reads them."""
    catalogue = dataclasses.replace(programme.catalogue, packs={})
    items: list[object] = []
    known: dict[int, int] = {}
    kept: list[object] = []  # an object's id stands for it only while it lives

    def put(value: object) -> object:
        if value is None or isinstance(value, str | int | float):
            return value
        if id(value) not in known:
            items.append(_shape(value, put))
            known[id(value)] = len(items) - 1
            kept.append(value)
        return [known[id(value)]]

    put(dataclasses.replace(programme, catalogue=catalogue))
    return json.dumps(items, ensure_ascii=False, separators=(",", ":"))


def _shape(value: object, put: Any) -> object:
    match value:
        case date():
            return ["date", value.isoformat()]
        case Decimal():
            return ["decimal", str(value)]
        case Mapping():
            return ["map", [[key, put(item)] for key, item in value.items()]]
        case tuple():
            return ["tuple", [put(item) for item in value]]
        case frozenset():
            return ["set", [put(item) for item in sorted(value)]]
    _, fields = _record(type(value).__name__)
    return [type(value).__name__, [put(getattr(value, field)) for field in fields]]


def _record(name: str) -> tuple[type[Any], tuple[str, ...]]:
    """A record by its name, and its fields. KeyError where there is none."""
    if name not in _NAMED:
        found = vars(import_module("hengjian.model.scorecard"))
        for one in found.values():
            if dataclasses.is_dataclass(one) and isinstance(one, type):
                _NAMED[one.__name__] = one
                _FIELDS[one.__name__] = tuple(field.name for field in dataclasses.fields(one))
    return _NAMED[name], _FIELDS[name]


def thaw(text: str) -> Programme:
    """The programme that `freeze` wrote. ValueError, KeyError, TypeError or IndexError for any other text."""
    made: list[Any] = []

    def get(value: Any) -> Any:
        return made[value[0]] if isinstance(value, list) else value

    for kind, body in json.loads(text):
        match kind:
            case "date":
                made.append(date.fromisoformat(body))
            case "decimal":
                made.append(Decimal(body))
            case "map":
                made.append({key: get(item) for key, item in body})
            case "tuple":
                made.append(tuple(map(get, body)))
            case "set":
                made.append(frozenset(map(get, body)))
            case _:
                record, fields = _record(kind)
                made.append(record(**dict(zip(fields, map(get, body), strict=True))))
    if not isinstance(made[-1], Programme):
        raise TypeError("the text holds no programme")
    return made[-1]


def read(path: Path) -> Programme | None:
    """The programme kept at `path`; None when there is none, or it is damaged."""
    try:
        digest, _, text = path.read_text(encoding="utf-8").partition("\n")
        return thaw(text) if digest == _digest(text) else None
    except (OSError, ValueError, KeyError, TypeError, IndexError):
        return None


def write(path: Path, programme: Programme) -> None:
    """Keep a programme. A space that cannot be written to does without."""
    temporary = path.with_suffix(".new")
    with suppress(OSError):
        path.parent.mkdir(exist_ok=True)
        text = freeze(programme)
        temporary.write_text(f"{_digest(text)}\n{text}", encoding="utf-8")
        temporary.replace(path)


def _digest(text: str) -> str:
    """Stands in front of the text: a changed byte would else be a changed formula."""
    return hashlib.sha256(text.encode()).hexdigest()


def clear(folder: Path) -> None:
    """Remove all that is kept."""
    for path in (folder / "cache").glob("*.json"):
        path.unlink(missing_ok=True)
