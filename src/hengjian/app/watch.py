"""Which rules are looked at for whom after something was entered, and the alerts that follow from what they say."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from weakref import WeakKeyDictionary

from hengjian.app.desk import Desk
from hengjian.app.explain import origins
from hengjian.app.latest import alerts_of_rules
from hengjian.app.question import running
from hengjian.app.touched import Touch, Touched
from hengjian.evaluate.affected import affected
from hengjian.evaluate.explain import Workings, examine
from hengjian.evaluate.lookback import needs
from hengjian.evaluate.plan import formula_of
from hengjian.formula.term import Programme
from hengjian.model.cut import Cut, Scope
from hengjian.model.period import Frequency, parse_period
from hengjian.panel.reach import load_scene
from hengjian.panel.scene import Needs, Scene
from hengjian.supervise.alert import Alert, following, topic
from hengjian.supervise.evidence import Evidence, evidence_of_all, explained_by
from hengjian.supervise.rules import Finding, findings, formulas_of, taken_back

#: What is told of where an input is filed.
_WHERE = ("filing", "entry", "file", "sheet", "cell", "text", "text_unit", "known_from", "place")


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Rules that are looked at together: of one type, frequency and scope. `reads`: the measures of each, through all
    that it refers to; `reaches`: whether a figure of one entity may be another's concern."""

    type: str
    frequency: Frequency
    scope: Scope
    reaches: bool
    reads: Mapping[str, frozenset[str]]
    _needs: dict[tuple[str, ...], Needs] = field(default_factory=dict)

    def needs(self, programme: Programme, names: Sequence[str]) -> Needs:
        """What is to be loaded for some of them, in the programme that they are of."""
        if tuple(names) not in self._needs:
            self._needs[tuple(names)] = needs(programme, _formulas(programme, names))
        return self._needs[tuple(names)]

    def concerned(self, touched: Touched) -> tuple[list[str], dict[str, Touch]]:
        """The rules that read anything that was touched, and of whom."""
        said = [touch.measures for touch in touched.values()]
        every = None if any(one is None for one in said) else frozenset().union(*(one for one in said if one))
        names = [name for name, read in self.reads.items() if every is None or not every.isdisjoint(read)]
        read = frozenset().union(*(self.reads[name] for name in names))
        return names, {entity: touch for entity, touch in touched.items() if names and touch.concerns(read)}


#: The groups of the programme that a desk looked at last.
_known: WeakKeyDictionary[Desk, tuple[Programme, tuple[Group, ...]]] = WeakKeyDictionary()


def groups_of(desk: Desk, programme: Programme) -> tuple[Group, ...]:
    """All rules, in groups; rules that read no measure stand apart."""
    known = _known.get(desk)
    if known is None or known[0] is not programme:
        known = _known[desk] = programme, tuple(_groups(programme))
    return known[1]


def _groups(programme: Programme) -> Iterator[Group]:
    kinds: dict[tuple[str, Frequency, Scope, bool, bool], dict[str, frozenset[str]]] = {}
    for name, formula in programme.rules.items():
        formulas = [name, *formulas_of(programme, [name])]
        read = frozenset().union(*(formula_of(programme, one).measures for one in formulas))
        scope, reaches = programme.catalogue.rules[name].scope, needs(programme, formulas).reaches
        kinds.setdefault((formula.type, formula.frequency, scope, reaches, bool(read)), {})[name] = read
    for (kind, frequency, scope, reaches, _), reads in kinds.items():
        yield Group(type=kind, frequency=frequency, scope=scope, reaches=reaches, reads=reads)


def changes(desk: Desk, programme: Programme, touched: Touched) -> list[Alert]:
    """What becomes of the alerts of all rules for whoever was touched; new ones are yet to be named."""
    return [alert for group in groups_of(desk, programme) for alert in _changes(desk, programme, group, touched)]


