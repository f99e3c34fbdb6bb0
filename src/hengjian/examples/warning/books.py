"""The books of each enterprise, month by month, and their sums through the layers. Amounts in hundreds of yuan.

A balance follows from business at its pace, debt is what the rest leaves open: so the sheets balance by themselves, and
what an enterprise consolidates is the plain sum of its own figures and those below it.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from hengjian.examples.district.chance import sway

FOLDER = Path(__file__).parent
#: January 2023 is month 0; the last month is December 2025.
FIRST_YEAR, MONTHS = 2023, 36
#: Hundreds of yuan in 万元.
STEPS = 100
RATE, TAX_RATE, CASH_SHARE = 0.042, 0.25, 0.11
Amounts = Mapping[str, int]
#: Assets beside cash.
HELD = ("receivables", "inventories", "other_current", "fixed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Enterprise:
    """One enterprise; `share`: its parent's, in per cent; `revenue`: the first year's, in 万元."""

    id: str
    name: str
    parent: str
    share: int
    industry: str
    size: str
    category: str
    function: str
    main_business: str
    business: str
    revenue: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """Balances at a month's end and the flows of that month alone."""

    balances: Amounts
    flows: Amounts


def read_table(name: str) -> list[dict[str, str]]:
    """The rows of a file of this folder, by its titles."""
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def enterprises() -> Mapping[str, Enterprise]:
    """All of them by id, parents first."""
    found = {}
    for row in read_table("enterprises.csv"):
        numbers = {name: int(row.pop(name)) for name in ("share", "revenue")}
        found[row["id"]] = Enterprise(**row, **numbers)  # type: ignore[arg-type]  # every other column is a text
    return found


@cache
def businesses() -> Mapping[str, Mapping[str, float]]:
    """How each kind of business works: shares of revenue, days, years."""
    return {
        row["business"]: {name: float(text) for name, text in row.items() if name not in ("business", "season")}
        for row in read_table("businesses.csv")
    }


@cache
def seasons() -> Mapping[str, tuple[int, ...]]:
    """Hundredths of a mean month, by month, of each kind of business."""
    return {row["business"]: tuple(map(int, row["season"].split())) for row in read_table("businesses.csv")}


def fortune(entity: str, what: str, month: int) -> float:
    """How an enterprise differs from the usual of its kind: a factor of 1, or for margin and impairment a sum of 0."""
    usual = 0.0 if what in ("margin", "impairment") else 1.0
    for row in _fates():
        if (row["entity"], row["what"]) == (entity, what) and month >= int(row["first"]):
            part = min(1.0, (month - int(row["first"]) + 1) / int(row["months"]))
            usual += (float(row["to"]) - usual) * part
    return usual


@cache
def _fates() -> list[dict[str, str]]:
    return read_table("fates.csv")


def below(entity: str) -> list[str]:
    """The ids of an enterprise and all under it: each id begins with that of its parent."""
    return [one for one in enterprises() if one.startswith(entity)]


def groups() -> list[str]:
    """The ids of the four groups."""
    return [one for one in enterprises() if len(one) == 4]


def _level(one: Enterprise, month: int) -> tuple[float, float]:
    """Revenue and costs of a year at a month's pace, without season."""
    business = businesses()[one.business]
    revenue = one.revenue * STEPS * (1 + business["growth"]) ** (month / 12) * fortune(one.id, "revenue", month)
    return revenue, revenue * (1 - business["margin"] - fortune(one.id, "margin", month))


def _working(one: Enterprise, month: int) -> dict[str, int]:
    business = businesses()[one.business]
    revenue, costs = _level(one, month)
    still = 1 + 0.01 * sway(one.id, month, "still")
    return {
        "receivables": round(
            revenue * business["receivable_days"] / 365 * fortune(one.id, "receivables", month) * still
        ),
        "inventories": round(costs * business["stock_days"] / 365 * fortune(one.id, "stock", month) * still),
        "other_current": round(one.revenue * STEPS * 0.05),
        "payables": round(costs * business["payable_days"] / 365),
    }


