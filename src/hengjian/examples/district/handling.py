"""How alerts were handled: who took each case on and what it was closed with; the latest are still open.

One of them, the bus company's, nobody has taken on, and its days are over.
"""

from collections.abc import Iterator
from datetime import date

from hengjian.examples.steps import Move, Step

#: Rules of the packs finance and ownership.
DEBT, KEY, CASH = "quick_debt_over_alert_line", "debt_over_key_line", "quick_cash_short_of_debt"
FUNDS, DRAIN = "quick_two_funds_outrun_income", "quick_loss_with_cash_drain"
GUARANTEES = "quick_guarantee_over_limit"
LEVELS, VOTES = "management_level_over_limit", "held_without_control"
OFFICE = "区国资委财务监管科（示例）"

#: A case: enterprise, rule, who handles it, the day it was taken on, and, where it is closed, that day and the note.
CASES: tuple[tuple[str, str, str, str, str | None, str], ...] = (
    ("JC0303", DEBT, "住房发展集团财务总监（示例）", "2023-02-13", "2023-04-06",
     "已报送三年降负债方案：加快存量房源去化，暂停新增项目，按季通报负债率"),
    ("JC0103010101", LEVELS, "建设集团产权专员（示例）", "2023-02-01", "2023-03-20",
     "列入层级压减计划，拟由砂石码头吸收合并，完成前不再对外投资"),
    ("JC0303", KEY, "住房发展集团财务总监（示例）", "2023-04-24", "2023-05-19",
     "列入重点监管名单，新增融资须报区国资委核准；方案同预警线案"),
    ("JC020102", FUNDS, "新城开发集团财务总监（示例）", "2024-03-20", "2024-05-10",
     "存货增加系云湖片区二期土地款入账，开发计划已备案"),
    ("JC020102", DEBT, "新城开发集团财务总监（示例）", "2024-09-11", "2024-11-05",
     "已约谈企业负责人，要求引入合作方分担后续地块投入，年内不新增土地"),
    ("JC0201", FUNDS, "新城置业财务部经理（示例）", "2024-09-12", "2024-10-30",
     "系下属云湖片区项目存货并表所致，本级两金正常"),
    ("JC0503", CASH, "检验检测财务部经理（示例）", "2024-10-10", "2024-10-23",
     "9月货币资金少写一位，已于10月21日更正，更正后比率正常"),
    ("JC0401", FUNDS, "智造产业集团财务总监（示例）", "2025-02-12", "2025-03-28",
     "客户回款放缓，已成立清收小组，逐户核对账期并停供两户"),
    ("JC0802", FUNDS, "国际商贸集团财务总监（示例）", "2025-02-13", "2025-04-03",
     "已收紧赊销额度，库存车型按周清理；贸易业务按“十不准”自查，未见空转"),
    ("JC0204", VOTES, "区国资委产权管理科（示例）", "2025-03-10", "2025-04-25",
     "表决权委托期两年，已要求补充收回条款，委托期内不纳入合并范围事项报区国资委"),
    ("JC08", FUNDS, OFFICE, "2025-02-14", "2025-04-07", "集团两金增长来自供应链公司，并入该公司案件跟踪"),
    ("JC020102", KEY, OFFICE, "2025-04-24", "2025-05-20", "暂停新增融资与担保，股东增资方案已上报区政府审议"),
    ("JC0401", DRAIN, "智造产业集团财务总监（示例）", "2025-05-12", "2025-06-05",
     "亏损产线停产，扭亏方案经集团董事会审定，按月报送现金流"),
    ("JC020102", DRAIN, "新城开发集团财务总监（示例）", "2025-10-10", "2025-11-06",
     "二期预售推迟至明年一季度，过桥资金已落实，按月滚动预测现金流"),
    ("JC040101", FUNDS, "精密零部件财务部经理（示例）", "2025-12-11", None,
     "主要客户为智能装备公司，正在核对欠款并签订还款计划"),
    ("JC08", GUARANTEES, OFFICE, "2026-01-09", None, "已要求逐笔报送担保清单，压降方案月底前上报"),
    ("JC0401", DEBT, "智造产业集团财务总监（示例）", "2026-01-12", None, "与扭亏方案合并办理"),
)  # fmt: skip


def moves() -> Iterator[Step]:
    """Each step of those who handle cases, on its day."""
    for entity, rule, actor, accepted, closed, note in CASES:
        yield Move(
            day=date.fromisoformat(accepted), entity=entity, rule=rule, transition="accept", actor=actor,
            note="" if closed else note,
        )  # fmt: skip
        if closed:
            day = date.fromisoformat(closed)
            yield Move(day=day, entity=entity, rule=rule, transition="close", actor=actor, note=note)
