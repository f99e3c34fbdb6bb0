"""Registers: what an office enters around a score. One way in for all kinds: `enter_register`, read by `register`.

A record is an event of its kind, whose topic tells it from the others; a later one of the same topic takes its place.
The file in which it was handed in is an entry before it, and each record names it with sheet, row and cell.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from importlib import import_module
from typing import Any

from hengjian.app.attached import ATTACHMENT
from hengjian.app.desk import Desk
from hengjian.app.events import enter_events, event_draft, record_of, signed_in
from hengjian.app.insight import mark
from hengjian.app.moment import parse_cut
from hengjian.app.registerfile import Line, read_lines
from hengjian.app.registerkinds import REGISTERS, Column, Register
from hengjian.app.registerrows import Asking, Made, read_rows
from hengjian.app.rights import ROLES_HINT
from hengjian.app.standing import reach
from hengjian.app.submission import ENGINE
from hengjian.app.wire import Answer
from hengjian.formula.term import Programme
from hengjian.intake.faults import Faults
from hengjian.intake.names import Names
from hengjian.intake.text import printable
from hengjian.ledger.clock import rfc3339
from hengjian.ledger.draft import Draft, Receipt, Submission, oversized
from hengjian.model.cut import KnownAt
from hengjian.model.declaration import Label
from hengjian.model.issue import Refused, nearest, refuse

#: What a text without a file is called.
_PASTED, _TYPED = "pasted.txt", "typed.csv"
#: Words of a question that stand for a column which the file has not.
_GIVEN = ("book", "year", "class", "size", "scorecard", "period", "entity", "document", "unit")


def known_register(name: str) -> Register:
    """The kind of this name. Refused, with the nearest."""
    if name in REGISTERS:
        return REGISTERS[name]
    hint = nearest(name, REGISTERS, otherwise=f"there are {', '.join(REGISTERS)}")
    raise refuse(f"no register is called {name!r}", hint)


def columns_of(programme: Programme, register: Register) -> list[Column]:
    """The columns of a kind, with those that scorecards declare: the bands of standard values."""
    if register.name != "standard":
        return list(register.columns)
    cards = [card for card in programme.catalogue.scorecards.values() if card.standards is not None]
    bands: dict[str, list[Label]] = {}
    for band in (one for card in cards for one in card.bands):
        bands.setdefault(band.name, []).append(band.label)
    at = [one.name for one in register.columns].index("key") + 1
    more = [Column(name=name, label=labels[0], kind="figure", also=_also(labels)) for name, labels in bands.items()]
    return [*register.columns[:at], *more, *register.columns[at:]]


def _also(labels: Sequence[Label]) -> tuple[str, ...]:
    """How else people head the column of a band: as any scorecard calls it, with 值 behind or without."""
    said = [text for label in labels for text in (label.zh, label.zh.removesuffix("值"), label.en)]
    return tuple(dict.fromkeys([*said, *(f"{text}值" for text in said if not text.isascii())]))


def rows_of(
    desk: Desk, kind: str, *, known_at: KnownAt | None = None, topics: Sequence[str] | None = None, **filters: str
) -> list[dict[str, Any]]:
    """The records of a kind as they stood at a moment, in the order of the ledger, each with its `entry` and
    `recorded_at`: those that were not withdrawn, and that say what `filters` ask for. `topics`: how they begin.

    Of everybody, whoever asks: `register` cuts them to whom its reader sees.
    """
    found = []
    for event in desk.store.latest_events(kind, known_at=known_at, begun_by=topics):
        record = record_of(event)
        if record.get("withdrawn") != "yes" and all(record.get(name) == value for name, value in filters.items()):
            found.append({**record, "entry": event.entry, "recorded_at": rfc3339(event.recorded), "topic": event.topic})
    return found


def register(desk: Desk, question: Mapping[str, Any]) -> Answer:
    """The rows of one kind as they stand, of whom the reader sees: each with its entry, actor, file, sheet and cell.
    Without a `kind`: the `kinds` that there are, each with whether the reader may enter rows of it anywhere (`may`)."""
    if question.get("kind") is None:
        return {"kinds": [_told(desk, one) for one in REGISTERS.values()]}
    asked = known_register(str(question["kind"]))
    cut = parse_cut(dict(question), desk.config.timezone)
    filters = {name: str(question[name]) for name in ("scorecard", "period", "entity", "book") if question.get(name)}
    rows = rows_of(desk, asked.name, known_at=cut.known_at, **filters)
    seen = import_module(f"hengjian.app.{asked.checked_by}")
    show = getattr(seen, "shown", None)
    if show is not None:
        rows = show(desk, rows, asked.name, cut.known_at)
    kept = [_seen(desk, row) for row in rows if "entity" not in row or row["entity"] in desk.sight]
    programme = desk.programme()
    return {
        **_told(desk, asked), "rows": kept, **mark(desk.sight),
        "columns": [
            {"name": one.name, "label": one.label.record(), "kind": one.kind, "required": one.required,
             "choices": {word: label.record() for word, label in one.choices.items()}}
            for one in columns_of(programme, asked)
        ],
        "given": [one for one in _GIVEN if asked.column(one)],
    }  # fmt: skip


def _told(desk: Desk, asked: Register) -> dict[str, Any]:
    """What a kind is. Claims are made by those who file figures too."""
    rights = {asked.right, "assess", *(("submit", "confirm") if asked.column("opinion") else ())}
    return {
        "kind": asked.name, "label": asked.label.record(), "note": asked.note and asked.note.record(),
        "grouped": asked.grouped, "may": any(reach(desk, desk.actor, one) for one in rights),
    }  # fmt: skip


def _seen(desk: Desk, row: Mapping[str, Any]) -> dict[str, Any]:
    """A record without members whom the reader does not see."""
    members = row.get("members")
    if not members or desk.sight.is_everything:
        return dict(row)
    kept = [one for one in members if "entity" not in one or one["entity"] in desk.sight]
    return {**row, "members": kept, **({"beyond": True} if len(kept) < len(members) else {})}


def enter_register(desk: Desk, question: Mapping[str, Any]) -> Answer:
    """Enter rows of one kind: `file` {"name", "data"}, pasted `text`, or `rows` as typed; all of them or none.

    What the question says by the names of columns (`book`, `period`, …) stands for columns that the file has not. The
    same handed in again, while nothing took the place of what it said, is told of the first entry (`repeated`).
    """
    asked = known_register(str(question["kind"]))
    name, data = _handed(question)
    actor = desk.actor.name
    given = {one: str(question[one]) for one in _GIVEN if question.get(one) and asked.column(one)}
    base = _base(asked.name, actor, name, data, given)
    own = question.get("key")
    if own and (told := _earlier(desk, _key(f"{actor}:{own}"), base)) is not None:
        return told
    faults = Faults(printable(name))
    programme = desk.programme()
    asking = Asking(
        desk=desk, register=asked, columns=columns_of(programme, asked), programme=programme, faults=faults,
        today=desk.config.current_day(), entities=Names(list(desk.seen_types())),
    )  # fmt: skip
    made = _made(asking, data, given)
    if faults.count:
        raise Refused(faults.issues())
    topics = [_topic(asked, one.record) for one in made]
    events = desk.store.latest_events(asked.name, topics)
    latest = max((event.entry for event in events), default=None)
    key = _key(f"{actor}:{own}") if own else _derived(desk, base, latest)
    if not own and (told := _earlier(desk, key, base)) is not None:
        return told
    return _enter(desk, asked, made, topics, name, data, key=key, base=base, latest=latest)


def _handed(question: Mapping[str, Any]) -> tuple[str, bytes]:
    file = question.get("file")
    if file is not None:
        return str(file["name"]), bytes(file["data"])
    if question.get("rows"):
        return _TYPED, _table(question["rows"])
    text = str(question.get("text") or "")
    if not text.strip():
        raise refuse("nothing was handed in", "name a file, or paste the rows")
    return _PASTED, text.encode()


def _table(rows: Iterable[Mapping[str, Any]]) -> bytes:
    """Typed rows as a CSV table of the columns that they fill."""
    import csv
    import io

    found = [{str(name): str(text) for name, text in row.items()} for row in rows]
    names = list(dict.fromkeys(name for row in found for name in row))
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(names)
    writer.writerows([[row.get(name, "") for name in names] for row in found])
    return buffer.getvalue().encode()


def _base(kind: str, actor: str, name: str, data: bytes, given: Mapping[str, str]) -> str:
    said = json.dumps([kind, actor, name, sorted(given.items())], ensure_ascii=False).encode()
    return hashlib.sha256(said + b"\n" + data).hexdigest()


def _key(meant: str) -> str:
    return f"register:{hashlib.sha256(meant.encode()).hexdigest()}"


def _derived(desk: Desk, base: str, latest: int | None) -> str:
    """The key where nobody gave one: of what is handed in, and of the latest record that it would take the place of; a
    retry, which finds its own, takes the key of the first."""
    found = None if latest is None else desk.log.submission_of(latest)
    return found.key if found is not None and found.base == base else _key(f"{base}:{latest}")


def _earlier(desk: Desk, key: str, base: str) -> Answer | None:
    """What was answered to the same before; refused where the key was used for something else."""
    found = desk.log.submission(key)
    if found is None:
        return None
    if found.base != base:
        raise refuse("the key of these rows was used for others", "take a new key for what is entered anew")
    return {**json.loads(found.receipt), "repeated": True}


def _made(asking: Asking, data: bytes, given: Mapping[str, str]) -> list[Made]:
    """The records that the rows make, each allowed to the one who enters it; after faults those that could be made."""
    module = import_module(f"hengjian.app.{asking.register.checked_by}")
    unlabelled = module.unlabelled(asking, given) if hasattr(module, "unlabelled") else ()
    lines: list[Line] = read_lines(data, asking.register, asking.columns, given, asking.faults, unlabelled=unlabelled)
    if not lines and not asking.faults.count:
        asking.faults.add("the rows hold nothing", "fill in at least one row")
    rows = read_rows(asking, lines)
    made: list[Made] = module.records_of(asking, rows)
    seen: dict[str, Made] = {}
    for one in made:
        topic = _topic(asking.register, one.record)
        if topic in seen:
            first = seen[topic].row.line
            where = f"row {first.row}" if first.sheet is None else f"{first.sheet}!{first.cell(one.cell)}"
            one.row.fault_at(asking.faults, one.cell, f"the same stands in {where} already", "leave one of the two out")
        seen.setdefault(topic, one)
        _must_be_allowed(asking, module, one)
    return made


def _must_be_allowed(asking: Asking, module: object, made: Made) -> None:
    """A fault where the one who enters a record may not: the kind's own rule, or its right at the record's entity."""
    desk, allowed = asking.desk, getattr(module, "denied", None)
    said: str | None
    if allowed is not None:
        said = allowed(asking, made)
    else:
        said = lacks(desk, asking.register.right, made.record.get("entity"))
    if said is not None:
        made.row.fault_at(asking.faults, made.cell, said, ROLES_HINT)


def lacks(desk: Desk, action: Any, node: str | None) -> str | None:
    """What is said to somebody who lacks a right at an entity, or where None for the whole space; None where they have
    it."""
    reached = reach(desk, desk.actor, action)
    if reached.is_everything or (node is not None and node in reached):
        return None
    where = "for the whole space" if node is None else f"at {node!r}"
    return f"{desk.actor.name} may not {action} {where}"


def _topic(asked: Register, record: Mapping[str, Any]) -> str:
    return "|".join(str(record[name]) for name in asked.topic)


def _enter(
    desk: Desk, asked: Register, made: Sequence[Made], topics: Sequence[str], name: str, data: bytes,
    *, key: str, base: str, latest: int | None,
) -> Answer:  # fmt: skip
    first, actor = desk.log.size, desk.actor.name
    shown = printable(name)

    def receipt(receipts: Sequence[Receipt]) -> bytes:
        told = {
            "kind": asked.name, "entry": receipts[0].index, "first": receipts[0].index + 1, "records": len(made),
            "recorded_at": rfc3339(receipts[0].recorded), "repeated": False, "actor": actor,
        }  # fmt: skip
        return json.dumps(told).encode()

    keyed = Submission(key=key, base=base, latest=latest, receipt=receipt)
    drafts = [
        Draft(
            kind=ATTACHMENT,
            actor=actor,
            engine=ENGINE,
            content=data,
            rows=[],
            file=shown,
            submission=keyed,
            pack_hashes=desk.shelf.hashes(),
            refs={**signed_in(desk, actor), "register": asked.name},
        )
    ]
    for one, topic in zip(made, topics, strict=True):
        line = one.row.line
        origin = {"file": shown, "entry": first, "sheet": line.sheet, "row": line.row, "cell": line.cell(one.cell)}
        record = {**one.record, "origin": origin, "actor": actor}
        drafts.append(event_draft(
            desk, asked.name, record, topic=topic, subject=one.record.get("entity"), actor=actor, submission=keyed,
        ))  # fmt: skip
    if too_large := oversized(drafts):
        raise Refused(too_large)
    receipts = enter_events(desk, drafts)
    told: Answer = json.loads(receipt(receipts))
    return told
