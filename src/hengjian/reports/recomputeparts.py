"""The formulas of parts that are no items: what a step of the rule adds to its item's points, or takes away."""

from hengjian.model.scorecard import Awards, Efficacy, Round
from hengjian.reports.formulas import OWN, Sheet, added, is_group
from hengjian.reports.lattice import Line


def _before(sheet: Sheet, line: Line, parent: Line) -> str:
    """The points of the parent before one of its parts was done to them."""
    parts = []
    if parent.is_item and not is_group(parent) and parent.kind != "weighted":
        parts = [sheet.at("earned", parent)]
    for one in parent.children:
        if one is line:
            break
        if parts and one.kind in OWN:
            continue
        parts.append(sheet.at("score", one))
    return f"({added(parts)})"


def part_of(sheet: Sheet, line: Line, parent: Line) -> str:
    """What a part that is no item adds to its parent's points."""
    at, data = sheet.at, line.data
    before = _before(sheet, line, parent)
    match line.kind:
        case "base":
            return at("first", parent) if isinstance(_method(parent), Efficacy) else at("weight", parent)
        case "adjustment" | "steps":
            return at("second", parent)
        case "points":
            return at("earned", parent)
        case "award":
            return sheet.parameter(line, "认定分值", str(line.node["score"]))
        case "floor":
            return f"MAX({sheet.parameter(line, '不低于', data['at'])},{before})-{before}"
        case "cap" if "most" in data:
            return _award_cap(sheet, line, parent)
        case "cap" | "cap_grade":
            return f"MIN({sheet.parameter(line, '不高于', data['at'])},{before})-{before}"
        case "times":
            return f"{before}*{sheet.parameter(line, '系数', data['factor'])}-{before}"
        case "weighing":
            return f"{before}*{sheet.parameter(line, '按百分比计入', data['weight'])}/100-{before}"
        case "rescale":
            source, target = (
                sheet.parameter(line, what, data[name]) for what, name in (("原满分", "source"), ("换算满分", "target"))
            )
            return f"{before}*{target}/{source}-{before}"
        case "round":
            return _round(line, parent, before)
        case "couple":
            return _couple(sheet, line, parent)
        case "bonus":
            return _bonus(sheet, line, parent)
        case "spread":
            return _spread(sheet, parent)
        case "veto":
            return "0"
    raise ValueError(f"no formula for {line.kind}")


def _method(line: Line) -> object:
    return None if line.item is None else line.item.method


def _award_cap(sheet: Sheet, line: Line, parent: Line) -> str:
    """What exceeds the most of a ground, or of all, is taken back."""
    minus = isinstance(method := _method(parent), Awards) and method.minus
    most = sheet.parameter(line, "最多", line.data["most"])
    others = parent.children[: parent.children.index(line)]
    ground = line.data.get("ground")
    if ground is not None:
        others = tuple(one for one in others if one.kind == "award" and one.data.get("ground") == ground)
    found = f"({sheet.scores(others)})"
    return f"MAX(-{most},{found})-{found}" if minus else f"MIN({most},{found})-{found}"


def _round(line: Line, parent: Line, before: str) -> str:
    digits = int(str(line.data["digits"]))
    steps = () if parent.item is None else parent.item.adjust
    rule = next(
        (one.step.rule for one in steps if isinstance(one.step, Round) and one.step.digits == digits), "half_up"
    )
    if rule == "down":
        return f"ROUNDDOWN({before},{digits})-{before}"
    if rule == "half_up":
        return f"ROUND({before},{digits})-{before}"
    unit = f"10^-{digits}"
    half = f"ROUND(ABS(MOD(ABS({before})/{unit},2)-0.5),9)=0"
    return f"IF({half},ROUNDDOWN({before},{digits}),ROUND({before},{digits}))-{before}"


def _couple(sheet: Sheet, line: Line, parent: Line) -> str:
    """Where another item falls short, what is beyond the weight is taken back."""
    if line.node.get("code") == "couple":
        return "0"
    units = [
        one for one in parent.walk() if one.is_item and one.node["item"] == line.node["item"] and one is not parent
    ]
    score, weight = sheet.at("score", units[0]), sheet.at("weight", units[0])
    return f"MIN({weight},{score})-{score}"


def _bonus(sheet: Sheet, line: Line, parent: Line) -> str:
    """Bonus items before it that are added: no more than the most, and damped where the score is high already."""
    place = parent.children.index(line)
    start = place
    while start and (
        parent.children[start - 1].kind == "bonus" or _role(parent.children[start - 1]) == "bonus"
    ):  # fmt: skip
        start -= 1
    bonus = f"({sheet.scores(parent.children[start:place])})"
    if line.node.get("code") == "bonus_cap":
        return f"MIN({sheet.parameter(line, '加分合计不超过', line.data['most'])},{bonus})-{bonus}"
    before = _before(sheet, parent.children[start], parent)
    factor = sheet.parameter(line, "折算倍数", line.data["factor"])
    return f"MAX(0,(1-{before}/100)*{factor}*{bonus})-{bonus}"


def _role(line: Line) -> str:
    return "" if line.item is None or not line.is_item else line.item.role


def _spread(sheet: Sheet, parent: Line) -> str:
    """The weight of those left out goes to the others, in proportion."""
    items = [one for one in parent.children if one.is_item and one.kind != "modifier" and one.node.get("weight")]
    items = [one for one in items if _role(one) != "bonus"]
    staying = [one for one in items if one.kind != "left_out"]
    counted = f"({sheet.scores(staying)})"
    present = added([sheet.at("weight", one) for one in staying])
    whole = added([sheet.at("weight", one) for one in items])
    return f"{counted}*({whole})/({present})-{counted}"
