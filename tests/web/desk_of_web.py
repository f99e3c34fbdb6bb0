"""A real space behind the pages: E1 and E2 with filings of three forms, asked in this process."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "app"))

from filing_homes import figures, formed
from homes import filed

from hengjian.app.desk import open_desk
from hengjian.app.local import METHODS
from hengjian.app.writer import Writer

FIRST = figures("E1,2025-Q3,200,150,300", "E2,2025-Q3,100,50,")
SECOND = figures("E1,2025-Q3,200,160,300")


def made(folder: Path) -> Path:
    """The space: entry 3 is a filing of both with a warning, 4 corrects E1, 5 is an archive of E2."""
    home = formed(folder, today="2026-02-09")
    filed(home, FIRST, form="short_balance", name="三季度.csv", actor="clerk")
    filed(home, SECOND, form="short_balance", name="<b>更正</b>.csv", entity="E1")
    filed(home, figures("E2,2025-Q2,90,50,"), form="short_balance", known_from="2025-07-20")
    return home


class Asking:
    """The space's writer, as the server asks it."""

    def __init__(self, folder: Path) -> None:
        self.desk = open_desk(folder, write=True, append=True)
        self._writer = Writer(self.desk, METHODS)

    def __call__(self, method: str, question: Mapping[str, object]) -> dict[str, Any]:
        return self._writer.ask(method, question)

    def close(self) -> None:
        self._writer.close()
        self.desk.close()
