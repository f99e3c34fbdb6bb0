"""`score`: one entity's score by a scorecard, with the reason of every point; `scores`: everybody's, with their ranks.

All is computed from what is filed and entered, as known at the moment that is asked for: the same question about the
same moment has the same answer, bit for bit.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from hengjian.app.desk import Desk
from hengjian.app.insight import mark
from hengjian.app.moment import parse_cut
from hengjian.app.question import known_entity
from hengjian.app.scoreassess import How, Outcome, assess, cut_note, settings_of
from hengjian.app.scorecards import card_for, reads_of
from hengjian.app.scoregiven import Asked
from hengjian.app.wire import Answer
from hengjian.intake.text import quoted
from hengjian.model.cut import Cut
from hengjian.model.issue import Issue, Refused, nearest, refuse
from hengjian.model.scorecard import Scorecard
from hengjian.supervise.carddigest import card_digest
from hengjian.supervise.scorenumber import plain
from hengjian.supervise.scorequota import ranked
from hengjian.supervise.scorerecord import record


def score(desk: Desk, question: Mapping[str, Any]) -> Answer:
    """CONTRACT section 3 `score`: `{"scorecard","entity","period","score","grade","items":[…],…}`.

    Points, weights, values and targets are decimal texts. `exact`, before the last rounding, is the sum of the scores
    of `items` and of `adjust`, and that of an item with `parts` is theirs, to the last digit.
    """
    asked = asked_of(desk, question)
    entity = entity_of(desk, asked, str(question["entity"]))
    outcome = assess(desk, asked, [entity], How(why=True))
    if entity not in outcome.assessed:
        raise no_letter(asked, entity)
    return told(desk, asked, entity, outcome)


def scores(desk: Desk, question: Mapping[str, Any]) -> Answer:
    """`{"scorecard","period","rows":[{"entity","name","class","score","grade","rank","quota","items","missing"}]}`.

    Of all whom the card is for and the reader sees, or of those `entities` that are asked for; where the card goes by
    letters, of those who have one. The best comes first, who has no score last. Ranks, and grades after quotas
    (`quota`; `tied`: a quota ends among equals) are among these rows. There is no `quota` of some, nor to who does not
    see everybody, for it hangs on the others.
    """
    asked = asked_of(desk, question)
    wanted = [entity_of(desk, asked, str(one)) for one in question.get("entities") or ()]
    family = asked.programme.catalogue.family(asked.card.type)
    entities = wanted or sorted(one for one, kind in desk.seen_types().items() if kind in family)
    how = How(everyone=not wanted and desk.sight.is_everything, brief=True)
    outcome = assess(desk, asked, list(dict.fromkeys(entities)), how)
    return {
        "scorecard": asked.card.name, "label": asked.card.label.record(), "period": str(asked.period),
        "grades": {one.name: one.label.record() for one in asked.card.grades},
        "items": [{"item": one.name, "label": one.label.record()} for one in asked.card.root.walk()][1:],
        "rows": _rows(desk, asked, outcome, is_everybody=desk.sight.is_everything and not wanted),
        "settings": settings_of(asked, outcome.registers),
        "reads": _reads(asked), "declaration": card_digest(asked.card, asked.programme),
        "known": known(desk, asked.cut), **mark(desk.sight),
    }  # fmt: skip


def asked_of(desk: Desk, question: Mapping[str, Any]) -> Asked:
    """What a question's `scorecard`, `period`, `settings` and cut name; a refusal where they name nothing."""
    cut = parse_cut(dict(question), desk.config.timezone)
    programme = desk.programme(cut.known_at)
    card, period = card_for(programme, str(question["scorecard"]), str(question["period"]))
    settings = _settings(card, question.get("settings") or {})
    return Asked(programme=programme, card=card, period=period, cut=cut, settings=settings)


def _settings(card: Scorecard, asked: Mapping[str, Any]) -> dict[str, str]:
    issues = []
    for name, choice in asked.items():
        switch = card.switches.get(name)
        if switch is None:
            hint = nearest(name, card.switches, otherwise=f"it has {', '.join(card.switches) or 'none'}")
            issues.append(Issue(place=None, message=f"{card.name} has no switch {name!r}", hint=hint))
        elif choice not in switch.choices:
            hint = f"choose {' or '.join(switch.choices)}"
            issues.append(Issue(place=None, message=f"{name} cannot be set to {str(choice)!r}", hint=hint))
    if issues:
        raise Refused(issues)
    return {name: str(choice) for name, choice in asked.items()}


