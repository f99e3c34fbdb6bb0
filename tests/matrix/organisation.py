"""Who asks in the matrix: every role at the target's own node, a sibling, the parent, a stranger and the whole space.

The target is A1, which lies in A; B is the sibling, D the parent of both, Q a stranger (tests/app/sighted_homes.py).
Every entity has figures of its own, a filing, an alert with its case, and one more who works for it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args
from unittest.mock import patch

from desk_of_web import Asking
from filing_homes import FORMS
from homes import TITLES, filed, submission
from owning_homes import TITLES as LINKS
from owning_homes import holding
from sighted_homes import ABOVE, NAMES, district
from warned_homes import WARNED, WORKFLOW

from hengjian.people import ACTIONS, Action, Actor, Role

TARGET = "A1"
SIGHTS: Mapping[str, str | None] = {
    "own": "A A1 A2 A3", "sibling": "B B1 B2", "parent": "D A B A1 A2 A3 B1 B2", "stranger": "Q", "space": None,
}  # fmt: skip
NODES: Mapping[str, str | None] = {"own": "A", "sibling": "B", "parent": "D", "stranger": "Q", "space": None}
ROLES: tuple[Role, ...] = get_args(Role)
#: Figures that say whose they are.
FIGURES = {one: 1_000_003 * (at + 3) for at, one in enumerate(NAMES)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """One role at one place."""

    role: Role
    place: str

    @property
    def person(self) -> str:
        return f"{self.role}.{self.place}"

    def sees(self, entity: str) -> bool:
        """Whether an entity is in the sight of the place."""
        sight = SIGHTS[self.place]
        return sight is None or entity in sight.split()

    def may(self, action: Action, entity: str | None) -> bool:
        """Whether the role may do something at an entity; None: for the whole space."""
        at = self.place == "space" if entity is None else self.sees(entity)
        return at and self.role in ACTIONS[action]

    def hidden(self) -> Iterator[str]:
        """The names and figures of those out of sight, as answers would hold them."""
        for one, name in NAMES.items():
            if not self.sees(one):
                yield name
                yield str(FIGURES[one])
                yield f"{FIGURES[one]:,}"


READERS = [Reader(role=role, place=place) for role in ROLES for place in NODES]


def organisation(folder: Path) -> Path:
    """The space, with its persons. Nobody has a password: readers come in by a session."""
    return organised(folder, ABOVE, {one.person: [(one.role, NODES[one.place])] for one in READERS})


def organised(folder: Path, above: Mapping[str, str], persons: Mapping[str, list[tuple[Role, str | None]]]) -> Path:
    """The same where others stand `above` others, with other `persons` and their roles at nodes."""
    more = {"forms/forms.yaml": _forms(), "workflows/mending.yaml": _workflow(), **_scenarios()}
    home = district(folder, {**WARNED, **more}, above)
    rows = "".join(holding(over, one, "80%") for one, over in above.items())
    if rows:
        filed(home, f"{LINKS}\n{rows}", form="links", name="held.csv")
    ring = list(NAMES)
    pairs = zip(ring, ring[1:] + ring[:1], strict=True)
    rows = "".join(f"guarantees,{one},{other},{FIGURES[one]}\n" for one, other in pairs)
    filed(home, f"link,from,to,balance\n{rows}", form="links", name="guaranteed.csv")
    for one, figure in FIGURES.items():
        text = "".join(
            f"{one},{measure},2025-Q4,{value}\n"
            for measure, value in (("total_assets", figure), ("total_liabilities", figure - 2), ("net_profit", -figure))
        )
        filed(home, TITLES + text, name=f"{one}.csv", actor="clerk")
    asking = Asking(home)
    try:
        for person, roles in persons.items():
            enrol(asking, person, *roles)
        for one in NAMES:
            enrol(asking, f"clerk.{one.lower()}", ("reporter", one))
            rows = f"单位,季度,资产合计（台账）\n{one},2025-Q4,{FIGURES[one]}\n"
            asking("submit", {**submission(rows, form="register"), "actor": f"clerk.{one.lower()}"})
            _papers(asking, one)
        _learn(asking)
        _compare(asking)
    finally:
        asking.close()
    return home


def _learn(asking: Asking) -> None:
    """Learn a score of everybody's debt ratio; so few are not enough elsewhere."""
    labels = "entity,outcome\n" + "".join(f"{one},{at % 2}\n" for at, one in enumerate(NAMES))
    file = {"name": "outcomes.csv", "data": labels.encode()}
    with patch("hengjian.app.modeltraining.LEAST", 4):
        asking("train_model", {"actor": "local:test", "model": "failure", "labels": file, "cross_section": True})


def _compare(asking: Asking) -> None:
    """A set of peers of everybody, with reasons that say whose they are."""
    head = {"id": "P1", "title": "peers", "cut": "indicator", "indicators": "debt_ratio:down", "short_below": "50"}
    rows = [{**head, "company": one, "name": name, "reason": f"{name} {FIGURES[one]}"} for one, name in NAMES.items()]
    asking("enter_register", {"actor": "local:test", "kind": "peer_set", "rows": rows})


