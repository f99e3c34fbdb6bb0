"""Why a value is missing. No value is ever quietly zero (DESIGN decision 2)."""

from dataclasses import dataclass
from enum import IntEnum

from hengjian.model.period import Period


class Missing(IntEnum):
    """Reason codes as the arrays carry them beside the values; `PRESENT` means that there is a value."""

    PRESENT = 0
    NOT_REPORTED = 1
    NO_HISTORY = 2
    ZERO_DENOMINATOR = 3
    NEGATIVE_BASE = 4
    NO_PARAMETER = 5
    TOO_FEW_PEERS = 6
    NOT_APPLICABLE = 7
    WITHDRAWN = 8
    ERASED = 9
    #: Inside arrays only: not reported, and nothing was ever reported up to that period. A step back in time
    #: turns it into NO_HISTORY, a plain reading into NOT_REPORTED.
    BEFORE_FIRST = 10

    @property
    def word(self) -> str:
        return "not_reported" if self is Missing.BEFORE_FIRST else self.name.lower()


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """The first cause, in formula order, of a missing value: which input, of whom, when."""

    reason: Missing
    input: str
    entity: str
    period: Period

    def record(self) -> dict[str, object]:
        return {"reason": self.reason.word, "input": self.input, "entity": self.entity, "period": str(self.period)}