@cache
def months(entity: str) -> tuple[Month, ...]:
    """The enterprise's own months, oldest first."""
    one = enterprises()[entity]
    business = businesses()[one.business]
    before = {**_working(one, 0), "fixed": round(one.revenue * STEPS * business["plant"])}
    assets = round(
        sum(before[line] for line in ("receivables", "inventories", "other_current", "fixed")) * (1 + CASH_SHARE)
    )
    before |= {"equity": round(assets * (1 - business["debt_ratio"] - 0.02 * sway(entity, "debt")))}
    before |= {"debt": max(0, assets - before["equity"] - before["payables"])}
    found = []
    for month in range(MONTHS):
        made = _month(one, month, before)
        found.append(made)
        before = dict(made.balances)
    return tuple(found)


def _month(one: Enterprise, month: int, before: Amounts) -> Month:
    business, season = businesses()[one.business], seasons()[one.business][month % 12] / 100
    revenue, costs = _level(one, month)
    income = round(revenue / 12 * season * (1 + 0.02 * sway(one.id, month, "income")))
    usual = one.revenue * STEPS / 12
    flows = {
        "income": income,
        "costs": round(income * costs / revenue),
        "surcharges": round(income * 0.006),
        "selling": round(usual * business["selling"]),
        "administration": round(usual * business["administration"]),
        "research": round(usual * business["research"]),
        "interest": round(before["debt"] * RATE / 12),
        "impairment": round(usual * fortune(one.id, "impairment", month)),
        "depreciation": round(before["fixed"] / business["life"] / 12),
    }
    spent = ("costs", "surcharges", "selling", "administration", "research", "interest", "impairment")
    flows["profit"] = income - sum(flows[line] for line in spent)
    flows["tax"] = max(0, round(flows["profit"] * TAX_RATE))
    flows["net"] = flows["profit"] - flows["tax"]
    flows["labour"] = round((flows["costs"] + flows["administration"]) * business["labour"])
    flows["capital"] = flows["depreciation"] + round(before["fixed"] * business["growth"] / 12)
    after = dict(before) | _working(one, month)
    after["fixed"] = before["fixed"] + flows["capital"] - flows["depreciation"]
    after["equity"] = before["equity"] + flows["net"]
    held = sum(after[line] for line in HELD)
    cash = round(held * CASH_SHARE * fortune(one.id, "cash", month))
    debt = held + cash - after["equity"] - after["payables"]
    after |= {"debt": max(debt, 0), "cash": cash + max(-debt, 0)}
    grown = {line: after[line] - before[line] for line in ("receivables", "inventories", "other_current", "payables")}
    flows["sales_cash"] = income - grown["receivables"]
    flows["operating_cash"] = (
        flows["net"] + flows["depreciation"] + flows["interest"] + grown["payables"]
        - grown["receivables"] - grown["inventories"] - grown["other_current"]
    )  # fmt: skip
    after["short_debt"] = min(after["debt"], round(after["debt"] * business["short"] * fortune(one.id, "short", month)))
    return Month(balances=after, flows=flows)


@cache
def own(entity: str, month: int) -> Amounts:
    """The company alone: balances at a month's end, flows of the year so far."""
    made = months(entity)
    so_far = made[month - month % 12 : month + 1]
    flows = {line: sum(one.flows[line] for one in so_far) for line in made[month].flows}
    return {**made[month].balances, **flows}


@cache
def consolidated(entity: str, month: int) -> Amounts:
    """An enterprise with all below it."""
    members = [own(one, month) for one in below(entity)]
    return {line: sum(one[line] for one in members) for line in members[0]}


@cache
def of_parent(entity: str, month: int, line: str) -> int:
    """The part of a line that is the owners' of the parent: the company's own, and of each daughter's its share."""
    daughters = [one for one in enterprises().values() if one.parent == entity]
    return own(entity, month)[line] + sum(round(of_parent(one.id, month, line) * one.share / 100) for one in daughters)


def month_name(month: int) -> str:
    """A month as filings spell it: 2024-01."""
    return f"{FIRST_YEAR + month // 12}-{month % 12 + 1:02d}"


def quarter_name(month: int) -> str:
    """The quarter that ends with a month: 2024-Q1."""
    return f"{FIRST_YEAR + month // 12}-Q{month % 12 // 3 + 1}"


def written(steps: int) -> str:
    """Hundreds of yuan as 万元 with two decimals."""
    sign, steps = ("-", -steps) if steps < 0 else ("", steps)
    return f"{sign}{steps // 100}.{steps % 100:02d}"
