"""The risk forms as enterprises fill them in: what is usual for their business, and what happens to some of them."""

from collections.abc import Callable, Iterator, Mapping
from functools import cache

from hengjian.examples.district.chance import sway
from hengjian.examples.warning.books import STEPS, below, month_name, quarter_name, read_table, written
from hengjian.examples.warning.reports import is_trader, plant_share, trade_of, usual

#: Measures with their titles in the form; counts and rates stand as they are, money in 万元.
MONTHLY: Mapping[str, str] = {
    "perpetual_bonds": "永续债余额", "bonds_due_12m": "十二个月内到期债券", "overdue_debt": "逾期债务余额",
    "restricted_cash": "受限资金", "large_payments": "本月大额资金支付", "unplanned_payments": "本月计划外大额支付",
    "duplicate_payments": "本月重复支付", "pooled_cash": "已归集资金", "bank_accounts": "银行账户数（户）",
    "connected_accounts": "已接入司库的银行账户数（户）", "implicit_guarantees": "隐性担保余额",
    "outsider_guarantees": "对无股权关系企业担保余额", "excess_minority_guarantees": "对参股企业超股比担保余额",
    "unapproved_excess_guarantees": "对子企业超股比且未经董事会审批的担保余额",
    "financial_guarantees": "对金融子企业担保余额", "sibling_guarantees": "无直接股权关系子企业互保余额",
    "liquidation_guarantees": "对进入清算破产程序企业担保余额", "receivables_over_1y": "一年以上应收账款",
    "receivables_over_3y": "三年以上应收账款", "receivables_overdue": "逾期应收账款",
    "largest_debtor": "最大单一客户应收账款", "inventories_over_1y": "一年以上存货",
    "major_hazards_open": "未销号重大隐患（项）", "hazards_due": "本月到期应整改隐患（项）",
    "hazards_mended_in_time": "其中按期整改（项）", "hazards_overdue": "逾期未整改隐患（项）",
    "hazards_recurring": "本月同部位重复隐患（项）", "equipment_expired": "超期未检特种设备（台）",
    "accident_deaths": "本月生产安全事故死亡人数（人）", "accident_injuries": "本月生产安全事故重伤人数（人）",
    "accident_losses": "本月生产安全事故直接经济损失",
}  # fmt: skip
#: Of traders, and those who hold them, beside these.
TRADE: Mapping[str, str] = {
    "trade_income": "贸易收入", "trade_costs": "贸易成本", "same_party_trade": "同一方既供又购的贸易额",
    "undocumented_trade": "无物流单据的贸易额", "prepayments": "预付款项（月末）",
    "prepayments_over_1y": "一年以上预付款项",
}  # fmt: skip
QUARTERLY: Mapping[str, str] = {
    "investment_done": "本年完成投资", "noncore_investment": "其中非主业投资", "unplanned_investment": "其中计划外投资",
    "listed_projects": "触及投资负面清单项目（项）", "project_budget": "在建项目批复投资",
    "project_expected_cost": "在建项目预计总投资", "project_planned_return": "投产项目可研内部收益率",
    "project_actual_return": "投产项目后评价内部收益率", "judicial_cases": "司法机关立案未结（件）",
    "regulator_cases": "监管机构立案调查未结（件）", "penalties": "本年行政处罚金额", "litigation": "未决被诉金额",
    "contracts_signed": "本年签订合同（份）", "contracts_reviewed": "其中经合规审查（份）",
    "complaints_overdue": "超期未办结违规投诉举报（件）", "violation_losses": "本年违规经营投资资产损失",
    "event_impact": "经营风险事件影响金额", "event_expected_loss": "经营风险事件预计损失",
    "overdue_registrations": "未按期办理产权登记（项）", "nominal_enterprises": "挂靠、假冒国企（户）",
    "circular_holdings": "交叉或循环持股（项）", "stakes_without_seat": "持股34%至50%未派出董事的参股企业（户）",
    "major_decisions": "本年三重一大决策事项（项）", "decisions_without_study": "其中未履行党委前置研究讨论（项）",
    "related_transactions": "本年关联交易金额", "unapproved_related": "其中未按规定审批",
    "audit_findings_due": "到期应整改审计问题（项）", "audit_findings_mended": "其中已整改（项）",
    "board_seats": "董事会应有席位（席）", "board_vacancies": "其中空缺（席）",
    "outside_directors": "其中外部董事（席）",
}  # fmt: skip
BANS: Mapping[str, str] = {
    "ban_off_main": "发现背离主业的贸易业务", "ban_insiders": "发现特定利益关系企业间无商业目的的贸易业务",
    "ban_added_links": "发现人为增加环节的贸易业务", "ban_financing": "发现融资性贸易",
    "ban_empty": "发现无控制权空转走单", "ban_circular": "发现循环贸易",
    "ban_irregular": "发现有悖交易常识的贸易业务", "ban_receipts": "发现非标仓单交易",
    "ban_agency_income": "发现违规确认代理贸易收入", "ban_without_controls": "发现内控机制缺乏的贸易业务",
}  # fmt: skip


