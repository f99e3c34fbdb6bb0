"""What is told of back-tests, as JSON values."""

from typing import Any

from hengjian.supervise.backtestcurve import Area


def auc_record(found: Area | None) -> dict[str, Any] | None:
    """An area with its interval, its method and its sample."""
    if found is None:
        return None
    return {
        "value": found.value, "low": found.low, "high": found.high, "method": found.method,
        "positives": found.positives, "negatives": found.negatives, "entities": found.groups,
    }  # fmt: skip
