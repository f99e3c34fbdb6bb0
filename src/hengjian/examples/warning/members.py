"""Who may sign in: one person for each role, at the office and in the groups. All are invented."""

from hengjian.examples.steps import Member
from hengjian.examples.warning.registers import OFFICE

#: 城建集团, 产业集团.
BUILDERS, MAKERS = "LJ01", "LJ03"

MEMBERS = (
    Member(person="wen.lan", name="温岚（示例）", role="viewer", node=OFFICE),
    Member(person="pei.ran", name="裴然（示例）", role="reporter", node=BUILDERS),
    Member(person="song.qi", name="宋琦（示例）", role="reviewer", node=BUILDERS),
    Member(person="qiao.yan", name="乔岩（示例）", role="reporter", node=MAKERS),
    Member(person="du.wei", name="杜蔚（示例）", role="analyst", node=OFFICE),
    Member(person="meng.ke", name="孟珂（示例）", role="officer", node=OFFICE),
    Member(person="ji.chen", name="纪辰（示例）", role="archivist", node=OFFICE),
    Member(person="luo.yi", name="罗奕（示例）", role="administrator"),
    Member(person="bai.shu", name="柏舒（示例）", role="expert", node=MAKERS, tree="owns"),
    Member(person="cen.mo", name="岑默（示例）", role="auditor"),
)
