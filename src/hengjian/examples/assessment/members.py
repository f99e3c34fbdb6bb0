"""Who may sign in: at the office, in departments, as an expert, and in the enterprises. All are invented."""

from hengjian.examples.assessment.registers import OFFICE
from hengjian.examples.steps import Member

MEMBERS = (
    Member(person="yan.mu", name="严慕（示例）", role="officer"),
    Member(person="fan.ke", name="范珂（示例）", role="officer", node=OFFICE),
    Member(person="gu.lan", name="顾岚（示例）", role="analyst", node=OFFICE),
    Member(person="shi.jian", name="施简（示例，区房屋管理局）", role="reviewer", node="YQ09"),
    Member(person="luo.shu", name="罗树（示例，区科技委）", role="reviewer", node="YQ05"),
    Member(person="qi.heng", name="齐衡（示例，评议专家）", role="expert", node=OFFICE),
    Member(person="tang.wei", name="唐薇（示例）", role="reporter", node="YQ01"),
    Member(person="ning.an", name="宁安（示例）", role="reporter", node="YQ05"),
    Member(person="xu.zhou", name="徐舟（示例）", role="reporter", node="YQ10"),
    Member(person="he.qing", name="何青（示例）", role="viewer", node="YQ10"),
    Member(person="ji.an", name="纪安（示例）", role="archivist", node=OFFICE),
    Member(person="bai.zhi", name="白治（示例）", role="administrator"),
    Member(person="cen.shen", name="岑审（示例）", role="auditor"),
)