#: Figures of the company itself, which those above it do not add up.
_ALONE = ("board_vacancies", "outside_directors", "project_actual_return")
#: What is no money: counts, and rates.
_COUNTED = ("（户）", "（项）", "（台）", "（人）", "（件）", "（份）", "（席）")


@cache
def _happenings() -> list[dict[str, str]]:
    return read_table("happenings.csv")


def _happened(entity: str, period: str, titles: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    """What happens in a period to an enterprise and those below it: to whom, the measure, the figure as written."""
    for row in _happenings():
        within = row["measure"] in titles and row["first"] <= period <= row["last"]
        if not within or (_count(period) - _count(row["first"])) % int(row["every"]):
            continue
        if row["entity"] == entity or (row["entity"].startswith(entity) and row["measure"] not in _ALONE):
            yield row["entity"], row["measure"], row["amount"]


def _count(period: str) -> int:
    year, rest = period.split("-")
    return int(year) * 12 + int(rest.removeprefix("Q")) * (3 if rest.startswith("Q") else 1)


def _row(entity: str, month: int, period: str, usually: Callable[[str, int], dict[str, float]],
         titles: Mapping[str, str]) -> dict[str, str]:  # fmt: skip
    """An enterprise's row by title: the usual figures, and what is otherwise with it and those below it."""
    found = usually(entity, month)
    for whom, measure, amount in _happened(entity, period, titles):
        if amount.endswith("%"):
            found[measure] = float(amount.rstrip("%"))
        else:
            steps = float(amount) * (1 if _is_count(titles[measure]) else STEPS)
            found[measure] += steps - usually(whom, month)[measure]
    return {titles[name]: _text(titles[name], figure) for name, figure in found.items()}


def _text(title: str, figure: float) -> str:
    if title.endswith("内部收益率"):
        return f"{figure:g}%"
    return str(round(figure)) if _is_count(title) else written(round(figure))


def _is_count(title: str) -> bool:
    return title.endswith(_COUNTED) or title.startswith("发现")


def monthly(entity: str, month: int) -> dict[str, str]:
    """An enterprise's row of the monthly form, by title."""
    return _row(entity, month, month_name(month), _usual_month, {**MONTHLY, **TRADE})


def quarterly(entity: str, month: int) -> dict[str, str]:
    """An enterprise's row of the quarterly form, by title, of the quarter that ends with a month."""
    return _row(entity, month, quarter_name(month), _usual_quarter, {**QUARTERLY, **BANS})


def _usual_month(entity: str, month: int) -> dict[str, float]:
    """By measure: money in hundreds of yuan, counts as they are."""
    now, plant, few = usual(entity, month), plant_share(entity), len(below(entity))
    due = round((3 + 6 * plant) * few * (1 + 0.4 * sway(entity, month, "hazards")))
    found = dict.fromkeys(MONTHLY, 0.0) | {
        "restricted_cash": now["cash"] * 0.05, "large_payments": now["pace"] * 0.3,
        "unplanned_payments": now["pace"] * 0.002, "pooled_cash": now["cash"] * 0.90,
        "bank_accounts": 6 + 2 * few, "connected_accounts": 6 + 2 * few, "hazards_due": due,
        "hazards_mended_in_time": due, "receivables_over_1y": now["receivables"] * 0.12,
        "receivables_over_3y": now["receivables"] * 0.02, "receivables_overdue": now["receivables"] * 0.06,
        "largest_debtor": now["receivables"] * 0.17, "inventories_over_1y": now["inventories"] * 0.09,
    }  # fmt: skip
    if is_trader(entity):
        income, costs = trade_of(entity, month)
        found |= dict.fromkeys(TRADE, 0.0)
        found |= {"trade_income": income, "trade_costs": costs, "prepayments": costs / (month % 12 + 1) * 0.12}
    return found


def _usual_quarter(entity: str, month: int) -> dict[str, float]:
    """By measure: money in hundreds of yuan, counts and per cents as they are."""
    now, few, quarter = usual(entity, month), len(below(entity)), month % 12 // 3 + 1
    budget = now["fixed"] * 0.3
    found = dict.fromkeys(QUARTERLY, 0.0) | {
        "investment_done": now["capital"], "noncore_investment": now["capital"] * 0.02, "project_budget": budget,
        "project_expected_cost": budget * 1.01, "related_transactions": now["income"] * 0.06,
        "litigation": now["equity"] * 0.004, "contracts_signed": 55 * few * quarter,
        "contracts_reviewed": 55 * few * quarter, "major_decisions": 6 * few * quarter, "audit_findings_due": 10,
        "audit_findings_mended": 10, "board_seats": 5, "outside_directors": 3, "project_planned_return": 7,
        "project_actual_return": 6.5,
    }  # fmt: skip
    return found | dict.fromkeys(BANS, 0.0) if is_trader(entity) else found
