"""Points of one item by each method but steps and proportions, which are `scoresteps`.

A method tells what was earned, or the reason why that cannot be told. [157号] is 国资发评价〔2006〕157号.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from hengjian.model.declaration import Label
from hengjian.model.scorecard import Awards, Efficacy, PastScores, Rating, Special, Standing
from hengjian.supervise.scorebands import position, told
from hengjian.supervise.scored import Awarded, Reason, Scored, Told
from hengjian.supervise.scorenumber import ONE, ZERO, points, total
from hengjian.supervise.scoreplan import Case, Node
from hengjian.supervise.scorereasons import why_label

_NO_NOTE: Mapping[str, Any] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Earned:
    """What a method gives an item; parts, if any, add up to it. `standard` tells where its standard is from."""

    score: Decimal
    reason: Reason
    parts: tuple[Scored, ...] = ()
    target: Decimal | None = None
    standard: Mapping[str, Any] = field(default_factory=lambda: _NO_NOTE)


def part(node: Node, kind: str, score: Decimal, code: str, data: Mapping[str, Told]) -> Scored:
    """A part of an item's points that is no item."""
    return Scored(item=node.name, label=node.label, kind=kind, score=score, reason=Reason(code=code, data=data))


def special_of(case: Case, node: Node) -> Special | str | None:
    """The first case of the text that holds; the condition of one that cannot be told before it."""
    truths = case.given.truths
    for name, special in node.special:
        holds = truths.get(name)
        if holds is None:
            return special.when.text
        if holds:
            return special
    return None


def unknown(node: Node, condition: str) -> Reason:
    """That a condition cannot be told."""
    return Reason(code="condition_unknown", data={"label": node.label, "condition": condition})


def missing_value(case: Case, node: Node) -> Reason:
    """That there is no actual figure, and why."""
    figure = case.figure(node.value)
    why = "not_given" if figure is None or figure.missing is None else figure.missing
    return Reason(code="missing_value", data={"label": node.label, "why": why_label(why), "word": why})


def no_standard(node: Node, standard: str, code: str = "no_standard") -> Reason:
    """That there is no standard, or none that can be used."""
    return Reason(code=code, data={"label": node.label, "standard": standard})


def efficacy(case: Case, node: Node, method: Efficacy, weight: Decimal) -> Earned | Reason:
    """功效系数法 [157号 附件1, textbook forms of it]: base points of the band and the adjustment within it."""
    figure = case.figure(node.value)
    value = None if figure is None else figure.value
    if node.special:
        special = special_of(case, node)
        if isinstance(special, Special):
            score = points(weight * special.amount)
            return Earned(score=score, reason=Reason(code="efficacy_special", data={
                "label": node.label, "because": special.reason, "weight": weight, "amount": special.amount,
                "score": score,
            }))  # fmt: skip
        if special is not None and value is not None:
            return unknown(node, special)
    if value is None:
        return missing_value(case, node)
    standard = case.given.standards.get(method.standard)
    if standard is None:
        return no_standard(node, method.standard)
    bands = case.plan.bands
    at = position(bands, standard, value, node.direction)
    if at is None:
        return no_standard(node, method.standard, "bad_standard")
    data: dict[str, Told] = {"label": node.label, "value": value, "unit": node.said}
    if at.place == len(bands):
        data |= {"band": bands[-1].label, "standard": at.values[-1]}
        return Earned(score=ZERO, reason=Reason(code="efficacy_below", data=data), standard=told(standard))
    band = bands[at.place]
    base = points(weight * band.coefficient)
    if at.efficacy is None:
        data |= {
            "band": band.label, "standard": at.values[0], "weight": weight, "coefficient": band.coefficient,
            "score": base,
        }  # fmt: skip
        return Earned(score=base, reason=Reason(code="efficacy_best", data=data), standard=told(standard))
    upper = bands[at.place - 1]
    upper_base = points(weight * upper.coefficient)
    adjustment = points(at.efficacy * (upper_base - base))
    score = base + adjustment
    within = points(at.efficacy)
    data |= {
        "lower": band.label, "lower_value": at.values[at.place], "upper": upper.label,
        "upper_value": at.values[at.place - 1], "weight": weight, "coefficient": band.coefficient, "base": base,
        "efficacy": within, "adjustment": adjustment, "score": score,
    }  # fmt: skip
    parts = (
        part(node, "base", base, "base", {"weight": weight, "coefficient": band.coefficient, "score": base}),
        part(node, "adjustment", adjustment, "adjustment", {
            "efficacy": within, "upper_base": upper_base, "base": base, "score": adjustment,
        }),
    )  # fmt: skip
    return Earned(score=score, reason=Reason(code="efficacy_between", data=data), parts=parts, standard=told(standard))


def standing(case: Case, node: Node, method: Standing) -> Earned | Reason:
    """Points by the best band that is reached, and has any."""
    value = case.known(node.value)
    if value is None:
        return missing_value(case, node)
    standard = case.given.standards.get(method.standard)
    if standard is None:
        return no_standard(node, method.standard)
    bands = case.plan.bands
    at = position(bands, standard, value, node.direction)
    if at is None:
        return no_standard(node, method.standard, "bad_standard")
    listed = [place for place, band in enumerate(bands) if band.name in method.points]
    reached = next((place for place in listed if place >= at.place), None)
    place = listed[-1] if reached is None else reached
    score = ZERO if reached is None else points(method.points[bands[reached].name])
    return Earned(score=score, standard=told(standard), reason=Reason(
        code="standing_none" if reached is None else "standing", data={
            "label": node.label, "value": value, "unit": node.said, "band": bands[place].label,
            "standard": at.values[place], "score": score,
        },
    ))  # fmt: skip


