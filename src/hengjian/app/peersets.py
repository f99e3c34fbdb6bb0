"""Peer sets: with whom an enterprise is compared and why, what stood when a set was frozen, and figures of companies.

A member is a company outside the space, whose figures are entered with their sources (`peer_figure`), or an entity of
it, whose figures are computed as everybody's. To a reader an entity out of sight is no member.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from hengjian.app.desk import Desk
from hengjian.app.insight import mark, outside
from hengjian.app.moment import parse_cut, parse_known_at
from hengjian.app.registers import rows_of
from hengjian.app.wire import Answer
from hengjian.intake.text import normal, quoted
from hengjian.model.cut import KnownAt
from hengjian.model.issue import nearest, refuse
from hengjian.supervise.benchmark import FEWEST, METHODS, Better, Method


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A company of a set, or one that was looked at and left out; `facts` are what the choice stands on."""

    company: str
    name: str
    included: bool
    reason: str
    facts: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class PeerSet:
    """One set as the reader may see it. `known`: the moment at which members and figures are read, None: now.

    `cut`: whole companies, one `segment` of them, or single `indicators` (with what is better, where it is said).
    `short_below`: the percentile below which an indicator counts as a shortboard; `workflow`: that of its task.
    """

    id: str
    title: str
    cut: str
    segment: str
    entity: str | None
    indicators: Mapping[str, Better | None]
    method: Method
    minimum: int
    short_below: Decimal
    named: str | None
    workflow: str | None
    frozen: date | None
    known: KnownAt | None
    members: Sequence[Member]
    entry: int

    @property
    def included(self) -> list[Member]:
        return [one for one in self.members if one.included]


@dataclass(frozen=True, slots=True, kw_only=True)
class PeerFigure:
    """A company's figure as it was entered: its text in `unit`, and where it is published."""

    value: Decimal
    unit: str
    source: str
    entry: int


#: By company, indicator and period.
PeerFigures = Mapping[tuple[str, str, str], PeerFigure]


def peer_sets(desk: Desk, known_at: KnownAt | None) -> list[PeerSet]:
    """All sets that the reader sees, by id: those for nobody in particular, and those for somebody in sight."""
    hidden = outside(desk)
    rows = rows_of(desk, "peer_set", known_at=known_at)
    seen = [row for row in rows if not row.get("entity") or not hidden(row["entity"])]
    return sorted((_as_frozen(desk, row, known_at) for row in seen), key=lambda one: one.id)


def known_set(desk: Desk, asked: str, known_at: KnownAt | None) -> PeerSet:
    """The set of an id; refused with the nearest where there is none in sight."""
    found = {one.id: one for one in peer_sets(desk, known_at)}
    spelled = {normal(one): one for one in found}
    if normal(asked) not in spelled:
        none = "enter one: hengjian register SPACE peer_set --template peers.xlsx"
        hint = nearest(asked, found, otherwise=f"there are {', '.join(found)}") if found else none
        raise refuse(f"no peer set is called {quoted(asked)}", hint)
    return found[spelled[normal(asked)]]


def _as_frozen(desk: Desk, row: Mapping[str, Any], known_at: KnownAt | None) -> PeerSet:
    """The set as it stands; once frozen, with the moment up to which figures count: the end of the freeze day, or of
    the day on which the set was entered where that is later."""
    frozen = date.fromisoformat(row["frozen"]) if row.get("frozen") else None
    known = known_at
    if frozen is not None:
        zone = desk.config.timezone
        entered_on = desk.log.entry(row["entry"]).recorded_at.astimezone(zone).date()
        known = _earlier(desk, known_at, parse_known_at(max(frozen, entered_on).isoformat(), zone))
    hidden = outside(desk)
    named = row.get("named") or None
    return PeerSet(
        id=row["id"], title=row["title"], cut=row["cut"], segment=row.get("segment") or "",
        entity=row.get("entity") or None, indicators={one["indicator"]: one["better"] for one in row["indicators"]},
        method=_method(row.get("method")), minimum=max(FEWEST, int(row.get("minimum") or FEWEST)),
        short_below=Decimal(row["short_below"]), named=None if named is None or hidden(named) else named,
        workflow=row.get("workflow") or None, frozen=frozen, known=known, entry=row["entry"],
        members=tuple(_member(one) for one in row["lines"] if not hidden(one["company"])),
    )  # fmt: skip


