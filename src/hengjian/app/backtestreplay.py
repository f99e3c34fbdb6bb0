"""History as it was known on each of some days, and when the rules of today would have stood raised.

Each day is a cut of its own: a row of an archive is seen from the day on which it claims to have been known, others
from their recorded time. What was found, filed or withdrawn later is not seen. The declarations are those of today.
"""

from collections.abc import Iterator, Sequence
from datetime import date

from hengjian.app.desk import Desk
from hengjian.app.moment import parse_known_at
from hengjian.app.watch import Group, groups_of
from hengjian.evaluate.explain import examine
from hengjian.evaluate.lookback import needs
from hengjian.formula.term import Programme
from hengjian.model.cut import Cut
from hengjian.model.period import period_of
from hengjian.panel.reach import load_scene
from hengjian.panel.scene import Needs, Scene
from hengjian.store.known import Known
from hengjian.supervise.alert import gravity, standing_level
from hengjian.supervise.backtestbook import Book, Course, Pair, Replayed
from hengjian.supervise.backtestdistance import distance, joined, measured
from hengjian.supervise.rules import Finding, findings, formulas_of, taken_back


def replay(
    desk: Desk, programme: Programme, names: Sequence[str], floor: str, days: Sequence[date], known: Known, *,
    proven: bool,
) -> Iterator[Replayed]:  # fmt: skip
    """The named rules, group by group. An alert counts at the level `floor` and graver ones."""
    for group in groups_of(desk, programme):
        chosen = [name for name in group.reads if name in names]
        if chosen:
            yield from _Run(desk, programme, group, chosen, floor).over(days, known, proven=proven)


class _Run:
    """The rules of one group over some days."""

    def __init__(self, desk: Desk, programme: Programme, group: Group, names: Sequence[str], floor: str) -> None:
        self.desk, self.group, self.names = desk, group, names
        rules = programme.catalogue.rules
        counted = {
            name: [level for level, _ in rules[name].levels if gravity(level) <= gravity(floor)] for name in names
        }
        found = {name: distance(programme, rules[name], some[-1]) if some else None for name, some in counted.items()}
        self.distances = {name: one for name, one in found.items() if one is not None}
        self.programme = joined(programme, list(self.distances.values()))
        parts = [name for one in self.distances.values() for name in one.names]
        self.formulas = list(dict.fromkeys([*names, *formulas_of(programme, names)]))
        self.needs: Needs = needs(self.programme, [*self.formulas, *parts], everyone=True)
        self.book = Book(floor=floor)
        self.entities: tuple[str, ...] = ()
        self.courses = {name: Course() for name in names}

    def over(self, days: Sequence[date], known: Known, *, proven: bool) -> Iterator[Replayed]:
        """Look at each day on which something may be another than on the day before."""
        before: date | None = None
        for day in days:
            is_new = any((before is None or before < one) and one <= day for one in known.days)
            if is_new or not any(self.group.reads[name] for name in self.names):
                is_less = any((before is None or before < one) and one <= day for one in known.withdrawn)
                self._look(day, proven=proven, is_less=is_less)
            else:
                for course in self.courses.values():  # nothing became known
                    course.stay(len(self.entities))
            before = day
        self.book.close()
        for name, course in self.courses.items():
            found = self.distances.get(name)
            yield course.replayed(name, self.book, self.entities, found, reaches=self.group.reaches)

    def _look(self, day: date, *, proven: bool, is_less: bool) -> None:
        scene = self._scene(day, proven=proven)
        home = scene.home
        self.entities = home.entities
        pairs = list(self.book.standing)
        found = list(findings(self.programme, self.names, scene, begun=day, standing=pairs))
        if is_less:
            found += self._taken_back(scene, set(pairs) - {(one.rule, one.entity) for one in found})
        rules = self.programme.catalogue.rules
        for one in found:
            standing = self.book.standing.get((one.rule, one.entity))
            level, _ = standing_level(None if standing is None else standing.level, one, rules[one.rule])
            self.book.note(one, level, day)
        told = measured(self.programme, list(self.distances.values()), scene, begun=day)
        for name, course in self.courses.items():
            course.add(told.get(name), len(home.entities))

    def _taken_back(self, scene: Scene, left: set[Pair]) -> Iterator[Finding]:
        if not left or not scene.home.periods:
            return
        workings = examine(self.programme, self.formulas, scene, scene.home.entities[0])
        for rule, entity in sorted(left):
            period = self.book.standing[rule, entity].period
            stood = Finding(rule=rule, entity=entity, period=period, level=None, clears=False)
            gone = taken_back(workings, stood)
            if gone is not None:
                yield gone

    def _scene(self, day: date, *, proven: bool) -> Scene:
        """All that was known at the end of a day."""
        cut = Cut(
            known_at=parse_known_at(day.isoformat(), self.desk.config.timezone), scope=self.group.scope, proven=proven
        )
        running = None if any(self.group.reads.values()) else period_of(day, self.group.frequency)
        return load_scene(
            self.desk.store, self.programme.catalogue, cut, self.needs, first=running, last=running
        )  # fmt: skip
