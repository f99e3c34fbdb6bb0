"""The tests of this folder share the words of `bods_desk`."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
