"""What a reader may see: which filed rows, and how answers say that they are cut."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from hengjian.app.desk import Desk
from hengjian.ledger.canonical import parse
from hengjian.people import Reach


def mark(sight: Reach) -> dict[str, bool]:
    """That a list holds only those whom the reader sees, as a key of an answer; none where that is everybody."""
    return {} if sight.is_everything else {"cut": True}


def outside(desk: Desk) -> Callable[[str], bool]:
    """Tells whether a text is the id of somebody registered whom the reader does not see."""
    types, sight = desk.entity_types(), desk.sight
    return lambda text: text not in sight and text in types


def sees_row(sight: Reach, row: Mapping[str, Any]) -> bool:
    """Whether everyone whom a canonical row names is in sight: whose figure or description it is, both ends of a link,
    and of a holding for another that other.

    A principal whom nobody registered is not in sight either: else it would be told who is registered and who is not.
    """
    if sight.is_everything:
        return True
    if "link" not in row:
        return row["entity"] in sight
    principal = row["attributes"].get("principal")
    return row["from"] in sight and row["to"] in sight and (principal is None or principal in sight)


def rows_seen(sight: Reach, rows: Sequence[bytes]) -> list[int]:
    """The places of those rows of a filing that are in sight."""
    if sight.is_everything:
        return list(range(len(rows)))
    if not sight:
        return []
    found = []
    for place, data in enumerate(rows):
        row = parse(data)
        if isinstance(row, dict) and sees_row(sight, row):
            found.append(place)
    return found
