"""The steps that are done to an item's points, in the order as declared; each that changes them is a part."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from hengjian.model.scorecard import (
    Bonus,
    Cap,
    CapGrade,
    Couple,
    Floor,
    Rescale,
    Round,
    Sign,
    Times,
    Veto,
    Where,
)
from hengjian.supervise.scored import Reason, Scored, Told
from hengjian.supervise.scoregrade import top_of
from hengjian.supervise.scoremethods import part, unknown
from hengjian.supervise.scorenumber import HUNDRED, ONE, ZERO, points, rounded, total
from hengjian.supervise.scoreplan import Action, Case, Node

#: Items of which a sum is made, by their own points.
_COUNTED = frozenset({"item", "weighted"})
_ITEMS = _COUNTED | {"left_out"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What a step stands on: the case, the item with its weight, how another item is scored, and the parts so far."""

    case: Case
    node: Node
    weight: Decimal | None
    scored: Callable[[Case, Node], Scored]
    parts: Sequence[Scored]
    score: Decimal


def adjusted(
    case: Case, node: Node, weight: Decimal | None, score: Decimal, parts: Iterable[Scored],
    scored: Callable[[Case, Node], Scored],
) -> tuple[Decimal, list[Scored], Reason | None]:  # fmt: skip
    """Points and parts after all steps; with the reason where one of them cannot be told."""
    found = list(parts)
    for action in node.actions:
        ground = Ground(case=case, node=node, weight=weight, scored=scored, parts=found, score=score)
        holds = _holds(ground, action)
        more: list[Scored] | Reason = []
        if holds is None:
            given = action.adjust.given
            more = unknown(node, "" if given.when is None else given.when.text)
            if given.where is not None and given.when is None:
                more = unknown(node, case.plan.nodes[given.where.item].label.zh)
        elif holds:
            more = _step(ground, action)
        if isinstance(more, Reason):
            return score, found, more
        because = action.adjust.reason
        for one in more:
            if one.score is None:
                found.append(one)
                return score, found, Reason(code="parts_unknown", data={"label": node.label, "unknown": (one.label,)})
            score += one.score
            found.append(one if because is None or one.kind in _ITEMS else _because(one, {"why_adjusted": because}))
    return score, found, None


def _because(one: Scored, because: dict[str, Told]) -> Scored:
    reason = Reason(code=one.reason.code, data={**one.reason.data, **because})
    return Scored(
        item=one.item, label=one.label, kind=one.kind, score=one.score, reason=reason, weight=one.weight,
        parts=one.parts, note=one.note,
    )  # fmt: skip


def _holds(ground: Ground, action: Action) -> bool | None:
    """Whether a step is done; None: that cannot be told."""
    given, case, step = action.adjust.given, ground.case, action.adjust.step
    if given.setting is not None and case.settings.get(given.setting[0]) != given.setting[1]:
        return False
    if given.unless_coupled and any(one.kind == "couple" for one in _all(ground.parts)):
        return False
    conditions: list[bool | None] = []
    if given.where is not None:
        conditions.append(_stands(case, given.where))
    if action.when is not None:
        conditions.append(case.given.truths.get(action.when))
    if isinstance(step, Veto) and step.grounds:
        if _ground(ground, step) is not None:
            return True
        if not conditions:
            return False
    if False in conditions:
        return False
    return None if None in conditions else True


def _all(parts: Iterable[Scored]) -> Iterator[Scored]:
    for one in parts:
        yield one
        yield from _all(one.parts)


def _stands(case: Case, where: Where) -> bool | None:
    """Whether an item, or one of its lines, stands so."""
    node = case.plan.nodes[where.item]
    found = [_stands_so(case, where, one) for one in (case.expanded(node) if node.many else (node,))]
    if True in found:
        return True
    return None if None in found else False


def _stands_so(case: Case, where: Where, node: Node) -> bool | None:
    value, target = case.known(node.value), case.target(node)
    conditions = [
        None if known is None else _sign(known) == sign
        for known, sign in ((value, where.value), (target, where.target))
        if sign is not None
    ]
    if where.short:
        if value is None or target is None:
            conditions.append(None)
        else:
            conditions.append(value > target if node.direction == "down" else value < target)
    if where.below_base:
        base = case.base(node)
        if target is None or base is None:
            conditions.append(None)
        else:
            conditions.append(target > base if node.direction == "down" else target < base)
    if False in conditions:
        return False
    return None if None in conditions else True


def _sign(value: Decimal) -> Sign:
    return "negative" if value < 0 else "positive" if value > 0 else "zero"


