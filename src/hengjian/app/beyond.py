"""Whether figures of others, whom the reader does not see, may stand in a figure of one whom they do."""

from collections.abc import Iterable, Iterator

from hengjian.app.desk import Desk
from hengjian.evaluate.frames import asks_who_holds, attributes_of, below, everyone, link_key, reach_of
from hengjian.evaluate.seen import DOWN
from hengjian.formula.term import Formula, Programme, Term, words
from hengjian.panel.holdings import Holdings
from hengjian.panel.links import Edges
from hengjian.panel.scene import Frame, LinkKey, Scene

_Whose = frozenset[str]


class Beyond:
    """Walks the formulas of one scene from an entity to those whom they read: linked ones, peers, who holds whom.

    Links and holdings of all periods of the scene count, so that "may" means: at some time.
    """

    def __init__(self, desk: Desk, programme: Programme, scene: Scene) -> None:
        self._sight = desk.sight
        self._types = desk.entity_types()
        self._programme, self._scene = programme, scene
        self._known: dict[tuple[str, Frame, _Whose], bool] = {}
        self._walked: dict[tuple[object, _Whose], _Whose] = {}
        self._peers: dict[str, _Whose] = {}
        self._ordinals: dict[str, int] = {}

    def reads_others(self, formula: Formula, entities: Iterable[str]) -> bool:
        """Whether somebody out of sight may stand in the figures of a formula of some entities."""
        return not self._sight.is_everything and self._formula(formula, self._scene.frame, frozenset(entities))

    def _formula(self, formula: Formula, frame: Frame, whose: _Whose) -> bool:
        key = formula.name, frame, whose
        if key not in self._known:
            self._known[key] = any(self._term(version.term, frame, formula.type, whose) for version in formula.versions)
        return self._known[key]

    def _term(self, term: Term, frame: Frame, about: str, whose: _Whose) -> bool:
        if term.op == "indicator":
            return self._formula(self._programme.indicators[term.name], frame, whose)
        read = self._read(term, frame, about, whose)
        if not all(one in self._sight for one in read):
            return True
        reaches = reach_of(term.op) in ("peers", "links", "holdings")
        next_to = read if reaches else whose
        return any(self._term(one, at, kind, next_to) for one, at, kind in below(term, frame, about))

    def _read(self, term: Term, frame: Frame, about: str, whose: _Whose) -> _Whose:
        """Of whom a term itself reads, for each of some entities."""
        catalogue = self._programme.catalogue
        key = None
        match reach_of(term.op):
            case "peers":
                return self._everyone(about)
            case "links":
                key = link_key(term, frame, about)
                if key in self._scene.links:
                    return self._linked(key, frame, whose, deep=words(term.options, "levels") == ("all",))
        attributes = attributes_of(term.op, term.name, term.options, catalogue)
        if not asks_who_holds(term.op, key, attributes, catalogue):
            return whose
        is_up = key.back if key is not None else term.op not in DOWN
        return self._held(frame, whose, up=is_up)

    def _everyone(self, about: str) -> _Whose:
        if about not in self._peers:
            family = self._programme.catalogue.family(about)
            self._peers[about] = frozenset(one for one, kind in self._types.items() if kind in family)
        return self._peers[about]

    def _linked(self, key: LinkKey, frame: Frame, whose: _Whose, *, deep: bool) -> _Whose:
        asked = (key, deep), whose
        if asked not in self._walked:
            near, far = (self._scene.panel(everyone(frame, kind)).entities for kind in (key.near, key.far))
            place_of = {one: place for place, one in enumerate(near)}
            found: set[str] = set()
            waiting = list(whose)
            while waiting:
                at = place_of.get(waiting.pop())
                for place in () if at is None else _ends(self._scene.links[key], at):
                    if far[place] not in found:
                        found.add(far[place])
                        waiting += [far[place]] if deep else []
            self._walked[asked] = frozenset(found)
        return self._walked[asked]

    def _held(self, frame: Frame, whose: _Whose, *, up: bool) -> _Whose:
        """These, and all whom they hold through every layer, or with `up` all who hold them."""
        asked = (frame.frequency, up), whose
        if asked not in self._walked:
            ids = self._scene.ownership.ids
            if not ids:  # the scene has no periods
                return whose
            self._ordinals = self._ordinals or {one: ordinal for ordinal, one in enumerate(ids)}
            found = {self._ordinals[one] for one in whose}
            for held in _distinct(self._scene.ownership.holdings.get(frame.frequency, ())):
                found |= _closure(held, found, up=up)
            self._walked[asked] = frozenset(ids[one] for one in found)
        return self._walked[asked]


def _distinct(holdings: Iterable[Holdings]) -> list[Holdings]:
    return list({id(one): one for one in holdings}.values())


def _ends(edges: Iterable[Edges], near: int) -> Iterator[int]:
    """The far places of one near place in any period."""
    for one in {id(one): one for one in edges}.values():
        start, end = (int(one.near.searchsorted(near, side=side)) for side in ("left", "right"))
        yield from one.far[start:end].tolist()


def _closure(held: Holdings, start: Iterable[int], *, up: bool) -> set[int]:
    """The ordinals of all whom some hold through every layer on one day, by shares or by votes."""
    waiting = [place for one in start if (place := held.place(one)) is not None]
    found = set(waiting)
    while waiting:
        at = waiting.pop()
        for upper, lower in ((held.owner, held.owned), (held.voter, held.company)):
            ends = (upper[lower == at] if up else lower[upper == at]).tolist()
            fresh = [one for one in ends if one not in found]
            found.update(fresh)
            waiting += fresh
    return {int(held.ordinals[place]) for place in found}
