"""Which filed rows a reader may see: written once, for filings, proofs and whatever else shows rows."""

from collections.abc import Mapping, Sequence
from typing import Any

from hengjian.ledger.canonical import parse
from hengjian.people import Reach


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
