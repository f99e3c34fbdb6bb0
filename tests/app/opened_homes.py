"""Spaces whose pack has a workflow that persons open, with files, waits, choices and publishers of one announcement."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from warned_homes import WARNED, asked, filed, warned

FLOW = """\
hazard:
  label: {zh: 隐患, en: Hazard}
  source: by hand
  type: enterprise
  recurs_by: [place]
  opened_by:
    label: {zh: 登记, en: Record}
    days: 10
    working: "true"
    fields:
      place: {label: {zh: 部位, en: Place}, kind: text}
      class:
        label: {zh: 等级, en: Class}
        kind: choice
        choices: {minor: {zh: 一般, en: Minor}, major: {zh: 重大, en: Major}}
      found_on: {label: {zh: 发现日期, en: Found on}, kind: date, required: "false"}
      before: {label: {zh: 照片, en: Photos}, kind: attachment, types: [jpg, png], most: 2, required: "false"}
  states:
    open: {label: {zh: 已登记, en: Recorded}, days: 2, working: "true"}
    mending: {label: {zh: 整改中, en: Being mended}}
    listed: {label: {zh: 挂牌, en: Listed}}
    review: {label: {zh: 待验证, en: To be verified}}
    closed: {label: {zh: 已销号, en: Removed}, final: true}
  transitions:
    plan:
      label: {zh: 六定, en: Plan}
      from: [open, listed, mending]
      to: mending
      deadline: by
      fields:
        by: {label: {zh: 时限, en: By}, kind: date}
        money: {label: {zh: 资金, en: Money}, kind: number, unit: 万元, required: "false"}
    list: {label: {zh: 挂牌督办, en: List}, from: [open], to: listed, where: {class: [major]}, other_than: [opened_by]}
    mend:
      label: {zh: 整改完成, en: Mend}
      from: [mending]
      to: review
      fields:
        after: {label: {zh: 整改后照片, en: Photos after}, kind: attachment}
    sign: {label: {zh: 签署, en: Sign}, from: [review], to: review, at: owned_by, each: "true", roles: [expert]}
    verify:
      label: {zh: 验证, en: Verify}
      from: [review]
      to: closed
      other_than: [opened_by, mend]
      after: [{step: mend, days: 3, working: "true"}]
    approve: {label: {zh: 会签, en: Approve}, from: [review], to: closed, needs: [sign]}
    reject: {label: {zh: 退回, en: Reject}, from: [review], to: mending, note: required}
    reopen: {label: {zh: 重启, en: Reopen}, from: [closed], to: mending, note: required}
"""
OPENED: Mapping[str, str] = {**WARNED, "workflows/hazard.yaml": FLOW}
FIELDS = {"place": "三号码头", "class": "minor"}
#: 国办发明电〔2025〕7号: of spring 2026, 4 to 6 April are off.
TODAY = "2026-03-31"
PHOTO = b"\x89PNG\r\n\x1a\n a photo"


def opened_home(folder: Path) -> Path:
    """A space with E1 and E2; nobody has opened a case."""
    return warned(folder, OPENED)


def opening(home: Path, entity: str = "E2", title: str = "护栏缺失", **more: Any) -> dict[str, Any]:
    """Open a case."""
    question = {"workflow": "hazard", "entity": entity, "title": title, "fields": FIELDS, "actor": "clerk", **more}
    return asked(home, "open_case", **question)


def moved(home: Path, case: str, transition: str, **more: Any) -> dict[str, Any]:
    return asked(home, "move", **{"case": case, "transition": transition, "note": "", "actor": "clerk", **more})


def staffed(home: Path) -> Path:
    """E2 has a reporter, a second one and an officer; X1 and X2, who own it, an expert each; vic looks on at E2."""
    filed(home, "entity,type,name\nX1,enterprise,东方交易所\nX2,enterprise,西部交易所\n", form="entities")
    filed(home, "link,from,to,share\nowns,X1,E2,60%\nowns,X2,E2,40%\n", form="links")
    grants = {
        "rex": ("reporter", "E2"), "roy": ("reporter", "E2"), "olga": ("officer", "E2"), "vic": ("viewer", "E2"),
        "xia": ("expert", "X1"), "xu": ("expert", "X2"),
    }  # fmt: skip
    for person, (role, node) in grants.items():
        asked(home, "enrol", person=person, name=person.title())
        asked(home, "give_role", person=person, role=role, node=node)
    for person in ("xia", "xu"):
        asked(home, "give_role", person=person, role="viewer", node="E2")
    return home
