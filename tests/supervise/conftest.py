"""Panels and catalogues by hand come from the rooms that these tests look down on."""

import sys
from pathlib import Path

for room in ("evaluate", "formula"):
    sys.path.insert(0, str(Path(__file__).parents[1] / room))
sys.path.insert(0, str(Path(__file__).parent))
