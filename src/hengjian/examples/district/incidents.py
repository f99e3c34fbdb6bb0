"""What went wrong at the desks: slips that were corrected later, figures taken back, files that were refused."""

from collections.abc import Iterator, Mapping

from hengjian.examples.steps import Step


def slips(entity: str, period: str, figures: Mapping[str, int]) -> dict[str, int]:
    """The figures that a clerk got wrong in an enterprise's first filing of a period."""
    del entity, period, figures
    return {}


def incidents() -> Iterator[Step]:
    """Corrections, withdrawals and refusals."""
    yield from ()
