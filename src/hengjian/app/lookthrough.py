"""`look_through`: what an entity holds through every layer, or who holds it; and the owners above an entity."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from hengjian.app.desk import Desk
from hengjian.app.holdings import Register, place_of, registers_on
from hengjian.app.moment import parse_cut, parse_day
from hengjian.app.question import known_entity
from hengjian.app.wire import Answer
from hengjian.app.withheld import withheld
from hengjian.evaluate.lookthrough import NOBODY, View, look, only, overfull, rings_among
from hengjian.evaluate.ownership import THRESHOLD, Method, Path, Paths, control_rights, paths, reach, reach_of
from hengjian.model.issue import Issue, Refused, refuse

METHODS = ("threshold", "disposable")
#: Smaller differences of two rights are rounding.
ROUNDING = 1e-12
#: So many members of a ring, and so many warnings, are named.
_NAMED = 20


def look_through(desk: Desk, question: Mapping[str, Any]) -> Answer:
    """CONTRACT section 3 `look-through`: `holdings` by level, then cash-flow right descending, then id.

    `direction` is "down" (default) or "up"; `to` leaves one holding and adds `between`, the owners of its lower end
    that the upper one holds through. `since`, a day, adds `changes` from then on. Further keys stand where they say
    something: `rings` with a member among those told of, `warnings`; `withheld`, how many are left out whom the reader
    does not see, and at a holding `beyond`: that it comes through some of these, too. Figures count everybody.
    """
    cut = parse_cut(dict(question), desk.config.timezone)
    entity = known_entity(desk, question["entity"])
    up = _is_up(question.get("direction") or "down")
    method = _method(question.get("method") or "threshold", question.get("threshold") or "50%")
    other = None if question.get("to") is None else known_entity(desk, question["to"])
    day = cut.as_of or desk.config.current_day()
    since = None if question.get("since") is None else parse_day(str(question["since"]), "--since")
    if since is not None and since >= day:
        raise refuse(f"--since {since} is not before {day}", "name the earlier of the two days")
    registers = registers_on(desk, cut, [day] if since is None else [day, since])
    sides = [_side(desk, register, entity, other, up=up, method=method) for register in registers]
    here = [sides[0]]
    answer: Answer = {
        "entity": entity, "direction": "up" if up else "down", "as_of": day.isoformat(),
        "method": {"cash_flow": "scc-exact", "control": method.kind, "threshold": method.threshold},
        "holdings": list(_holdings(sides[0])),
    }  # fmt: skip
    if other is not None:
        upper, lower = (other, entity) if up else (entity, other)
        between = _above(desk, registers[0], lower, below=upper, method=method)
        answer["between"] = _owners(between)
        here.append(between)
    if since is not None:
        answer |= {"since": since.isoformat(), "changes": list(_changes(sides[1], sides[0]))}
    return answer | _beside(here)


def _is_up(word: str) -> bool:
    if word not in ("down", "up"):
        raise refuse(f"unknown direction {word!r}", "directions: down, up")
    return word == "up"


def _method(kind: str, threshold: str) -> Method:
    if kind not in METHODS:
        raise refuse(f"no method of control is called {kind!r}", f"methods: {', '.join(METHODS)}")
    try:
        text = threshold.strip()
        number = Decimal(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    except InvalidOperation:
        number = Decimal("NaN")
    if not (number.is_finite() and 0 <= number < 1):
        raise refuse(f"--threshold {threshold!r} is not a part of the votes", "write 30%, or 0.3; less than the whole")
    return Method(kind=kind, threshold=float(number))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Side:
    """One side of an entity on one day, told of all or of `target` only; `place` None: it neither holds nor is held.

    `hidden` are the places on this side of those whom the reader does not see, and who are not told of.
    """

    register: Register
    place: int | None
    target: int | None
    up: bool
    view: View
    hidden: frozenset[int]

    def rows(self) -> Iterator[tuple[str, int, dict[str, Any]]]:
        """Id, number in the view and figures, in the order of the answer."""
        view = self.view
        places = view.places.tolist()
        ids = [self.register.entity(place) for place in places]
        level, cash_flow = view.level.tolist(), view.cash_flow.tolist()
        direct, control = view.direct.tolist(), view.control.tolist()
        told = [at for at, place in enumerate(places) if place not in self.hidden]
        for at in sorted(told, key=lambda at: (level[at], -cash_flow[at], ids[at])):
            figures = {"cash_flow": cash_flow[at], "direct": direct[at], "control": control[at], "level": level[at]}
            yield ids[at], at, figures


def _side(
    desk: Desk, register: Register, entity: str, other: str | None, *, up: bool, method: Method,
    must_add_up: bool = True,
) -> _Side:  # fmt: skip
    place = place_of(desk, register, entity)
    target = None if other is None else place_of(desk, register, other)
    view = NOBODY
    if place is not None and (other is None or target is not None):
        view = look(register.graph, place, up=up, method=method)
        if must_add_up and len(view.singular):
            raise _refused(desk, register, view.singular.tolist())
    hidden = _hidden(desk, register, view)
    if target is not None:
        view = only(view, view.places[view.places == target])
    return _Side(register=register, place=place, target=target, up=up, view=view, hidden=hidden)


def _hidden(desk: Desk, register: Register, view: View) -> frozenset[int]:
    """The places of a view at which somebody stands whom the reader does not see."""
    if desk.sight.is_everything:
        return frozenset()
    return frozenset(place for place in view.places.tolist() if register.entity(place) not in desk.sight)


def _refused(desk: Desk, register: Register, ring: Sequence[int]) -> Refused:
    members = sorted(desk.sight.kept(map(register.entity, ring)))
    named = ", ".join(members[:_NAMED] + ["…"] * (len(members) > _NAMED or len(members) < len(ring)))
    return refuse(
        f"the ring {named} is held by itself alone on {register.day}: cash-flow rights have no value there",
        "enter who else holds its members, or mend the shares between them (a share of 0: nothing is held)",
    )


def _holdings(side: _Side) -> Iterator[dict[str, Any]]:
    """The contract's `holdings`."""
    place, register = side.place, side.register
    if place is None or not len(side.view.places):
        return
    strengths = control_rights(register.graph, place, side.view.places, up=side.up).tolist()
    chains = paths(register.graph, place, up=side.up, target=side.target)
    places = side.view.places.tolist()
    beyond = _beyond(side)
    for entity, at, figures in side.rows():
        found = _seen(side, chains.get(places[at], Paths(listed=(), further=0)))
        yield {
            "entity": entity, "cash_flow": figures["cash_flow"], "direct": figures["direct"],
            "control": figures["control"], "control_right": strengths[at], "level": figures["level"],
            "paths": [_path(register, path) for path in found.listed],
            "paths_more": _rest(found, figures["cash_flow"]), **({"beyond": True} if places[at] in beyond else {}),
        }  # fmt: skip


