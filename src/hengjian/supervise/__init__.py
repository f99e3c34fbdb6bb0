"""Supervision: where declared rules hold, and the alerts that follow."""

from hengjian.supervise.alert import Alert, following
from hengjian.supervise.rules import Evidence, Finding, evidence, findings

__all__ = ["Alert", "Evidence", "Finding", "evidence", "findings", "following"]
