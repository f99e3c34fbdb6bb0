"""The manual page of roles, made from the table of actions: `docs/reference/roles.md`.

python -c "from hengjian.people.reference import page; print(page(), end='')" > docs/reference/roles.md
"""

from collections.abc import Mapping

from hengjian.model.declaration import Label
from hengjian.people.roles import ACTIONS, ROLES, Action

#: What each action comes to.
_MEANING: Mapping[Action, Label] = {
    "see": Label(zh="看图表、数值、预警、事项、报送和证明", en="see figures, alerts, cases, filings and proofs"),
    "see_restricted": Label(
        zh="看场景包声明为受限的内容；每次阅读都入账", en="see what a pack declares restricted; each read is an entry"
    ),
    "submit": Label(zh="报送数据", en="file figures"),
    "archive": Label(zh="补录早已知悉的数据（`--known-from`）", en="file what was known earlier (`--known-from`)"),
    "register": Label(zh="登记单位、属性和关联", en="file entities, attributes and links"),
    "approve": Label(zh="确认他人提出的办理（两人复核）", en="confirm what another person proposed (two-person rule)"),
    "handle": Label(zh="办理事项", en="take cases further"),
    "train": Label(zh="用报送历史训练评分", en="learn scores from filed history"),
    "assess": Label(
        zh="责任书、标准值、调整、加减分、对标与公布结果",
        en="letters, standards, adjustments, awards, peers, publishing",
    ),
    "confirm": Label(zh="为本部门负责的考核指标签字确认", en="sign for the figures of one's own department's items"),
    "rate": Label(zh="作为评议组成员打分", en="rate as a member of a panel"),
    "grant": Label(zh="管理人员、账号和角色", en="give accounts and roles"),
    "trace": Label(zh="查看谁看过什么、谁改过账号和角色", en="see who saw what, and who changed accounts and roles"),
    "audit": Label(zh="重算账本", en="recompute the ledger"),
    "upkeep": Label(zh="升级场景包、重建、修复、备份", en="take newer packs, rebuild, mend, copy"),
}

_HEAD = """\
# 角色 · Roles

角色授予人员，落在一个单位上：对该单位及其全部下属有效，以今日的关系为准。下属有两种走法：按组织关系（`parent`），按控制关系（`owns`）；
也可以不落在单位上，对全部单位有效。表中的点表示该角色可以做这件事。需要“全部单位”的事（重算账本、升级与备份）只有对全部单位有效的角色能做。

A role is given to a person at an entity, and holds for it and everything below it as relations stand today: below by
the organisation (`parent`) or by control (`owns`); or it holds for the whole space. What concerns the space as a whole
(recomputing the ledger, upgrading, copying) needs a role for the whole space. Nobody gives a role to themselves, nor
one that reaches further than they administer.
"""


def page() -> str:
    """The page as Markdown."""
    names = "".join(f" {label.zh}<br>`{role}` |" for role, label in ROLES.items())
    lines = [f"| |{names}", "|---|" + ":-:|" * len(ROLES)]
    for action, meaning in _MEANING.items():
        marks = "".join(" ● |" if role in ACTIONS[action] else " |" for role in ROLES)
        lines.append(f"| **`{action}`** {meaning.zh}<br>{meaning.en} |{marks}")
    return f"{_HEAD}\n" + "\n".join(lines) + "\n"
