"""Questions about values: `show`, `evaluate`, and what there is to ask about. Reads only."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from hengjian.app.desk import Desk
from hengjian.app.engine import Compute, here
from hengjian.app.insight import mark
from hengjian.app.kept import CUT, Found, tier_of
from hengjian.app.moment import parse_cut, parse_stretch, stretch_of
from hengjian.app.wire import Answer
from hengjian.evaluate.answer import Mask, answered, between, cells_of
from hengjian.evaluate.explain import Workings, cause_of, examine
from hengjian.evaluate.lookback import needs
from hengjian.evaluate.missing import shown
from hengjian.evaluate.own import Reads, bases_at, reads_of
from hengjian.formula.term import Formula, Programme, Shape
from hengjian.intake.text import normal
from hengjian.ledger import base64
from hengjian.ledger.clock import microseconds, rfc3339
from hengjian.model.cut import BASES, Cut
from hengjian.model.declaration import Attribute
from hengjian.model.issue import Issue, Refused, nearest, refuse
from hengjian.model.missing import Cause, Missing
from hengjian.model.page import Totals
from hengjian.model.period import Frequency, Period, period_of
from hengjian.model.unit import Unit
from hengjian.panel.panel import Codes, Column, Panel
from hengjian.panel.reach import load_scene
from hengjian.panel.scene import Frame, Needs, Read, Scene

#: So many periods may be asked for at once.
LONGEST = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question about some indicators of one frequency: what was loaded, columns, and the cells to answer with.

    `reads`: what each formula reads of the entity itself, and of others.
    """

    programme: Programme
    formulas: Mapping[str, Formula]
    scene: Scene
    columns: Mapping[str, Column]
    masks: Mapping[str, Mask]
    reads: Mapping[str, Reads]

    @property
    def panel(self) -> Panel:
        return self.scene.home

    def bases(self, name: str) -> Codes:
        """The codes of the basis of a formula's first direct input that is reported, over the panel; 0: none is."""
        return bases_at(self.scene, self.reads[name].own)


def show(desk: Desk, question: Mapping[str, Any]) -> Answer:
    """CONTRACT section 3 `show`: indicators as asked, periods ascending, values unrounded in the declared unit.

    To a reader who does not see everybody: `beyond` marks the values of a formula in which others, whom the reader does
    not see, may stand, and of a missing value the entity that is its cause is null where it is one of them.
    """
    cut = parse_cut(dict(question), desk.config.timezone)
    programme = desk.programme(cut.known_at)
    entity = known_entity(desk, question["entity"])
    names = known_indicators(programme, question.get("indicators") or (), desk.entity_types()[entity])
    period = question.get("period")
    if period is not None and question.get("indicators"):
        _must_have_period(programme, names, period)
    values: list[dict[str, Any]] = []
    for asked in ask(desk, programme, cut, names, [entity], period):
        values += _seen_values(desk, asked, entity)
    order = {name: place for place, name in enumerate(names)}
    values.sort(key=lambda value: order[value["indicator"]])
    return {"entity": entity, "values": values}


def _seen_values(desk: Desk, asked: Asked, entity: str) -> Iterator[dict[str, Any]]:
    """The values as the reader may see them."""
    if desk.sight.is_everything:
        yield from value_records(asked)
        return
    from hengjian.app.beyond import Beyond  # who sees everybody does without

    walk = Beyond(desk, asked.programme, asked.scene)
    beyond = {name for name, formula in asked.formulas.items() if walk.reads_others(formula, [entity])}
    for value in value_records(asked):
        missing = value["missing"]
        if missing is not None and missing["entity"] not in desk.sight:
            value["missing"] = missing | {"entity": None}
        yield value | ({"beyond": True} if value["indicator"] in beyond else {})


def known_entity(desk: Desk, entity: str) -> str:
    """The id that `entity` spells of somebody whom the reader sees, compared after NFKC and trimming; else a refusal
    with the nearest ids."""
    if entity in desk.sight and entity in desk.entity_types():
        return entity
    types = desk.seen_types()
    spelled = normal(entity)
    for known in types:
        if normal(known) == spelled:
            return known
    hint = nearest(entity, types, otherwise="register it with: hengjian submit SPACE entities.csv --form entities")
    raise refuse(f"no entity is registered as {entity!r}", hint)


