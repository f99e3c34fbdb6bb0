"""Points by how a value stands to its target: steps, proportions, and tables of rows.

Steps with tiers and losses follow 中央企业负责人年度经营业绩考核计分细则 (2010).
"""

from collections.abc import Sequence
from decimal import ROUND_FLOOR, Decimal
from typing import Literal

from hengjian.model.declaration import Label
from hengjian.model.scorecard import Direction, ProRata, Row, Side, Steps, Table
from hengjian.supervise.scored import Reason, Told
from hengjian.supervise.scoremethods import Earned, missing_value, part
from hengjian.supervise.scorenumber import HUNDRED, ONE, ZERO, points, shown
from hengjian.supervise.scoreplan import NO_UNIT, Case, Node

_PERCENT = Label(zh="%", en="%")
_OVER, _SHORT = Label(zh="优于", en="beyond"), Label(zh="差于", en="short of")


def steps(case: Case, node: Node, method: Steps, weight: Decimal) -> Earned | Reason:
    """The weight, and points for each step beyond the target or short of it."""
    value, target = case.known(node.value), case.target(node)
    if value is None:
        return missing_value(case, node)
    if target is None:
        return Reason(code="missing_target", data={"label": node.label})
    ahead = _ahead(value, target, node.direction, method)
    if not method.absolute:
        if not target and ahead:
            return Reason(code="target_zero", data={"label": node.label})
        ahead = ahead * HUNDRED / abs(target) if ahead else ahead
    data: dict[str, Told] = {"label": node.label, "value": value, "target": target, "unit": node.said}
    if method.tiers and (compared := case.base(node)) is not None:
        data["base"] = compared
    side = method.above if ahead > 0 else method.below
    base = points(weight)
    if not ahead or side is None:
        code = "steps_free" if ahead else "steps_met"
        data |= {"score": base} | ({"side": _OVER if ahead > 0 else _SHORT} if ahead else {})
        return Earned(score=base, target=target, reason=Reason(code=code, data=data))
    most = side.most
    if ahead > 0:
        held = _held(case, node, method, target, most)
        if isinstance(held, Reason):
            return held
        most = held
    whole = method.whole_if is not None and case.settings.get(method.whole_if[0]) == method.whole_if[1]
    change, told = _stepped(side, abs(ahead), most, whole=whole)
    data |= told | {
        "distance": points(abs(ahead)), "distance_unit": node.said if method.absolute else _PERCENT, "weight": weight,
        "counted": _counted(value, target, node, method),
    }  # fmt: skip
    moved = change if ahead > 0 else -change
    score = base + moved
    parts = (
        part(node, "base", base, "step_base", {"score": base}),
        part(node, "steps", moved, "step_change", {"score": moved}),
    )
    code = "steps_above" if ahead > 0 else "steps_below"
    return Earned(score=score, parts=parts, target=target, reason=Reason(code=code, data=data | {"score": score}))


def _stepped(side: Side, distance: Decimal, most: Decimal | None, *, whole: bool) -> tuple[Decimal, dict[str, Told]]:
    """The points of a distance, and what the sentence says of them."""
    count = distance / side.per
    how = NO_UNIT
    if whole:
        count = count.to_integral_value(rounding=ROUND_FLOOR)
        how = Label(zh=f"按整档计 {shown(count)} 档，", en=f"{shown(count)} whole steps, ")
    change = points(count * side.points)
    limit = NO_UNIT
    if most is not None and change > most:
        change = points(most)
        limit = Label(zh=f"（上限 {shown(most)} 分）", en=f" (at most {shown(most)})")
    return change, {"per": side.per, "each": side.points, "how": how, "change": change, "limit": limit}


def _ahead(value: Decimal, target: Decimal, direction: Direction, method: Steps) -> Decimal:
    """How far a value is beyond its target in the good direction; of a negative target, what a loss is reduced by
    counts in part and the profit in full."""
    if direction == "down":
        return target - value
    if method.losses is None or target >= 0 or value <= target:
        return value - target
    return (min(value, ZERO) - target) * method.losses.part + max(value, ZERO)


def _counted(value: Decimal, target: Decimal, node: Node, method: Steps) -> Label:
    """What of a loss less than expected counts in part, where it does."""
    if method.losses is None or method.losses.part == ONE or target >= 0 or value <= target or node.direction == "down":
        return NO_UNIT
    less, part_of = shown(min(value, ZERO) - target), shown(method.losses.part * HUNDRED)
    return Label(
        zh=f"（减亏 {less}{node.said.zh} 按 {part_of}% 计）",
        en=f" ({less}{node.said.en} less of the loss counts at {part_of}%)",
    )


def _held(case: Case, node: Node, method: Steps, target: Decimal, most: Decimal | None) -> Decimal | Reason | None:
    """At most so many points are added: by the side itself, the relation of the target to the base, and for losses."""
    limits = [] if most is None else [most]
    if method.losses is not None and target < 0:
        limits.append(method.losses.most)
    if method.tiers:
        base = case.base(node)
        if base is None:
            return Reason(code="missing_base", data={"label": node.label})
        if not base and target:
            relation = ONE if (target > 0) == (node.direction != "down") else ZERO
        else:
            better = base - target if node.direction == "down" else target - base
            relation = points(ONE + better / abs(base)) if base else ONE
        tiers = sorted(method.tiers, key=lambda tier: tier.at_least, reverse=True)
        reached = (one for one in tiers if (relation > one.at_least if one.beyond else relation >= one.at_least))
        limits.append(next(reached, tiers[-1]).most)
    return min(limits, default=None)


