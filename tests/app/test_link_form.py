"""A link whose ends have titles has a form of its own: a clerk's table by Chinese titles, in 万元."""

from pathlib import Path

import pytest
from homes import filed
from scenario_homes import TYPES, asked, playing

from hengjian.model.issue import Refused

TITLED = TYPES.replace(
    "  to: enterprise\n  attributes:\n    balance",
    "  to: enterprise\n  titles: {from: {zh: 担保人, en: Guarantor}, to: {zh: 被担保人, en: Debtor}}\n"
    "  attributes:\n    balance",
)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return playing(tmp_path / "home", more={"types.yaml": TITLED})


def test_a_table_by_chinese_titles(home: Path) -> None:
    filed(home, "被担保人,担保人,担保余额（万元）,反担保金额,生效日期\nB,A,1.5,20,2025-07-01\n", form="guarantees")
    (edge,) = asked(home, "contagion", entity="A")["around"]["edges"]
    assert (edge["from"], edge["to"], edge["amount"], edge["cover"], edge["since"]) == (
        "A", "B", 15000.0, 20.0, "2025-07-01",
    )  # fmt: skip


def test_the_same_in_english(home: Path) -> None:
    filed(home, "Guarantor,Debtor,balance,Valid to\nA,B,7,2027-01-01\n", form="guarantees")
    assert asked(home, "contagion")["total"] == 7.0


@pytest.mark.parametrize(
    ("form", "text", "message"),
    [
        ("guarantees", "担保人,担保余额\nA,1\n", "column"),
        ("guarantees", "担保人,被担保人,担保余额\nA,Z9,1\n", "Z9"),
        ("supervised_by", "担保人,被担保人\nA,O\n", "no form is called 'supervised_by'"),
    ],
)
def test_faults_are_told(home: Path, form: str, text: str, message: str) -> None:
    with pytest.raises(Refused) as refused:
        filed(home, text, form=form)
    assert any(message in one.message for one in refused.value.issues)
