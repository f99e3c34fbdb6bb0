"""The workbook that re-checks a score: what LibreOffice makes of its formulas is our score, for every method."""

import random
from decimal import Decimal
from pathlib import Path
from typing import Any

import cards_2006
import pytest
from recalculated import OFFICE, recalculated, sheets
from report_samples import particulars
from scored_cards import answer_of, many

from hengjian.model.scorecard import Scorecard
from hengjian.reports.workbook import write_workbook


def book_of(card: Scorecard, given: Any) -> tuple[dict[str, Any], bytes]:
    answer = answer_of(card, given)
    return answer, write_workbook(answer, card, particulars())


@pytest.mark.slow
@pytest.mark.skipif(OFFICE is None, reason="LibreOffice is not installed")
def test_another_program_computes_the_same_scores(tmp_path: Path) -> None:
    pairs = dict(many(seed=8))
    for clamp in ("on", "off"):
        settings = {"clamp": clamp, "section_cap": "on"}
        pairs[f"tv4_{clamp}"] = cards_2006.whole(), cards_2006.enterprise(settings=settings)
    made = {name: book_of(card, given) for name, (card, given) in pairs.items()}
    found = recalculated({name: book for name, (_, book) in made.items()}, tmp_path)
    assert len(found) > 100
    assert made["tv4_on"][0]["score"] == "75.24"  # as two independent programmes have it
    for name, (answer, _) in made.items():
        rows = found[name]["计分"]
        assert answer["score"] is not None, name
        assert rows[1][1] == float(answer["score"]), name
        assert rows[2][1] == "全部一致", name
        checks = [row[-2] for row in rows[5:]]
        assert set(checks) == {"一致"}, name


def test_the_same_gives_the_same_bytes() -> None:
    pairs = list(many())
    random.Random(1).shuffle(pairs)
    for _, (card, given) in pairs[:20]:
        assert book_of(card, given)[1] == book_of(card, given)[1]


def test_values_stand_beside_their_formulas_for_who_only_looks() -> None:
    card, given = dict(many())["bonus0"]
    answer, book = book_of(card, given)
    rows = sheets(book)["计分"]
    assert rows[1][:4] == ["得分", float(answer["score"]), "按得分的等级", answer["grade"]]
    assert rows[2][:2] == ["核对", "全部一致"]
    whole = rows[5]
    assert whole[1] == "总分"
    assert Decimal(str(whole[-5])) == Decimal(answer["exact"])


def test_the_rules_numbers_stand_among_the_parameters() -> None:
    card, given = dict(many())["steps0"]
    _, book = book_of(card, given)
    rows = {row[2]: row[3] for row in sheets(book)["参数"][1:]}
    assert (rows["每一步（加分）"], rows["每步加分"], rows["最多加分"], rows["基准值"]) == (3, 1, 6, 100)


def test_a_score_that_cannot_be_told_has_no_formula() -> None:
    card, given = dict(many())["pro_rata_up4"]
    answer = answer_of(card, given)
    answer |= {"score": None, "exact": None, "grade": None}
    answer["items"][0] |= {"score": None, "parts": []}
    rows = sheets(write_workbook(answer, card, particulars(trial=True)))["计分"]
    assert rows[0][0].endswith("（试算）")
    assert rows[1][1] == "尚不能得出总分"
    assert rows[6][-5:-1] == ["", "", "", ""]
