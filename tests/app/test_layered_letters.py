"""Letters of cards whose groups count by weight: their lines come to 100, and each line has a figure."""

from decimal import Decimal
from pathlib import Path

import pytest
from homes import asked
from scored_homes import carded
from test_registers import refusal, typed

CARD = """\
layered:
  label: {zh: 两层评价, en: Two layers}
  type: enterprise
  frequency: year
  source: 本包自定
  letter: true
  combine: weighted
  items:
    common:
      label: {zh: 共性, en: In common}
      weight: 60
      value: net_profit
      method: {points: {}}
    features:
      label: {zh: 特色, en: Features}
      weight: 40
      items:
        measured:
          label: {zh: 取数项, en: Measured}
          many: true
          method: {pro_rata: {least: 0, most: 100%}}
        told:
          label: {zh: 确认项, en: Told}
          many: true
          channels: [confirmed]
          method: {pro_rata: {least: 0, most: 100%}}
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return carded(tmp_path_factory.mktemp("layered") / "home", {"scorecards/layered.yaml": CARD})


def test_lines_of_a_layer_come_to_100_and_have_figures(home: Path) -> None:
    head = {"scorecard": "layered", "period": "2025", "entity": "A"}
    one = {"item": "measured", "key": "m", "title": "利润", "weight": "60", "target": "100", "indicator": "net_profit"}
    two = {"item": "told", "key": "t", "title": "标准", "weight": "40", "target": "20"}
    assert refusal(home, "letter", head | one | {"weight": "24"}, two | {"weight": "16"}) == [
        ("the weights of 'A' add up to 40 in '特色'", "they should add up to 100")
    ]
    assert refusal(home, "letter", head | one | {"indicator": ""}, two) == [
        ("'利润' has no indicator", "by the scorecard nobody confirms its figure: fill in what it is")
    ]
    typed(home, "letter", head | one | {"target": "1", "unit": "元"}, two)
    typed(home, "confirmation", head | {"key": "t", "value": "15", "evidence": "台账"})
    told = asked(home, "score", scorecard="layered", entity="A", period="2025")
    [layer] = [part for part in told["items"] if part["item"] == "features"]
    assert Decimal(layer["score"]) == 36  # (60 + 40 × 15 ÷ 20) × 40 %
