"""The formulas of a workbook: how each line's points follow from its figures and the rule, cell by cell.

They are written anew from the declared methods, and take no result of ours; only what has no figure (a condition that
holds, ratings) is an entry among the parameters. Numbers of the rule stand in the sheet of parameters.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from hengjian.model.scorecard import (
    Awards,
    Bounds,
    Efficacy,
    Modification,
    PastScores,
    Points,
    ProRata,
    Rating,
    Row,
    Standing,
    Steps,
    Table,
)  # fmt: skip
from hengjian.reports.formulas import OWN, Cells, Sheet, added, is_group
from hengjian.reports.lattice import Line
from hengjian.reports.recomputeparts import part_of

_FAR = "1E+99"


def cells(sheet: Sheet, line: Line, parent: Line | None) -> Cells:
    """The formulas of one line, without "=", by column."""
    if not line.is_told:
        return {}
    if line.kind == "left_out":
        return {"score": "0"}
    if line.kind == "modifier" and parent is not None:
        return _modifier(sheet, line, parent)
    if not line.is_item:
        return {"score": part_of(sheet, line, parent)} if parent is not None else {}
    if line.kind == "weighted" or is_group(line):
        return {"score": sheet.scores(line.children)}
    found = _earned(sheet, line)
    steps = [sheet.at("score", one) for one in line.children if one.kind not in OWN]
    found["score"] = added([sheet.at("earned", line), *steps])
    return found


def _earned(sheet: Sheet, line: Line) -> Cells:
    """A leaf's points by its method."""
    code, method = str(line.node.get("code")), None if line.item is None else line.item.method
    first = str(line.children[0].node.get("code")) if line.children else code
    if "_zero" in code:  # what is missing counts 0
        return {"earned": "0"}
    match method:
        case Efficacy():
            return _efficacy(sheet, line, "efficacy_special" in (code, first))
        case Steps():
            return _steps(sheet, line, method)
        case ProRata():
            return _pro_rata(sheet, line, method)
        case Table():
            return _table(sheet, line, method)
        case Standing():
            return _standing(sheet, line, method)
        case Rating():
            share = sheet.parameter(line, "平均得分比例", _told(line, "share"))
            return {"first": share, "earned": f"{sheet.at('weight', line)}*{sheet.at('first', line)}"}
        case Awards():
            return {"earned": sheet.scores([one for one in line.children if one.kind == "award"])}
        case Points():
            return {"earned": sheet.at("value", line)}
        case PastScores():
            return _past(sheet, line, method)
        case Modification() | None:
            raise ValueError(f"{line.node['item']} has no method of its own")


def _told(line: Line, name: str) -> str:
    """What a leaf's own sentence names; that of its first part where steps took its place."""
    for data in (line.data, *(one.data for one in line.children)):
        if name in data:
            return str(data[name])
    raise KeyError(name)


def _position(sheet: Sheet, line: Line) -> Cells:
    """Where the value stands among the bands: how many are missed, the band reached and the next better one."""
    columns = sheet.columns
    span, many = columns.span(line), len(columns.bands)
    best, worst = f"{columns.bands[0]}{line.row}", f"{columns.bands[-1]}{line.row}"
    rising = "-1" if line.direction == "down" else "1"
    sign = f"IF({best}={worst},{rising},SIGN({best}-{worst}))"
    value, missed = sheet.at("value", line), sheet.at("missed", line)
    within = f"AND({missed}>0,{missed}<{many})"
    lower_value, upper_value = sheet.at("lower_value", line), sheet.at("upper_value", line)
    return {
        "missed": f"SUMPRODUCT(--(({span}-{value})*{sign}>0))",
        "lower": f"IF({missed}>={many},0,INDEX({columns.coefficients},1,MIN({missed}+1,{many})))",
        "upper": f'IF({within},INDEX({columns.coefficients},1,MAX({missed},1)),"")',
        "lower_value": f'IF({within},INDEX({span},1,MIN({missed}+1,{many})),"")',
        "upper_value": f'IF({within},INDEX({span},1,MAX({missed},1)),"")',
        "efficacy": f"IF({within},({value}-{lower_value})/({upper_value}-{lower_value}),0)",
    }


def _efficacy(sheet: Sheet, line: Line, is_special: bool) -> Cells:
    weight, at = sheet.at("weight", line), sheet.at
    if is_special:
        share = sheet.parameter(line, "特殊情形按权数的比例", _told(line, "amount"))
        return {"first": f"{weight}*{share}", "second": "0", "earned": f"{at('first', line)}+{at('second', line)}"}
    upper, lower = at("upper", line), at("lower", line)
    return _position(sheet, line) | {
        "first": f"{weight}*{lower}",
        "second": f'IF({upper}="",0,{at("efficacy", line)}*({weight}*{upper}-{weight}*{lower}))',
        "earned": f"{at('first', line)}+{at('second', line)}",
    }


