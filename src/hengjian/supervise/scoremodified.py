"""修正系数: how modifying items raise or lower the points of the basic ones of their section.

单项修正系数 = 1.0 +（本档标准系数 + 功效系数×0.2 − 分析系数）, 分析系数 = basic points ÷ weight of the section.
Special cases of 国资发评价〔2006〕157号: from the best band on 1.2 + its coefficient − 分析系数, below the worst one
1.0 − 分析系数, and the amounts that the text fixes. 0.2, by which coefficients of bands differ, is read from the bands.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from hengjian.model.declaration import Label
from hengjian.model.scorecard import Bounds, Modification, Special
from hengjian.supervise.scorebands import Position, position, told
from hengjian.supervise.scored import Figure, Reason, Scored, Standard, Told
from hengjian.supervise.scoremethods import missing_value, no_standard, special_of, unknown
from hengjian.supervise.scorenumber import ONE, ZERO, points, shown, total
from hengjian.supervise.scoreplan import NO_UNIT, Case, Node

_NO_STANDARD = Label(zh="没有适用的标准值，按规定取 1.0", en="there is no standard; by rule 1.0")
_LEFT_OUT = Label(zh="缺少实际值，按规定不作修正", en="no actual figure; by rule nothing is modified")
_AS_WORST = Label(zh="缺少实际值，按规定视同未达到最低档", en="no actual figure; by rule as below the worst band")
_NOT_APPLICABLE = Label(zh="不适用，不作修正", en="does not apply, nothing is modified")


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """What the modifying items of a section have in common; `weights` is the sum of theirs, which the rule makes that
    of the section."""

    node: Node
    basic: Decimal
    weight: Decimal
    weights: Decimal
    bounds: Bounds | None

    @property
    def analysis(self) -> Decimal:
        """分析系数."""
        return self.basic / self.weight


@dataclass(frozen=True, slots=True, kw_only=True)
class _Coefficient:
    """单项修正系数, before and after its bounds, and the sentence of it."""

    raw: Decimal
    held: Decimal
    code: str
    data: Mapping[str, Told]
    standard: Standard | None = None


def modifiers(
    case: Case, node: Node, nodes: Sequence[Node], basic: Decimal | None, weight: Decimal | None
) -> tuple[Scored, ...]:
    """Each modifying item as a part: by how many points it changes the section's. None where that cannot be told."""
    weights = [case.weight(one) for one in nodes]
    known = [one for one in weights if one is not None]
    bounds = node.item.bounds
    if bounds is not None and bounds.setting is not None:
        switch, choice = bounds.setting
        bounds = bounds if case.settings.get(switch) == choice else None
    if not weight or not any(known):
        return tuple(_untold(case, one, "missing_weight", own) for one, own in zip(nodes, weights, strict=True))
    section = Section(node=node, basic=basic or ZERO, weight=weight, weights=total(known), bounds=bounds)
    found = tuple(_modifier(case, one, section, own) for one, own in zip(nodes, weights, strict=True))
    if basic is not None:
        return found
    return tuple(  # what one of them lacks itself is told even so
        one if one.score is None else _untold(case, own, "basic_unknown", one.weight)
        for one, own in zip(found, nodes, strict=True)
    )


def modified(section: Node, basic: Decimal, weight: Decimal, score: Decimal, after: Decimal) -> Reason:
    """The sentence of the section: `score` by its coefficient, `after` whatever steps follow."""
    return Reason(code="modified" if after == score else "modified_adjusted", data={
        "label": section.label, "basic": basic, "weight": weight, "analysis": points(basic / weight), "score": score,
        "coefficient": points(score / basic) if basic else ONE, "after": after,
    })  # fmt: skip


def _untold(case: Case, node: Node, code: str, weight: Decimal | None) -> Scored:
    return _scored(case, node, None, Reason(code=code, data={"label": node.label}), weight)