def attainment(value: Decimal, target: Decimal, direction: Direction) -> Decimal | None:
    """Value ÷ target, target ÷ value where less is better.

    Where a sign makes the quotient turn round, 1 + how far the value is ahead ÷ |target| takes its place (2 − value ÷
    target for a loss that was expected). None: not even that can be told.
    """
    if direction != "down":
        if target > 0:
            return value / target
        return ONE + (value - target) / -target if target else None
    if target > 0:
        return target / value if value > 0 else None
    if target < 0:
        return ONE + (target - value) / -target
    return None


def pro_rata(case: Case, node: Node, method: ProRata, weight: Decimal) -> Earned | Reason:
    """Weight × attainment, between the shares that limit it; where there is none, the limit on that side stands."""
    value, target = case.known(node.value), case.target(node)
    if value is None:
        return missing_value(case, node)
    if target is None:
        return Reason(code="missing_target", data={"label": node.label})
    rate = attainment(value, target, node.direction)
    data: dict[str, Told] = {
        "label": node.label, "value": value, "target": target, "unit": node.said, "weight": weight, "limit": NO_UNIT,
    }  # fmt: skip
    share = rate
    if rate is None:
        ahead = target - value if node.direction == "down" else value - target
        share = ONE if not ahead else method.most if ahead > 0 else method.least
        if share is None:
            return Reason(code="target_zero", data={"label": node.label})
    else:
        data["attainment"] = points(rate)
    assert share is not None
    for limit, zh, en in ((method.most, "上限", "at most"), (method.least, "下限", "at least")):
        if limit is not None and (share > limit if en == "at most" else share < limit):
            share = limit
            data["limit"] = Label(
                zh=f"（按{zh} {shown(limit * HUNDRED)}% 计）", en=f" ({en} {shown(limit * HUNDRED)}%)"
            )
    score = points(weight * share)
    code = "pro_rata_no_rate" if rate is None else "pro_rata"
    return Earned(
        score=score, target=target, reason=Reason(code=code, data=data | {"share": points(share), "score": score})
    )


def table(case: Case, node: Node, method: Table) -> Earned | Reason:
    """The points of the row in which the value lies, or its attainment, or how far it is from its target."""
    value, target = case.known(node.value), None
    if value is None:
        return missing_value(case, node)
    measure = value
    if method.of != "value":
        target = case.target(node)
        if target is None:
            return Reason(code="missing_target", data={"label": node.label})
        found = attainment(value, target, node.direction) if method.of == "attainment" else _deviation(value, target)
        if found is None:
            return Reason(code="target_zero", data={"label": node.label})
        measure = points(found)
    score, row = points_of(method.rows, measure, linear=method.linear)
    score = points(score)
    data: dict[str, Told] = {
        "label": node.label, "value": value, "unit": node.said, "score": score,
        "row": _row_label(method, row, node.said),
    }  # fmt: skip
    if target is not None:
        data |= {"target": target, "measure": measure}
    return Earned(score=score, target=target, reason=Reason(code=f"table_{method.of}", data=data))


def _deviation(value: Decimal, target: Decimal) -> Decimal | None:
    if not target:
        return None if value else ZERO
    return abs(value - target) / abs(target)


def points_of(rows: Sequence[Row], measure: Decimal, *, linear: bool) -> tuple[Decimal, int | None]:
    """Points by rows that ascend, and which row it is; below all of them 0 and None. On the line to the next row where
    `linear` and both have a value."""
    place = None
    for number, row in enumerate(rows):
        if row.at_least is not None and (measure <= row.at_least if row.beyond else measure < row.at_least):
            break
        place = number
    if place is None:
        return ZERO, None
    row, after = rows[place], rows[place + 1] if place + 1 < len(rows) else None
    if not linear or after is None or row.at_least is None or after.at_least is None:
        return row.points, place
    part_of = (measure - row.at_least) / (after.at_least - row.at_least)
    return row.points + part_of * (after.points - row.points), place


def _row_label(method: Table, place: int | None, unit: Label) -> Label:
    """Which values a row has, as 不低于 1000 且低于 5000."""
    rows = method.rows
    lower = None if place is None else rows[place]
    upper = rows[0] if place is None else rows[place + 1] if place + 1 < len(rows) else None
    zh, en = [], []
    if lower is not None and lower.at_least is not None:
        zh.append(f"{'高于' if lower.beyond else '不低于'} {_edge(method, lower.at_least, unit, 'zh')}")
        en.append(f"{'above' if lower.beyond else 'from'} {_edge(method, lower.at_least, unit, 'en')}")
    if upper is not None and upper.at_least is not None:
        zh.append(f"{'不高于' if upper.beyond else '低于'} {_edge(method, upper.at_least, unit, 'zh')}")
        en.append(f"{'up to' if upper.beyond else 'below'} {_edge(method, upper.at_least, unit, 'en')}")
    between = (" 之间按直线计算", ", on the line between") if method.linear and len(zh) > 1 else ("", "")
    return Label(zh=" 且".join(zh) + between[0], en=" ".join(en) + between[1])


def _edge(method: Table, at: Decimal, unit: Label, language: Literal["zh", "en"]) -> str:
    if method.of != "value":
        return f"{shown(at * HUNDRED)}%"
    return shown(at) + (unit.zh if language == "zh" else unit.en)