def known_indicators(programme: Programme, asked: Iterable[str], entity_type: str) -> list[str]:
    """The indicators (or measures) asked for, once each; all of the entity's type when none is named."""
    descends = programme.catalogue.descends
    declared_names = {normal(name): name for name in (*programme.indicators, *programme.catalogue.measures)}
    names = list(dict.fromkeys(declared_names.get(normal(name), name) for name in asked))
    if not names:
        return [name for name, formula in programme.indicators.items() if descends(entity_type, formula.type)]
    issues = []
    for name in names:
        declared = programme.indicators.get(name) or programme.catalogue.measures.get(name)
        if declared is None:
            hint = nearest(name, declared_names.values())
            issues.append(_issue(f"no indicator or measure is called {name!r}", hint))
        elif not descends(entity_type, declared.type):
            hint = f"it is declared for {declared.type}, the entity is of type {entity_type}"
            issues.append(_issue(f"{name} does not apply to this entity", hint))
    if issues:
        raise Refused(issues)
    return names


def _issue(message: str, hint: str) -> Issue:
    return Issue(place=None, message=message, hint=hint or "`hengjian show SPACE ENTITY` lists all that it has")


def _formula(programme: Programme, name: str) -> Formula:
    return programme.indicators.get(name) or measure_formula(programme, name)


def period_asked(formula: Formula, text: str) -> tuple[Period, Period] | None:
    """The first and last period of a formula that `--period` names; None when there is none.

    A single period names the one that ends with it (2019 a quarterly balance's 2019-Q4), but not a flow's: a year's
    flow is not that of its last quarter. Refused: a stretch of more than `LONGEST` periods.
    """
    start, end = parse_stretch(text)
    single = ".." not in text
    if single and formula.shape == "period" and start.frequency != formula.frequency:
        return None
    found = stretch_of(formula.frequency, (start, end), single=single)
    if found is not None and found[1].index - found[0].index >= LONGEST:
        raise refuse(f"--period {text!r} has more than {LONGEST} periods", "ask for a shorter stretch")
    return found


def _must_have_period(programme: Programme, names: Iterable[str], text: str) -> None:
    formulas = [_formula(programme, name) for name in names]
    issues = [no_period(formula, text) for formula in formulas if ".." not in text and not period_asked(formula, text)]
    if issues:
        raise Refused(issues)


def no_period(formula: Formula, text: str) -> Issue:
    """The fault of a period that a formula does not have."""
    flow = " and a flow of single periods" if formula.shape == "period" else ""
    hint = f"{formula.name} is by {formula.frequency}{flow}: name such a period, or a stretch such as 2019..2020"
    return Issue(place=None, message=f"{formula.name} has no period {text!r}", hint=hint)


def ask(
    desk: Desk, programme: Programme, cut: Cut, names: Iterable[str], entities: Sequence[str] | None,
    period: str | None, kind: str | None = None, compute: Compute = here,
) -> Iterator[Asked]:  # fmt: skip
    """Results of some indicators or measures of one type, one `Asked` a frequency; `entities` None: all of `kind`."""
    formulas = {name: _formula(programme, name) for name in names}
    wanted_of = {
        name: running(desk, cut, formula) if period is None else period_asked(formula, period)
        for name, formula in formulas.items()
    }
    kinds = dict.fromkeys((formula.frequency, wanted_of[name]) for name, formula in formulas.items())
    for frequency, wanted in kinds:
        if period is not None and wanted is None:
            continue
        chosen = {
            name: formula
            for name, formula in formulas.items()
            if (formula.frequency, wanted_of[name]) == (frequency, wanted)
        }
        if cut == CUT and wanted is None and compute is here and tier_of(desk) is not None:
            about = kind or next(iter(chosen.values())).type
            asked = _kept(desk, programme, chosen, entities, about, frequency)
            if asked is not None:
                yield asked
                continue
        scene = scene_for(desk, programme, cut, chosen.values(), entities, wanted, kind)
        computed = [name for name in chosen if name in programme.indicators]
        columns = dict(compute(programme, computed, scene, wanted).columns) if computed else {}
        yield _asked(programme, chosen, Found(scene=scene, columns=columns), wanted)


def running(desk: Desk, cut: Cut, formula: Formula) -> tuple[Period, Period] | None:
    """The period at which a formula that reads no measure answers where none is asked for: the one that today lies in,
    or the last that has ended by the cut's `as_of`. None for any other formula: it answers where something is reported.
    """
    if formula.measures:
        return None
    period = period_of(cut.as_of or desk.config.current_day(), formula.frequency)
    if cut.as_of is not None and period.end > cut.as_of:
        period = period.shift(-1)
    return period, period


