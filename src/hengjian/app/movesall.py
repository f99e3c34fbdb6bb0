"""One step taken in many cases of a workflow at once, as by an office that handles eleven enterprises alike."""

from collections.abc import Mapping
from typing import Any

from hengjian.app.alerts import ensure_supervised
from hengjian.app.desk import Desk
from hengjian.app.events import record_of
from hengjian.app.moves import move
from hengjian.app.wire import Answer
from hengjian.casework.case import case_of
from hengjian.model.issue import Refused, nearest, refuse


def move_all(desk: Desk, question: Mapping[str, Any]) -> Answer:
    """Take `transition` in every open case of `workflow` that stands where it may be taken, or in those of `entities`;
    `note`, `fields` and `today` as of `move`. Files belong to one case, and are not taken here.

    Each step is an entry of its own, refused by itself: `moved` tells those that were taken, `refused` why another was
    not. Refused altogether where none was taken.
    """
    ensure_supervised(desk)
    name, transition = str(question["workflow"]), str(question["transition"])
    workflows = desk.programme().catalogue.workflows
    if name not in workflows:
        hint = nearest(name, workflows, otherwise=f"there are {', '.join(workflows) or 'none'}")
        raise refuse(f"no workflow is called {name!r}", hint)
    steps = workflows[name].transitions
    if transition not in steps:
        hint = nearest(transition, steps, otherwise=f"its steps are {', '.join(steps)}")
        raise refuse(f"the workflow {name} has no step {transition!r}", hint)
    wanted = set(question.get("entities") or ())
    every = [case_of(record_of(event)) for event in desk.store.latest_events("case")]
    found = [
        one for one in every
        if one.workflow == name and not one.ended and one.state in steps[transition].origins
        and one.entity in desk.sight and (not wanted or one.entity in wanted)
    ]  # fmt: skip
    if not found:
        message = f"no open case of {name} stands where {transition} may be taken"
        raise refuse(message, "`hengjian case SPACE` lists them with their states")
    asked = {"transition": transition, "note": question.get("note") or "", "fields": question.get("fields") or {}}
    asked |= {"today": question.get("today"), "attachments": {}}
    moved, refused = [], list[dict[str, Any]]()
    faults = list[Refused]()
    for one in sorted(found, key=lambda one: (one.entity, one.case)):
        whose = {"case": one.case, "entity": one.entity}
        try:
            answer = move(desk, {**asked, "case": one.case})
            moved.append({**whose, "state": answer["state"], "entry": answer["entry"]})
        except Refused as fault:
            faults.append(fault)
            refused.append({**whose, "why": [issue.record() for issue in fault.issues]})
    if not moved:
        raise type(faults[0])(list(dict.fromkeys(issue for fault in faults for issue in fault.issues)))
    return {"workflow": name, "transition": transition, "moved": moved, "refused": refused}
