"""How those who answer for it worked on some of the alerts: most are still open when the story stops."""

from collections.abc import Iterator, Mapping
from datetime import date

from hengjian.examples.steps import Move
from hengjian.examples.warning.books import read_table

OFFICE = "市国资委风险处（示例）"
BUILDERS, MAKERS, TRAVEL = "城建集团风控部（示例）", "产业集团风控部（示例）", "交通集团安全部（示例）"
#: By enterprise and rule: day, step, by whom, a word, and what is filled in.
_Step = tuple[str, str, str, str, Mapping[str, str]]


def _begun(day: str, who: str, person: str, finding: str, grade: str, amount: str) -> list[_Step]:
    """Assigned, looked into and graded, within a few days."""
    return [
        (f"{day}", "assign", OFFICE, "", {"unit": who.partition("（")[0], "person": person}),
        (f"{day}", "confirm", who, "", {"finding": finding}),
        (f"{day}", "grade", OFFICE, "", {"grade": grade, "amount": amount}),
    ]


def _planned(day: str, who: str, person: str, measures: str, by: str, money: str) -> _Step:
    return (day, "plan", who, "", {"measures": measures, "person": person, "by": by, "money": money})


CASES: Mapping[tuple[str, str], list[_Step]] = {
    ("LJ0103", "debt_burden_above_peers"): [
        ("2024-08-09", "assign", OFFICE, "", {"unit": "城建集团风控部", "person": "祝明"}),
        ("2024-08-14", "dismiss", BUILDERS, "保障房为长期政策性贷款，同行口径不可比", {"reason": "line_unfit"}),
    ],
    ("LJ0302", "receivables_overdue_high"): [
        *_begun("2025-04-14", MAKERS, "单珂", "单一客户货款逾期，账实相符", "orange", "6900"),
        _planned("2025-04-18", MAKERS, "单珂", "签订还款协议，停供并申请财产保全", "2026-03-31", "35"),
        ("2025-06-20", "report", MAKERS, "收回首期 600 万元", {"trend": "better", "progress": "10"}),
        ("2025-10-20", "report", MAKERS, "第二期未到账，已提起诉讼", {"trend": "same", "progress": "20"}),
    ],
    ("LJ0101", "interest_uncovered"): [
        ("2025-04-11", "assign", OFFICE, "", {"unit": "城建集团风控部", "person": "祝明"}),
        ("2025-04-15", "recognise", BUILDERS, "由云港置地并表所致，并入该企业事项", {"where": "云港置地利息保障不足"}),
    ],
    ("LJ01010101", "interest_uncovered"): [
        *_begun("2025-01-13", BUILDERS, "祝明", "去化缓慢，租售收入不足付息", "red", "18600"),
        _planned("2025-01-20", BUILDERS, "祝明", "商业改租赁、引入运营方，压降融资成本", "2025-12-31", "2600"),
        ("2025-04-18", "report", BUILDERS, "与两家运营方洽谈，未签约", {"trend": "same", "progress": "15"}),
        ("2025-07-18", "report", BUILDERS, "一笔借款逾期 3200 万元", {"trend": "worse", "progress": "15"}),
        ("2025-07-21", "escalate", BUILDERS, "超出集团处置能力，请市里协调债权银行展期", {"above": "government"}),
        ("2025-09-25", "report", OFFICE, "已召开协调会，展期方案报批", {"trend": "same", "progress": "30"}),
    ],
    ("LJ0202", "major_hazard_open"): [
        *_begun("2025-09-10", TRAVEL, "申屠原", "门机轨道沉降，已停用", "orange", "180"),
        _planned("2025-09-12", TRAVEL, "申屠原", "轨道基础加固并复测", "2025-11-28", "240"),
        ("2025-11-18", "submit", TRAVEL, "加固完成，复测合格", {}),
        ("2025-11-21", "close", OFFICE, "", {"result": "现场复核合格，准予销号", "recovered": "0"}),
    ],
    ("LJ0304", "payments_made_twice"): [
        *_begun("2025-11-11", MAKERS, "单珂", "同一发票两次付款，供应商已确认", "yellow", "86"),
        _planned("2025-11-12", MAKERS, "单珂", "追回款项，付款系统增加发票查重", "2025-12-31", "0"),
        ("2025-12-05", "submit", MAKERS, "款项已退回，查重功能上线", {}),
        ("2025-12-09", "close", OFFICE, "", {"result": "款项追回", "recovered": "86"}),
    ],
    ("LJ0201", "hazards_recur"): [
        *_begun("2025-11-11", TRAVEL, "申屠原", "充电桩接地反复失效，系选型问题", "orange", "60"),
        _planned("2025-11-14", TRAVEL, "申屠原", "整批更换接地装置", "2026-01-16", "95"),
        ("2026-01-09", "extend", OFFICE, "设备到货推迟，批准延期", {}),
    ],
    ("LJ01010101", "major_risk_event"): [
        ("2026-01-20", "first_report", BUILDERS, "", {
            "circumstance": "amount", "happened_on": "2026-01-15", "story": "到期债务无力偿付，债权银行宣布提前到期",
            "amount": "21000", "expected_loss": "6800", "taken": "成立处置专班，与银行协商展期，暂停新增投入",
        }),
    ],
}  # fmt: skip


