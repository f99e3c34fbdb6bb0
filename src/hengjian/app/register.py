"""What is checked of the register of holdings: as rows of it are filed, and all of it on demand (`holding_faults`)."""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import Any

from hengjian.app.desk import Desk
from hengjian.app.holders import ALWAYS, NEVER, Finding, Look, Stated, findings, number_of
from hengjian.app.insight import mark, sees_row
from hengjian.app.mentions import names_unseen
from hengjian.app.moment import parse_cut
from hengjian.app.rings import Ring, rings_on, rings_through
from hengjian.app.wire import Answer
from hengjian.app.withheld import withheld
from hengjian.intake.attributes import formatted
from hengjian.intake.context import CREDIT_CODE
from hengjian.intake.entities import ONE_CODE
from hengjian.intake.formats import read_code
from hengjian.intake.number import NotANumber
from hengjian.intake.text import quoted
from hengjian.ledger.canonical import parse
from hengjian.ledger.draft import MAX_FILE_NAME
from hengjian.model.declaration import OWNS
from hengjian.model.filing import EntityRow, LinkRow, Row, filing_id, position
from hengjian.model.issue import CellPlace, Issue, Place, Severity
from hengjian.people import Reach

#: So many warnings are told of one submission, and so many findings of the whole register.
WARNINGS, MOST = 200, 10_000


def register_issues(desk: Desk, first: int, parts: Sequence[Sequence[Row]], day: date) -> list[Issue]:
    """What is wrong with staged rows of entities and holdings: faults of the submission, and warnings.

    `parts` are the rows of each entry, entries counting from `first`. Shares over the whole, on whatever day, and one
    code of two entities are faults; rings are those of `day`.
    """
    issues = list(_codes_of_rows(desk, parts))
    holdings = [row for rows in parts for row in rows if isinstance(row, LinkRow) and row.link == OWNS]
    if not holdings:
        return issues
    companies = desk.store.ordinals({row.target for row in holdings})
    ids = {ordinal: entity for entity, ordinal in companies.items()}
    stated = list(_stated(desk, sorted(ids)))
    ids |= _called(desk, {row.owner for row in stated} - ids.keys())
    look = Look(is_asked=lambda row: row.entry >= first, called=ids.__getitem__)
    for _, rows in groupby(stated, key=lambda row: row.company):
        for found in findings(list(rows), look):
            row = parts[found.at.entry - first][found.at.row]
            issues.append(_issue(row, found.message, found.hint, found.severity))
    issues += [_issue(row, ring.message, ring.hint) for row, ring in rings_through(desk, holdings, day)]
    return _limited(issues)


def _issue(row: Row, message: str, hint: str, severity: Severity = "warning") -> Issue:
    place = CellPlace(file=row.file, sheet=row.sheet, row=position(row.cell)[0])
    return Issue(place=place, message=message, hint=hint, severity=severity)


def _limited(issues: Sequence[Issue]) -> list[Issue]:
    """The faults; without any, as many warnings as anybody reads, and how many more there are."""
    errors = [issue for issue in issues if issue.severity == "error"]
    if errors or len(issues) <= WARNINGS:
        return errors or list(issues)
    message = f"{len(issues) - WARNINGS:,} more warnings about holdings are not listed"
    more = Issue(place=None, message=message, hint="`hengjian register-check` lists all", severity="warning")
    return [*issues[:WARNINGS], more]


def _stated(desk: Desk, companies: Sequence[int] | None) -> Iterator[Stated]:
    """What was stated of who owns these companies (ordinals ascending; None: all), by company, owner and painting."""
    table = desk.store.stated_holdings(companies)
    wanted = None if companies is None else frozenset(companies)
    columns = (
        table.column(name) for name in ("source", "target", "valid_from", "valid_to", "attributes", "entry", "row")
    )
    for owner, company, begins, ends, text, entry, row in zip(*(one.to_pylist() for one in columns), strict=True):
        if wanted is not None and company not in wanted:
            continue
        attributes: Mapping[str, str] = json.loads(text)
        share, votes = attributes.get("share"), attributes.get("voting", attributes.get("share"))
        yield Stated(
            owner=owner, company=company, begins=ALWAYS if begins is None else begins,
            ends=NEVER if ends is None else ends, share=None if share is None else Decimal(share),
            votes=None if votes is None else Decimal(votes), attributes=attributes, entry=entry, row=row,
        )  # fmt: skip


