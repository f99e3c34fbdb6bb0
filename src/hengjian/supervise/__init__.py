"""Supervision: where declared rules hold, and the alerts that follow."""

from hengjian.supervise.alert import Alert, following
from hengjian.supervise.evidence import Evidence, evidence
from hengjian.supervise.rules import Finding, findings, looked

__all__ = ["Alert", "Evidence", "Finding", "evidence", "findings", "following", "looked"]
