"""The learned score on real firms of which some failed: half of a panel learned from, the other half scored.

Figures by repeated cross-validation stand in docs/early-warning.md; `benchmarks/distress.py` makes them. Nothing of the
panels is stored here; they lie beside the project, and whoever lacks them skips these tests.
"""

import os
from pathlib import Path

import numpy as np
import pytest
from panels import LEFT_OUT, PANELS, read

from hengjian.models.members import probability
from hengjian.models.recipe import learn
from hengjian.supervise.backtestcurve import area, calibration

ROOT = Path(__file__).parents[2]
DATA = Path(os.environ.get("HENGJIAN_DISTRESS") or ROOT.parent / "shared" / "data" / "distress")


@pytest.mark.parametrize(
    ("panel", "file", "least", "above"),
    [("american", "american_3700_dev.csv", 0.83, 0.05), ("taiwan", "taiwan_22feat_dev.csv.gz", 0.90, 0.0)],
)
def test_half_of_a_panel_scores_the_other(panel: str, file: str, least: float, above: float) -> None:
    pytest.importorskip("lightgbm", reason="LightGBM is not here: pip install 'hengjian[learned]'")
    path = DATA / "reference_only" / file
    if not path.is_file():
        pytest.skip(f"the panel is not here: {path} (HENGJIAN_DISTRESS names its folder)")
    found = PANELS[panel](read(path))
    assert not LEFT_OUT & {*found.inputs}
    order = np.random.default_rng(4).permutation(len(found.failed))
    known, others = np.sort(order[::2]), np.sort(order[1::2])
    learned = learn(found.rows[known], found.failed[known], known, found.inputs, "average", 1).fitted
    chances = probability(learned.margins(found.rows[others]))
    told, untrained = area(chances, found.failed[others]), area(found.untrained[others], found.failed[others])
    assert told is not None
    assert untrained is not None
    assert told.value > max(least, untrained.value + above)
    said = calibration(chances, found.failed[others], is_probability=True)
    assert said is not None
    assert said.brier is not None
    assert said.reference is not None
    assert said.brier < said.reference
    assert np.mean(chances) == pytest.approx(np.mean(found.failed[others]), abs=0.02)
