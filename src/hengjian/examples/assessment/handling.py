"""How far each enterprise's case has come: nine are published, one of them after an objection, two are still open."""

from collections.abc import Iterator
from datetime import date

from hengjian.examples.assessment.books import YEAR, Enterprise, groups
from hengjian.examples.assessment.registers import OFFICER
from hengjian.examples.steps import Asked, Move

FLOW = "annual_assessment"
HEAD = "区国资委考核分配科 范珂（示例）"
#: Whose objection is upheld, who is in the time for objections, and for whom a department has not confirmed all.
OBJECTS, WAITS, AWAITS = "YQ05", "YQ10", "YQ11"


def clerk(one: Enterprise) -> str:
    """Who reports for an enterprise."""
    return f"{one.name.removesuffix('（示例）')}考核联络员（示例）"


def cases() -> Iterator[Asked | Move]:
    """Each step of each case until the trial score is told, on its day."""
    for one in groups():
        asked = {
            "workflow": FLOW, "entity": one.id, "title": f"{YEAR}年度经营业绩考核", "fields": {"period": str(YEAR)},
            "attachments": {}, "actor": OFFICER, "today": f"{YEAR}-03-03",
        }  # fmt: skip
        yield Asked(day=date(YEAR, 3, 3), question="open_case", asked=asked, note=f"拟定责任书 {one.id}")
        for day, step, fields, actor in _steps(one):
            yield Move(
                day=date.fromisoformat(day), entity=one.id, workflow=FLOW, transition=step, actor=actor, fields=fields
            )


def _steps(one: Enterprise) -> Iterator[tuple[str, str, dict[str, str], str]]:
    yield "2025-03-10", "sign_office", {"signer": "区国资委主任（示例）"}, OFFICER
    yield "2025-03-12", "sign_enterprise", {"signer": "法定代表人（示例）"}, clerk(one)
    yield "2026-02-10", "report", {"summary": "对照责任书逐项自评，材料随附"}, clerk(one)
    number = f"云审字〔2026〕{int(one.id[2:]):02d}号"
    yield "2026-03-30", "audit", {"auditor": "云桥会计师事务所（示例）", "audit_report": number}, OFFICER
    if one.id == AWAITS:
        return
    yield "2026-04-20", "confirm", {"departments": "各有关部门已在系统内确认"}, OFFICER
    yield "2026-04-24", "rate", {}, OFFICER
    yield "2026-04-28", "score", {}, OFFICER
    day = "2026-05-18" if one.id == WAITS else "2026-05-08"
    yield day, "notify", {}, OFFICER