def _modifier(sheet: Sheet, line: Line, parent: Line) -> Cells:
    """A modifying item by its effect: basic points × its share of the weights × (coefficient − 1)."""
    at = sheet.at
    basic = [one for one in parent.children if (one.is_item and one.kind != "modifier") or one.kind == "spread"]
    basic = [one for one in basic if one.item is None or one.item.role != "bonus"]
    sum_of = f"({sheet.scores(basic)})"
    weights = added([at("weight", one) for one in parent.children if one.kind == "modifier"])
    analysis = f"{sum_of}/{at('weight', parent)}"
    raw, held = at("first", line), at("second", line)
    found: Cells = {}
    if line.node.get("code") == "modifier_fixed":
        if line.node.get("value") is None and line.item is not None and line.item.missing == "zero":
            found = {"first": f"1-{analysis}", "second": _between(sheet, line, parent, raw)}
        else:
            found = {"first": sheet.parameter(line, "规定的修正系数", _told(line, "coefficient")), "second": raw}
    else:
        many, coefficients = len(sheet.columns.bands), [band.coefficient for band in sheet.card.bands]
        more = coefficients[0] - coefficients[1] if many > 1 else Decimal(0)
        one_more = sheet.parameter(line, "优于最高档时增加", more)
        missed, lower, upper = at("missed", line), at("lower", line), at("upper", line)
        height = (
            f'IF({missed}>={many},0,IF({upper}="",{lower}+{one_more},{lower}+{at("efficacy", line)}*({upper}-{lower})))'
        )
        found = _position(sheet, line) | {
            "first": f"1+{height}-{analysis}", "second": _between(sheet, line, parent, raw),
        }  # fmt: skip
    return found | {"score": f"{sum_of}*{at('weight', line)}/({weights})*({held}-1)"}


def _between(sheet: Sheet, line: Line, parent: Line, raw: str) -> str:
    bounds: Bounds | None = None if parent.item is None else parent.item.bounds
    if bounds is None or not sheet.stands(bounds.setting):
        return raw
    least = sheet.parameter(line, "修正系数下限", bounds.least)
    most = sheet.parameter(line, "修正系数上限", bounds.most)
    return f"MAX({least},MIN({most},{raw}))"


def _steps(sheet: Sheet, line: Line, method: Steps) -> Cells:
    at = sheet.at
    value, target, weight, distance = at("value", line), at("target", line), at("weight", line), at("first", line)
    ahead = f"{target}-{value}" if line.direction == "down" else f"{value}-{target}"
    if method.losses is not None and line.direction != "down":
        part = sheet.parameter(line, "减亏计入比例", method.losses.part)
        ahead = f"IF(AND({target}<0,{value}>{target}),(MIN({value},0)-{target})*{part}+MAX({value},0),{ahead})"
    if not method.absolute:
        ahead = f"IF({ahead}=0,0,({ahead})*100/ABS({target}))"
    above = below = "0"
    if method.above is not None:
        limits = [] if method.above.most is None else [sheet.parameter(line, "最多加分", method.above.most)]
        if method.losses is not None:
            limits.append(f"IF({target}<0,{sheet.parameter(line, '减亏最多加分', method.losses.most)},{_FAR})")
        if method.tiers and "base" in line.data:
            limits.append(_tier(sheet, line, method, target))
        above = _stepped(sheet, line, method, "加分", distance, limits)
    if method.below is not None:
        limits = [] if method.below.most is None else [sheet.parameter(line, "最多减分", method.below.most)]
        below = "-" + _stepped(sheet, line, method, "减分", f"(-{distance})", limits)
    return {
        "first": ahead, "second": f"IF({distance}>0,{above},IF({distance}<0,{below},0))",
        "earned": f"{weight}+{at('second', line)}",
    }  # fmt: skip


def _stepped(sheet: Sheet, line: Line, method: Steps, what: str, distance: str, limits: Sequence[str]) -> str:
    side = method.above if what == "加分" else method.below
    assert side is not None
    per, each = sheet.parameter(line, f"每一步（{what}）", side.per), sheet.parameter(line, f"每步{what}", side.points)
    steps = f"{distance}/{per}"
    if method.whole_if is not None and sheet.stands(method.whole_if):
        steps = f"INT(ROUND({steps},10))"  # so that what a double lacks of a whole step takes none away
    return f"MIN({','.join([f'{steps}*{each}', *limits])})" if limits else f"{steps}*{each}"


