"""Alerts: what becomes of one rule and one entity as findings come in."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from hengjian.model.declaration import Label, Rule
from hengjian.supervise.rules import Evidence, Finding

State = Literal["raised", "cleared"]
Happening = Literal["raised", "changed", "cleared"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """One rule and one entity after an event. `alert` names the entry that raised it, until it is raised anew.

    `since` is the day of its raising and `day` that of this event, as the filing that led to it claims them, else the
    space's today. `cause` is the lowest entity that the finding comes from. `case` is the case that it opened.
    """

    alert: str
    rule: str
    entity: str
    cause: str
    period: str
    level: str
    state: State
    event: Happening
    since: date
    day: date
    value: float | None
    threshold: float | None
    unit: str
    message: Label
    formula: str
    declaration: str
    inputs: tuple[Mapping[str, object], ...]
    filing: str | None
    case: str | None

    @property
    def topic(self) -> str:
        """What its events have in common."""
        return topic(self.rule, self.entity)

    def record(self) -> dict[str, object]:
        """The JSON value of the event, which the ledger keeps."""
        found: dict[str, object] = {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}
        return found | {
            "since": self.since.isoformat(), "day": self.day.isoformat(), "message": self.message.record(),
            "inputs": [dict(one) for one in self.inputs],
        }  # fmt: skip


def topic(rule: str, entity: str) -> str:
    """Names are free of line feeds, so that no two pairs make one topic."""
    return f"{rule}\n{entity}"


def alert_of(record: Mapping[str, Any]) -> Alert:
    """The inverse of `record`. KeyError, TypeError or ValueError on a foreign shape."""
    parts = dict(record)
    parts |= {
        "since": date.fromisoformat(parts["since"]), "day": date.fromisoformat(parts["day"]),
        "message": Label(**parts["message"]), "inputs": tuple(parts["inputs"]),
    }  # fmt: skip
    return Alert(**parts)


def following(
    before: Alert | None, finding: Finding, rule: Rule, seen: Evidence, *, day: date, filing: str | None, name: str
) -> Alert | None:
    """The alert after a finding; None where nothing has changed. `name` is what the alert is called if it is new.

    A rule that does not hold clears its alert, which goes on to say what it warned of; one that holds raises it, or
    changes what it says.
    """
    if not finding.holds:
        if before is None or before.state == "cleared":
            return None
        event: Happening = "cleared"
    else:
        event = "changed" if before is not None and before.state == "raised" else "raised"
    is_new = event == "raised"
    after = Alert(
        alert=name if is_new or before is None else before.alert, rule=finding.rule, entity=finding.entity,
        cause=finding.entity, period=str(finding.period), level=rule.level,
        state="cleared" if event == "cleared" else "raised", event=event,
        since=day if is_new or before is None else before.since, day=day,
        value=seen.value, threshold=seen.threshold, unit=str(seen.unit),
        message=before.message if event == "cleared" and before is not None else seen.message,
        formula=seen.formula, declaration=seen.declaration, inputs=tuple(leaf.record() for leaf in seen.inputs),
        filing=filing, case=None if before is None else before.case,
    )  # fmt: skip
    return after if event != "changed" or before is None or _says_more(before, after) else None


def _says_more(before: Alert, after: Alert) -> bool:
    """Whether an event tells anything that the last one did not."""
    told = ("period", "level", "value", "threshold", "unit", "declaration")
    if any(getattr(before, name) != getattr(after, name) for name in told) or len(before.inputs) != len(after.inputs):
        return True
    pairs = zip(before.inputs, after.inputs, strict=True)  # what older programs did not write down is no difference
    return any(new.get(name) != part for old, new in pairs for name, part in old.items())
