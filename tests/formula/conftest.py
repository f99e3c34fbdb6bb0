"""Lets the tests of this room use the small catalogue beside them."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
