"""A log of statements, and the explanation of one number over it."""

from pathlib import Path
from typing import Any

from hengjian.ledger.canonical import canonical, parse
from hengjian.ledger.draft import Draft
from hengjian.ledger.log import Log

QUESTION = {
    "entity": "E1", "indicator": "debt_ratio", "period": "2019-Q4", "as_of": None, "as_known_at": "entry:3",
    "scope": "consolidated", "basis": "best", "proven": False, "entries": 4,
}  # fmt: skip


def row(measure: str, value: float | None, cell: str) -> dict[str, Any]:
    return {
        "entity": "E1", "measure": measure, "period": "2019-Q4", "scope": "consolidated", "basis": "audited",
        "text": f"{value:,.2f}" if value is not None else "#withdrawn", "unit": "万元", "value": value, "file": "f.csv",
        "sheet": None, "cell": cell,
    }  # fmt: skip


def filing(*rows: dict[str, Any]) -> Draft:
    return Draft(
        kind="filing", actor="local:王", engine="0.1.0", content="实体,数值\nE1,1\n".encode(), subject="E1",
        form="observations", rows=[canonical(row) for row in rows], file="f.csv",
    )  # fmt: skip


def make_log(folder: Path) -> Log:
    log = Log.create(folder, "example.org/city")
    log.append(
        [filing(row("total_assets", 100.5, "D2"), row("total_liabilities", 50.25, "D3"), row("secret", 7, "D4"))]
    )
    log.append([filing(row("total_liabilities", 60.25, "D2"))])
    log.append([filing(row("net_profit", None, "D2")) for _ in range(5)])
    log.publish()
    return log


def explanation(log: Log) -> dict[str, Any]:
    """total_liabilities / total_assets, the first one corrected by entry 1."""
    leaves = []
    for entry, at in ((1, 0), (0, 0)):
        evidence = log.evidence(entry)
        assert evidence is not None
        held: Any = parse(evidence.rows[at])
        leaves.append(
            {name: held[name] for name in ("measure", "entity", "period", "value", "file", "sheet", "cell")}
            | {"unit": "CNY", "filing": f"F{entry:06d}", "entry": entry}
        )
    return {
        **QUESTION, "value": 60.25 / 100.5, "unit": "ratio", "formula": "total_liabilities / total_assets",
        "declaration": "finance 1.0.0", "leaves": leaves, "parameters": [],
        "tree": {"op": "/", "value": 60.25 / 100.5, "children": []},
    }  # fmt: skip