def _tier(sheet: Sheet, line: Line, method: Steps, target: str) -> str:
    """At most so many points are added, by how the target stands to its base."""
    base = sheet.parameter(line, "基准值", str(line.data["base"]))
    better = f"{base}-{target}" if line.direction == "down" else f"{target}-{base}"
    rises = "<0" if line.direction == "down" else ">0"
    relation = f"IF({base}=0,IF({target}=0,1,IF({target}{rises},1,0)),ROUND(1+({better})/ABS({base}),12))"
    tiers = sorted(method.tiers, key=lambda tier: tier.at_least, reverse=True)
    found = sheet.parameter(line, "目标档最多加分（最低档）", tiers[-1].most)
    for tier in reversed(tiers[:-1]):
        edge = sheet.parameter(line, "目标档界限（对基准值）", tier.at_least)
        most = sheet.parameter(line, "目标档最多加分", tier.most)
        found = f"IF({relation}{'>' if tier.beyond else '>='}{edge},{most},{found})"
    return found


def _attainment(value: str, target: str, direction: str) -> str:
    if direction == "down":
        return (
            f'IF({target}>0,IF({value}>0,{target}/{value},""),IF({target}<0,1+({target}-{value})/-{target},""))'
        )  # fmt: skip
    return f'IF({target}>0,{value}/{target},IF({target}<0,1+({value}-{target})/-{target},""))'


def _pro_rata(sheet: Sheet, line: Line, method: ProRata) -> Cells:
    at = sheet.at
    value, target, rate = at("value", line), at("target", line), at("first", line)
    least = None if method.least is None else sheet.parameter(line, "下限（权数的倍数）", method.least)
    most = None if method.most is None else sheet.parameter(line, "上限（权数的倍数）", method.most)
    held = rate if most is None else f"MIN({most},{rate})"
    held = held if least is None else f"MAX({least},{held})"
    ahead = f"{target}-{value}" if line.direction == "down" else f"{value}-{target}"
    without = f"IF({ahead}=0,1,IF({ahead}>0,{most or '1'},{least or '1'}))"
    return {
        "first": _attainment(value, target, line.direction), "second": f'IF({rate}="",{without},{held})',
        "earned": f"{at('weight', line)}*{at('second', line)}",
    }  # fmt: skip


def _table(sheet: Sheet, line: Line, method: Table) -> Cells:
    at = sheet.at
    value, target, measure = at("value", line), at("target", line), at("first", line)
    match method.of:
        case "value":
            first = value
        case "attainment":
            first = f"ROUND({_attainment(value, target, line.direction)},12)"
        case "deviation":
            first = f"IF({value}={target},0,ROUND(ABS({value}-{target})/ABS({target}),12))"
    return {"first": first, "earned": _by_rows(sheet, line, method.rows, measure, linear=method.linear)}


def _by_rows(sheet: Sheet, line: Line, rows: Sequence[Row], measure: str, *, linear: bool) -> str:
    edges = [None if row.at_least is None else sheet.parameter(line, "档次界限", row.at_least) for row in rows]
    points = [sheet.parameter(line, "档次得分", row.points) for row in rows]
    found = "0"
    for place, row in enumerate(rows):
        edge, after = edges[place], edges[place + 1] if place + 1 < len(rows) else None
        given = points[place]
        if linear and edge is not None and after is not None:
            given = f"{given}+({measure}-{edge})/({after}-{edge})*({points[place + 1]}-{given})"
        if edge is None:
            found = given
        else:
            found = f"IF({measure}{'>' if row.beyond else '>='}{edge},{given},{found})"
    return found


def _standing(sheet: Sheet, line: Line, method: Standing) -> Cells:
    missed, found = sheet.at("missed", line), "0"
    for place, band in reversed(list(enumerate(sheet.card.bands))):
        if band.name in method.points:
            given = sheet.parameter(line, f"达到{band.label.zh}值得分", method.points[band.name])
            found = f"IF({missed}<={place},{given},{found})"
    return {"missed": _position(sheet, line)["missed"], "earned": found}


def _past(sheet: Sheet, line: Line, method: PastScores) -> Cells:
    if method.relation == "change":
        now, before = (
            sheet.parameter(line, what, _told(line, name)) for what, name in (("本期", "now"), ("上期", "before"))
        )
        return {"first": now, "second": before, "earned": f"{now}/{before}"}
    told: Any = next(data["scores"] for data in (line.data, *(one.data for one in line.children)) if "scores" in data)
    scores = [sheet.parameter(line, "以往得分", str(one)) for one in told]
    return {"earned": f"({added(scores)})/{len(scores)}"}
