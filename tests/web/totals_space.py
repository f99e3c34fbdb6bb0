"""A space with an office over three enterprises: what it answers on top of `space.py`."""

from collections.abc import Mapping
from typing import Any

from space import DECLARATIONS, STATUS
from space import ask as plain

OFFICE = "区国资委"
_MONTHS = ("2025-10", "2025-11", "2025-12")


def _label(zh: str, en: str) -> dict[str, str]:
    return {"zh": zh, "en": en}


def _figure(zh: str, en: str, unit: str, kind: str) -> dict[str, Any]:
    return {"label": _label(zh, en), "unit": unit, "type": kind, "formula": f"{en}()", "source": "本包自定"}


OWN = {
    "sum_income": _figure("营业收入合计", "All income", "CNY", "office"),
    "sum_income_yoy": _figure("收入合计同比", "Growth of all income", "ratio", "office"),
    "income_target": _figure("收入目标", "Target of income", "CNY", "office"),
    "income_progress": _figure("收入完成率", "Share of the target", "ratio", "office"),
    "due": _figure("序时进度", "Due", "ratio", "office"),
    "income_ahead": _figure("收入超序时", "Ahead", "pp", "office"),
    "sum_staff": _figure("人数合计", "All staff", "person", "office"),
}
THEIRS = {
    "income": _figure("营业收入", "Income", "CNY", "enterprise"),
    "income_before": _figure("上年同期收入", "Income a year ago", "CNY", "enterprise"),
    "income_share": _figure("收入占比", "Share of income", "ratio", "enterprise"),
    "staff": _figure("人数", "Staff", "person", "enterprise"),
    "months_to_line": _figure("距线月数", "Months to the line", "times", "enterprise"),
}
PAGE = {
    "label": _label("经济运行", "Economic operation"), "type": "office", "columns": ["sum_staff", "sum_income"],
    "totals": {
        "link": "supervised_by", "direction": "to", "members": "enterprise", "by": ["category", "industry"],
        "columns": ["months_to_line"],
        "figures": [
            {
                "total": "sum_income", "growth": "sum_income_yoy", "like_for_like": None, "target": "income_target",
                "progress": "income_progress", "schedule": "due", "ahead": "income_ahead", "member": "income",
                "before": "income_before", "columns": ["income_share"],
            },
            {
                "total": "sum_staff", "growth": None, "like_for_like": None, "target": None, "progress": None,
                "schedule": None, "ahead": None, "member": "staff", "before": None, "columns": [],
            },
        ],
    },
}  # fmt: skip
TYPES = {
    "enterprise": {
        "label": _label("企业", "Enterprise"), "lineage": ["enterprise"],
        "attributes": {
            "category": {"label": _label("企业类别", "Category"), "kind": "text"},
            "industry": {"label": _label("行业", "Industry"), "kind": "text"},
        },
    },
    "office": {"label": _label("监管机构", "Office"), "lineage": ["office"], "attributes": {}},
}  # fmt: skip
SUPERVISED_BY = {
    "label": _label("监管机构", "Supervised by"), "attributes": {}, "inverse": "supervises",
    "inverse_label": _label("监管企业", "Supervises"),
}  # fmt: skip
ENTITIES = [
    {"id": OFFICE, "type": "office", "name": "嘉城区国资委"},
    *({"id": one, "type": "enterprise", "name": f"{one}集团"} for one in "甲乙丙丁"),
]
#: 丁 is nobody the office supervises.
SUPERVISED = "甲乙丙"

#: Of the office, by month; December is not complete.
SUMS: Mapping[str, tuple[float | None, ...]] = {
    "sum_income": (540e8, 600e8, None), "sum_income_yoy": (0.04, 0.05, None), "income_target": (640e8,) * 3,
    "income_progress": (0.84375, 0.9375, None), "due": (0.81, 0.9, 1.0), "income_ahead": (3.375, 3.75, None),
    "sum_staff": (9_000.0, 9_100.0, None),
}  # fmt: skip
#: Of 甲, 乙, 丙, 丁 in November and December; 丙 has not filed December.
FIGURES: Mapping[str, tuple[tuple[float | None, ...], ...]] = {
    "income": ((100e8, 300e8, 200e8, 7e8), (110e8, 330e8, 200e8, 8e8)),
    "income_before": ((80e8, 300e8, None, 6e8), (90e8, 320e8, None, 6e8)),
    "income_share": ((1 / 6, 0.5, 1 / 3, None), (None, None, 1 / 3, None)),
    "staff": ((5_000.0, 4_000.0, 100.0, 9.0), (5_000.0, 4_000.0, 100.0, 9.0)),
    "months_to_line": ((7.25, None, 0.0, None), (6.0, None, 0.0, None)),
}
CATEGORIES = {"甲": "功能保障类", "乙": "市场竞争类", "丙": "功能保障类", "丁": "市场竞争类"}


