"""Whether a server keeps what it loads, and what a question is then answered from. What keeping takes is in `app.hot`,
which a command without a server does not load.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from hengjian.app.desk import Desk
from hengjian.model.cut import Cut
from hengjian.panel.panel import Column
from hengjian.panel.scene import Scene

if TYPE_CHECKING:
    from hengjian.app.hot import Tier

#: The cut that is kept.
CUT = Cut()

#: What is kept for each desk.
TIERS: "WeakKeyDictionary[Desk, Tier]" = WeakKeyDictionary()


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a question is answered from: the scene that it would have loaded, and the indicators' columns over it."""

    scene: Scene
    columns: Mapping[str, Column]


def tier_of(desk: Desk) -> "Tier | None":
    """What is kept for a desk; None where nothing is to be kept."""
    return TIERS.get(desk)