def _beyond(side: _Side) -> frozenset[int]:
    """The places that are reached through somebody whom the reader does not see."""
    if not side.hidden:
        return frozenset()
    return frozenset(reach_of(side.register.graph, side.hidden, side.up).tolist())


def _seen(side: _Side, found: Paths) -> Paths:
    """The paths without those through somebody whom the reader does not see: these count as further ones."""
    told = tuple(path for path in found.listed if not any(place in side.hidden for place in path.via))
    return Paths(listed=told, further=found.further + len(found.listed) - len(told))


def _path(register: Register, path: Path) -> dict[str, Any]:
    return {"via": [register.entity(place) for place in path.via], "share": path.share}


def _rest(found: Paths, cash_flow: float) -> dict[str, Any]:
    """What the listed paths leave: further ones, and what comes through rings more than once."""
    rest = math.fsum([cash_flow, *(-path.share for path in found.listed)])
    unlisted = 1 if cash_flow > 0 and not found.listed else 0
    return {"count_at_least": max(found.further, unlisted), "share": rest if abs(rest) > ROUNDING else 0.0}


def _changes(before: _Side, after: _Side) -> Iterator[dict[str, Any]]:
    """Who entered, left, or is held otherwise, by id."""
    old, new = ({entity: figures for entity, _, figures in side.rows()} for side in (before, after))
    for entity in sorted(old.keys() | new.keys()):
        then, now = old.get(entity), new.get(entity)
        if then is None or now is None or any(abs(then[name] - now[name]) > ROUNDING for name in then):
            word = "entered" if then is None else "left" if now is None else "changed"
            yield {"entity": entity, "change": word, "before": then, "after": now}


