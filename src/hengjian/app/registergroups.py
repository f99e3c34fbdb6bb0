"""Rows that make one record together: a letter's lines, a group's members."""

from collections.abc import Mapping, Sequence

from hengjian.app.registerrows import Asking, Row
from hengjian.intake.text import quoted


def grouped(asking: Asking, rows: Sequence[Row]) -> list[tuple[Mapping[str, str], list[Row]]]:
    """The rows of each record in their order, with what its head says: what stands in the first row holds for those
    below it, until another record begins; what a row says otherwise is a fault."""
    heads = [one for one in asking.columns if one.head]
    found: dict[tuple[str, ...], tuple[dict[str, str], list[Row]]] = {}
    before: dict[str, str] = {}
    sheet: str | None = None
    is_whole = not asking.faults.count  # else the first row of a record may be one that could not be read
    for row in rows:
        if row.line.sheet != sheet:
            before, sheet = {}, row.line.sheet
        key_values = {name: row.get(name) or before.get(name, "") for name in asking.register.topic}
        lacking = [name for name, text in key_values.items() if not text]
        for name in lacking if is_whole else ():
            row.fault_at(asking.faults, name, f"the row has no {name}", "fill it in, in the first row of each record")
        if lacking:
            continue
        before = key_values
        head, parts = found.setdefault(tuple(key_values.values()), (dict(key_values), []))
        parts.append(row)
        for one in heads:
            text = row.get(one.name)
            if text and head.setdefault(one.name, text) != text:
                message = f"{quoted(text)} stands here, and {quoted(head[one.name])} above"
                row.fault_at(asking.faults, one.name, message, f"{one.label.zh} is the same in all rows of a record")
        if row.get("withdrawn"):
            head["withdrawn"] = row.get("withdrawn")
    for head, parts in found.values():
        for one in heads:
            if one.required and not head.get(one.name):
                parts[0].fault_at(asking.faults, one.name, f"the row has no {one.name}", f"fill in {one.label.zh}")
    return list(found.values())