def _step(ground: Ground, action: Action) -> list[Scored] | Reason:
    node, score, step = ground.node, ground.score, action.adjust.step
    match step:
        case Floor(at=at):
            return _to(ground, "floor", at, {"at": at}) if score < at else []
        case Cap(at=at):
            most = ground.weight if at is None else at
            if most is None:
                return Reason(code="missing_weight", data={"label": node.label})
            return _to(ground, "cap", points(most), {"at": most}) if score > most else []
        case Times():
            return _times(ground, step, action)
        case Rescale(source=source, target=target):
            return _to(ground, "rescale", points(score * target / source), {"source": source, "target": target})
        case Round(digits=digits, rule=rule):
            after = rounded(score, digits, rule)
            return _to(ground, "round", points(after), {"digits": str(digits)}) if after != score else []
        case Couple():
            return _couple(ground, step)
        case Bonus():
            return _bonus(ground, step)
        case CapGrade(grade=grade, digits=digits):
            top = top_of(ground.case.plan.card, grade, digits)
            if top is None or score <= top:
                return []
            return _to(ground, "cap_grade", points(top), {"grade": _grade(ground, grade), "at": top})
        case Veto():
            return _veto(ground, step)


def _to(ground: Ground, kind: str, after: Decimal, data: dict[str, Told], code: str | None = None) -> list[Scored]:
    """One part that leads to other points."""
    data |= {"before": ground.score, "after": after}
    return [part(ground.node, kind, after - ground.score, code or kind, data)]


def _times(ground: Ground, step: Times, action: Action) -> list[Scored] | Reason:
    code = "times"
    if step.by is not None:
        factor: Decimal | None = step.by
    elif action.formula is not None:
        factor = ground.case.known(action.formula)
    else:
        factor, code = ground.case.given.factor, "times_letter"
    if factor is None:
        return Reason(code="missing_factor", data={"label": ground.node.label})
    return _to(ground, "times", points(ground.score * factor), {"factor": factor}, code)


def _units(parts: Iterable[Scored]) -> Iterator[Scored]:
    """The items whose points go into a sum as they are: through groups that only add up, not beyond others."""
    for one in parts:
        if one.kind == "item" and one.parts and all(below.kind in _ITEMS for below in one.parts):
            yield from _units(one.parts)
        elif one.kind in _COUNTED:
            yield one


def _couple(ground: Ground, step: Couple) -> list[Scored]:
    units = [
        (one, one.score, one.weight) for one in _units(ground.parts) if one.score is not None and one.weight is not None
    ]
    exempt = {below.name for name in step.others_than for below in ground.case.plan.nodes[name].walk()}
    short = tuple(one.label for one, score, weight in units if score < weight and one.item not in exempt)
    if not short:
        return []
    found = [part(ground.node, "couple", ZERO, "couple", {"short": short})]
    for one, score, weight in units:
        if score > weight:
            data: dict[str, Told] = {"label": one.label, "before": score, "weight": weight}
            reason = Reason(code="couple_cut", data=data)
            cut = points(weight) - score
            found.append(Scored(item=one.item, label=one.label, kind="couple", score=cut, reason=reason))
    return found


def _bonus(ground: Ground, step: Bonus) -> list[Scored]:
    case, node, before = ground.case, ground.node, ground.score
    found = [ground.scored(case, case.plan.nodes[name]) for name in step.items]
    known = [one.score for one in found if one.score is not None]
    bonus = total(known)
    if len(known) < len(found):
        return found
    if step.most is not None and bonus > step.most:
        cut = points(step.most) - bonus
        found.append(part(node, "bonus", cut, "bonus_cap", {"before": bonus, "most": step.most, "score": cut}))
        bonus = points(step.most)
    if step.damped_from is not None and before >= step.damped_from and bonus > 0:
        factor = ONE if step.factor is None else step.factor
        damped = max(ZERO, points((ONE - before / HUNDRED) * factor * bonus))
        change = damped - bonus
        found.append(part(node, "bonus", change, "bonus_damped", {
            "before": before, "damped_from": step.damped_from, "factor": factor, "bonus": bonus, "after": damped,
            "score": change,
        }))  # fmt: skip
    return found


def _grade(ground: Ground, name: str) -> Told:
    return next(grade.label for grade in ground.case.plan.card.grades if grade.name == name)


def _ground(ground: Ground, step: Veto) -> str | None:
    """The first ground of a veto on which points were taken away."""
    for awarded in ground.case.given.awards.values():
        for one in awarded:
            if one.ground in step.grounds:
                return one.ground
    return None


def _veto(ground: Ground, step: Veto) -> list[Scored]:
    name = _ground(ground, step) if step.grounds else None
    data: dict[str, Told] = {"grade": _grade(ground, step.grade), "name": step.grade}
    if name is None:
        return [part(ground.node, "veto", ZERO, "veto", data)]
    label = ground.case.plan.grounds[name]
    return [part(ground.node, "veto", ZERO, "veto_ground", data | {"ground": label})]