#: What a plan says, by the first word of the rule's name; how long it may take.
MEASURES: Mapping[str, str] = {
    "debt": "压降带息负债，暂停新增融资，按月报送", "cash": "滚动编制资金计划，落实接续资金",
    "receivables": "成立清收小组，逐户核对账期", "guarantee": "逐笔清理担保，限期压降",
    "guarantees": "逐笔清理担保，限期压降",
    "interest": "置换高息债务，压缩费用", "operating": "收紧赊销和采购，按周盯回款", "ebitda": "剥离低效资产，压降费用",
    "trade": "停止相关业务，倒查合同和货权", "hazards": "限期整改并复查", "projects": "重新报批投资概算，严控变更",
}  # fmt: skip
OTHERWISE = "明确责任人，限期整改，按月反馈"
GROUPS: Mapping[str, str] = {"LJ01": BUILDERS, "LJ02": TRAVEL, "LJ03": MAKERS, "LJ04": "文旅集团财务部（示例）"}


def _worked() -> Iterator[tuple[str, str, list[_Step]]]:
    """The ordinary work of `work.csv`: a plan, a reference to the enterprise below that is the cause (known), or, of
    the plain cases of other packs, a closure that refers to the graver case of the same enterprise (merge)."""
    for row in read_table("work.csv"):
        entity, rule, day = row["entity"], row["rule"], row["day"]
        who = GROUPS.get(entity[:4], OFFICE)
        assigned = (day, "assign", OFFICE, "", {"unit": who.partition("（")[0], "person": "风险联络员"})
        if row["kind"] == "merge":
            steps: list[_Step] = [(day, "accept", who, "", {}), (day, "close", who, "与分级预警事项合并办理", {})]
        elif row["kind"] == "known":
            steps = [
                assigned,
                (day, "recognise", who, "由下级企业所致，并入下级企业事项", {"where": "下级企业同名事项"}),
            ]
        else:
            measures = MEASURES.get(rule.partition("_")[0], OTHERWISE)
            steps = _begun(day, who, "风险联络员", "数据属实", "orange", "0")
            steps.append(_planned(day, who, "风险联络员", measures, "2026-06-30", "0"))
        yield entity, rule, steps


def moves() -> Iterator[Move]:
    """Each step, on its day."""
    told = [(entity, rule, taken) for (entity, rule), taken in CASES.items()]
    for entity, rule, taken in [*told, *_worked()]:
        for day, step, actor, note, fields in taken:
            yield Move(
                day=date.fromisoformat(day), entity=entity, rule=rule, transition=step, actor=actor, note=note,
                fields=fields,
            )  # fmt: skip
