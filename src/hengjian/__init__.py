"""Hengjian (衡鉴): an open digital base for public owners."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hengjian.app import open_space as open  # noqa: A004, F401

__version__ = "0.1.0"


def __getattr__(name: str) -> object:
    """`hengjian.open(folder)`; the rooms are loaded only when it is used."""
    if name == "open":
        from hengjian.app import open_space

        return open_space
    raise AttributeError(name)
