"""Guards of steps: what must hold of a case's entity on the day of a step, and what is said where it does not."""

from collections.abc import Sequence
from datetime import date

from hengjian.app.desk import Desk
from hengjian.app.restricted import hidden
from hengjian.evaluate.lookback import needs
from hengjian.intake.text import quoted
from hengjian.model.cut import Cut
from hengjian.model.issue import Issue
from hengjian.model.period import period_of
from hengjian.model.workflow import Transition, Workflow, guard_name
from hengjian.panel.reach import load_scene
from hengjian.supervise.guards import standing


def unmet(desk: Desk, workflow: Workflow, step: Transition, entity: str, day: date) -> Sequence[Issue]:
    """Why the guard of a step is not met on a day; nothing where it is, or where there is none.

    It is computed of everything that is filed. Who does not see what it reads is told that it is not met, and not why.
    """
    name = guard_name(workflow.name, step.name)
    programme = desk.programme()
    formula = programme.guards.get(name)
    if formula is None or step.guard is None:
        return ()
    taken, asked = step.name, step.guard.text
    if not programme.catalogue.descends(desk.entity_types().get(entity, ""), formula.type):
        message = f"{taken} asks for {asked}: {quoted(entity)} is no {formula.type}"
        return [Issue(place=None, message=message, hint="its workflow is for others")]
    running = None if formula.measures else period_of(day, formula.frequency)
    scene = load_scene(
        desk.store, programme.catalogue, Cut(), needs(programme, [name]), entities=[entity], first=running, last=running
    )
    found = standing(programme, name, scene, entity, day)
    if found is not None and found.value:
        return ()
    if hidden(desk, entity, name):
        return [Issue(place=None, message=f"{taken} asks for {asked}: that is not met", hint=_RESTRICTED)]
    if found is None:
        message = f"{taken} asks for {asked}: nothing that it reads was reported"
        return [Issue(place=None, message=message, hint=_FILE)]
    cause = found.cause
    if cause is not None:
        head = f"{taken} asks for {asked}, which cannot be told in {found.period}"
        whose = f" of {quoted(cause.entity)}" if cause.entity in desk.sight else ""
        message = f"{head}: {cause.input}{whose} in {cause.period} is {cause.reason.word}"
        return [Issue(place=None, message=message, hint=_FILE)]
    message = f"{taken} asks for {asked}, which does not hold in {found.period}"
    return [Issue(place=None, message=message, hint="mend what it asks for, file it, and take the step then")]


_FILE = "file what is lacking, and take the step then"
_RESTRICTED = "it reads restricted data, which you do not see"
