"""What is withheld of registers: amounts and targets of restricted figures that are not for who asks."""

from collections.abc import Iterable, Mapping
from typing import Any

from hengjian.app.reader import Reader
from hengjian.model.scorecard import score_name

Part = dict[str, Any]

#: Amounts of an adjustment, and of one measure of a bridge.
_AMOUNTS = ("claim", "capitalised", "cap", "recognised", "amount", "most", "part")
_SUMS = ("audited", "added", "removed", "corrected", "assessed", "filed", "settled")


def register(reader: Reader, answer: Mapping[str, Any]) -> Part:
    """The rows of a register, where it was asked for one."""
    if "rows" not in answer:
        return dict(answer)
    return {**answer, "rows": [_row(reader, answer["kind"], row) for row in answer["rows"]]}


def _row(reader: Reader, kind: str, row: Mapping[str, Any]) -> Part:
    match kind:
        case "adjustment":
            return _adjustment(reader, row)
        case "letter":
            return {**row, "lines": [_line(reader, row, line) for line in row["lines"]]}
        case "confirmation":
            names = [score_name(row["scorecard"], row["item"], "value")]
            return _without(reader, row, row["entity"], names, ("value", "note"))
        case "peer_figure" if row["registered"]:  # what others publish of themselves is not restricted
            return _without(reader, row, row["company"], [row["indicator"]], ("value", "written"))
    return dict(row)


def _line(reader: Reader, row: Mapping[str, Any], line: Mapping[str, Any]) -> Part:
    """What was reached before, and is to be reached, tells of the figure itself."""
    names = [score_name(row["scorecard"], line["item"], "value"), *([line["indicator"]] if line["indicator"] else [])]
    return _without(reader, line, row["entity"], names, ("target", "base"))


def _adjustment(reader: Reader, row: Mapping[str, Any]) -> Part:
    return _without(reader, row, row["entity"], [row["measure"]], _AMOUNTS)


def _without(
    reader: Reader, part: Mapping[str, Any], entity: str, names: Iterable[str], figures: Iterable[str]
) -> Part:
    if all([reader.gives(entity, name) for name in names]):  # noqa: C419 - each that is given is noted as read
        return dict(part)
    return {**part, **{name: None for name in figures if name in part}, "withheld": True}


def bridge(reader: Reader, answer: Mapping[str, Any]) -> Part:
    """Of a restricted measure neither figures nor amounts."""
    found = []
    for one in answer["measures"]:
        kept = {
            **one,
            "adjustments": [_adjustment(reader, {**row, "entity": answer["entity"]}) for row in one["adjustments"]],
        }
        found.append(_without(reader, kept, answer["entity"], [one["measure"]], _SUMS))
    return {**answer, "measures": found}


def effect(reader: Reader, answer: Mapping[str, Any]) -> Part:
    """Of a score that stands on a restricted figure nothing, nor of such a measure."""
    steps = [
        _without(reader, step, answer["entity"], [*answer["reads"], *([step["measure"]] if step["measure"] else [])],
                 ("amount", "score", "difference"))
        for step in answer["steps"]
    ]  # fmt: skip
    return {**answer, "steps": steps}
