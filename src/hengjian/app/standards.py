"""Which standard values an enterprise is measured by: the smallest class of the year's book that fits, or as chosen.

By 国资发评价〔2006〕157号, Articles 18 to 22: bottom-up through the industry tree, with the enterprise's size where the
book has it; a group's standards may be chosen, or weighted by shares. An edition of another year never stands in.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from hengjian.app.desk import Desk
from hengjian.app.registerkinds import SIZE_WORDS
from hengjian.app.registerrows import find_named, spelling
from hengjian.app.registers import rows_of
from hengjian.app.standardsbook import class_path
from hengjian.app.standardsmix import Shares, shares_of
from hengjian.model.cut import Cut, KnownAt
from hengjian.model.period import Period, parse_period
from hengjian.model.scorecard import Scorecard
from hengjian.supervise.scored import Standard

Row = Mapping[str, Any]
_QUANTUM = Decimal("1e-12")
#: Of more than so many everybody is read: to hand the tables a list of ids takes longer.
_FEW = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """The standards of one enterprise by key, and how they were found: `note` says it as data, `why` in one word.

    `members`: whose scores are weighted instead, with their shares (得分加权).
    """

    standards: Mapping[str, Standard] = field(default_factory=dict)
    note: Mapping[str, Any] = field(default_factory=dict)
    members: Mapping[str, Decimal] = field(default_factory=dict)


class Edition:
    """A book's values of one year, by class and size."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self._tables: dict[tuple[str, str], dict[str, Row]] = {}
        self._classes: dict[str, str] = {}
        self._bands: dict[int, dict[str, Decimal]] = {}
        for row in rows:
            path = spelling(row["class"])
            self._classes.setdefault(path, row["class"])
            self._tables.setdefault((path, row["size"]), {})[row["key"]] = row

    def __bool__(self) -> bool:
        return bool(self._tables)

    def bands(self, row: Row) -> Mapping[str, Decimal]:
        """The figures of a row by band."""
        entry = row["entry"]
        if entry not in self._bands:
            self._bands[entry] = {name: Decimal(text) for name, text in row["bands"].items()}
        return self._bands[entry]

    def table(self, path: str, size: str) -> tuple[str, str, Mapping[str, Row]] | None:
        """The class, size and values that fit: the smallest class on the way up a path that the book has, of the size
        or of all sizes. None where none does."""
        parts = spelling(self._whole(path)).split("/")
        for end in range(len(parts), 0, -1):
            at = "/".join(parts[:end])
            for one in dict.fromkeys((size, "all")):
                if (at, one) in self._tables:
                    return self._classes[at], one, self._tables[at, one]
        return None

    def _whole(self, path: str) -> str:
        """A path from the top of the tree on, where the last names of it alone are written and mean one class."""
        wanted = spelling(path)
        if any(known == wanted or known.startswith(f"{wanted}/") for known in self._classes):
            return path
        ends = [name for known, name in self._classes.items() if known.endswith(f"/{wanted}")]
        return ends[0] if len(ends) == 1 else path


def standards_of(
    desk: Desk, card: Scorecard, entities: Sequence[str], period: str, known_at: KnownAt | None
) -> Mapping[str, Mapping[str, Standard]]:
    """The standards of some enterprises by key, in the units of the card's items; of what its class lacks none."""
    return {one: chosen.standards for one, chosen in chosen_of(desk, card, entities, period, known_at).items()}


def chosen_of(
    desk: Desk, card: Scorecard, entities: Sequence[str], period: str, known_at: KnownAt | None
) -> Mapping[str, Chosen]:
    """The same with the way in which each enterprise's standards were found, and whose scores are weighted instead."""
    at = parse_period(period)
    if card.standards is None or at is None:
        return dict.fromkeys(entities, Chosen())
    book, year = card.standards.name, str(at.year)
    edition = Edition(rows_of(desk, "standard", known_at=known_at, topics=[f"{book}|{year}|"]))
    rows = rows_of(desk, "standard_choice", known_at=known_at, topics=[f"{book}|"], year=year)
    choices = {row["entity"]: row for row in rows}
    wanted = set(entities)
    for row in choices.values():
        wanted |= {one["entity"] for one in row["members"] if "entity" in one}
    finder = _Finder(
        book=book, year=year, edition=edition, choices=choices, asked=_asked_of(desk, card, wanted, at, known_at),
        shares=shares_of(desk, [row for one, row in choices.items() if one in wanted], str(at), known_at),
    )  # fmt: skip
    return {one: finder.find(one) for one in entities}


