"""Panels: a cut of the store as dense arrays [period × entity]."""

from hengjian.panel.load import load_panel
from hengjian.panel.panel import Codes, Column, Panel, Values

__all__ = ["Codes", "Column", "Panel", "Values", "load_panel"]
