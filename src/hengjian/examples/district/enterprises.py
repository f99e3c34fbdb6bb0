"""The enterprises of the district, and how each kind of business earns and owes."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent
#: So many yuan are 万元.
TEN_THOUSAND = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Enterprise:
    """One enterprise. `revenue` (yuan): the first year's; `also`: the shares of owners beside its parent."""

    id: str
    name: str
    parent: str | None
    share: float
    also: Mapping[str, float]
    function: str
    main_business: str
    category: str
    industry: str
    nature: str
    revenue: int

    @property
    def is_group(self) -> bool:
        """Whether the district manages it itself."""
        return len(self.id) == 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Nature:
    """How a kind of business works: shares of revenue, days, years; `season`: hundredths of a mean month, by month."""

    margin: float
    selling: float
    administration: float
    research: float
    labour: float
    wage: float
    receivable_days: float
    stock_days: float
    payable_days: float
    advance_days: float
    plant: float
    estate: float
    rights: float
    life: float
    debt_ratio: float
    short: float
    bonds: float
    growth: float
    subsidy: float
    season: tuple[int, ...]


@cache
def enterprises() -> Mapping[str, Enterprise]:
    """All of them by id, parents before those below them."""
    return {row["id"]: _enterprise(row) for row in read_table("enterprises.csv")}


def _enterprise(row: Mapping[str, str]) -> Enterprise:
    also = dict(part.split(":") for part in row["also"].split(";") if part)
    return Enterprise(
        id=row["id"], name=row["name"], parent=row["parent"] or None, share=float(row["share"] or 0),
        also={owner: float(share) for owner, share in also.items()}, function=row["function"],
        main_business=row["main_business"], category=row["category"], industry=row["industry"], nature=row["nature"],
        revenue=int(row["revenue"]) * TEN_THOUSAND,
    )  # fmt: skip


@cache
def natures() -> Mapping[str, Nature]:
    """The kinds of business by name."""
    return {row.pop("nature"): _nature(row) for row in read_table("natures.csv")}


def _nature(row: Mapping[str, str]) -> Nature:
    figures = {name: float(text) for name, text in row.items() if name != "season"}
    return Nature(season=tuple(map(int, row["season"].split())), **figures)


def read_table(name: str) -> list[dict[str, str]]:
    """The rows of a file of this folder, by its titles."""
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def children(parent: str) -> tuple[Enterprise, ...]:
    """The enterprises that one controls directly."""
    return tuple(one for one in enterprises().values() if one.parent == parent)


def groups() -> list[str]:
    """The ids of the groups that the district manages."""
    return [one.id for one in enterprises().values() if one.is_group]


def members(group: str) -> list[str]:
    """A group, all that it controls, and the minority holdings that it files for, in the order of the register."""
    return [one for one in enterprises() if one[:4] == group]


def stakes(owner: str) -> dict[str, float]:
    """What an enterprise owns directly: shares by id, controlled or not."""
    held = {one.id: one.share for one in children(owner)}
    return held | {one.id: one.also[owner] for one in enterprises().values() if owner in one.also}
