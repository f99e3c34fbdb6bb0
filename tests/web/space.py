"""What a space answers, in the shapes of CONTRACT section 3, with balance sheet figures of 潍柴动力 (000338).

A plain function stands for the space: it knows five entities, three indicators and one archive filing.
"""

from collections.abc import Callable, Mapping
from typing import Any

from hengjian.model.issue import Failure, refuse

HOSTILE = '<script>alert("1")</script>'
SLASHED = "a/b ..%2F?#甲"

LIABILITIES = {"2019-Q4": 167_200_000_000.0, "2019-Q3": 159_500_000_000.0, "2018-Q4": 142_900_000_000.0}
ASSETS = {"2019-Q4": 236_900_000_000.0, "2019-Q3": 227_300_000_000.0, "2018-Q4": 205_200_000_000.0}

ENTITIES = [
    {"id": "000338", "type": "enterprise", "name": "潍柴动力"},
    {"id": "000001", "type": "enterprise", "name": "平安银行"},
    {"id": HOSTILE, "type": "enterprise", "name": HOSTILE},
    {"id": SLASHED, "type": "park", "name": "O'Hare & 园区"},
    {"id": "..", "type": "park", "name": "dots"},
]

DECLARATIONS = {
    "indicators": {
        "debt_ratio": {
            "label": {"zh": "资产负债率", "en": "Debt ratio"}, "unit": "ratio", "type": "enterprise",
            "formula": "total_liabilities / total_assets", "source": "国资发评价〔2006〕157号",
        },
        "profit_yoy": {
            "label": {"zh": "净利润同比", "en": "Growth of net profit"}, "unit": "ratio", "type": "enterprise",
            "formula": "yoy(net_profit)", "source": "convention",
        },
        "assets": {
            "label": {"zh": "资产", "en": "Assets"}, "unit": "CNY", "type": "enterprise",
            "formula": "total_assets", "source": "balance sheet",
        },
    },
    "measures": {
        "total_assets": {"label": {"zh": "资产总计", "en": "Total assets"}, "unit": "CNY", "type": "enterprise"},
        "total_liabilities": {"label": {"zh": "负债合计", "en": "Liabilities"}, "unit": "CNY", "type": "enterprise"},
        "net_profit": {"label": {"zh": "净利润", "en": "Net profit"}, "unit": "CNY", "type": "enterprise"},
    },
    "parameters": {"red_line": {"label": {"zh": "红线", "en": "Red line"}, "unit": "ratio"}},
    "types": {
        "enterprise": {
            "label": {"zh": "企业", "en": "Enterprise"},
            "attributes": {"industry": {"label": {"zh": "行业", "en": "Industry"}, "kind": "text"}},
        }
    },
    "links": {
        "owns": {
            "label": {"zh": "持股", "en": "Owns"},
            "attributes": {"share": {"label": {"zh": "持股比例", "en": "Share"}, "kind": "number"}},
        }
    },
    "pages": {
        "overview": {
            "label": {"zh": "概况", "en": "Outline"}, "type": "enterprise",
            "columns": ["assets", "debt_ratio", "profit_yoy"],
        },
        "debts": {"label": {"zh": "债务", "en": "Debts"}, "type": "enterprise", "columns": ["debt_ratio"]},
    },
}  # fmt: skip


def ask(method: str, question: Mapping[str, object]) -> dict[str, Any]:
    """Answers like a space that holds six entries."""
    if question.get("as_known_at") == "nonsense":
        raise refuse("--as-known-at 'nonsense' is not a moment", "write a date (2026-03-31)")
    if question.get("as_known_at") == "entry:666":
        raise Failure("the store is damaged", "run hengjian recover")
    answer: dict[str, Any] = ANSWERS[method](question)
    return answer


def _show(question: Mapping[str, object]) -> dict[str, Any]:
    entity = str(question["entity"])
    asked = question.get("indicators") or list(DECLARATIONS["indicators"])
    values = []
    for name in asked if isinstance(asked, list) else []:
        if name not in DECLARATIONS["indicators"] and name not in DECLARATIONS["measures"]:
            raise refuse(f"no indicator or measure is called {name!r}", "did you mean debt_ratio?")
        if name == "net_profit":
            continue
        values += [_value(name, entity, period) for period in sorted(ASSETS)] if entity == "000338" else []
    return {"entity": entity, "values": values}


