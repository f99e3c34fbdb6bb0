"""A small catalogue, and tables read against it."""

from typing import Any

from hengjian.intake.context import Context
from hengjian.intake.read import read_table
from hengjian.model.declaration import Attribute, Catalogue, EntityType, Label, LinkType, Measure
from hengjian.model.filing import Row
from hengjian.model.issue import CellPlace, Issue, Place
from hengjian.model.unit import parse_unit

PLACE = Place(file="tiny/measures.yaml")


def _measure(name: str, zh: str, unit: str, period_type: str, frequency: str, **more: Any) -> Measure:
    found = parse_unit(unit)
    assert found is not None
    values: dict[str, Any] = {"type": "enterprise", "cumulative": None, **more}
    return Measure(
        name=name, label=Label(zh=zh, en=name.replace("_", " ")), unit=found, period_type=period_type,
        frequency=frequency, source="tiny", pack="tiny", place=PLACE, **values,
    )  # fmt: skip


MEASURES = [
    _measure("total_assets", "资产总计", "CNY", "instant", "quarter"),
    _measure("registered_capital", "注册资本", "万元", "instant", "year"),
    _measure("net_profit", "净利润", "CNY", "duration", "quarter", cumulative="year"),
    _measure("investment", "固定资产投资", "CNY", "duration", "quarter"),
    _measure("headcount", "职工人数", "person", "instant", "quarter"),
    _measure("stake", "持股比例", "ratio", "instant", "quarter"),
    _measure("turnout", "出勤率", "%", "instant", "month"),
    _measure("power_used", "用电量", "kWh", "duration", "month"),
    _measure("load", "负荷", "kWh", "instant", "day", type="meter"),
    _measure("研发费用", "研发费用（当年累计）", "CNY", "duration", "quarter", cumulative="year"),
]


def _attributes(**kinds: Any) -> dict[str, Attribute]:
    return {
        name: Attribute(name=name, label=Label(zh=f"{name}（属性）", en=name), kind=kind, place=PLACE)
        for name, kind in kinds.items()
    }


def _type(name: str, zh: str, **kinds: Any) -> EntityType:
    label = Label(zh=zh, en=f"{name} as reported")
    return EntityType(name=name, label=label, attributes=_attributes(**kinds), place=PLACE)


def _link(name: str, zh: str, target: str, **kinds: Any) -> LinkType:
    label = Label(zh=zh, en=f"{name} it")
    return LinkType(
        name=name, label=label, source="enterprise", target=target, attributes=_attributes(**kinds), place=PLACE
    )


def catalogue() -> Catalogue:
    """Enterprises with an industry, meters, ownership and who reads which meter."""
    enterprise = _type("enterprise", "企业", industry="text", capital="number", founded="date")
    owns = _link("owns", "持股", "enterprise", share="number", voting="number")
    return Catalogue(
        packs={},
        types={"enterprise": enterprise, "meter": _type("meter", "电表", model="text")},
        links={"owns": owns, "reads": _link("reads", "抄表", "meter")},
        measures={measure.name: measure for measure in MEASURES},
        parameters={},
        indicators={},
        rules={},
        checks={},
    )


class Desk:
    """Reads tables of one catalogue and two enterprises, E1 and 龙江集团, and a meter, M1."""

    def __init__(self) -> None:
        self.catalogue = catalogue()
        self.entity_types = {"E1": "enterprise", "E2": "enterprise", "龙江集团": "enterprise", "M1": "meter"}

    def read(
        self, content: str | bytes, form: str = "observations", **context: Any
    ) -> tuple[tuple[Row, ...], tuple[Issue, ...]]:
        """Rows and faults."""
        known = {"catalogue": self.catalogue, "entity_types": self.entity_types, **context}
        return read_table("a.csv", content.encode() if isinstance(content, str) else content, form, Context(**known))

    def rows(self, content: str | bytes, form: str = "observations", **context: Any) -> tuple[Any, ...]:
        """The rows of a table without faults."""
        rows, issues = self.read(content, form, **context)
        assert issues == (), "\n".join(map(str, issues))
        return rows

    def faults(self, content: str | bytes, form: str = "observations", **context: Any) -> list[tuple[Any, ...]]:
        """Row, column, message and hint of each fault of a table that has some."""
        rows, issues = self.read(content, form, **context)
        assert rows == ()
        assert issues
        return [(place.row, place.column, issue.message, issue.hint) for issue, place in map(_placed, issues)]


def _placed(issue: Issue) -> tuple[Issue, CellPlace]:
    assert isinstance(issue.place, CellPlace)
    assert (issue.place.file, issue.place.sheet, issue.place.cell) == ("a.csv", None, None)
    assert issue.hint
    return issue, issue.place
