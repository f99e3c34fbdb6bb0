"""Alerts: what becomes of one rule and one entity as findings come in.

An episode goes from the finding that raises it to the one that clears it, under one name. In between it may be
escalated, de-escalated, or changed: the same level on other figures.
"""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

from hengjian.model.declaration import Label, Rule
from hengjian.model.workflow import LEVELS
from hengjian.supervise.evidence import Evidence
from hengjian.supervise.rules import Finding

State = Literal["raised", "cleared"]
Happening = Literal["raised", "escalated", "de_escalated", "changed", "cleared", "re_raised"]

#: What an event tells beside its inputs; where all of it is as before nothing has happened.
_TOLD = ("period", "level", "value", "threshold", "unit", "declaration", "missing", "held", "cause", "path")
#: What an input says, wherever it was read from: a figure that is filed again is no other figure.
_FIGURE = ("measure", "entity", "period", "value", "unit", "basis", "scope", "missing")


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """One rule and one entity after an event. `alert` names the entry that raised the episode, `earlier` the episode
    before it.

    `since` is the day of its raising and `day` that of this event, as the filing that led to it claims them, else the
    space's today. `level` is that at which it stands, or stood when it cleared, `level_before` that before the event.
    `missing` says why it cannot be told, where it stands for that; `held`, that no level's condition holds any more and
    it stands until it may clear. `cause` is the lowest entity that the finding comes from, and `path` leads there from
    the entity itself. `inputs` are figures and where each is filed, `inputs_more` how many beyond these were read.
    `case` is the case that it opened.
    """

    alert: str
    rule: str
    entity: str
    cause: str
    path: tuple[str, ...]
    period: str
    level: str
    level_before: str | None
    state: State
    event: Happening
    since: date
    day: date
    value: float | None
    threshold: float | None
    unit: str
    message: Label
    missing: Mapping[str, Any] | None
    held: bool
    formula: str
    declaration: str
    inputs: tuple[Mapping[str, object], ...]
    inputs_more: int
    filing: str | None
    case: str | None
    earlier: str | None

    @property
    def topic(self) -> str:
        """What its events have in common."""
        return topic(self.rule, self.entity)

    @property
    def is_new(self) -> bool:
        """Whether the event begins an episode."""
        return self.event in ("raised", "re_raised")

    def record(self) -> dict[str, object]:
        """The JSON value of the event, which the ledger keeps."""
        found: dict[str, object] = {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}
        return found | {
            "since": self.since.isoformat(), "day": self.day.isoformat(), "message": self.message.record(),
            "inputs": [dict(one) for one in self.inputs], "path": list(self.path),
            "missing": None if self.missing is None else dict(self.missing),
        }  # fmt: skip


def topic(rule: str, entity: str) -> str:
    """Names are free of line feeds, so that no two pairs make one topic."""
    return f"{rule}\n{entity}"


def alert_of(record: Mapping[str, Any]) -> Alert:
    """The inverse of `record`. KeyError, TypeError or ValueError on a foreign shape.

    Records of programs that knew no levels say nothing of what came with them.
    """
    older = {"level_before": None, "missing": None, "held": False, "inputs_more": 0, "earlier": None}
    parts = older | dict(record)
    parts |= {
        "since": date.fromisoformat(parts["since"]), "day": date.fromisoformat(parts["day"]),
        "message": Label(**parts["message"]), "inputs": tuple(parts["inputs"]),
        "path": tuple(parts.get("path", (parts["entity"],))),
    }  # fmt: skip
    return Alert(**parts)


def gravity(level: str) -> int:
    """The rank of a level, the gravest least; a word that is no level comes last."""
    return LEVELS.index(level) if level in LEVELS else len(LEVELS)


def graver(one: str, other: str) -> str:
    """The graver of two levels."""
    return min(one, other, key=gravity)


def following(
    before: Alert | None, finding: Finding, rule: Rule, seen: Evidence, *, day: date, filing: str | None, name: str
) -> Alert | None:
    """The alert after a finding; None where nothing has changed. `name` is what the alert is called if it is new.

    A finding without a level clears what stands as soon as it may, and the alert goes on to say what it warned of; any
    other raises it, or changes what it says. Of a new one the cause is the entity itself.
    """
    stands = before if before is not None and before.state == "raised" else None
    level, held = standing_level(None if stands is None else stands.level, finding, rule)
    if level is None and stands is None:
        return None
    after = Alert(
        alert=name if stands is None else stands.alert, rule=finding.rule, entity=finding.entity,
        cause=finding.entity if stands is None else stands.cause,
        path=(finding.entity,) if stands is None else stands.path, period=str(finding.period),
        level=level or (stands.level if stands is not None else rule.level),
        level_before=None if stands is None else stands.level, state="raised" if level else "cleared",
        event=_event(before, level), since=day if stands is None else stands.since, day=day,
        value=seen.value, threshold=seen.threshold, unit=str(seen.unit),
        message=stands.message if stands is not None and level is None else seen.message,
        missing=seen.missing if level is not None else None, held=held, formula=seen.formula,
        declaration=seen.declaration, inputs=tuple(leaf.record() for leaf in seen.inputs), inputs_more=seen.more,
        filing=filing, case=None if before is None else before.case,
        earlier=_earlier(before, stands),
    )  # fmt: skip
    return after if stands is None or after.event != "changed" or says_more(stands, after) else None


def standing_level(before: str | None, finding: Finding, rule: Rule) -> tuple[str | None, bool]:
    """At which level an alert stands after a finding (None: at none), and whether it is but held; `before` is that at
    which it stood.

    What cannot be told never lowers a level. What is held until it may clear is no graver than it was, nor than the
    mildest level of the rule.
    """
    if finding.level is not None:
        return finding.level, False
    if finding.lacks_input and rule.unknown is not None:
        return rule.unknown if before is None else graver(rule.unknown, before), False
    if before is None or finding.clears or rule.clear is None:
        return None, False
    return max(before, rule.levels[-1][0], key=gravity), True


def _event(before: Alert | None, level: str | None) -> Happening:
    if before is None:
        return "raised"
    if before.state == "cleared":
        return "re_raised"
    if level is None:
        return "cleared"
    change = gravity(level) - gravity(before.level)
    return "escalated" if change < 0 else "de_escalated" if change > 0 else "changed"


def _earlier(before: Alert | None, stands: Alert | None) -> str | None:
    if stands is not None:
        return stands.earlier
    return None if before is None else before.alert


def says_more(before: Alert, after: Alert) -> bool:
    """Whether an event tells anything that the last one did not."""
    if any(getattr(before, name) != getattr(after, name) for name in _TOLD) or len(before.inputs) != len(after.inputs):
        return True
    pairs = zip(before.inputs, after.inputs, strict=True)  # what older programs did not write down is no difference
    return any(new.get(name) != old[name] for old, new in pairs for name in _FIGURE if name in old)


def caused(alert: Alert, path: tuple[str, ...]) -> Alert:
    """The same alert with another way down to its cause."""
    return replace(alert, path=path, cause=path[-1])
