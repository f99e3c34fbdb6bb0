"""What the tests of this room share: a desk, and the figure of one cell."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from intake_desk import Desk


@pytest.fixture(scope="session")
def desk() -> Desk:
    return Desk()


@pytest.fixture(scope="session")
def value(desk: Desk) -> Callable[..., float | None]:
    """The figure that one cell says."""

    def read(text: str, measure: str = "total_assets", unit: str = "") -> float | None:
        cell = '"' + text.replace('"', '""') + '"'
        period = {"turnout": "2019-12", "power_used": "2019-12"}.get(measure, "2019-Q4")
        (row,) = desk.rows(f"entity,measure,period,value,unit\nE1,{measure},{period},{cell},{unit}\n")
        result: float | None = row.value
        return result

    return read
