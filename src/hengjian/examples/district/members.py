"""Who may sign in: one person for each role, some at the office and some in a group. All are invented."""

from hengjian.examples.district.registers import OFFICE
from hengjian.examples.steps import Member

#: 住房发展集团, 智造产业集团.
HOUSING, MAKERS = "JC03", "JC04"

MEMBERS = (
    Member(person="gu.an", name="顾安（示例）", role="viewer", node=OFFICE),
    Member(person="lu.ping", name="陆平（示例）", role="reporter", node=HOUSING),
    Member(person="shen.yue", name="沈越（示例）", role="reviewer", node=HOUSING),
    Member(person="fang.min", name="方敏（示例）", role="analyst", node=OFFICE),
    Member(person="zhou.heng", name="周衡（示例）", role="officer", node=OFFICE),
    Member(person="tao.jian", name="陶简（示例）", role="archivist", node=OFFICE),
    Member(person="han.zhi", name="韩治（示例）", role="administrator"),
    Member(person="cheng.lun", name="程论（示例）", role="expert", node=MAKERS, tree="owns"),
    Member(person="yan.shen", name="严审（示例）", role="auditor"),
)
