"""`backtest`: what rules would have warned of in the past, against what then happened; and of a cross-section."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from hengjian.app.backtestlabels import Labels, read_labels
from hengjian.app.backtestreplay import replay
from hengjian.app.crosssection import cross_section
from hengjian.app.desk import Desk
from hengjian.app.insight import mark
from hengjian.app.moment import parse_day
from hengjian.app.wire import Answer
from hengjian.formula.term import Programme
from hengjian.intake.text import normal
from hengjian.model.declaration import Rule
from hengjian.model.issue import Issue, Refused, nearest, refuse
from hengjian.model.period import Frequency, Period, period_of
from hengjian.model.workflow import LEVELS
from hengjian.store.known import Known
from hengjian.supervise.backtest import Episode, Event, Horizon, Judgement, Watch, judge, parse_horizon
from hengjian.supervise.backtestbook import Replayed
from hengjian.supervise.backtestrecords import score_record

HORIZON = "12m"
EVERY: Mapping[str, Frequency | None] = {"month": "month", "quarter": "quarter", "filing": None}
#: So many days are looked at.
MOST_DAYS = 2_000
#: A rule is noisy where it was raised of more than this share of those who were watched, or where of at least
#: `ENOUGH` alerts that can be judged no more than this share were true (our own choice).
NOISY_SHARE, TRUE_SHARE, ENOUGH = 0.5, 0.1, 10


def backtest(desk: Desk, question: Mapping[str, Any]) -> Answer:
    """The named rules (none: all) of today on each day from `from` to `to`, by what was known then, against the events
    of the file `labels`; with `cross_section` each entity once, against its outcome.

    Answered over the entities whom the reader sees; a rule that reads of others says `beyond`.
    """
    programme = desk.programme()
    dated = not question.get("cross_section")
    labels = read_labels(question["labels"], desk.seen_types(), dated=dated)
    if not dated:
        return cross_section(desk, programme, labels, question)
    names = _rules(programme, question.get("rules") or ())
    horizon = _horizon(str(question.get("horizon") or HORIZON))
    proven = bool(question.get("proven"))
    known = desk.store.known(proven=proven)
    ids = enumerate(desk.entity_types())
    among = None if desk.sight.is_everything else [place for place, one in ids if one in desk.sight]
    seen = known if among is None else desk.store.known(proven=proven, among=among)
    days = _days(desk, seen, question)
    floor = _level(question.get("level"))
    watch = _watch(desk, seen, days, horizon, labels)
    found = [
        _told(desk, programme.catalogue.rules[one.rule], floor, one, days, labels, watch)
        for one in replay(desk, programme, names, floor, days, known, proven=proven)
    ]
    found.sort(key=lambda one: names.index(one["rule"]))
    return {
        "rules": found, "cross_section": False, "horizon": str(horizon), "level": floor,
        "from": days[0].isoformat(), "to": days[-1].isoformat(), "every": question.get("every") or "month",
        "days": len(days), "known": _known(desk, seen, watch, question, proven=proven), "entities": len(watch.known),
        "labels": {"file": labels.file, "sha256": labels.digest, "events": len(labels.events)},
        "declarations": dict(desk.shelf.hashes()), **mark(desk.sight),
    }  # fmt: skip


def _rules(programme: Programme, asked: Iterable[str]) -> list[str]:
    """The rules asked for, once each; all where none is named."""
    declared = {normal(name): name for name in programme.rules}
    names = list(dict.fromkeys(declared.get(normal(str(name)), str(name)) for name in asked)) or list(programme.rules)
    issues = [
        Issue(place=None, message=f"no rule is called {name!r}", hint=_hint(name, programme))
        for name in names
        if name not in programme.rules
    ]
    if not names:
        issues = [
            Issue(place=None, message="no pack of this space declares a rule", hint="rules stand in rules/*.yaml")
        ]
    if issues:
        raise Refused(issues)
    return names


def _hint(name: str, programme: Programme) -> str:
    if name in programme.indicators:
        return f"{name} is an indicator: it is evaluated with --cross-section"
    return nearest(name, programme.rules, otherwise="`hengjian rules SPACE` lists them")


def _horizon(text: str) -> Horizon:
    found = parse_horizon(text)
    if found is None:
        raise refuse(f"--horizon {text!r} is no span of time", "write 12m, 90d or 2y, of a hundred years at most")
    return found


def _level(word: object) -> str:
    """The mildest level that counts."""
    if word is None:
        return LEVELS[-1]
    if word not in LEVELS:
        raise refuse(f"--level {word!r} is no level", f"levels: {', '.join(LEVELS)}")
    return str(word)


def _days(desk: Desk, known: Known, question: Mapping[str, Any]) -> list[date]:
    """The days that are looked at, ascending, the last one always among them."""
    every = str(question.get("every") or "month")
    if every not in EVERY:
        raise refuse(f"--every {every!r} is no rhythm", f"write one of {', '.join(EVERY)}")
    if not known.first:
        raise refuse("the space holds no figure", "file figures first: `hengjian submit`")
    start = _day(question, "from") or min(known.first.values())
    today = desk.config.current_day()
    latest = today if start <= today else known.days[-1]
    end = _day(question, "to") or latest
    if end > latest:  # what has not happened by then would count as not having happened
        raise refuse(f"--to {end} is later than {latest}", "nobody knows yet what will have happened: leave --to out")
    if start > end:
        raise refuse(f"--from {start} is later than --to {end}", "write the earlier day first")
    frequency = EVERY[every]
    days = [day for day in known.days if start <= day <= end] if frequency is None else _ends(start, end, frequency)
    if len(days) > MOST_DAYS:
        hint = "take --every quarter, or a shorter stretch with --from and --to"
        raise refuse(f"{len(days)} days would be looked at, {MOST_DAYS} at most", hint)
    return [*days, *([] if days and days[-1] == end else [end])]


def _day(question: Mapping[str, Any], name: str) -> date | None:
    text = question.get(name)
    return None if text is None else parse_day(str(text), f"--{name}")


def _ends(start: date, end: date, frequency: Frequency) -> list[date]:
    """The last days of the periods that end in a stretch of days."""
    first, last = period_of(start, frequency), period_of(end, frequency)
    ends = (Period(frequency, index).end for index in range(first.index, last.index + 1))
    return [day for day in ends if start <= day <= end]


def _watch(desk: Desk, known: Known, days: Sequence[date], horizon: Horizon, labels: Labels) -> Watch:
    """Of whom something is known, `known` being of those whom the reader sees; where the file says of some that nothing
    happened, of those whom it names."""
    ids = list(desk.entity_types())
    seen = {ids[place]: max(day, days[0]) for place, day in known.first.items()}
    told = labels.named if len(labels.named) > len({event.entity for event in labels.events}) else frozenset(seen)
    return Watch(
        known={one: day for one, day in seen.items() if day <= days[-1] and one in told}, last=days[-1], horizon=horizon
    )


def _told(
    desk: Desk, rule: Rule, floor: str, one: Replayed, days: Sequence[date], labels: Labels, watch: Watch
) -> dict[str, Any]:
    """What is told of one rule."""
    types, descends = desk.entity_types(), desk.programme().catalogue.descends
    about = {entity: day for entity, day in watch.known.items() if descends(types[entity], rule.type)}
    watch = Watch(known=about, last=watch.last, horizon=watch.horizon)
    episodes = [episode for episode in one.episodes if episode.entity in about]
    events = [event for event in labels.events if descends(types[event.entity], rule.type)]
    judged = judge(episodes, events, watch)
    raised = {episode.entity for episode in episodes}
    is_noisy = bool(about) and len(raised) / len(about) > NOISY_SHARE
    precision = judged.precision
    is_noisy |= judged.true + judged.false >= ENOUGH and precision is not None and precision <= TRUE_SHARE
    return {
        "rule": rule.name, "label": rule.label.record(), "level": floor, "entities": len(about),
        "raised": [_episode(episode) for episode in episodes], **_judgement(judged, about, watch),
        "silent": not episodes, "noisy": is_noisy, **score_record(one, days, events, watch),
        "digest": desk.programme().rules[rule.name].digest,
        **({"beyond": True} if one.reaches and not desk.sight.is_everything else {}),
    }  # fmt: skip


def _episode(one: Episode) -> dict[str, Any]:
    until = None if one.until is None else one.until.isoformat()
    return {
        "entity": one.entity, "level": one.level, "period": one.period, "since": one.since.isoformat(), "until": until,
    }  # fmt: skip


def _judgement(judged: Judgement, known: Mapping[str, date], watch: Watch) -> dict[str, Any]:
    before = [one for one in judged.unjudged if one.entity not in known or one.day <= known[one.entity]]
    return {
        "events": {
            "warned": len(judged.warned), "missed": len(judged.missed), "early": judged.early,
            "before_data": len(before), "after_end": len(judged.unjudged) - len(before),
        },
        "missed": [_event(one) for one in judged.missed], "hit_rate": judged.hit_rate,
        "lead_days": None if judged.lead is None else judged.lead.record(),
        "alerts": {"true": judged.true, "false": judged.false, "late": judged.late, "pending": judged.pending},
        "precision": judged.precision, "false_per_year": judged.false_per_year, "entity_years": watch.years(),
    }  # fmt: skip


def _event(one: Event) -> dict[str, str]:
    return {"entity": one.entity, "date": one.day.isoformat(), **({"kind": one.kind} if one.kind else {})}


def _known(desk: Desk, known: Known, watch: Watch, question: Mapping[str, Any], *, proven: bool) -> dict[str, Any]:
    """On whose word it stands since when what was filed was known. `described_later` counts those whose attributes were
    known only after their first figures: rules that read attributes find none until then."""
    ids = list(desk.entity_types())
    later = [ids[one] for one, day in known.described.items() if one in known.first and day > known.first[one]]
    return {
        "claimed": known.claimed, "recorded": known.recorded, "proven": proven,
        "assumed": str(question["assumed"]) if question.get("assumed") else None,
        "described_later": sum(one in watch.known for one in later),
    }  # fmt: skip
