"""A card and the answer of `score` to it, as small as one that has everything."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from hengjian.model.declaration import Label
from hengjian.model.issue import Place
from hengjian.model.period import Frequency
from hengjian.model.scorecard import Grade, Item, Row, Scorecard, Switch, Use
from hengjian.reports.explanation import Particulars

HERE = Place(file="scorecards/sample.yaml", line=1)
YEAR: Frequency = "year"


def label(zh: str, en: str = "") -> Label:
    return Label(zh=zh, en=en or zh)


def card(*items: Item, **more: Any) -> Scorecard:
    root = Item(name="whole", label=label("总分", "Whole"), place=HERE, items=items, adjust=more.pop("adjust", ()))
    told: dict[str, Any] = {
        "name": "annual", "label": label("经营业绩考核", "Annual assessment"), "type": "enterprise",
        "frequency": YEAR, "source": "区国资委经营业绩考核办法", "document": "国资办〔2025〕7号", "pack": "sample",
        "place": HERE,
    }  # fmt: skip
    return Scorecard(**(told | more), root=root)


def sample_card() -> Scorecard:
    profit = Item(
        name="profit", label=label("利润总额"), place=HERE, weight=Decimal(30), source="办法第八条", confidence="mem"
    )
    service = Item(name="service", label=label("服务满意度"), place=HERE, weight=Decimal(70), source="办法第九条")
    switch = Switch(
        name="whole", label=label("计步方式"), choices={"linear": label("按比例"), "whole": label("按整步")},
        otherwise="linear", source="办法第八条", confidence="own", place=HERE,
    )  # fmt: skip
    use = Use(
        name="pay", label=label("绩效薪金倍数"), rows=(Row(at_least=None, points=Decimal(0)),), linear=True,
        source="办法第二十条", confidence="mem",
    )  # fmt: skip
    grades = (
        Grade(name="A", label=label("优"), at_least=Decimal(85)),
        Grade(name="B", label=label("良"), at_least=Decimal(0))
    )  # fmt: skip
    return card(profit, service, switches={"whole": switch}, uses=(use,), grades=grades)


def part(item: str, zh: str, score: str | None, **more: Any) -> dict[str, Any]:
    told = {
        "item": item, "label": {"zh": zh, "en": zh}, "kind": "item", "weight": None, "value": None, "unit": None,
        "target": None, "channel": None, "score": score, "reason": {"zh": f"{zh}的理由。", "en": "why"}, "code": "x",
        "data": {}, "note": {}, "parts": [],
    }  # fmt: skip
    return told | more


def sample_answer() -> dict[str, Any]:
    base = part("profit", "基础分", "30", kind="base", reason={"zh": "达到目标得权重分30分。", "en": ""})
    steps = part(
        "profit", "超额加分", "4", kind="steps",
        reason={"zh": "实际值比目标值高12%，每超过3%加1分，最多加6分，加4分。", "en": ""},
    )  # fmt: skip
    profit = part(
        "profit", "利润总额", "34", weight="30", value="117.6", target="105", unit="万元", channel="audited",
        reason={"zh": "按增减步长计分。", "en": ""}, parts=[base, steps],
        note={"file": "2025年决算.xlsx", "sheet": "利润表", "cell": "C18", "entry": 42},
    )  # fmt: skip
    service = part("service", "服务满意度", "56.123456789012", weight="70", value="80.1763668414", unit="%")
    capped = part("whole", "封顶", "-1.123456789012", kind="cap", reason={"zh": "总分不超过89分。", "en": ""})
    return {
        "scorecard": "annual", "entity": "E01", "period": "2025", "score": "89.00", "exact": "89", "grade": "A",
        "label": {"zh": "经营业绩考核", "en": ""}, "items": [profit, service], "adjust": [capped], "missing": [],
        "settings": {"whole": "linear"}, "capped": None, "uses": {"pay": "1.5"}, "letter": {"entry": 12},
        "declaration": "ab" * 32, "known": "2026-03-01",
    }  # fmt: skip


def particulars(**more: Any) -> Particulars:
    told: dict[str, Any] = {
        "name": "嘉源水务有限公司", "office": "嘉源区国有资产监督管理委员会", "day": date(2026, 3, 5),
        "made": datetime(2026, 3, 5, 1, 2, 3, tzinfo=UTC), "digest": "cd" * 32, "until": date(2026, 3, 12),
        "objections": [
            {"number": 1, "label": "利润总额", "text": "研发费用未计入。", "upheld": False, "answer": "不属认定范围。"}
        ],
    }  # fmt: skip
    return Particulars(**(told | more))
