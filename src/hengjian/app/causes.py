"""Which alerts have another lowest cause now: of those that changed, and of those of the owners above them.

What stands raised is kept in memory while the space is open, a rule at a time; so is who controls whom. After a filing
only the owners above those whose alerts changed are looked at again.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from weakref import WeakKeyDictionary

from hengjian.app.desk import Desk
from hengjian.app.events import record_of
from hengjian.app.holdings import register_on
from hengjian.app.latest import latest_alerts
from hengjian.app.touched import Touched
from hengjian.formula.term import Programme
from hengjian.model.cut import Cut
from hengjian.model.declaration import OWNS
from hengjian.store import Store
from hengjian.supervise.alert import Alert, alert_of, caused, topic
from hengjian.supervise.causes import Tree, Weight, path_down, tree_of, weight_of

_RAISED = '"state":"raised"'
#: Of more rules than this all events are read at once.
_FEW = 8


@dataclass(slots=True)
class Raised:
    """Of each rule that was asked for who stands raised, and the way down that its alert tells. `is_sound`: as entered;
    else what was taken notice of may have been given up."""

    store: Store | None = None
    is_sound: bool = False
    weights: dict[str, dict[str, Weight]] = field(default_factory=dict)
    paths: dict[str, dict[str, tuple[str, ...]]] = field(default_factory=dict)

    def bring(self, desk: Desk, rules: Iterable[str]) -> None:
        """Load the rules that are not there."""
        if self.store is not desk.store or not self.is_sound:
            self.store, self.weights, self.paths = desk.store, {}, {}
        self.is_sound = False
        fresh = [rule for rule in rules if rule not in self.weights]
        for rule in fresh:
            self.weights[rule], self.paths[rule] = {}, {}
        begun_by = [topic(rule, "") for rule in fresh] if len(fresh) <= _FEW else None
        for event in desk.store.latest_events("alert", begun_by=begun_by) if fresh else ():
            if event.topic.partition("\n")[0] in fresh and _RAISED in event.record:
                self.take(alert_of(record_of(event)))

    def take(self, alert: Alert) -> None:
        """Take notice of an alert as it stands."""
        if alert.rule not in self.weights:
            return
        weights, paths = self.weights[alert.rule], self.paths[alert.rule]
        if alert.state == "raised":
            weights[alert.entity], paths[alert.entity] = weight_of(alert), alert.path
        else:
            weights.pop(alert.entity, None)
            paths.pop(alert.entity, None)


_kept: WeakKeyDictionary[Desk, Raised] = WeakKeyDictionary()


def note_entered(desk: Desk) -> None:
    """That the changes which `with_causes` gave last are entered, or that there were none."""
    if desk in _kept:
        _kept[desk].is_sound = True


def with_causes(
    desk: Desk, programme: Programme, changed: Sequence[Alert], touched: Touched, *, anew: bool
) -> list[Alert]:
    """The changes, each with the way down to its cause, and after them the alerts that stand as they did but for that.

    `anew`: who holds whom, or what a rule asks for, may be another one: all that stands is looked at.
    """
    if not (changed or anew):
        return []
    register = None
    if OWNS in programme.catalogue.links:
        register = register_on(desk, Cut(), desk.config.current_day())
    if register is None or not (anew or register.graph.size):
        _kept.pop(desk, None)  # nobody needs to know what stands
        return list(changed)
    rules = programme.rules.keys() if anew else programme.rules.keys() & {one.rule for one in changed}
    known = _kept.setdefault(desk, Raised())
    known.bring(desk, sorted({*rules, *(one.rule for one in changed)}))
    for one in changed:
        known.take(one)
    tree = tree_of(register.graph, register.entity)
    by_rule: dict[str, dict[str, Alert]] = {rule: {} for rule in programme.rules if rule in rules}
    for one in changed:
        by_rule.setdefault(one.rule, {})[one.entity] = one
    found = []
    for rule, mine in by_rule.items():
        above = tree.above(mine)
        paths = _moved(known, rule, programme, tree, None if anew else above.keys() | mine.keys())
        found += [caused(one, paths[one.entity]) if one.entity in paths else one for one in mine.values()]
        others = {entity: path for entity, path in paths.items() if entity not in mine}
        reasons = {owner: max((mine[one] for one in those), key=lambda one: one.day) for owner, those in above.items()}
        found += _events(desk, rule, others, reasons, touched)
    return found


def _moved(
    known: Raised, rule: str, programme: Programme, tree: Tree, whom: Collection[str] | None
) -> dict[str, tuple[str, ...]]:
    """Of those (None: all) for whom a rule stands raised, the way down where it is another one than was told."""
    if rule not in programme.rules:
        return {}
    raised, told, depth = known.weights[rule], known.paths[rule], programme.catalogue.rules[rule].depth
    moved = {}
    for entity in sorted(raised.keys() if whom is None else raised.keys() & whom):
        path = path_down(entity, raised, tree.below, depth)
        if path != told[entity]:
            moved[entity] = told[entity] = path
    return moved


def _events(
    desk: Desk, rule: str, paths: Mapping[str, tuple[str, ...]], reasons: Mapping[str, Alert], touched: Touched
) -> Iterator[Alert]:
    """The alerts whose cause alone is another one, changed on the day of what changed below them, else of what touched
    them, else today."""
    standing = latest_alerts(desk, [topic(rule, entity) for entity in paths]) if paths else {}
    for one in standing.values():
        reason = reasons.get(one.entity) or touched.get(one.entity)
        day, filing = (desk.config.current_day(), None) if reason is None else (reason.day, reason.filing)
        changed = replace(one, event="changed", level_before=one.level, day=day, filing=filing)
        yield caused(changed, paths[one.entity])
