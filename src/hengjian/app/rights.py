"""What somebody may do at a node, asked before it is done: refusals that say what, where, and who could help."""

from hengjian.app.desk import Desk
from hengjian.app.standing import reach
from hengjian.intake.text import quoted
from hengjian.model.issue import forbid
from hengjian.people import Action

ROLES_HINT = "an administrator gives roles: `hengjian role SPACE` lists them"


def denial(desk: Desk, action: Action, node: str) -> str:
    """What is said to somebody who may not do something at a node."""
    return f"{desk.actor.name} may not {action} at {quoted(node)}"


def must(desk: Desk, action: Action, node: str) -> None:
    """Forbidden where the one who asks may not do something at a node that they see."""
    if node not in reach(desk, desk.actor, action):
        raise forbid(denial(desk, action, node), ROLES_HINT)