def _called(desk: Desk, ordinals: Iterable[int]) -> dict[int, str]:
    """The ids of these ordinals, which are given in order of registration."""
    ids = list(desk.entity_types())
    return {ordinal: ids[ordinal] for ordinal in ordinals}


def _codes_of_rows(desk: Desk, parts: Sequence[Sequence[Row]]) -> Iterator[Issue]:
    """Codes that the rows give to one entity and that are another's."""
    names = formatted(desk.programme().catalogue)
    stating: dict[str, list[EntityRow]] = {}
    for row in (row for rows in parts for row in rows if isinstance(row, EntityRow)):
        for name, text in row.attributes:
            if name in names:
                stating.setdefault(text, []).append(row)
    if not stating:
        return
    found = desk.store.holders_of(list(names), list(stating))
    for text, holders in groupby(found, key=lambda holder: holder[0]):
        ids = [entity for _, entity, _ in holders]
        for row in stating[text] if len(ids) > 1 else ():
            others = ", ".join(entity for entity in ids if entity != row.entity)
            yield _issue(
                row, f"the code {quoted(text)} of {quoted(row.entity)} is that of {others} too", ONE_CODE, "error"
            )


def credit_codes(desk: Desk) -> dict[str, list[str]]:
    """Who states each social credit code."""
    names = [name for name, form in formatted(desk.programme().catalogue).items() if form == CREDIT_CODE]
    found: dict[str, list[str]] = {}
    for text, entity, _ in desk.store.holders_of(names):
        found.setdefault(text, []).append(entity)
    return found


def holding_faults(desk: Desk, question: Mapping[str, Any]) -> Answer:
    """`{"faults": […]}` as `check` prints them: what is wrong with the holdings that stand in the space.

    With `as_of` only what holds on that day is looked at, else every day; rings are those of the day, or of today.
    The place is the row that makes it so: the file as it was named, and its row as `line`; of a ring the row that was
    filed last about one of its members. What is about somebody whom the reader does not see is left out; `withheld`
    counts it where it is about somebody whom they see, too.
    """
    cut = parse_cut(dict(question), desk.config.timezone)
    day = None if cut.as_of is None else number_of(cut.as_of)
    ids = list(desk.entity_types())
    cutting = Cutting(desk.sight, ids)
    look = Look(is_asked=lambda _: True, called=ids.__getitem__, day=day)
    on = cut.as_of or desk.config.current_day()
    rings = [ring for ring in rings_on(desk, on) if cutting.sees(ring.members)]
    ring_of = _ring_of(desk, rings)
    closing: dict[int, Stated] = {}
    found: list[Finding] = []
    for company, some in groupby(_stated(desk, None), key=lambda row: row.company):
        rows = list(some)
        if len(found) < MOST:
            found += cutting.kept(findings(rows, look))
        for row in rows if company in ring_of else ():
            if cutting.sees_row(row):
                at = closing.setdefault(ring_of[company], row)
                if row.begins <= number_of(on) < row.ends and (row.entry, row.row) > (at.entry, at.row):
                    closing[ring_of[company]] = row
    places = _places(desk, [one.at for one in found])
    faults = [
        {**_where(place), "severity": one.severity, "message": one.message, "hint": one.hint}
        for one, place in zip(found, places, strict=True)
    ]
    for severity, message, hint in _codes(desk, cutting):
        faults.append({**_where(None), "severity": severity, "message": message, "hint": hint})
    where = dict(zip(closing, _places(desk, list(closing.values())), strict=True))
    for number, ring in enumerate(rings):
        faults.append({**_where(where.get(number)), "severity": "warning", "message": ring.message, "hint": ring.hint})
    as_of = None if cut.as_of is None else cut.as_of.isoformat()
    return {"faults": faults, "as_of": as_of, **withheld(cutting.hidden), **mark(desk.sight)}