_MODEL = """\
failure:
  label: {zh: 失败评分, en: Failure}
  type: enterprise
  outcome: {zh: 失败, en: Failure}
  inputs: {debt_ratio: up, profit: down}
  method: logistic
  horizon: 12
  seed: 1
  advisory: {zh: 仅供参考, en: Advisory}
  source: own
"""


_CARD = """\
review:
  label: {zh: 年度评价, en: Review}
  type: enterprise
  frequency: year
  source: own
  digits: 0
  items:
    owned: {label: {zh: 资产, en: Owned}, value: total_assets, unit: CNY, method: {points: {}}}
"""


def _scenarios() -> dict[str, str]:
    """A network in which everybody stands for the next one, for a figure that says whose it is; a stress; and a score
    that is such a figure."""
    link = (
        "guarantees:\n  label: {zh: 担保, en: guarantees}\n  from: enterprise\n  to: enterprise\n  attributes:\n"
        "    balance: {kind: number, label: {zh: 担保余额, en: balance}}\n"
    )
    rate = "lost: {label: {zh: 损失率, en: lost}, unit: ratio, values: [{from: 2000-01-01, source: own, value: 1}]}\n"
    network = "guarantees: {label: {zh: 担保, en: Guarantees}, link: guarantees, amount: balance, unit: CNY, "
    size = "fall: {label: {zh: 降幅, en: fall}, unit: '%', value: 7}"
    touched = "net_profit: net_profit * (1 + fall), total_assets: total_assets * (1 - fall)"
    return {
        "types.yaml": WARNED["types.yaml"] + link, "parameters.yaml": WARNED["parameters.yaml"] + rate,
        "models/failure.yaml": _MODEL, "scorecards/review.yaml": _CARD,
        "networks.yaml": network + "buffer: total_assets, loss: lost, source: own}\n",
        "stresses.yaml": f"fall: {{label: {{zh: 下降, en: Fall}}, parameters: {{{size}}}, measures: {{{touched}}}, "
        "source: own}\n",
    }  # fmt: skip


def _workflow() -> str:
    """The workflow of alerts, whose cases persons open too, with a step that files are handed in with."""
    opening = "  opened_by: {label: {zh: 登记, en: Record}, days: 10}\n  states:"
    paper = "{paper: {label: {zh: 材料, en: Paper}, kind: attachment}}"
    step = f"    report: {{label: {{zh: 补充, en: Report}}, from: [open], to: open, fields: {paper}}}\n"
    return WORKFLOW.replace("  states:", opening) + step


def _papers(asking: Asking, entity: str) -> None:
    """Hand in a file that names the entity and a figure of it, with its case; and open another case."""
    operator = {"actor": "local:test"}
    found = asking("alerts", {**operator, "entity": entity, "rule": "high_debt"})["alerts"]
    file = {"name": f"{NAMES[entity]}.txt", "data": f"{NAMES[entity]} {FIGURES[entity]}".encode()}
    question = {"case": found[0]["case"], "transition": "report", "note": "", "attachments": {"paper": [file]}}
    asking("move", {**operator, **question})
    asking("open_case", {**operator, "workflow": "mending", "entity": entity, "title": f"{NAMES[entity]} 护栏"})


def _forms() -> str:
    """The forms, of which `register` needs two persons."""
    plain = FORMS.replace("[solvent, free_assets]", "[]")
    return plain.replace("register:\n", 'register:\n  two_persons: "true"\n')


def enrol(asking: Asking, person: str, *roles: tuple[Role, str | None]) -> None:
    """A person with some roles."""
    operator = {"actor": "local:test"}
    asking("enrol", {**operator, "person": person, "name": f"name of {person}"})
    for role, node in roles:
        tree = "space" if node is None else "parent"
        asking("give_role", {**operator, "person": person, "role": role, "node": node, "tree": tree})


def session_of(asking: Asking, person: str) -> str:
    """A session for somebody, as single sign-on begins one."""
    actor = Actor(name=person, person=person, proof="single sign-on")
    return str(asking("session_for", {"who": actor, "address": "127.0.0.1"})["session"])


def found_for(asking: Asking, entity: str) -> dict[str, Any]:
    """What there is of an entity, by name: its filing, alert, case, and the role of its clerk."""
    operator = {"actor": "local:test"}
    alerts = asking("alerts", {**operator, "entity": entity, "rule": "high_debt"})["alerts"]
    filings = asking("filings", {**operator, "entity": entity})["filings"]
    mine = next(one for one in filings if one["file"] == f"{entity}.csv")
    clerk = f"clerk.{entity.lower()}"
    proposals = asking("proposals", {**operator})["proposals"]
    (proposal,) = [one["proposal"] for one in proposals if one["proposed_by"] == clerk]
    (role,) = asking("person", {**operator, "person": clerk})["roles"]
    (paper,) = asking("case", {**operator, "case": alerts[0]["case"]})["filled"]
    return {
        "id": entity, "alert": alerts[0]["alert"], "case": alerts[0]["case"], "filing": mine["filing"],
        "person": clerk, "proposal": proposal, "grant": role["grant"], "other": "A2" if entity == "A1" else "A1",
        "indicator": "debt_ratio", "model": "failure", "period": "2025-Q4", "rule": "high_debt",
        "entry": paper["files"][0]["entry"], "card": "review", "assessed": "2025", "kind": "letter", "form": "xlsx",
    }  # fmt: skip
