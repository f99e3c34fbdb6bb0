"""Nobody's reach grows by their own filing: what a submission would do to the trees, looked at as it is staged."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import get_args

from hengjian.app.batch import place_of
from hengjian.app.desk import Desk
from hengjian.app.holders import day_of, number_of
from hengjian.app.standing import reach, standing_of
from hengjian.app.trees import trees_of
from hengjian.intake.text import quoted
from hengjian.model.cut import Cut
from hengjian.model.declaration import OWNS
from hengjian.model.filing import EntityRow, LinkRow, Row
from hengjian.model.issue import Issue
from hengjian.people import Action, Reach

_Reaches = Mapping[tuple[date, Action], Reach]


def tree_links(desk: Desk) -> list[str]:
    """The links by which roles reach further: ownership, and those that are declared `within`."""
    return [name for name, link in desk.programme().catalogue.links.items() if link.within or name == OWNS]


def holds_on(row: LinkRow, day: date) -> bool:
    """Whether a row states its link on a day."""
    return (row.valid_from is None or row.valid_from <= day) and (row.valid_to is None or day < row.valid_to)


def turns(desk: Desk, rows: Sequence[LinkRow]) -> list[date]:
    """Today and the days to come on which a tree may change, as far as one of these rows holds on them."""
    today = desk.config.current_day()
    days = {today}
    for name in tree_links(desk):
        facts = desk.store.link_facts(Cut(), name, date.max, None, None)
        for column in ("valid_from", "valid_to"):
            numbers = set(facts.column(column).to_pylist())
            days |= {day_of(number) for number in numbers if number is not None and number > number_of(today)}
    days |= {day for row in rows for day in (row.valid_from, row.valid_to) if day is not None and day > today}
    days |= {
        day for one in standing_of(desk).grants if one.person == desk.actor.person
        for day in (one.since, one.until) if day is not None and day > today
    }  # fmt: skip
    return sorted(day for day in days if any(holds_on(row, day) for row in rows))


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """What the one who files reached before: on each day that the rows may touch, by action."""

    links: Sequence[LinkRow]
    fresh: Mapping[str, EntityRow]
    days: Sequence[date]
    before: _Reaches


def watch(desk: Desk, rows: Iterable[Row]) -> Watch | None:
    """Take note of what the one who files reaches, before their rows are staged; None where no row can add to it.

    Who may register in the whole space is trusted with the trees of the whole space.
    """
    if desk.actor.person is None or reach(desk, replace(desk.actor, scope=None), "register").is_everything:
        return None
    every = list(rows)
    links = [row for row in every if isinstance(row, LinkRow)]
    known = desk.entity_types()
    fresh = {row.entity: row for row in reversed(every) if isinstance(row, EntityRow) and row.entity not in known}
    if not links and not fresh:
        return None
    days = sorted({desk.config.current_day(), *turns(desk, links)})
    return Watch(links=links, fresh=fresh, days=days, before=_reaches(desk, days))


def outgrown(desk: Desk, before: Watch) -> list[Issue]:
    """What is wrong with the rows that are staged by now: who files them would reach somebody more, or would have
    registered somebody whom they do not administer."""
    after = _reaches(desk, before.days)
    issues = []
    for entity, row in before.fresh.items():
        if entity not in after[desk.config.current_day(), "register"]:
            issues.append(Issue(place=place_of(row), message=not_below(desk, entity), hint=BELOW_HINT))
    day = next((key[0] for key, found in after.items() if _gains(before.before[key], found, before.fresh)), None)
    if day is not None:
        link = next((one for one in before.links if holds_on(one, day)), before.links[0])
        message = f"{desk.actor.name} would reach others by this row, who are not theirs to look after"
        hint = "somebody who administers those and this node files it"
        issues.append(Issue(place=place_of(link), message=message, hint=hint))
    return issues


BELOW_HINT = "state in the same submission that it stands below a node where you may register, from today on"


def not_below(desk: Desk, entity: str) -> str:
    """What is said of a new entity that stands nowhere below the one who registers it."""
    return f"{desk.actor.name} may not register {quoted(entity)}, which stands below no node of theirs"


def _gains(before: Reach, after: Reach, fresh: Mapping[str, EntityRow]) -> bool:
    if before.members is None or after.members is None:
        return before.members is not None
    return bool(after.members - before.members - fresh.keys())


def _reaches(desk: Desk, days: Sequence[date]) -> _Reaches:
    """Where a person may do what on each day, whatever token they asked with. Made anew: rows may be staged."""
    trees, actor = trees_of(desk), replace(desk.actor, scope=None)
    standing = standing_of(desk).over(lambda tree, node, day: trees.below(desk, tree, node, day))
    actions: tuple[Action, ...] = get_args(Action)
    return {(day, action): standing.reach(actor, action, day) for day in days for action in actions}
