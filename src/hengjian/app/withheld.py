"""What a reader does not see is left out of answers and counted under `withheld`; who sees all finds no such key."""

from hengjian.app.insight import sees_row
from hengjian.people import Reach
from hengjian.store.links import LinkState


def withheld(count: int) -> dict[str, int]:
    """How much was left out, as a key of an answer; none where nothing was."""
    return {"withheld": count} if count else {}


def sees_link(sight: Reach, state: LinkState) -> bool:
    """Whether the row that states a relation is one that a reader may see."""
    if sight.is_everything:
        return True
    said = {"link": state.link, "from": state.source, "to": state.target, "attributes": state.attributes}
    return sees_row(sight, said)
