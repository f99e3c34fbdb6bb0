"""The pages: lists, an enterprise's indicators over time, and where each figure comes from. Reads only."""

from hengjian.web.server import run
from hengjian.web.site import build

__all__ = ["build", "run"]