def entity_of(desk: Desk, asked: Asked, text: str) -> str:
    """The entity that an id spells, of those whom the card is for and the reader sees."""
    card, entity = asked.card, known_entity(desk, text)
    kind = desk.entity_types()[entity]
    if not asked.programme.catalogue.descends(kind, card.type):
        raise refuse(f"{card.name} does not score {quoted(entity)}", f"it is for {card.type}, this is of type {kind}")
    return entity


def no_letter(asked: Asked, entity: str) -> Refused:
    """That an entity is not assessed, for it has no letter."""
    message = f"{quoted(entity)} has no responsibility letter for {asked.card.name} in {asked.period}"
    return refuse(message, "enter it: hengjian register SPACE letter FILE")


def told(desk: Desk, asked: Asked, entity: str, outcome: Outcome) -> Answer:
    """The whole answer about one entity."""
    card, registers = asked.card, outcome.registers
    letter = registers.letters.get(entity)
    found = record(outcome.assessed[entity], card)
    answer: Answer = cut_note(desk, {
        **found, "entity": entity, "name": _names(desk, asked, [entity])[entity], "period": str(asked.period),
        "settings": settings_of(asked, registers), "digits": card.digits,
        "letter": None if letter is None else dict(letter.record) or None,
        "standards": dict(registers.choices[entity]) if entity in registers.choices else None,
        "past": list(outcome.past.get(entity, ())),
        "source": card.source, "document": card.document, "confidence": card.confidence,
        "reads": _reads(asked, () if letter is None else [line.indicator for line in letter.lines]),
        "declaration": card_digest(card, asked.programme), "known": known(desk, asked.cut),
        **_members(desk, outcome, entity),
    })  # fmt: skip
    return answer


def known(desk: Desk, cut: Cut) -> dict[str, Any]:
    """The moment of knowing, by which the same question is asked again: `entry:N`, or the date-time that was named."""
    if cut.known_at is not None and cut.known_at.moment is not None:
        return {"as_known_at": cut.known_at.moment.isoformat(timespec="microseconds")}
    entries = desk.changed if cut.known_at is None else cut.known_at.entries
    return {"as_known_at": f"entry:{entries}"}


def _reads(asked: Asked, lines: Iterable[str | None] = ()) -> list[str]:
    """What the score stands on, by name: formulas of cards, and the indicators of a letter's lines."""
    return [*reads_of(asked.programme, asked.card), *dict.fromkeys(name for name in lines if name)]


def _names(desk: Desk, asked: Asked, entities: Iterable[str]) -> dict[str, str]:
    cut = Cut(known_at=asked.cut.known_at)
    found = {state.id: state.name for state in desk.store.entities(cut, asked.period.end, sorted(entities))}
    return {one: found.get(one, one) for one in entities}


def _rows(desk: Desk, asked: Asked, outcome: Outcome, *, is_everybody: bool) -> list[Answer]:
    """A row an entity, the best first; with grades after quotas only where these are all."""
    card, assessed = asked.card, outcome.assessed
    names = _names(desk, asked, assessed)
    scored = {one: (found.score, found.grade) for one, found in assessed.items() if found.score is not None}
    places = ranked(scored, card.grades)
    rows: list[Answer] = []
    for one in sorted(assessed, key=lambda one: (places[one].rank if one in places else len(places) + 1, one)):
        found, place = assessed[one], places.get(one)
        letter = outcome.registers.letters.get(one)
        rows.append({
            "entity": one, "name": names[one], "class": _class(outcome, one),
            "score": _plain(found.score), "grade": found.grade, "rank": None if place is None else place.rank,
            "quota": None if place is None or not is_everybody else place.grade,
            "items": {name: _plain(part) for name, part in outcome.items[one].items()},
            "missing": [name for name, _ in found.missing],
            **({"tied": True} if place is not None and place.tied and is_everybody else {}),
            **_members(desk, outcome, one),
            **({"reads": [line.indicator for line in letter.lines if line.indicator]} if letter is not None else {}),
        })  # fmt: skip
    return rows


def _members(desk: Desk, outcome: Outcome, entity: str) -> dict[str, Any]:
    """Of a group of weighted scores `of`: its members in sight; and whether others stand in a score."""
    members = [one for one in outcome.registers.members.get(entity, ()) if one in desk.sight]
    return ({"of": members} if members else {}) | ({"beyond": True} if entity in outcome.beyond else {})


def _class(outcome: Outcome, entity: str) -> str | None:
    """As what an entity is assessed: the class of its letter, else that of its standards."""
    letter = outcome.registers.letters.get(entity)
    if letter is not None:
        return letter.record.get("class") or None
    return outcome.registers.choices.get(entity, {}).get("class")


def _plain(value: Decimal | None) -> str | None:
    return None if value is None else plain(value)