def _scored(
    case: Case, node: Node, score: Decimal | None, reason: Reason, weight: Decimal | None,
    standard: Standard | None = None,
) -> Scored:  # fmt: skip
    figure = case.figure(node.value) or Figure(value=None)
    note = {"figure": figure.note} if figure.note else {}
    if standard is not None:
        note["standard"] = told(standard)
    return Scored(
        item=node.name, label=node.label, kind="modifier", score=score, reason=reason, weight=weight,
        value=figure.value, unit=node.unit, channel=figure.channel, note=note,
    )  # fmt: skip


def _modifier(case: Case, node: Node, section: Section, weight: Decimal | None) -> Scored:
    if weight is None:
        return _untold(case, node, "missing_weight", weight)
    found = _coefficient(case, node, section)
    if isinstance(found, Reason):
        return _scored(case, node, None, found, weight)
    share = weight / section.weights
    score = points(section.basic * share * (found.held - ONE))
    held = NO_UNIT
    if found.held != found.raw:
        at = shown(found.held)
        held = Label(zh=f"按界限取 {at}，", en=f"held at {at}, ")
    reason = Reason(code=found.code, data={**found.data,
        "label": node.label, "raw": points(found.raw), "coefficient": points(found.held), "held": held,
        "analysis": points(section.analysis), "weight": weight, "section_weight": section.weights,
        "part": points(share * found.held), "score": score,
    })  # fmt: skip
    return _scored(case, node, score, reason, weight, found.standard)


def _coefficient(case: Case, node: Node, section: Section) -> _Coefficient | Reason:
    method = node.item.method
    assert isinstance(method, Modification)
    if node.applies is not None:
        holds = case.given.truths.get(node.applies)
        if holds is None:
            assert node.item.applies is not None
            return unknown(node, node.item.applies.text)
        if not holds:
            return _fixed(ONE, _NOT_APPLICABLE)
    value = case.known(node.value)
    special = special_of(case, node)
    if isinstance(special, Special):
        return _fixed(special.amount, special.reason)
    if special is not None and value is not None:
        return unknown(node, special)
    if value is None:
        if node.item.missing is None:
            return missing_value(case, node)
        if node.item.missing == "left_out":
            return _fixed(ONE, _LEFT_OUT)
        return _fixed(_held(ONE - section.analysis, section), _AS_WORST)
    standard = case.given.standards.get(method.standard)
    if standard is None:
        return _fixed(ONE, _NO_STANDARD)
    at = position(case.plan.bands, standard, value, node.direction)
    if at is None:
        return no_standard(node, method.standard, "bad_standard")
    return _by_bands(case, node, section, value, standard, at)


def _fixed(amount: Decimal, because: Label) -> _Coefficient:
    """An amount that the text fixes is not held between bounds."""
    return _Coefficient(raw=amount, held=amount, code="modifier_fixed", data={"because": because})


def _held(coefficient: Decimal, section: Section) -> Decimal:
    if section.bounds is None:
        return coefficient
    return max(section.bounds.least, min(section.bounds.most, coefficient))


def _by_bands(
    case: Case, node: Node, section: Section, value: Decimal, standard: Standard, at: Position
) -> _Coefficient:
    bands, more = case.plan.bands, case.plan.one_more
    data: dict[str, Told] = {"value": value, "unit": node.said}
    if at.place == len(bands):
        code, height = "modifier_below", ZERO
        data |= {"lower": bands[-1].label, "lower_value": at.values[-1]}
    elif at.efficacy is None:
        best = bands[0].coefficient
        code, height = "modifier_best", best + more
        data |= {
            "upper": bands[0].label, "upper_value": at.values[0], "band_coefficient": best, "one_more": ONE + more,
        }  # fmt: skip
    else:
        lower, upper = bands[at.place], bands[at.place - 1]
        step = upper.coefficient - lower.coefficient
        code, height = "modifier_between", lower.coefficient + at.efficacy * step
        data |= {
            "lower": lower.label, "lower_value": at.values[at.place], "upper": upper.label,
            "upper_value": at.values[at.place - 1], "band_coefficient": lower.coefficient,
            "efficacy": points(at.efficacy), "step": step,
        }  # fmt: skip
    raw = ONE + height - section.analysis
    return _Coefficient(raw=raw, held=_held(raw, section), code=code, data=data, standard=standard)