def rating(case: Case, node: Node, method: Rating, weight: Decimal) -> Earned | Reason:
    """Weight × the mean share of the raters [157号: the mean over the experts]."""
    if node.name in case.given.open_panels or node.item.name in case.given.open_panels:
        return Reason(code="panel_open", data={"label": node.label})
    rated = case.given.ratings.get(node.name, ())
    weights = total(one.weight for one in rated)
    if len(rated) < method.raters or not weights:
        data: dict[str, Told] = {"label": node.label, "raters": str(len(rated)), "needed": str(method.raters)}
        return Reason(code="too_few_raters", data=data)
    share = total(one.share * one.weight for one in rated) / weights
    score = points(weight * share)
    said = {grade.name: grade.label for grade in method.grades}
    counted = Counter(one.word or "" for one in rated)
    words = tuple(_counted(said.get(word), word, counted[word]) for word in (*said, *sorted(set(counted) - set(said))))
    return Earned(score=score, reason=Reason(code="rating", data={
        "label": node.label, "raters": str(len(rated)), "share": points(share), "weight": weight, "score": score,
        "words": tuple(one for one in words if one is not None),
    }))  # fmt: skip


def _counted(label: Label | None, word: str, count: int) -> Label | None:
    if not count:
        return None
    if label is None:
        label = Label(zh=word or "直接打分", en=word or "a share")
    return Label(zh=f"{label.zh} {count} 人", en=f"{label.en} {count}")


def awards(case: Case, node: Node, method: Awards) -> Earned:
    """The sum of what was recognised; what exceeds the most of a ground, or of all, is a part of its own."""
    awarded = case.given.awards.get(node.name, ())
    if not awarded:
        return Earned(score=ZERO, reason=Reason(code="no_awards", data={"label": node.label}))
    sign = -ONE if method.minus else ONE
    kinds = {kind.name: kind for kind in method.kinds}
    parts = [_award(node, one, kinds[one.ground].label if one.ground in kinds else None, sign) for one in awarded]
    for name, kind in kinds.items():
        of_kind = points(total(one.points for one in awarded if one.ground == name))
        if of_kind > kind.most:
            parts.append(_cut(node, "award_ground_cap", {"ground": kind.label}, of_kind, kind.most, sign))
    before = total(one.score for one in parts if one.score is not None) * sign
    if method.most is not None and before > method.most:
        parts.append(_cut(node, "award_cap", {"label": node.label}, before, method.most, sign))
    score = total(one.score for one in parts if one.score is not None)
    data: dict[str, Told] = {"label": node.label, "count": str(len(awarded)), "score": score}
    return Earned(score=score, reason=Reason(code="awards", data=data), parts=tuple(parts))


def _award(node: Node, one: Awarded, ground: Label | None, sign: Decimal) -> Scored:
    if ground is None:
        return part(node, "award", ZERO, "award_unknown", {"ground": one.ground})
    score = points(one.points * sign)
    note = {"ground": one.ground, "evidence": one.evidence, "entry": one.entry}
    return Scored(item=node.name, label=node.label, kind="award", score=score, note=note, reason=Reason(
        code="award", data={"ground": ground, "score": score, "evidence": one.evidence},
    ))  # fmt: skip


def _cut(node: Node, code: str, of: Mapping[str, Told], before: Decimal, most: Decimal, sign: Decimal) -> Scored:
    score = points((most - before) * sign)
    return part(node, "cap", score, code, {**of, "before": before, "most": most, "score": score})


def as_points(case: Case, node: Node) -> Earned | Reason:
    """The value itself."""
    value = case.known(node.value)
    if value is None:
        return missing_value(case, node)
    score = points(value)
    return Earned(score=score, reason=Reason(code="points", data={"label": node.label, "score": score}))


def past(case: Case, node: Node, method: PastScores) -> Earned | Reason:
    """The mean of earlier scores; or the change, 绩效改进度 = this period's ÷ the one before [157号 任期, mem]."""
    needed = 2 if method.relation == "change" else method.years
    scores = case.given.scores.get((method.scorecard, method.item), ())[:needed]
    known = [one for one in scores if one is not None]
    if len(known) < needed:
        return Reason(code="past_missing", data={
            "label": node.label, "years": str(needed), "found": str(len(known)),
        })  # fmt: skip
    if method.relation == "mean":
        score = points(total(known) / needed)
        return Earned(score=score, reason=Reason(code="past_mean", data={
            "label": node.label, "years": str(needed), "scores": tuple(known), "score": score,
        }))  # fmt: skip
    now, before = known
    if not before:
        return Reason(code="past_zero", data={"label": node.label})
    score = points(now / before)
    data: dict[str, Told] = {"label": node.label, "now": now, "before": before, "score": score}
    return Earned(score=score, reason=Reason(code="past_change", data=data))
