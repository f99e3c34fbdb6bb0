"""The one table of actions: what each role may do at its node and below."""

from collections.abc import Mapping
from typing import Literal, get_args

from hengjian.model.declaration import Label
from hengjian.model.workflow import Role as Role

#: How a role reaches those below its node: by the organisation tree, by control through ownership, or the whole space.
Tree = Literal["parent", "owns", "space"]
Action = Literal[
    "see",
    "see_restricted",
    "submit",
    "archive",
    "register",
    "approve",
    "handle",
    "train",
    "assess",
    "confirm",
    "rate",
    "grant",
    "trace",
    "audit",
    "upkeep",
]

ROLES: Mapping[Role, Label] = {
    "viewer": Label(zh="查看人", en="Viewer"),
    "reporter": Label(zh="填报人", en="Reporter"),
    "reviewer": Label(zh="复核人", en="Reviewer"),
    "analyst": Label(zh="分析人", en="Analyst"),
    "officer": Label(zh="监管专员", en="Officer"),
    "archivist": Label(zh="档案管理员", en="Archivist"),
    "administrator": Label(zh="管理员", en="Administrator"),
    "expert": Label(zh="专家", en="Expert"),
    "auditor": Label(zh="审计员", en="Auditor"),
}

#: Each action with the roles that may do it. Who administers accounts reads no restricted data, and who audits changes
#: nothing: the three duties (系统管理, 安全管理, 审计) are kept apart.
ACTIONS: Mapping[Action, frozenset[Role]] = {
    # figures, alerts, cases, filings and proofs of the node and below
    "see": frozenset(get_args(Role)),
    # the same of what a pack declares restricted; each read is an entry
    "see_restricted": frozenset({"reporter", "reviewer", "analyst", "officer", "auditor"}),
    # file figures
    "submit": frozenset({"reporter", "officer", "archivist"}),
    # file what was known earlier: --known-from
    "archive": frozenset({"archivist"}),
    # file entities, attributes and links, which say who stands below whom
    "register": frozenset({"officer", "administrator"}),
    # confirm what another person proposed, where a pack declares the two-person rule
    "approve": frozenset({"reviewer", "officer"}),
    # take cases further
    "handle": frozenset({"reporter", "reviewer", "officer"}),
    # learn scores from everybody's filed history
    "train": frozenset({"analyst", "officer"}),
    # letters, standards, adjustments, awards, peers, and publishing what they lead to
    "assess": frozenset({"officer"}),
    # sign for the figures of an item that only who asked for them can know
    "confirm": frozenset({"reviewer", "officer"}),
    # rate as a member of a panel
    "rate": frozenset({"expert"}),
    # give accounts and roles
    "grant": frozenset({"administrator"}),
    # who saw what, and who changed accounts and roles
    "trace": frozenset({"auditor"}),
    # recompute the ledger
    "audit": frozenset({"auditor", "administrator"}),
    # take newer packs, derive the tables anew, mend, copy
    "upkeep": frozenset({"administrator"}),
}