def _asked(
    programme: Programme, chosen: Mapping[str, Formula], found: Found, wanted: tuple[Period, Period] | None
) -> Asked:
    """Which of the cells answer."""
    scene, panel = found.scene, found.scene.home
    columns = {**found.columns, **{name: shown(panel.columns[name]) for name in chosen if name not in found.columns}}
    reads = {name: reads_of(programme, formula, scene.frame) for name, formula in chosen.items()}
    masks = {
        name: between(panel, *wanted) if wanted else answered(scene, reads[name], columns[name]) for name in chosen
    }
    return Asked(programme=programme, formulas=chosen, scene=scene, columns=columns, masks=masks, reads=reads)


def _kept(
    desk: Desk, programme: Programme, chosen: Mapping[str, Formula], entities: Sequence[str] | None, about: str,
    frequency: Frequency,
) -> Asked | None:  # fmt: skip
    """The answer from what the server keeps; None where that does not do.

    Why a figure of one entity is missing is told down to the period that was looked for, which may lie before what is
    kept: then it is loaded.
    """
    from hengjian.app.hot import of_everyone, of_one  # a command without a server keeps nothing

    if entities is None:
        found = of_everyone(desk, about, frequency, chosen)
        return None if found is None else _asked(programme, chosen, found, None)
    found = of_one(desk, frequency, chosen, entities[0]) if len(entities) == 1 else None
    if found is None:
        return None
    asked = _asked(programme, chosen, found, None)
    return None if any(asked.columns[name].reasons[asked.masks[name]].any() for name in found.columns) else asked


def scene_for(
    desk: Desk, programme: Programme, cut: Cut, formulas: Iterable[Formula], entities: Sequence[str] | None,
    wanted: tuple[Period, Period] | None = None, kind: str | None = None,
) -> Scene:  # fmt: skip
    """What some formulas and measures of one type and frequency read: all history, or what the periods wanted need."""
    formulas = list(formulas)
    declared = programme.indicators.keys() | programme.rules.keys()
    computed = [formula.name for formula in formulas if formula.name in declared]
    about = kind or formulas[0].type
    everyone = entities is None
    plain = frozenset(formula.name for formula in formulas if formula.name not in declared)
    if computed:
        asked = needs(programme, computed, everyone=everyone, about=about)
        if not everyone:  # why a figure is missing is told down to the period that was looked for
            asked = replace(asked, beyond=True)
    else:
        frequency = formulas[0].frequency
        asked = Needs(
            frame=Frame(type=about, frequency=frequency, everyone=everyone), measures=plain, attributes=frozenset(),
            spans={frequency: 0}, above={}, others={}, links=frozenset(), beyond=False,
        )  # fmt: skip
    first, last = wanted or (None, None)
    return load_scene(
        desk.store, programme.catalogue, cut, asked, entities=entities, first=first, last=last,
        more=Read(measures=plain),
    )  # fmt: skip


def measure_formula(programme: Programme, name: str) -> Formula:
    """A measure as a formula that reads it and nothing else, so that it can be shown like an indicator."""
    measure = programme.catalogue.measures[name]
    shape: Shape = "instant" if measure.period_type == "instant" else "ytd" if measure.cumulative else "period"
    return Formula(
        name=name, type=measure.type, unit=measure.unit, shape=shape, frequency=measure.frequency, versions=(),
        measures=frozenset({name}), parameters=frozenset(), digest="",
    )  # fmt: skip


def value_records(asked: Asked) -> Iterator[dict[str, Any]]:
    """The answered values of a panel of one entity as `show` prints them, in the declared units."""
    workings: Workings | None = None
    panel = asked.panel
    for name, formula in asked.formulas.items():
        cells = cells_of(asked.columns[name], asked.masks[name])
        bases = asked.bases(name)
        for row, value, code in zip(cells.rows.tolist(), cells.values.tolist(), cells.reasons.tolist(), strict=True):
            missing = None
            if code and name not in asked.programme.indicators:
                missing = Cause(reason=Missing(code), input=name, entity=panel.entities[0], period=panel.periods[row])
            elif code:
                workings = workings or _workings(asked)
                missing = cause_of(workings, name, panel.periods[row])
            yield {
                "indicator": name,
                "period": str(panel.periods[row]),
                "value": None if code else in_unit(value, formula.unit),
                "unit": str(formula.unit),
                "basis": basis_of(bases, row, 0),
                "missing": None if missing is None else missing.record(),
                **_class(asked.programme, name, None if code else in_unit(value, formula.unit)),
            }


def _class(programme: Programme, name: str, value: float | None) -> dict[str, object]:
    """What a whole number of an indicator with `classes` stands for."""
    declared = programme.catalogue.indicators.get(name)
    if declared is None or value is None or value != round(value) or round(value) not in declared.classes:
        return {}
    return {"class": declared.classes[round(value)].record()}