def _value(name: str, entity: str, period: str) -> dict[str, Any]:
    computed = {
        "debt_ratio": LIABILITIES[period] / ASSETS[period], "assets": ASSETS[period], "profit_yoy": None,
        "total_assets": ASSETS[period], "total_liabilities": LIABILITIES[period],
    }[name]  # fmt: skip
    missing = {"reason": "negative_base", "input": "net_profit", "entity": entity, "period": "2018-Q4"}
    return {
        "indicator": name, "period": period, "value": computed,
        "unit": {**DECLARATIONS["measures"], **DECLARATIONS["indicators"]}[name]["unit"],
        "basis": "audited" if period == "2018-Q4" else "flash",
        "missing": None if computed is not None else missing,
    }  # fmt: skip


def _leaf(measure: str, value: float, cell: str, **more: object) -> dict[str, Any]:
    return {
        "measure": measure, "entity": "000338", "period": "2019-Q4", "value": value, "unit": "CNY", "basis": "flash",
        "missing": None, "filing": "F000003", "file": "balance_sheet.csv", "sheet": None, "cell": cell, "row": 153,
        "column": 48, "text": "23690000.0", "entry": 3, "known_from": None, **more,
    }  # fmt: skip


def _node(
    head: dict[str, object], value: float | None, unit: str, *children: dict[str, Any], **more: object
) -> dict[str, Any]:
    return {
        **head,
        "value": value,
        "children": list(children),
        "period": "2019-Q4",
        "unit": unit,
        "missing": None,
        **more,
    }


def _explain(question: Mapping[str, object]) -> dict[str, Any]:
    name, period = str(question["indicator"]), str(question["period"])
    if name not in DECLARATIONS["indicators"]:
        raise refuse(f"no indicator or measure is called {name!r}", "did you mean debt_ratio?")
    head = {
        "entity": question["entity"], "indicator": name, "period": period,
        "formula": DECLARATIONS["indicators"][name]["formula"], "source": "国资发评价〔2006〕157号",
        "declaration": "3a1a2aa49b21fd2b" * 4,
    }  # fmt: skip
    if name == "profit_yoy":
        missing = {"reason": "negative_base", "input": "net_profit", "entity": head["entity"], "period": "2018-Q4"}
        tree = _node({"op": "yoy"}, None, "ratio", text="yoy(net_profit)", missing="negative_base")
        return {
            **head,
            "value": None,
            "unit": "ratio",
            "basis": None,
            "missing": missing,
            "tree": tree,
            "leaves": [],
            "parameters": [],
        }
    over, under = LIABILITIES["2019-Q4"], ASSETS["2019-Q4"]
    tree = _node(
        {"op": "divide"}, over / under, "ratio",
        _node({"leaf": "total_liabilities"}, over, "CNY", text="total_liabilities"),
        _node({"leaf": "total_assets"}, under, "CNY", text="total_assets", period="2019-Q3"),
        text="total_liabilities / total_assets",
    )  # fmt: skip
    return {
        **head, "value": over / under, "unit": "ratio", "basis": "flash", "missing": None, "tree": tree,
        "leaves": [
            _leaf("total_liabilities", over, "BC153", known_from="2020-04-30"),
            _leaf("total_assets", under, "AV153", file=HOSTILE, sheet="表1"),
        ],
        "parameters": [
            {"name": "red_line", "value": 0.7, "unit": "ratio", "from": "2021-01-01", "source": "2021年1号文第二条"}
        ],
    }  # fmt: skip


