"""Entities and what is stated of them: identity, which has no clock, and dated facts, which have two."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

import pyarrow as pa

from hengjian.model.cut import Cut
from hengjian.model.issue import Issue, Refused
from hengjian.store.database import Database
from hengjian.store.visible import among, knowing

#: Facts that are painted in this order, one over the other: of those in force, the last one holds.
_ORDER = 'entry, valid_from NULLS FIRST, "row"'


@dataclass(frozen=True, slots=True, kw_only=True)
class EntityState:
    """An entity on one day: its facts in force by attribute, the name under `name`."""

    ordinal: int
    id: str
    type: str
    attributes: Mapping[str, str]

    @property
    def name(self) -> str:
        return self.attributes.get("name", self.id)

    @property
    def described(self) -> dict[str, str]:
        """The attributes without the name."""
        return {attribute: text for attribute, text in self.attributes.items() if attribute != "name"}


def ordinals_of(database: Database, ids: Collection[str]) -> dict[str, int]:
    """The ordinals of those ids that are registered."""
    known = {identity: database.ordinals[identity] for identity in ids if identity in database.ordinals}
    if len(known) == len(ids):
        return known
    if len(ids) <= 8:
        marks = ", ".join("?" * len(ids))
        return dict(database.rows(f"SELECT id, ordinal FROM entity WHERE id IN ({marks})", tuple(ids)))
    with database.given("wanted", pa.table({"id": pa.array(list(ids), pa.string())})):
        return dict(database.rows("SELECT id, ordinal FROM entity SEMI JOIN wanted USING (id)"))


def require_ordinals(database: Database, ids: Iterable[str]) -> dict[str, int]:
    """The ordinals of all `ids`; `Refused` names each that is not registered, with the nearest that are."""
    wanted = list(dict.fromkeys(ids))
    found = ordinals_of(database, wanted)
    issues = [
        Issue(place=None, message=f"no entity is called {identity!r}", hint=_nearest(database, identity))
        for identity in wanted
        if identity not in found
    ]
    if issues:
        raise Refused(issues)
    return found


def _nearest(database: Database, identity: str) -> str:
    near = database.rows(
        "SELECT id FROM (SELECT id, jaro_winkler_similarity(id, ?) AS likeness FROM entity)"
        " WHERE likeness > 0.7 ORDER BY likeness DESC, id LIMIT 3",
        (identity,),
    )
    names = " or ".join(name for (name,) in near)
    return f"did you mean {names}?" if names else "entities are registered with the form `entities`"


def of_types(database: Database, types: Collection[str] | None) -> list[tuple[int, str]]:
    """(ordinal, id) of all entities of these types (None: of all), by ordinal."""
    table = identities(database, types)
    return list(zip(table.column("ordinal").to_pylist(), table.column("id").to_pylist(), strict=True))


def identities(database: Database, types: Collection[str] | None) -> pa.Table:
    """The columns ordinal and id of all entities of these types (None: of all), by ordinal."""
    if types is None:
        return database.table("SELECT ordinal, id FROM entity ORDER BY ordinal")
    marks = ", ".join("?" * len(types))
    return database.table(f"SELECT ordinal, id FROM entity WHERE type IN ({marks}) ORDER BY ordinal", tuple(types))


def facts(
    database: Database, cut: Cut, zone: ZoneInfo, attributes: Sequence[str], ordinals: Sequence[int] | None, until: date
) -> pa.Table:
    """The known facts that begin up to `until`, in the order in which they are painted.

    Columns: ordinal, attribute (place in `attributes`), text, valid_from (days since 1970-01-01, null: always).
    """
    place = " ".join(f"WHEN ? THEN {place}" for place, _ in enumerate(attributes))
    wanted = ", ".join("?" * len(attributes))
    return database.table(
        f"SELECT ordinal, CASE attribute {place} END::INTEGER AS attribute, text,"
        " valid_from - DATE '1970-01-01' AS valid_from FROM attribute_fact"
        f" WHERE attribute IN ({wanted}) AND {among(ordinals)} AND {knowing(cut, zone)}"
        f" AND (valid_from IS NULL OR valid_from <= DATE '{until.isoformat()}') ORDER BY {_ORDER}",
        (*attributes, *attributes),
    )


def holders_of(
    database: Database, attributes: Sequence[str], texts: Collection[str] | None
) -> list[tuple[str, str, int]]:
    """(text, id, entry) of each entity that states one of `texts` (None: any text) under one of the attributes, and of
    which no later filing has stated another one for all these days; by text, then in order of registration.
    """
    if not attributes:
        return []
    marks = ", ".join("?" * len(attributes))
    query = (
        f"WITH said AS (SELECT * FROM attribute_fact WHERE attribute IN ({marks}))"
        " SELECT said.text, id, max(said.entry) FROM said {} JOIN entity USING (ordinal) WHERE NOT EXISTS"
        " (FROM said later WHERE later.ordinal = said.ordinal AND later.attribute = said.attribute"
        " AND later.entry > said.entry AND (later.valid_from IS NULL OR later.valid_from <= said.valid_from))"
        " GROUP BY said.text, id, ordinal ORDER BY said.text, ordinal"
    )
    if texts is None:
        return database.rows(query.format(""), tuple(attributes))
    with database.given("wanted", pa.table({"text": pa.array(list(texts), pa.string())})):
        return database.rows(query.format("SEMI JOIN wanted USING (text)"), tuple(attributes))


def names_stated(database: Database, since: int) -> list[tuple[str, str]]:
    """(id, name) of every name that entries from one on state of an entity, on whatever day."""
    return database.rows(
        "SELECT DISTINCT id, text FROM attribute_fact JOIN entity USING (ordinal)"
        " WHERE attribute = 'name' AND entry >= ?",
        (since,),
    )


def states(
    database: Database, cut: Cut, zone: ZoneInfo, day: date, ordinals: Sequence[int] | None
) -> tuple[EntityState, ...]:
    """The entities as they stand on `day`, by ordinal. Registration is identity: it is seen whatever the clock says."""
    stated: dict[int, dict[str, str]] = {}
    query = (
        f"SELECT ordinal, attribute, text FROM attribute_fact WHERE {among(ordinals)} AND {knowing(cut, zone)}"
        f" AND (valid_from IS NULL OR valid_from <= DATE '{day.isoformat()}') ORDER BY {_ORDER}"
    )
    for ordinal, attribute, text in database.rows(query):
        stated.setdefault(ordinal, {})[attribute] = text
    identities = database.rows(f"SELECT ordinal, id, type FROM entity WHERE {among(ordinals)} ORDER BY ordinal")
    return tuple(
        EntityState(ordinal=ordinal, id=identity, type=kind, attributes=_sorted(stated.get(ordinal, {})))
        for ordinal, identity, kind in identities
    )


def _sorted(stated: Mapping[str, str]) -> dict[str, str]:
    """Without the type, which is identity."""
    return {attribute: stated[attribute] for attribute in sorted(stated) if attribute != "type"}