def _changes(desk: Desk, programme: Programme, group: Group, touched: Touched) -> Iterator[Alert]:
    names, concerned = group.concerned(touched)
    if not concerned:
        return
    types, descends = desk.entity_types(), programme.catalogue.descends
    if group.reaches:  # whoever was touched, anyone's figure may be another one now
        last = max(concerned.values(), key=lambda touch: touch.day)
        concerned = {entity: concerned.get(entity, last) for entity in types}
    entities = sorted(entity for entity in concerned if descends(types.get(entity, ""), group.type))
    if not entities:
        return
    scene = _scene(desk, programme, group, names, entities)
    if not scene.home.periods or not scene.home.entities:
        return
    workings = examine(programme, _formulas(programme, names), scene, scene.home.entities[0])
    whom = _affected(workings, touched) if group.reaches else None
    entities = [one for one in scene.home.entities if whom is None or one in whom]
    before = alerts_of_rules(desk, names, entities)
    made: list[tuple[Alert, Evidence]] = []
    for found, seen in _told(desk, programme, names, workings, entities, before):
        touch = concerned[found.entity]
        alert = following(
            before.get(topic(found.rule, found.entity)), found, programme.catalogue.rules[found.rule], seen,
            day=touch.day, filing=touch.filing, name="",
        )  # fmt: skip
        if alert is not None:
            made.append((alert, seen))
    yield from _with_origins(desk, Cut(scope=group.scope), made)


def _affected(workings: Workings, touched: Touched) -> frozenset[str] | None:
    """For whom a rule may say anything else than before; None: for anybody. Where nothing but figures was filed these
    are followed to whose they are a part."""
    filed = {entity: touch.measures for entity, touch in touched.items() if touch.measures is not None}
    if len(filed) < len(touched):
        return None
    places = affected(workings.engine, filed)
    entities = workings.engine.scene.home.entities
    return None if places is None else frozenset(entities[place] for place in places.tolist())


def _with_origins(desk: Desk, cut: Cut, made: Sequence[tuple[Alert, Evidence]]) -> Iterator[Alert]:
    """The alerts, each input with where it is filed."""
    filed = iter(origins(desk, cut, [leaf for _, seen in made for leaf in seen.inputs]))
    for alert, seen in made:
        inputs = []
        for leaf in seen.inputs:
            where = next(filed)
            inputs.append({**leaf.record(), **{name: where[name] for name in _WHERE}})
        yield replace(alert, inputs=tuple(inputs))


def _scene(desk: Desk, programme: Programme, group: Group, names: Sequence[str], entities: Sequence[str]) -> Scene:
    """All that the rules read of some entities, over all periods."""
    cut = Cut(scope=group.scope)
    first, last = running(desk, cut, programme.rules[names[0]]) or (None, None)
    wanted = group.needs(programme, names)
    return load_scene(desk.store, programme.catalogue, cut, wanted, entities=entities, first=first, last=last)


def _formulas(programme: Programme, names: Sequence[str]) -> list[str]:
    """All formulas of some rules, each once."""
    return list(dict.fromkeys([*names, *formulas_of(programme, names)]))


def _told(
    desk: Desk, programme: Programme, names: Sequence[str], workings: Workings, entities: Collection[str],
    before: Mapping[str, Alert],
) -> Iterator[tuple[Finding, Evidence]]:  # fmt: skip
    """What the rules say of some entities, and of what stood before what cannot be told any more for want of a figure
    that was taken back; each with what it stands on."""
    inside = set(entities)
    raised = [one for one in before.values() if one.state == "raised"]
    standing = {(one.rule, one.entity): one for one in raised if one.entity in inside}
    begun = max(desk.recording_day(), desk.config.current_day())
    scene, engine = workings.engine.scene, workings.engine
    told = findings(programme, names, scene, begun=begun, standing=standing.keys(), engine=engine)
    found = [one for one in told if one.entity in inside]
    left = standing.keys() - {(one.rule, one.entity) for one in found}
    found += _withdrawn(workings, [standing[pair] for pair in sorted(left)])
    rules, turn = programme.catalogue.rules, {name: place for place, name in enumerate(names)}
    found.sort(key=lambda one: (turn[one.rule], explained_by(rules[one.rule], one)))
    yield from evidence_of_all(programme, found, workings)


def _withdrawn(workings: Workings, left: Sequence[Alert]) -> Iterator[Finding]:
    for one in left:
        period = parse_period(one.period)
        if period is None:
            continue
        gone = taken_back(workings, Finding(rule=one.rule, entity=one.entity, period=period, level=None, clears=False))
        if gone is not None:
            yield gone
