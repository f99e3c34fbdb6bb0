"""For whom a step of a case is taken that names a link: those to whom it leads from the case's entity."""

from collections.abc import Iterable

from hengjian.app.desk import Desk
from hengjian.app.standing import plays, reach
from hengjian.model.cut import Cut
from hengjian.model.workflow import Transition, Workflow


def signers(desk: Desk, workflow: Workflow, step: Transition, entity: str) -> dict[str, list[str]]:
    """Of a step, and of those that it needs, which name a link: to whom it leads today. Nobody is left out, be they in
    sight or not."""
    named = {name: workflow.transitions[name].at for name in step.needs} | {step.name: step.at}
    return {name: linked(desk, link, entity) for name, link in named.items() if link is not None}


def linked(desk: Desk, link: str, entity: str) -> list[str]:
    """To whom a link, or its inverse, leads from an entity today."""
    for declared in desk.programme().catalogue.links.values():
        if link in (declared.name, declared.inverse):
            states = desk.store.links_at(Cut(), desk.config.current_day(), declared.name, entity)
            standing = [one for one in states if one.attributes.get("share") != "0"]
            if link == declared.name:
                return sorted({one.target for one in standing if one.source == entity})
            return sorted({one.source for one in standing if one.target == entity})
    return []


def may_sign(desk: Desk, step: Transition, some: Iterable[str]) -> set[str]:
    """Those of some at whom the one who asks may take a step that names a link."""
    if step.roles:
        return {one for one in some if plays(desk, step.roles, one)}
    where = reach(desk, desk.actor, "handle")
    return {one for one in some if one in where}
