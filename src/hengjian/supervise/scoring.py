"""Scoring: the walk of a scorecard's tree for one entity, from what is known of it to points with their reasons.

All arithmetic is decimal in a context of its own; each computed point has twelve decimals, so that parts add up to
their whole exactly. Nothing is read or kept: the same card and the same figures give the same score.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal, localcontext

from hengjian.model.declaration import Label
from hengjian.model.scorecard import (
    Awards,
    Efficacy,
    Modification,
    PastScores,
    Points,
    ProRata,
    Rating,
    Scorecard,
    Standing,
    Steps,
    Table,
)
from hengjian.supervise.scoreadjust import adjusted
from hengjian.supervise.scored import Assessed, Figure, Given, Reason, Scored, Told
from hengjian.supervise.scoregrade import grade_of, uses_of, worse
from hengjian.supervise.scoremethods import (
    Earned,
    as_points,
    awards,
    efficacy,
    part,
    past,
    rating,
    standing,
    unknown,
)
from hengjian.supervise.scoremodified import modified, modifiers
from hengjian.supervise.scorenumber import CONTEXT, HUNDRED, LARGEST, ZERO, points, rounded, total
from hengjian.supervise.scoreplan import Case, Node, Plan, case_of, planned
from hengjian.supervise.scorereasons import text
from hengjian.supervise.scoresteps import pro_rata, steps, table

_NO_FIGURE = Figure(value=None)
#: What a missing value may be declared to give (`Item.missing`).
_MISSING = frozenset({"missing_value", "no_standard", "past_missing"})


def score(card: Scorecard, given: Given) -> Assessed:
    """One entity by a card. For many, make the plan once and use `assess`."""
    return assess(planned(card), given)


def assess(plan: Plan, given: Given) -> Assessed:
    """One entity by a card's plan."""
    with localcontext(CONTEXT):
        case = case_of(plan, given)
        root = plan.root
        if plan.card.letter and not given.lines:
            whole = Scored(item=root.name, label=root.label, score=None, reason=Reason(code="no_letter"))
        else:
            whole = _scored(case, root)
        if whole.score is None or whole.kind == "left_out":
            found = Scored(item=whole.item, label=whole.label, score=None, reason=whole.reason, parts=whole.parts)
            return Assessed(root=found, score=None, grade=None, missing=tuple(_missing(found)))
        return _assessed(plan, whole, whole.score)


def _assessed(plan: Plan, whole: Scored, exact: Decimal) -> Assessed:
    card = plan.card
    published = rounded(exact, card.digits)
    own = grade_of(card, published)
    grade = None if own is None else own.name
    capped = next((one.reason for one in whole.parts if one.kind == "cap_grade"), None)
    for one in whole.parts:
        if one.kind == "veto" and grade is not None:
            name = str(one.reason.data["name"])
            if worse(card, grade, name) != grade or capped is None:
                grade, capped = worse(card, grade, name), one.reason
    return Assessed(
        root=whole, score=published, grade=grade, capped=capped, uses=uses_of(card, published, grade),
    )  # fmt: skip


def _missing(scored: Scored) -> Iterator[tuple[str, str]]:
    """The lowest items without which there are no points, and the codes of their reasons."""
    below = [one for one in scored.parts if one.score is None and one.reason.code != "basic_unknown"]
    if not below:
        yield scored.item, scored.reason.code
    for one in below:
        yield from _missing(one)


def _scored(case: Case, node: Node) -> Scored:
    """An item with all below it."""
    if node.applies is not None:
        holds = case.given.truths.get(node.applies)
        if holds is None:
            assert node.item.applies is not None
            return _ended(case, node, None, unknown(node, node.item.applies.text))
        if not holds:
            return _left_out(case, node, Reason(code="not_applicable", data={"label": node.label}))
    try:
        return _group(case, node) if node.many or node.children else _leaf(case, node)
    except ArithmeticError:
        return _ended(case, node, None, Reason(code="out_of_range", data={"label": node.label}))


