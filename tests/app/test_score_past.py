"""Scores that look back: as they were published, else as they are computed now, and never through themselves."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from homes import asked, copied, filed
from register_homes import staff
from scored_homes import MORE, carded

from hengjian.ledger.canonical import canonical

Part = dict[str, Any]


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A's score by `ranked` for 2024, published, and figures of 2024 that were corrected afterwards."""
    home = carded(tmp_path_factory.mktemp("past") / "home")
    asked(home, "publish", scorecard="ranked", period="2024", entities=["A"])
    filed(home, "entity,measure,period,value,basis\nA,net_profit,2024,10,audited\n")
    return home


def scored(home: Path, card: str, period: str = "2025", **more: Any) -> Part:
    return asked(home, "score", scorecard=card, entity="A", period=period, **more)


def walked(items: list[Part]) -> Iterator[Part]:
    for one in items:
        yield one
        yield from walked(one["items"])


def test_a_term_is_the_mean_of_its_years_and_their_change(tmp_path: Path) -> None:
    home = carded(tmp_path / "home")
    answer = scored(home, "term")  # 2.666… and 2 percent
    average, change = answer["items"]
    assert (average["score"], change["score"]) == ("2.333333333334", "1.333333333334")
    assert [(one["item"], one["period"], one["score"], one["published"]) for one in answer["past"]] == [
        (None, "2025", "2.666666666667", None), (None, "2024", "2", None),
        ("earned", "2025", "2.666666666667", None), ("earned", "2024", "2", None),
    ]  # fmt: skip


def test_what_was_published_counts_before_what_would_be_computed_now(published: Path) -> None:
    assert scored(published, "ranked", "2024")["exact"] == "4"  # as corrected
    answer = scored(published, "term")
    told = {(one["item"], one["period"]): (one["score"], one["published"]) for one in answer["past"]}
    assert told[None, "2024"][0] == told["earned", "2024"][0] == "2"
    entry = told[None, "2024"][1]
    assert entry is not None
    assert told["earned", "2024"][1] == entry
    assert told[None, "2025"][1] is None
    assert answer["exact"] == "3.666666666668"
    # before it was published, as known then, it was computed: the same
    before = scored(published, "term", as_known_at=f"entry:{entry}")
    assert {one["published"] for one in before["past"]} == {None}
    assert before["exact"] == answer["exact"]


def test_a_term_before_there_are_years_has_no_score(published: Path) -> None:
    answer = scored(published, "term", "2024")
    assert answer["score"] is None
    assert {one["item"] for one in answer["missing"]} == {"average", "change"}
    told = {(one["item"], one["period"]): (one["score"], one["published"] is None) for one in answer["past"]}
    assert told[None, "2024"] == ("2", False)
    assert told[None, "2023"] == (None, True)


def test_a_card_that_is_not_in_force_then_gives_nothing(published: Path) -> None:
    answer = scored(published, "term", "2027")  # ranked holds until 2026
    assert [one["period"] for one in answer["past"] if one["item"] is None] == ["2026"]


SELF = """\
better:
  label: {zh: 改进, en: Better}
  type: enterprise
  frequency: year
  source: 本包自定
  items:
    now: {label: {zh: 本期, en: Now}, value: return_on_assets, unit: "%", method: {points: {}}}
    before: {label: {zh: 上期, en: Before}, missing: zero, method: {past: {scorecard: better, item: now}}}
    whole: {label: {zh: 上期总分, en: Whole}, missing: zero, method: {past: {scorecard: better}}}
"""


def test_a_card_that_looks_back_at_itself(tmp_path: Path) -> None:
    """Its item of last year is computed; its whole score would lead on and on, and counts only where published."""
    home = carded(tmp_path / "home", {"scorecards/better.yaml": SELF})
    answer = scored(home, "better")
    points = {one["item"]: one["score"] for one in answer["items"]}
    assert points == {"now": "2.666666666667", "before": "2", "whole": "0"}
    asked(home, "publish", scorecard="better", period="2024", entities=["A"])
    points = {one["item"]: one["score"] for one in scored(home, "better")["items"]}
    assert points == {"now": "2.666666666667", "before": "2", "whole": "2"}
    again = scored(home, "better", as_known_at=answer["known"]["as_known_at"])
    assert canonical(again) == canonical(answer)


def test_the_comprehensive_score_is_70_percent_of_the_financial_one(evaluated_home: Path, tmp_path: Path) -> None:
    """国资发评价〔2006〕157号, the invented enterprise: 75.244170 with mean shares of the eight management items."""
    home = copied(evaluated_home, tmp_path / "home")
    shares = ("0.82", "0.76", "0.80", "0.70", "0.78", "0.74", "0.66", "0.84")
    card = next(one for one in asked(home, "scorecards")["scorecards"] if one["scorecard"] == "comprehensive_2006")
    rated = [item for item in walked(card["items"]) if (item["method"] or {}).get("is") == "Rating"]
    assert [item["weight"] for item in rated] == ["18", "15", "16", "13", "14", "8", "8", "8"]
    values = {item["item"]: share for item, share in zip(rated, shares, strict=True)}
    answer = asked(home, "what_if", scorecard="comprehensive_2006", entity="E1", period="2006", values=values)
    assert f"{Decimal(answer['after']['exact']):.6f}" == "75.244170"
    assert answer["after"]["past"][0]["score"] == "74.53452846579"
    assert answer["after"]["grade"].startswith("B")


def test_a_score_that_looks_back_at_a_restricted_one_is_withheld(tmp_path: Path) -> None:
    from register_homes import MEASURES

    said = MEASURES.replace("  source: income statement", '  source: income statement\n  restricted: "true"')
    home = carded(tmp_path / "home", {"measures.yaml": said, "scorecards/more.yaml": MORE})
    staff(home)
    assert "withheld" not in scored(home, "term", actor="office")
    told = asked(home, "score", scorecard="term", entity="B", period="2025", actor="see")
    assert told["withheld"]