def _asked_of(
    desk: Desk, card: Scorecard, entities: Iterable[str], at: Period, known_at: KnownAt | None
) -> dict[str, tuple[str, str]]:
    """By entity the class and size that its attributes say at the period's end."""
    if card.standards is None:
        return {}
    by_class, by_size = card.standards.by_class, card.standards.by_size
    found = {}
    wanted = set(entities)
    few = sorted(wanted) if len(wanted) <= _FEW else None
    for state in desk.store.entities(Cut(known_at=known_at), at.end, few):
        if state.id not in wanted:
            continue
        size = find_named(state.attributes.get(by_size or "", ""), SIZE_WORDS) or "all"
        found[state.id] = class_path(state.attributes.get(by_class, "")), size
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class _Finder:
    """One book of one year, what was chosen, and what enterprises say of themselves; `found`: of who says the same."""

    book: str
    year: str
    edition: Edition
    choices: Mapping[str, Row]
    asked: Mapping[str, tuple[str, str]]
    shares: Mapping[str, Shares]
    found: dict[tuple[str, str], Chosen] = field(default_factory=dict)

    def find(self, entity: str) -> Chosen:
        """The standards of one enterprise."""
        head = {"book": self.book, "year": self.year}
        if not self.edition:
            return Chosen(note={**head, "why": "no_edition"})
        choice = self.choices.get(entity)
        if choice is None:
            said = self.asked.get(entity, ("", "all"))
            if said not in self.found:
                self.found[said] = self._plain(*said, head)
            return self.found[said]
        head |= {
            "mode": choice["mode"], "reason": choice["reason"], "document": choice["document"],
            "choice": choice["entry"], "choice_origin": choice["origin"],
        }  # fmt: skip
        if choice["mode"] in ("chosen", "national"):
            path, size = self.asked.get(entity, ("", "all"))
            return self._plain(choice["class"] or path, choice["size"] or size, head)
        shares = self.shares[entity]
        if shares.missing is not None:
            return Chosen(note={**head, "why": "no_share", "missing": shares.missing})
        if choice["mode"] == "weighted_scores":
            members = {one["entity"]: share for one, share in shares.parts if "entity" in one}
            told = [{"entity": one, "share": str(share)} for one, share in members.items()]
            return Chosen(note={**head, "why": "weighted_scores", "members": told}, members=members)
        return self._weighted(shares, head)

    def _plain(self, path: str, size: str, head: Mapping[str, Any]) -> Chosen:
        """By one class and size."""
        head = {**head, "asked_class": path, "asked_size": size}
        if not path:
            return Chosen(note={**head, "why": "no_class"})
        found = self.edition.table(path, size)
        if found is None:
            return Chosen(note={**head, "why": "no_such_class"})
        name, of_size, table = found
        is_own = spelling(name) == spelling(path) or spelling(name).endswith(f"/{spelling(path)}")
        why = "own_class" if is_own and of_size == size else "all_sizes" if is_own else "parent_class"
        note = {**head, "class": name, "size": of_size, "why": why}
        return Chosen(standards={key: self._standard(row, note) for key, row in table.items()}, note=note)

    def _weighted(self, shares: Shares, head: Mapping[str, Any]) -> Chosen:
        """By the shares of several classes: of a key that any of them lacks there is none."""
        tables: list[tuple[Decimal, Chosen]] = []
        told = []
        for member, share in shares.parts:
            path, size = self.asked.get(member["entity"], ("", "all")) if "entity" in member else ("", "all")
            one = self._plain(member.get("class") or path, member.get("size") or size, {})
            told.append({**member, **one.note, "share": str(share)})
            tables.append((share, one))
        note = {**head, "why": "weighted_standards", "members": told}
        keys = [key for key in tables[0][1].standards if all(key in one.standards for _, one in tables)]
        found = {}
        for key in keys:
            parts = [(share, one.standards[key]) for share, one in tables]
            bands = {
                name: sum((share * one.bands[name] for share, one in parts), Decimal(0)).quantize(_QUANTUM)
                for name in parts[0][1].bands
            }
            entries = [
                {"share": str(share), "bands": {name: str(value) for name, value in one.bands.items()},
                 **{name: one.note[name] for name in ("class", "size", "entry", "origin")}}
                for share, one in parts
            ]  # fmt: skip
            found[key] = Standard(bands=bands, note={**note, "parts": entries})
        return Chosen(standards=found, note=note)

    def _standard(self, row: Row, note: Mapping[str, Any]) -> Standard:
        more = {"entry": row["entry"], "origin": row["origin"], "document": row["document"]}
        return Standard(bands=self.edition.bands(row), note={**note, **more})