def _ended(
    case: Case, node: Node, points_of: Decimal | None, reason: Reason, parts: Sequence[Scored] = (),
    *, kind: str = "item", earned: Earned | None = None,
) -> Scored:  # fmt: skip
    """A leaf with its points, its figure and where that comes from."""
    figure = case.figure(node.value) or _NO_FIGURE
    note = {"figure": figure.note} if figure.note else {}
    if earned is not None and earned.standard:
        note["standard"] = earned.standard
    return Scored(
        item=node.name, label=node.label, kind=kind, score=points_of, reason=reason, weight=case.weight(node),
        value=figure.value, unit=node.unit, target=case.target(node), channel=figure.channel, parts=tuple(parts),
        note=note,
    )  # fmt: skip


def _left_out(case: Case, node: Node, reason: Reason) -> Scored:
    return _ended(case, node, ZERO, reason, kind="left_out")


def _leaf(case: Case, node: Node) -> Scored:
    weight = case.weight(node)
    earned = _earned(case, node, weight)
    if isinstance(earned, Reason):
        return _unearned(case, node, earned)
    if abs(earned.score) >= LARGEST:
        return _ended(case, node, None, Reason(code="out_of_range", data={"label": node.label}))
    if not node.actions:
        return _ended(case, node, earned.score, earned.reason, earned.parts, earned=earned)
    own = earned.parts or (
        Scored(item=node.name, label=node.label, kind="points", score=earned.score, reason=earned.reason),
    )
    after, parts, fault = adjusted(case, node, weight, earned.score, own, _scored)
    if fault is not None:
        return _ended(case, node, None, fault, parts, earned=earned)
    if len(parts) == len(own):
        return _ended(case, node, earned.score, earned.reason, earned.parts, earned=earned)
    data: dict[str, Told] = {"label": node.label, "before": earned.score, "score": after}
    if not earned.parts:  # else the sentence of how they were earned stands with no part
        return _ended(case, node, after, Reason(code="adjusted", data=data), parts, earned=earned)
    data["earned"] = Label(zh=text(earned.reason, "zh"), en=text(earned.reason, "en"))
    return _ended(case, node, after, Reason(code="earned_adjusted", data=data), parts, earned=earned)


def _earned(case: Case, node: Node, weight: Decimal | None) -> Earned | Reason:
    method = node.item.method
    if weight is None and isinstance(method, Efficacy | Rating | Steps | ProRata):
        code = "not_in_letter" if case.lines and case.line(node) is None else "missing_weight"
        return Reason(code=code, data={"label": node.label})
    own = ZERO if weight is None else weight
    match method:
        case Efficacy():
            return efficacy(case, node, method, own)
        case Rating():
            return rating(case, node, method, own)
        case Steps():
            return steps(case, node, method, own)
        case ProRata():
            return pro_rata(case, node, method, own)
        case Table():
            return table(case, node, method)
        case Standing():
            return standing(case, node, method)
        case Awards():
            return awards(case, node, method)
        case Points():
            return as_points(case, node)
        case PastScores():
            return past(case, node, method)
        case Modification() | None:
            raise ValueError(f"{node.name} has no method of its own")


def _unearned(case: Case, node: Node, reason: Reason) -> Scored:
    """What becomes of an item whose points cannot be told: 0, nothing, or that there are none, as declared."""
    code, method = reason.code, node.item.method
    if code == "not_in_letter":
        return _left_out(case, node, reason)
    declared = node.item.missing if code in _MISSING else None
    if isinstance(method, Efficacy) and code == "no_standard":
        declared = method.absent
    if declared is None:
        return _ended(case, node, None, reason)
    told = Reason(code=f"{code}_{declared}", data=reason.data)
    return _ended(case, node, ZERO, told) if declared == "zero" else _left_out(case, node, told)


