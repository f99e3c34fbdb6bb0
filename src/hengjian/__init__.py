"""Hengjian (衡鉴): an open digital base for public owners."""

from importlib import import_module
from typing import Any

__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    """`hengjian.open(folder)` is `app.open_space`; the rooms are loaded only when it is used."""
    if name == "open":
        return import_module("hengjian.app").open_space
    raise AttributeError(name)
