"""Published lines of early_warning: figures on each line and a step beyond, and the level that they stand for."""

from collections.abc import Iterator, Mapping

MILLION = 1_000_000
Figures = Mapping[str, object]
#: A rule, the figures of one entity, the gravest level raised.
Line = tuple[str, Figures, str | None]


def along(rule: str, moved: str, steps: Mapping[int, str | None], **held: object) -> Iterator[Line]:
    """The rule at each step of one figure, the others held."""
    for figure, level in steps.items():
        yield rule, {**held, moved: figure}, level


def debt() -> Iterator[Line]:
    """《关于加强国有企业资产负债约束的指导意见》 (2018): 57.5 % (工业, end of 2024) + 5 and + 10. 2017: 工业 65/70,
    非工业 70/75, 科研技术 60/65. 企业绩效评价标准值 (2006): 82.2 %. Local governments: 120, 200, 300 %."""
    of = {"quick_total_assets": 10_000}
    base = {6250: None, 6251: "yellow", 6750: "yellow", 6751: "red"}
    yield from along("debt_ratio_base_lines", "quick_total_liabilities", base, industry="工业", **of)
    for industry, alert, key in (("工业", 6500, 7000), ("非工业", 7000, 7500), ("科研技术", 6000, 6500)):
        steps = {alert - 1: None, alert: "yellow", key - 1: "yellow", key: "red"}  # and 1 of perpetual bonds
        held = {"industry": industry, "perpetual_bonds": 1, **of}
        yield from along("adjusted_debt_ratio_lines", "quick_total_liabilities", steps, **held)
    lower = {8220: None, 8221: "orange"}
    held = {"industry": "工业", "size": "中型", **of}
    yield from along("debt_ratio_lower_value_line", "quick_total_liabilities", lower, **held)
    colours = {1199: None, 1200: "yellow", 1999: "yellow", 2000: "orange", 2999: "orange", 3000: "red"}
    yield from along("local_debt_ratio_colours", "local_debt", colours, local_fiscal_capacity=1000)


def guarantees() -> Iterator[Line]:
    """国资发财评规〔2021〕75号: 40 % of consolidated, 50 % of own net assets, implicit guarantees counted."""
    held = {"implicit_guarantees": 10, "quick_total_equity": 1000}
    yield from along("guarantees_over_group_limit", "quick_guarantee_balance", {390: None, 391: "red"}, **held)
    own = {490: None, 491: "red"}
    yield from along("guarantees_over_own_limit", "quick_guarantee_balance", own, scope="单体", **held)


def compliance() -> Iterator[Line]:
    """国资发监督规〔2021〕103号: above 5000万元, above 10 %. 国务院国资委令第46号: from 500万元, from 5000万元."""
    big = {"quick_total_assets": 1000 * MILLION, "quick_total_equity": 900 * MILLION, "event_impact": 0}
    yield from along("major_risk_event", "event_expected_loss", {50 * MILLION + 1: "red"}, **big)
    small = {"quick_total_assets": 1000, "event_expected_loss": 0}
    yield from along("major_risk_event", "event_impact", {101: "red"}, quick_total_equity=1200, **small)
    yield from along("major_risk_event", "event_impact", {91: "red"}, quick_total_equity=900, **small)
    losses = {
        0: None, 1: "yellow", 5 * MILLION - 1: "yellow", 5 * MILLION: "orange", 50 * MILLION - 1: "orange",
        50 * MILLION: "red",
    }  # fmt: skip
    yield from along("asset_losses", "violation_losses", losses)
    yield from along("under_investigation", "judicial_cases", {0: "orange", 1: "red"}, regulator_cases=1)
    reviewed = {1000: None, 999: "yellow", 900: "yellow", 899: "orange"}
    yield from along("contracts_unreviewed", "contracts_reviewed", reviewed, contracts_signed=1000)


def accidents() -> Iterator[Line]:
    """国务院令第493号, article 3: deaths 3, 10, 30; serious injuries 10, 50, 100; losses of 1000万, 5000万, 1亿元."""
    zero = {"accident_deaths": 0, "accident_injuries": 0, "accident_losses": 0}
    of = {
        "accident_deaths": (1, 3, 10, 30), "accident_injuries": (1, 10, 50, 100),
        "accident_losses": (1, 10 * MILLION, 50 * MILLION, 100 * MILLION),
    }  # fmt: skip
    yield "accident_happened", zero, None
    for moved, lines in of.items():
        held = {name: one for name, one in zero.items() if name != moved}
        below: str | None = None
        for line, level in zip(lines, ("blue", "yellow", "orange", "red"), strict=True):
            yield from along("accident_happened", moved, {line - 1: below, line: level}, **held)
            below = level


LINES: tuple[Line, ...] = (*debt(), *guarantees(), *compliance(), *accidents())