def ask(method: str, question: Mapping[str, object]) -> dict[str, Any]:
    """Answers like `space.ask`, with the office."""
    match method:
        case "declarations":
            return {
                **DECLARATIONS, "types": TYPES, "indicators": {**DECLARATIONS["indicators"], **OWN, **THEIRS},
                "pages": {**DECLARATIONS["pages"], "operation": PAGE},
                "links": {**DECLARATIONS["links"], "supervised_by": SUPERVISED_BY},
            }  # fmt: skip
        case "entities":
            return {"entities": ENTITIES}
        case "show":
            return {"entity": OFFICE, "values": [*_values(question)]}
        case "relations":
            links = [("supervised_by", "to", one) for one in SUPERVISED]
            links += [("supervised_by", "from", "丁"), ("other", "to", "丁")]
            told = [{"link": link, "direction": way, "entity": one, "attributes": {}} for link, way, one in links]
            return {
                "entity": OFFICE, "type": "office", "name": "嘉城区国资委", "attributes": {}, "day": question["as_of"],
                "links": told,
            }  # fmt: skip
        case "portfolio":
            return _portfolio(question)
        case "explain":
            return _explain(question)
        case "status":
            return STATUS
    return plain(method, question)


def _values(question: Mapping[str, object]) -> list[dict[str, Any]]:
    asked = question["indicators"]
    assert isinstance(asked, list)
    missing = {"reason": "not_reported", "input": "income", "entity": "丙", "period": "2025-12"}
    return [
        {
            "indicator": name, "period": month, "value": value, "unit": OWN[name]["unit"], "basis": "flash",
            "missing": missing if value is None else None,
        }
        for name in asked
        for month, value in zip(_MONTHS, SUMS[name], strict=True)
        if (value is not None if question.get("period") is None else month == question["period"])
    ]  # fmt: skip


def _explain(question: Mapping[str, object]) -> dict[str, Any]:
    name, period = str(question["indicator"]), str(question["period"])
    declared = {**OWN, **THEIRS}[name]
    leaf = {
        "leaf": name, "value": 600e8, "children": [], "period": period, "unit": declared["unit"], "missing": None,
        "text": name,
    }  # fmt: skip
    return {
        "entity": question["entity"], "indicator": name, "period": period, "formula": name, "source": "本包自定",
        "declaration": "3a" * 32, "value": 600e8, "unit": declared["unit"], "basis": None, "missing": None,
        "tree": leaf, "leaves": [], "parameters": [],
    }  # fmt: skip


def _portfolio(question: Mapping[str, object]) -> dict[str, Any]:
    asked, period = question["columns"], str(question["period"] or _MONTHS[-1])
    assert isinstance(asked, list)
    assert question["type"] == "enterprise"
    at = max(_MONTHS.index(period) - 1, 0)
    columns = []
    for name in asked:
        values = FIGURES[name][at]
        columns.append({
            "name": name, "unit": THEIRS[name]["unit"], "frequency": "month", "period": period, "values": list(values),
            "missing": [None if value is not None else "not_applicable" for value in values],
            "periods": [period, period, "2025-11" if at else period, period], "bases": ["flash"] * 4,
            "courses": [[] for _ in values], "course": [period],
        })  # fmt: skip
    return {
        "type": "enterprise", "entities": list("甲乙丙丁"), "names": [f"{one}集团" for one in "甲乙丙丁"],
        "attributes": [{"category": CATEGORIES[one]} for one in "甲乙丙丁"], "above": [None] * 4, "columns": columns,
    }  # fmt: skip
