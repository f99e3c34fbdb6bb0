"""Which rows a cut sees: the clock of knowing as SQL conditions over entry, recorded_at and known_from."""

from collections.abc import Sequence
from datetime import UTC, date
from zoneinfo import ZoneInfo

from hengjian.model.cut import Cut
from hengjian.store.schema import BASIS_CODES, SCOPE_CODES

#: Up to so many entities are named one by one in a condition; of more, only the range of their ordinals is given.
NAMED_ORDINALS = 500


def knowing(cut: Cut, zone: ZoneInfo) -> str:
    """The rows that were known: entry < N, or coalesce(known_from, recorded_at) <= T; a proven cut ignores known_from.

    `known_from` holds from the start of its day in the space's zone: T sees every known_from up to its own day there.
    """
    at = cut.known_at
    if at is None:
        return "true"
    if at.entries is not None:
        return f"entry < {at.entries:d}"
    if at.moment is None:
        raise ValueError("a KnownAt needs a moment or a number of entries")
    moment = at.moment.astimezone(UTC)
    recorded = f"recorded_at <= TIMESTAMP '{moment.replace(tzinfo=None).isoformat(sep=' ')}'"
    if cut.proven:
        return recorded
    try:
        day = moment.astimezone(zone).date()
    except OverflowError:  # the last hours of the year 9999
        day = date.max
    return f"CASE WHEN known_from IS NULL THEN {recorded} ELSE known_from <= DATE '{day.isoformat()}' END"


def cell_conditions(cut: Cut, zone: ZoneInfo) -> list[str]:
    """Conditions on observations: known, of the cut's scope, and of its basis unless the best is asked for."""
    conditions = [knowing(cut, zone), f"scope = {SCOPE_CODES[cut.scope]}"]
    if cut.basis != "best":
        conditions.append(f"basis = {BASIS_CODES[cut.basis]}")
    return conditions


def among(ordinals: Sequence[int] | None, column: str = "ordinal") -> str:
    """A condition that holds for these ordinals, and for others between them when there are many; None: for all."""
    if ordinals is None:
        return "true"
    if not len(ordinals):
        return "false"
    if len(ordinals) <= NAMED_ORDINALS:
        return f"{column} IN ({', '.join(str(int(ordinal)) for ordinal in ordinals)})"
    return f"{column} BETWEEN {int(min(ordinals))} AND {int(max(ordinals))}"
