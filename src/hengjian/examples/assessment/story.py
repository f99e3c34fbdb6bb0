"""The story of an assessment in a district, step by step: `EXAMPLE`."""

from collections.abc import Iterator
from datetime import date

from hengjian.examples.assessment.books import YEAR, groups
from hengjian.examples.assessment.handling import AWAITS, HEAD, OBJECTS, WAITS, cases, clerk
from hengjian.examples.assessment.members import MEMBERS
from hengjian.examples.assessment.registers import (
    CARD,
    OFFICE_NAME,
    OFFICER,
    confirmation_files,
    department_ratings,
    entered,
    expert_ratings,
    filings,
    letters_file,
    own_file,
    standards_file,
)
from hengjian.examples.steps import Asked, Example, Step

TODAY = date(2026, 5, 20)
PANEL = 7
#: Whose profit is assessed otherwise than it was audited.
ADJUSTED = ("YQ02", "YQ06", "YQ08")


def steps() -> Iterator[Step]:
    """Everything that happened, by day; on one day in the order written here."""
    found: list[Step] = [*filings(), *cases(), *_registers()]
    yield from sorted(found, key=lambda step: step.day or TODAY)
    yield from _published()


def _registers() -> Iterator[Asked]:
    yield entered(date(YEAR, 3, 11), "letter", letters_file(), OFFICER, "11 家企业责任书")
    for one in groups():
        if one.id in ADJUSTED:
            claims = own_file("adjustments.csv", f"视同利润申报-{one.id}.csv", one.id)
            yield entered(date(2026, 3, 2), "adjustment", claims, clerk(one), f"{one.id} 视同利润和剔除事项申报")
    opinions = own_file("opinions.csv", f"视同利润部门意见-{YEAR}.csv")
    yield entered(date(2026, 3, 20), "adjustment", opinions, "区发展改革委（示例）", "视同利润部门意见")
    for department, file in confirmation_files():
        yield entered(date(2026, 4, 15), "confirmation", file, f"{department}（示例）", f"{department} 确认")
    yield _panel("open", date(2026, 4, 16))
    yield entered(date(2026, 4, 17), "rating", department_ratings(), OFFICER, "部门评定")
    for place in range(PANEL):
        yield entered(date(2026, 4, 21), "rating", expert_ratings(place), OFFICER, f"专家{place + 1:02d} 评议")
    yield _panel("closed", date(2026, 4, 24))
    recognised = own_file("recognised.csv", f"视同利润认定-{YEAR}.csv")
    yield entered(date(2026, 4, 22), "adjustment", recognised, OFFICER, "视同利润和剔除事项认定")
    yield entered(date(2026, 4, 23), "award", own_file("awards.csv", f"加减分-{YEAR}.csv"), OFFICER, "加减分认定")
    yield entered(date(2026, 4, 27), "standard", standards_file(), OFFICER, "标准值")
    yield entered(date(2026, 4, 30), "peer_set", own_file("peers.csv", "对标组.csv"), OFFICER, "对标组")
    figures = own_file("peer_figures.csv", "对标数据.csv")
    yield entered(date(2026, 4, 30), "peer_figure", figures, OFFICER, "对标数据")
    yield entered(date(2026, 4, 30), "practice", own_file("practices.csv", "示范标杆.csv"), OFFICER, "示范标杆")
    for entity in ADJUSTED:
        asked = {"entity": entity, "period": str(YEAR), "actor": OFFICER}
        yield Asked(day=date(2026, 4, 25), question="assess_figures", asked=asked, note=f"考核利润 {entity}")


def _panel(state: str, day: date) -> Asked:
    rows = [{"scorecard": CARD, "period": str(YEAR), "state": state}]
    asked = {"kind": "panel", "rows": rows, "actor": OFFICER}
    return Asked(day=day, question="enter_register", asked=asked, note=f"专家评议 {state}")


def _published() -> Iterator[Asked]:
    """The objection and what became of it; and what is published in the end."""
    whose = {"scorecard": CARD, "period": str(YEAR), "entity": OBJECTS}
    one = next(one for one in groups() if one.id == OBJECTS)
    text = "区科技委确认入孵企业 49 家，与我公司台账 57 家不符：四季度入园的 8 家已签入孵协议，请予核实。"
    objection = {**whose, "item": "function_line", "text": text, "actor": clerk(one)}
    yield Asked(day=TODAY, question="object", asked=objection, note=f"{OBJECTS} 提出异议")
    for department, file in confirmation_files(corrected=True):
        yield entered(TODAY, "confirmation", file, f"{department}（示例）", f"{department} 更正确认")
    text = "经区科技委复核，8 家企业入孵协议齐全，更正确认为 57 家。"
    answer = {**whose, "upheld": True, "text": text, "actor": OFFICER}
    yield Asked(day=TODAY, question="answer_objection", asked=answer, note=f"{OBJECTS} 异议成立")
    others = [one.id for one in groups() if one.id not in (WAITS, AWAITS)]
    publish = {"scorecard": CARD, "period": str(YEAR), "entities": others, "office": OFFICE_NAME, "actor": HEAD}
    yield Asked(day=TODAY, question="publish", asked=publish, note=f"{len(others)} 家公布")


EXAMPLE = Example(
    name="云桥区考核-示例", packs=("finance", "state_assets", "performance_evaluation", "annual_assessment"),
    steps=steps, today=TODAY, members=MEMBERS,
)  # fmt: skip
