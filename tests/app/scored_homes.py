"""Spaces with scorecards, made and asked in this process: the shipped evaluation pack, and a small card of their own."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from homes import asked, filed
from tiny_pack import write_pack

from hengjian.app import packs

SHIPPED = Path(__file__).parents[2] / "src" / "hengjian" / "packs" / "performance_evaluation"
FORMS = "entity,measure,period,value,basis\n"


def entered(folder: Path, kind: str, text: str, **more: object) -> dict[str, Any]:
    """The receipt of rows pasted into a register."""
    return asked(folder, "enter_register", kind=kind, text=text, actor="tester", **more)


def evaluated(folder: Path) -> Path:
    """A space of performance_evaluation in which E1 has the figures of the pack's worked case of 2006, which are those
    of a published table of standard values, industry of medium size; E2 and E3 have half the profit, and none."""
    packs.init({"space": str(folder), "packs": ["performance_evaluation"], "name": "evaluated", "actor": "tester"})
    rows = "entity,type,name,standard_class,standard_size\n"
    filed(folder, rows + "".join(f"{one},enterprise,{one}公司,工业,中型\n" for one in ("E1", "E2", "E3")), form="entities")
    case = yaml.safe_load((SHIPPED / "tests" / "financial_2006.yaml").read_text(encoding="utf-8"))[0]["given"]
    rows = FORMS
    for given in case:
        period = given["period"]
        for name, value in given.items():
            if name not in ("enterprise", "period"):
                rows += f"E1,{name},{period},{value},audited\n"
                part = value / 2 if name in ("net_profit_as_parent", "total_profits") and period == "2006-Q4" else value
                rows += f"E2,{name},{period},{part},audited\n"
    filed(folder, rows)
    book = (SHIPPED / "sample" / "standards_2006_industry_medium.csv").read_bytes()
    asked(folder, "enter_register", kind="standard", file={"name": "book.csv", "data": book}, actor="tester")
    return folder