#: A group of two enterprises with one of their own, one beside them that is late, and one that never filed.
BOARD: dict[str, Any] = {
    "type": "enterprise",
    "entities": ["G", "000338", "B", HOSTILE, "N"],
    "names": ["示例集团", "潍柴动力", "示例乙", HOSTILE, "示例未报"],
    "attributes": [{"industry": "综合"}, {"industry": "制造"}, {"industry": "制造"}, {"industry": HOSTILE}, {}],
    "above": [None, 0, 1, None, None],
    "columns": [
        {
            "name": "assets", "unit": "CNY", "frequency": "quarter", "period": "2019-Q4",
            "values": [900e8, 500e8, 300e8, 40e8, None], "missing": [None] * 5, "bases": ["flash"] * 4 + [None],
            "periods": ["2019-Q4", "2019-Q4", "2019-Q4", "2019-Q2", None],
            "courses": [[1.0, 2.0, 900e8], [500e8, None, 500e8], [300e8] * 3, [40e8, None, None], [None] * 3],
            "course": ["2019-Q2", "2019-Q3", "2019-Q4"],
        },
        {
            "name": "debt_ratio", "unit": "ratio", "frequency": "quarter", "period": "2019-Q4",
            "values": [0.7, 0.8, None, 0.1, None], "missing": [None, None, "zero_denominator", None, None],
            "bases": ["flash"] * 4 + [None], "periods": ["2019-Q4", "2019-Q4", "2019-Q4", "2019-Q2", None],
            "courses": [[0.6, 0.7], [0.8, 0.8], [None, None], [0.1, None], [None, None]],
            "course": ["2019-Q3", "2019-Q4"],
        },
    ],
}  # fmt: skip


def _portfolio(question: Mapping[str, object]) -> dict[str, Any]:
    asked = question.get("columns")
    columns = [one for one in BOARD["columns"] if not asked or one["name"] in str(asked)]
    return {**BOARD, "columns": columns}


def _relations(question: Mapping[str, object]) -> dict[str, Any]:
    entity = str(question["entity"])
    (known,) = [one for one in ENTITIES if one["id"] == entity]
    links = [
        {"link": "owns", "direction": "to", "entity": "000001", "attributes": {"share": "0.55", "voting": "0.6"},
         "valid_from": None, "entry": 3},
        {"link": "owns", "direction": "from", "entity": SLASHED, "attributes": {"share": "0.3"},
         "valid_from": None, "entry": 3},
        {"link": "owns", "direction": "from", "entity": HOSTILE, "attributes": {"share": "1"},
         "valid_from": None, "entry": 3},
        {"link": "guarantees", "direction": "from", "entity": "gone", "attributes": {}, "valid_from": None, "entry": 3},
    ]  # fmt: skip
    return {
        "entity": entity, "type": known["type"], "name": known["name"], "day": "2026-11-22",
        "attributes": {"industry": HOSTILE} if entity == "000338" else {}, "links": links if entity == "000338" else [],
    }  # fmt: skip


FORMS = [
    {
        "name": "flows", "label": {"zh": "利润表", "en": "Income"}, "type": "enterprise", "measures": ["net_profit"],
        "layout": [{"name": None, "lines": [{"title": None, "measure": "net_profit"}]}],
    },
    {
        "name": "balance", "label": {"zh": "资产负债表", "en": "Balance sheet"}, "type": "enterprise",
        "measures": ["total_assets", "total_liabilities"],
        "layout": [{"name": None, "lines": [
            {"title": {"zh": "资产", "en": "Assets"}, "measure": None},
            {"title": {"zh": "资产总额", "en": "All assets"}, "measure": "total_assets"},
            {"title": {"zh": "空", "en": "Empty"}, "measure": None},
            {"title": {"zh": "负债", "en": "Debts"}, "measure": None},
            {"title": None, "measure": "total_liabilities"},
            {"title": {"zh": "末", "en": "End"}, "measure": None},
        ]}],
    },
]  # fmt: skip

ALERTS = [
    {"entity": "000338", "level": "red", "state": "raised"}, {"entity": "000338", "level": "red", "state": "raised"},
    {"entity": "000338", "level": "blue", "state": "cleared"}, {"entity": "B", "level": "yellow", "state": "raised"},
]  # fmt: skip

STATUS = {
    "name": "市国资", "size": 6, "changed": 6, "root": "c5bdd82fe070" * 5, "recorded_at": "2026-11-22T02:15:00.511885Z",
    "today": "2026-11-22",
}  # fmt: skip


def _always(answer: dict[str, Any]) -> Callable[[Mapping[str, object]], dict[str, Any]]:
    return lambda _: answer


ANSWERS = {
    "entities": _always({"entities": ENTITIES}), "declarations": _always(DECLARATIONS), "status": _always(STATUS),
    "show": _show, "explain": _explain, "portfolio": _portfolio, "alerts": _always({"alerts": ALERTS}),
    "relations": _relations, "forms": _always({"forms": FORMS}),
}  # fmt: skip