def _method(word: object) -> Method:
    return next((one for one in METHODS if one == word), "mid_rank")


def _member(line: Mapping[str, Any]) -> Member:
    facts = {name: str(line[name]) for name in FACTS if line.get(name)}
    return Member(
        company=line["company"], name=line.get("name") or line["company"], included=line["included"] == "yes",
        reason=line["reason"], facts=facts,
    )  # fmt: skip


#: What may be said of a company beside its name: by what it was chosen.
FACTS = ("industry", "size_ratio", "region", "listed", "mix", "accounting", "currency", "year_end", "source")


def _earlier(desk: Desk, one: KnownAt | None, other: KnownAt) -> KnownAt:
    if one is None:
        return other
    if one.moment is not None and other.moment is not None:
        return min(one, other, key=lambda at: at.moment)  # type: ignore[arg-type, return-value]  # both have one
    last = min(one.entries or 0, desk.log.size)
    reached = last > 0 and other.moment is not None and desk.log.entry(last - 1).recorded_at > other.moment
    return other if reached else one


def figures_in(desk: Desk, one: PeerSet) -> PeerFigures:
    """The figures of a set's companies, as known when it was frozen; without those of entities out of sight."""
    hidden = outside(desk)
    return {
        (row["company"], row["indicator"], row["period"]): PeerFigure(
            value=Decimal(row["value"]), unit=row["unit"], source=row["source"], entry=row["entry"]
        )
        for row in rows_of(desk, "peer_figure", known_at=one.known)
        if row["set"] == one.id and not hidden(row["company"])
    }


def peers(desk: Desk, question: Mapping[str, Any]) -> Answer:
    """`{"sets":[…],"practices":[…]}`: every peer set in sight with its members and the reasons, and good practice.

    A set is `{"id","title","cut","segment","entity","method","minimum","short_below","frozen","named","workflow",
    "indicators","members","figures","entry"}`, `figures` the number of those entered for it; a member `{"company",
    "name","included","reason","facts","registered"}`. A practice is `{"id","title","entity","company","indicator",
    "done","evidence","day","entry"}`, the latest first.
    """
    cut = parse_cut(dict(question), desk.config.timezone)
    hidden, types = outside(desk), desk.entity_types()
    practices = [row for row in rows_of(desk, "practice", known_at=cut.known_at) if not hidden(row.get("entity") or "")]
    practices.sort(key=lambda row: (row["day"], row["id"]), reverse=True)
    return {
        "sets": [set_record(desk, one, types) for one in peer_sets(desk, cut.known_at)],
        "practices": [_practice(row) for row in practices], **mark(desk.sight),
    }  # fmt: skip


def set_record(desk: Desk, one: PeerSet, types: Mapping[str, str]) -> Answer:
    """A set with its members, as answers tell it."""
    return {
        "id": one.id, "title": one.title, "cut": one.cut, "segment": one.segment, "entity": one.entity,
        "method": one.method, "minimum": one.minimum, "short_below": str(one.short_below),
        "frozen": None if one.frozen is None else one.frozen.isoformat(), "named": one.named,
        "workflow": one.workflow, "indicators": dict(one.indicators), "entry": one.entry,
        "members": _told(one.members, types), "figures": len(figures_in(desk, one)),
    }  # fmt: skip


def _told(members: Iterable[Member], types: Mapping[str, str]) -> list[Answer]:
    return [
        {
            "company": one.company, "name": one.name, "included": one.included, "reason": one.reason,
            "facts": dict(one.facts), "registered": one.company in types,
        }
        for one in members
    ]  # fmt: skip


def _practice(row: Mapping[str, Any]) -> Answer:
    return {
        "id": row["id"], "title": row["title"], "entity": row.get("entity"), "company": row.get("company"),
        "indicator": row.get("indicator"), "done": row["done"], "evidence": row["evidence"], "day": row["day"],
        "entry": row["entry"],
    }  # fmt: skip
