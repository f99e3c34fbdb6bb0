"""The pages: lists, an enterprise's indicators over time, and where each figure comes from. Reads only."""

from hengjian.web.pages import build
from hengjian.web.server import run

__all__ = ["build", "run"]