class Cutting:
    """Faults cut to those all of whom the reader sees; `hidden` counts those left out that are about some of these.

    `ids` are all entities by ordinal.
    """

    def __init__(self, sight: Reach, ids: Sequence[str]) -> None:
        self._sight = sight
        self._ids = ids
        self.hidden = 0

    def sees(self, named: Collection[str]) -> bool:
        """Whether a fault that names these is told; else it may count."""
        seen = self._sight.kept(named)
        self.hidden += 0 < len(seen) < len(named)
        return len(seen) == len(named)

    def sees_row(self, row: Stated) -> bool:
        """Whether the row of a holding is one that the reader may see."""
        ends = {"from": self._ids[row.owner], "to": self._ids[row.company]}
        return sees_row(self._sight, {"link": OWNS, **ends, "attributes": row.attributes})

    def kept(self, found: Iterable[Finding]) -> Iterator[Finding]:
        """The findings that are told."""
        for one in found:
            principal = one.at.attributes.get("principal")
            named = {self._ids[ordinal] for ordinal in (one.at.owner, one.at.company, *one.others)}
            if self.sees(named if principal is None else named | {principal}):
                yield one


def _ring_of(desk: Desk, rings: Sequence[Ring]) -> dict[int, int]:
    """The number of the ring that each company (ordinal) is part of."""
    ordinals = desk.store.ordinals({member for ring in rings for member in ring.members})
    return {ordinals[member]: number for number, ring in enumerate(rings) for member in ring.members}


def _where(place: Place | None) -> dict[str, object]:
    return {
        "file": None if place is None else place.file, "line": None if place is None else place.line,
        "column": None if place is None else place.column,
    }  # fmt: skip


def _places(desk: Desk, rows: Sequence[Stated]) -> Iterator[Place]:
    """Where each row stands in the file of its filing; evidence that is held no more has the filing's id only."""
    evidence: dict[int, Sequence[bytes]] = {}
    for row in rows:
        if row.entry not in evidence:
            held = desk.log.evidence(row.entry)
            evidence[row.entry] = () if held is None else held.rows
        kept = evidence[row.entry]
        record = parse(kept[row.row]) if row.row < len(kept) else None
        name = filing_id(row.entry)
        if isinstance(record, dict):
            line, column = position(str(record["cell"]))
            file = str(record["file"])[:MAX_FILE_NAME]
            yield Place(file=name if names_unseen(desk, file) else f"{name} {file}", line=line, column=column)
        else:
            yield Place(file=name)


def _codes(desk: Desk, cutting: Cutting) -> Iterator[tuple[Severity, str, str]]:
    """Codes that are spelled wrong, stated before their attribute had a format; and those of several entities."""
    names = formatted(desk.programme().catalogue)
    found = desk.store.holders_of(list(names))
    for text, holders in groupby(found, key=lambda holder: holder[0]):
        ids = [entity for _, entity, _ in holders]
        seen = desk.sight.kept(ids)
        wrong = [
            code for code in (read_code(text, form) for form in set(names.values())) if isinstance(code, NotANumber)
        ]
        if len(wrong) == len(set(names.values())) and seen:
            yield "error", f"the code of {quoted(seen[0])} is wrong: {wrong[0].message}", wrong[0].hint
        if len(ids) > 1 and cutting.sees(ids):
            others = ", ".join(ids[1:])
            yield "error", f"the code {quoted(text)} of {quoted(ids[0])} is that of {others} too", ONE_CODE