def _workings(asked: Asked) -> Workings:
    computed = [name for name in asked.formulas if name in asked.programme.indicators]
    return examine(asked.programme, computed, asked.scene, asked.panel.entities[0])


def in_unit(value: float, unit: Unit) -> float:
    """A figure in base units as a figure in `unit`."""
    return value if unit.scale == 1 else value / float(unit.scale)


def basis_of(bases: Codes, row: int, column: int) -> str | None:
    """The basis of the first direct input that is reported; None when none is, or all are of others."""
    code = int(bases[row, column])
    return BASES[code - 1] if code else None


def entities(desk: Desk, question: Mapping[str, Any]) -> Answer:
    """All registered entities whom the reader sees, with type and name, by id; `cut` where there may be others."""
    cut = parse_cut(dict(question), desk.config.timezone)
    day = cut.as_of or desk.config.current_day()
    names = desk.names(cut, day)
    types = desk.seen_types()
    listed = [{"id": one, "type": types[one], "name": names.get(one, one)} for one in sorted(types)]
    return {"entities": listed, **mark(desk.sight)}


def declarations(desk: Desk, question: Mapping[str, Any]) -> Answer:
    """Labels, units, sources and formulas of what the packs declare, as known at a moment."""
    cut = parse_cut(dict(question), desk.config.timezone)
    catalogue = desk.programme(cut.known_at).catalogue
    return {
        "rules": {
            name: {
                "label": one.label.record(), "level": one.level, "type": one.type, "source": one.source,
                "formula": one.when.text,
            }
            for name, one in catalogue.rules.items()
        },
        "units": {
            spelling: {"label": one.label.record(), "scale": float(one.unit.scale)}
            for one in catalogue.units.values()
            for spelling in one.spellings()
        },
        "indicators": {
            name: {
                "label": one.label.record(), "unit": str(one.unit), "type": one.type,
                "formula": one.versions[-1].text, "source": one.versions[-1].source,
                "classes": {str(number): label.record() for number, label in one.classes.items()},
            }
            for name, one in catalogue.indicators.items()
        },
        "measures": {
            name: {"label": one.label.record(), "unit": str(one.unit), "type": one.type, "source": one.source}
            for name, one in catalogue.measures.items()
        },
        "types": {
            name: {
                "label": one.label.record(), "attributes": _attributes(catalogue.attributes_of(name)),
                "lineage": list(catalogue.lineage(name)),
            }
            for name, one in catalogue.types.items()
        },
        "links": {
            name: {
                "label": one.label.record(), "attributes": _attributes(one.attributes), "inverse": one.inverse,
                "inverse_label": None if one.inverse_label is None else one.inverse_label.record(),
            }
            for name, one in catalogue.walked_links().items()
        },
        "derived": _attributes(catalogue.derived_attributes()),
        "pages": {
            name: {
                "label": one.label.record(), "type": one.type, "columns": list(one.columns),
                "totals": None if one.totals is None else _totals(one.totals),
            }
            for name, one in catalogue.pages.items()
        },
        "networks": {name: one.label.record() for name, one in catalogue.networks.items()},
        "stresses": {name: one.label.record() for name, one in catalogue.stresses.items()},
        "models": {name: one.label.record() for name, one in catalogue.models.items()},
        "scorecards": {name: one.label.record() for name, one in catalogue.scorecards.items()},
        "parameters": {
            name: {"label": one.label.record(), "unit": str(one.unit)} for name, one in catalogue.parameters.items()
        },
    }  # fmt: skip


def _totals(totals: Totals) -> dict[str, Any]:
    """`direction` is that of `relations`, asked of the entity whose totals they are."""
    return {
        "link": totals.link, "direction": "to" if totals.is_back else "from", "members": totals.members,
        "by": list(totals.by), "columns": list(totals.columns), "figures": [asdict(one) for one in totals.figures],
    }  # fmt: skip


def _attributes(declared: Mapping[str, Attribute]) -> dict[str, dict[str, Any]]:
    return {
        name: {"label": one.label.record(), "kind": one.kind, "format": one.format} for name, one in declared.items()
    }


def status(desk: Desk, question: Mapping[str, Any]) -> Answer:
    """The ledger's head, the space's today, and `changed`: its size after its last entry that changes an answer."""
    del question
    head = desk.log.head()
    last = desk.log.entry(head.size - 1).recorded_at if head.size else None
    return {
        "name": desk.config.name, "origin": head.origin, "size": head.size, "changed": desk.changed,
        "root": base64.encode(head.root), "recorded_at": None if last is None else rfc3339(microseconds(last)),
        "today": desk.config.current_day().isoformat(), "timezone": desk.config.timezone.key,
    }  # fmt: skip
