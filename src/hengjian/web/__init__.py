"""The pages: lists, an enterprise's indicators over time, and where each figure comes from. Reads only."""

from hengjian.web.server import run
from hengjian.web.site import LOCAL_NAMES, build
from hengjian.web.wall import Entrance

__all__ = ["LOCAL_NAMES", "Entrance", "build", "run"]
