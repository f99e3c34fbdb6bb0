"""A space whose card is published by a workflow: from a trial score through a time for objections."""

from pathlib import Path
from typing import Any

from homes import asked
from scored_homes import carded

CARD = """\
yearbook:
  label: {zh: 年度考核, en: Yearly assessment}
  type: enterprise
  frequency: year
  source: 《区管企业考核办法》
  document: 区国资办〔2025〕7号
  workflow: review
  published_by: publish
  objected_by: object
  upheld_by: uphold
  rejected_by: reject
  grades:
    A: {label: {zh: 优, en: A}, at_least: 50}
    B: {label: {zh: 良, en: B}, at_least: 0}
  items:
    gained: {label: {zh: 报酬率得分, en: Return}, value: return_on_assets, unit: "%", weight: 100, method: {points: {}}}
"""
FLOW = """\
review:
  label: {zh: 考核流程, en: Review}
  source: own
  type: enterprise
  opened_by:
    label: {zh: 开始考核, en: Begin}
    days: 300
    fields: {period: {label: {zh: 考核期, en: Period}, kind: text}}
  states:
    begun: {label: {zh: 待试算, en: Begun}}
    scored: {label: {zh: 已试算, en: Scored}}
    noticed: {label: {zh: 异议期, en: Objections}, days: 5, working: "true"}
    disputed: {label: {zh: 复核中, en: Disputed}}
    published: {label: {zh: 已公布, en: Published}, final: true}
  transitions:
    score: {label: {zh: 试算, en: Score}, from: [begun], to: scored}
    notify: {label: {zh: 告知, en: Tell}, from: [scored], to: noticed}
    object:
      label: {zh: 异议, en: Object}
      from: [noticed]
      to: disputed
      roles: [reporter]
      note: required
      fields: {item: {label: {zh: 异议指标, en: Item}, kind: text}}
    uphold: {label: {zh: 成立, en: Uphold}, from: [disputed], to: scored, note: required}
    reject: {label: {zh: 不成立, en: Reject}, from: [disputed], to: noticed, note: required}
    publish: {label: {zh: 公布, en: Publish}, from: [noticed], to: published, other_than: [score]}
    correct: {label: {zh: 更正, en: Correct}, from: [published], to: scored, note: required}
"""
FILES = {"scorecards/yearbook.yaml": CARD, "workflows/review.yaml": FLOW}
DAY = "2026-03-02"


def flowing(folder: Path) -> Path:
    """The space of `scored_homes.carded` with the card `yearbook`, on 2026-03-02, and a case each of A and B for 2025,
    which olga has scored on trial and told them of."""
    home = carded(folder, FILES)
    on(home, DAY)
    for entity in ("A", "B"):
        case = asked(home, "open_case", workflow="review", entity=entity, title="考核", fields={"period": "2025年"})[
            "case"
        ]
        for transition in ("score", "notify"):
            asked(home, "move", case=case, transition=transition, actor="local:olga")
    return home


def on(home: Path, day: str) -> None:
    """The space's clock stands on a day."""
    path = home / "hengjian.toml"
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if "today" not in line]
    path.write_text("\n".join([f"today = {day}", *lines]) + "\n", encoding="utf-8")


def peopled(home: Path) -> Path:
    """rita reports for A, olga and otto are officers of the whole space, vic looks at B."""
    for person, name in (("rita", "芮"), ("olga", "欧"), ("otto", "奥"), ("vic", "魏")):
        asked(home, "enrol", person=person, name=name)
    for person, role, node in (("rita", "reporter", "A"), ("olga", "officer", None), ("otto", "officer", None),
                               ("vic", "viewer", "B")):  # fmt: skip
        asked(home, "give_role", person=person, role=role, node=node)
    return home


def publish(home: Path, **more: Any) -> dict[str, Any]:
    """Publish the score of A by `yearbook` for 2025, by otto."""
    return asked(home, "publish", **{
        "scorecard": "yearbook", "period": "2025", "entities": ["A"], "actor": "local:otto", "office": "区国资委",
    } | more)  # fmt: skip


def assessment(home: Path, **more: Any) -> dict[str, Any]:
    """The published score of A by `yearbook` for 2025."""
    return asked(home, "assessment", **{"scorecard": "yearbook", "period": "2025", "entity": "A"} | more)
