"""Hengjian (衡鉴): an open digital base for public owners."""

__version__ = "0.1.0"
