"""One formula while it is checked: what it may read, where it stands, the faults found so far."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from hengjian.formula.node import Span
from hengjian.formula.parser import spot
from hengjian.formula.term import Formula, Shape
from hengjian.model.declaration import FormulaText
from hengjian.model.issue import Issue, Severity
from hengjian.model.period import FREQUENCIES, Frequency

EVERY: Mapping[Frequency, str] = {
    "year": "yearly", "half": "half-yearly", "quarter": "quarterly", "month": "monthly", "day": "daily",
    "hour": "hourly", "quarter_hour": "every quarter of an hour",
}  # fmt: skip

#: What each shape is called in messages.
SHAPES: Mapping[Shape, str] = {
    "instant": "an instant (a balance)",
    "period": "a flow of one period",
    "ytd": "a flow of the year to date",
    "ttm": "a flow of twelve months",
    "none": "neither a flow nor a balance",
}


class Reading:
    """Collects the faults of one declaration; `frequency` is that of the first input that has one, with its name."""

    def __init__(self, type_name: str, checked: Mapping[str, Formula]) -> None:
        self.type = type_name
        self.checked = checked
        self.faults: list[Issue] = []
        self.frequency: tuple[str, Frequency] | None = None
        self.has_mixed_frequencies = False
        self.source: FormulaText | None = None

    @contextmanager
    def about(self, type_name: str) -> Iterator[None]:
        """Read what a link leads to: entities of another type, at the same periods."""
        own, self.type = self.type, type_name
        try:
            yield
        finally:
            self.type = own

    @contextmanager
    def by_another_frequency(self) -> Iterator[None]:
        """Read figures whose frequency is not that of the formula around them."""
        own, self.frequency = self.frequency, None
        try:
            yield
        finally:
            self.frequency = own

    def fault(self, at: Span, message: str, hint: str, severity: Severity = "error") -> None:
        """Report something at a span of the version that is being read."""
        if self.source is None:
            raise RuntimeError("no version is being read")
        place = spot(self.source.text, self.source.place, at[0])
        self.faults.append(Issue(place=place, message=message, hint=hint, severity=severity))

    def meet(self, name: str, frequency: Frequency, at: Span) -> None:
        """Note an input's frequency; the first one that differs is a fault."""
        if self.frequency is None:
            self.frequency = (name, frequency)
        elif frequency != self.frequency[1] and not self.has_mixed_frequencies:
            self.has_mixed_frequencies = True
            first, every = self.frequency[0], EVERY[self.frequency[1]]
            message = f"{name} is {EVERY[frequency]}, but {first} is {every}"
            coarser = min(frequency, self.frequency[1], key=FREQUENCIES.index)
            examples = f"sum(x, per: {coarser}) or last(x, per: {coarser})"
            hint = f"one formula has one frequency; finer figures are brought to it, as in {examples}"
            self.fault(at, message, hint)