def _beside(sides: Sequence[_Side]) -> dict[str, Any]:
    """The keys that stand only where they say something of those that sides of one day tell of."""
    register = sides[0].register
    hidden = frozenset().union(*(side.hidden for side in sides))
    places = [place for side in sides for place in side.view.places.tolist() if place not in hidden]
    graph = register.graph
    rings = [sorted(map(register.entity, ring)) for ring in rings_among(graph, places) if hidden.isdisjoint(ring)]
    over = [(register.entity(place), total) for place, total in overfull(graph, places)]
    warnings = [_overfull(register, entity, total).record() for entity, total in sorted(over)[:_NAMED]]
    found = {"rings": sorted(rings), "warnings": warnings}
    left_out = sum(len(side.hidden.intersection(side.view.places.tolist())) for side in sides)
    return {name: told for name, told in found.items() if told} | withheld(left_out)


def _overfull(register: Register, entity: str, total: float) -> Issue:
    return Issue(
        place=None, severity="warning",
        message=f"the direct shares in {entity} add up to {100 * total:.6g}% on {register.day}",
        hint="mend the share of one of its holders: all of them together hold the whole, and no more",
    )  # fmt: skip


def owners_of(desk: Desk, register: Register, entity: str) -> dict[str, Any]:
    """`owners`: all of an entity through every layer, by level, then cash-flow right descending, then id; `cash_flow`
    is null where a ring is held by itself alone. `owners_withheld`, where there are any: whom the reader does not see.
    """
    above = _above(desk, register, entity)
    return {"owners": _owners(above), **({"owners_withheld": len(above.hidden)} if above.hidden else {})}


def held_by(desk: Desk, register: Register, entity: str) -> dict[str, dict[str, Any]]:
    """All whom an entity holds through every layer, by shares or by votes, and whom the reader sees: `level`,
    `cash_flow` (null where a ring is held by itself alone) and `control` of each."""
    side = _side(desk, register, entity, None, up=False, method=THRESHOLD, must_add_up=False)
    has_rights = not len(side.view.singular)
    return {
        one: {
            "level": figures["level"], "cash_flow": figures["cash_flow"] if has_rights else None,
            "control": figures["control"],
        }
        for one, _, figures in side.rows()
    }  # fmt: skip


def _above(
    desk: Desk, register: Register, entity: str, *, below: str | None = None, method: Method = THRESHOLD
) -> _Side:
    """Who is above an entity; with `below` only those that this one holds through."""
    place, view = place_of(desk, register, entity), NOBODY
    if place is not None:
        view = look(register.graph, place, up=True, method=method)
    if below is not None:
        top = place_of(desk, register, below)
        view = NOBODY if top is None else only(view, reach(register.graph, top))
    hidden = _hidden(desk, register, view)
    return _Side(register=register, place=place, target=None, up=True, view=view, hidden=hidden)


def _owners(side: _Side) -> list[dict[str, Any]]:
    has_rights = not len(side.view.singular)
    return [
        {
            "entity": owner, "level": figures["level"], "cash_flow": figures["cash_flow"] if has_rights else None,
            "control": figures["control"],
        }
        for owner, _, figures in side.rows()
    ]  # fmt: skip