def _group(case: Case, node: Node) -> Scored:
    combine = node.item.combine
    nodes = case.expanded(node) if node.many else node.children
    apart = {"bonus", "modifying"} if combine == "modified" else {"bonus"}
    parts = [_scored(case, one) for one in nodes if one.item.role not in apart]
    changing = [one for one in nodes if one.item.role == "modifying"] if combine == "modified" else []
    weight = node.weight if node.many else case.weight(node)
    if weight is None:
        weight = total(one.weight for one in parts if one.weight is not None)
    if node.many and not nodes:
        return _without_lines(case, node, weight)
    if combine == "weighted":
        parts = [_weighted(case, one) for one in parts]
    weighed = [one for one in parts if one.weight]
    if weighed and all(one.kind == "left_out" for one in weighed):
        reason = Reason(code="nothing_left", data={"label": node.label})
        if len(weighed) < len(parts):
            return _summed(node, None, weight, reason, parts)
        return _summed(node, ZERO, weight, reason, parts, kind="left_out")
    sum_of = None if any(one.score is None for one in parts) else _spread(node, parts)
    if changing:
        parts += modifiers(case, node, changing, sum_of, weight)
    unknown_parts = tuple(one.label for one in parts if one.score is None)
    if unknown_parts or sum_of is None:
        data: dict[str, Told] = {"label": node.label, "unknown": unknown_parts}
        return _summed(node, None, weight, Reason(code="parts_unknown", data=data), parts)
    before = total(one.score for one in parts if one.score is not None)
    after, all_parts, fault = adjusted(case, node, weight, before, parts, _scored)
    if fault is not None:
        return _summed(node, None, weight, fault, all_parts)
    code = "weighted_sum" if combine == "weighted" else "sum"
    reason = Reason(code=code, data={"label": node.label, "score": before})
    if changing:
        reason = modified(node, sum_of, weight, before, after)
    elif after != before:
        reason = Reason(code="adjusted", data={"label": node.label, "before": before, "score": after})
    return _summed(node, after, weight, reason, all_parts)


def _summed(
    node: Node, points_of: Decimal | None, weight: Decimal, reason: Reason, parts: Sequence[Scored], *,
    kind: str = "item",
) -> Scored:  # fmt: skip
    return Scored(
        item=node.name, label=node.label, kind=kind, score=points_of, reason=reason, weight=weight or None,
        unit=node.unit, parts=tuple(parts),
    )  # fmt: skip


def _without_lines(case: Case, node: Node, weight: Decimal) -> Scored:
    """No line of the letter names the item: nothing to score, unless the card itself gives it a weight."""
    reason = Reason(code="no_lines", data={"label": node.label})
    return _summed(node, None, weight, reason, ()) if weight else _left_out(case, node, reason)


def _weighted(case: Case, one: Scored) -> Scored:
    """An item as it counts in a weighted sum: its points, and what its weight takes away from them."""
    if one.score is None or one.kind == "left_out":
        return one
    node = case.plan.nodes.get(one.item)
    weight = one.weight if node is None or node.weight is None else node.weight
    if weight is None:
        reason = Reason(code="missing_weight", data={"label": one.label})
        return Scored(item=one.item, label=one.label, kind="weighted", score=None, reason=reason, parts=(one,))
    after = points(one.score * weight / HUNDRED)
    taken = Scored(
        item=one.item, label=one.label, kind="weighing", score=after - one.score,
        reason=Reason(code="weighing", data={"weight": weight}),
    )  # fmt: skip
    data: dict[str, Told] = {"label": one.label, "before": one.score, "weight": weight, "score": after}
    return Scored(
        item=one.item, label=one.label, kind="weighted", score=after, reason=Reason(code="weighted", data=data),
        weight=weight, parts=(one, taken),
    )  # fmt: skip


def _spread(node: Node, parts: list[Scored]) -> Decimal:
    """The sum of parts; those left out leave their weight to the others, which is a part of its own."""
    before = total(one.score for one in parts if one.score is not None)
    left = [one for one in parts if one.kind == "left_out" and one.weight]
    if not left:
        return before
    staying = [one for one in parts if one.kind != "left_out" and one.weight and one.score is not None]
    present = total(one.weight for one in staying if one.weight is not None)
    lost = total(one.weight for one in left if one.weight is not None)
    if not present:
        return before
    counted = total(one.score for one in staying if one.score is not None)
    after = points(counted * (present + lost) / present)
    parts.append(part(node, "spread", after - counted, "spread", {
        "left": tuple(one.label for one in left), "lost": lost, "before": counted, "weight": present + lost,
        "present": present, "after": after,
    }))  # fmt: skip
    return before + after - counted
