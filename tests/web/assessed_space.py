"""A space behind the pages of scores: letters, standards, a claim, channels that differ, a published assessment."""

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from unittest.mock import patch

sys.path.insert(0, str(Path(__file__).parents[1] / "app"))

import published_homes
import register_homes
from homes import asked, filed
from register_homes import entered
from scored_homes import CONFIRMED, LETTER

from hengjian.app.desk import Desk
from hengjian.app.local import METHODS

BOTH = """\
both:
  label: {zh: 两个来源, en: Two sources}
  type: enterprise
  frequency: year
  source: own
  items:
    gain:
      {label: {zh: 净利, en: Profit}, value: net_profit, unit: CNY, channels: [confirmed, system], method: {points: {}}}
"""
CLAIM = """\
id,entity,period,measure,effect,ground,claim,unit,evidence,state
TZ-1,A,2025,net_profit,add_back,前期费用,2,元,费用明细账,claimed
"""
ASSESSED = """\
entity,measure,period,value,basis
A,net_profit,2025,9,assessed
A,total_assets,2025,300,assessed
"""
OTHERWISE = "scorecard,period,entity,key,value,unit,evidence\nboth,2025,A,gain,40,元,财务处函\n"


def assessed(folder: Path, *, persons: bool = True) -> Path:
    """A of `scored_homes` with its letter by `signed`, standards of `yearly`, an assessed profit and a claim, a profit
    that a department confirms as another one, and its score by `yearbook` published; with `persons`, rita reports
    for A."""
    with patch.dict(published_homes.FILES, {"scorecards/both.yaml": BOTH}):
        home = published_homes.flowing(folder)
    entered(home, "letter", LETTER, name="letters.csv")
    entered(home, "confirmation", CONFIRMED, name="confirmed.csv")
    entered(home, "confirmation", OTHERWISE, name="otherwise.csv")
    entered(home, "standard", register_homes.STANDARDS, name="<b>book</b>.csv")
    filed(home, ASSESSED, name="assessed.csv")
    entered(home, "adjustment", CLAIM, name="claims.csv")
    published_homes.publish(home)
    if persons:
        published_homes.peopled(home)
        asked(home, "give_role", person="rita", role="viewer", node="A")
    return home


def asking(desk: Desk, actor: str | None = None) -> Callable[[str, Mapping[str, object]], dict[str, Any]]:
    """The open space as somebody's pages ask it; None: as the operator's."""
    who = {} if actor is None else {"actor": actor}
    return lambda method, question: METHODS[method](desk, {**question, **who})
