"""`alerts`, `alert`, `cases` and `case` for readers who do not see everybody."""

from pathlib import Path
from typing import Any

import pytest
from homes import TITLES
from owning_homes import TITLES as LINKS
from owning_homes import holding
from sighted_homes import NAMES, SIGHTS, asked, district, enrolled, filed, outsiders, texts
from warned_homes import RULES, WARNED, debt

from hengjian.model.issue import Forbidden, Refused

#: A rule of a company whose evidence is figures of those that it holds.
BELOW = """\
deep_loss:
  label: {zh: 所持企业亏损, en: Losses below}
  type: enterprise
  when: "total(net_profit, over: owns) < 0"
  level: orange
  source: by hand
  message: {zh: "所持企业合计亏损", en: "Losses below"}
  opens: mending
  days: 30
"""
PACK = {**WARNED, "rules/debt.yaml": RULES + BELOW}
PROFITS = (
    TITLES
    + "A1,net_profit,2025-Q4,-71117\nB1,net_profit,2025-Q4,-82227\nB,net_profit,2025-Q4,5\nA,net_profit,2025-Q4,5\n"
)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A holds A1 and B1, each of which makes losses; A2 and B2 have too much debt."""
    found = district(tmp_path_factory.mktemp("alerts") / "home", PACK)
    filed(found, f"{LINKS}\n{holding('A', 'A1', '60%')}{holding('A', 'B1', '40%')}", form="links", name="held.csv")
    filed(found, TITLES + debt("A2", "2025-Q4", 99) + debt("B2", "2025-Q4", 98), name="debts.csv")
    filed(found, TITLES + debt("B2", "2025-Q4", 97), name="again.csv")
    filed(found, PROFITS, name="profits.csv")
    filed(found, TITLES + "B1,net_profit,2025-Q4,-92227\n", name="b1.csv")
    return enrolled(found)


def alerts(home: Path, reader: str | None, **question: object) -> dict[tuple[str, str], dict[str, Any]]:
    found = asked(home, "alerts", actor=reader, **question)["alerts"]
    return {(one["rule"], one["entity"]): one for one in found}


def test_alerts_of_those_who_are_seen(home: Path) -> None:
    everyone = alerts(home, None)
    assert {("high_debt", "A2"), ("high_debt", "B2"), ("loss", "A1"), ("loss", "B1"), ("deep_loss", "A")} == set(
        everyone
    )
    for reader, sight in SIGHTS.items():
        ours = alerts(home, reader)
        assert set(ours) == {key for key in everyone if key[1] in sight.split()}
        assert set(alerts(home, reader, entity="B2")) == {key for key in ours if key[1] == "B2"}
    assert everyone["high_debt", "A2"]["filing"] == alerts(home, "own")["high_debt", "A2"]["filing"]


def test_what_stands_on_others_says_so_and_tells_nothing_of_them(home: Path) -> None:
    deep = alerts(home, "own")["deep_loss", "A"]
    assert deep["beyond"] is True
    assert "beyond" not in alerts(home, "parent")["deep_loss", "A"]
    whole, ours = (asked(home, "alert", alert=deep["alert"], actor=reader) for reader in (None, "own"))
    assert {leaf["entity"] for leaf in whole["events"][-1]["inputs"]} == {"A1", "B1"}
    assert {leaf["entity"] for leaf in ours["events"][-1]["inputs"]} == {"A1"}
    assert (ours["value"], ours["threshold"]) == (whole["value"], whole["threshold"])


def test_a_filing_that_is_not_seen_is_not_named(home: Path) -> None:
    """Of A changed what B1 filed last, alone."""
    whole, ours = alerts(home, None)["deep_loss", "A"], alerts(home, "own")["deep_loss", "A"]
    assert whole["filing"] == asked(home, "filings", entity="B1")["filings"][0]["filing"]
    assert ours == whole | {"filing": None, "beyond": True}


@pytest.mark.parametrize("method", ["alert", "case"])
def test_others_are_as_those_that_are_not_there(home: Path, method: str) -> None:
    every = asked(home, f"{method}s")[f"{method}s"]
    for reader, sight in SIGHTS.items():
        for one in every:
            if one["entity"] in sight.split():
                assert asked(home, method, actor=reader, **{method: one[method]})["entity"] == one["entity"]
                continue
            said = []
            for name in (one[method], f"{one[method][0]}000099"):
                with pytest.raises(Refused) as caught:
                    asked(home, method, actor=reader, **{method: name})
                assert not isinstance(caught.value, Forbidden)
                said.append(str(caught.value).replace(name, "it"))
            assert said[0] == said[1]


def test_cases_of_those_who_are_seen(home: Path) -> None:
    assert {one["entity"] for one in asked(home, "cases")["cases"]} == {"A2", "B2", "A"}
    assert {one["entity"] for one in asked(home, "cases", actor="own")["cases"]} == {"A2", "A"}
    assert asked(home, "cases", actor="own", entity="B2")["cases"] == []
    (deep,) = (one for one in asked(home, "cases", actor="own")["cases"] if one["entity"] == "A")
    told = asked(home, "case", case=deep["case"], actor="own")["alert"]
    assert ({leaf["entity"] for leaf in told["inputs"]}, told["beyond"]) == ({"A1"}, True)


def test_owners_of_alerts(home: Path) -> None:
    own, sibling = alerts(home, "own", owners=True), alerts(home, "sibling", owners=True)
    assert [one["entity"] for one in own["loss", "A1"]["owners"]] == ["A"]
    assert (sibling["loss", "B1"]["owners"], sibling["loss", "B1"]["owners_withheld"]) == ([], 1)
    assert "owners_withheld" not in own["loss", "A1"]


@pytest.mark.parametrize("reader", SIGHTS)
def test_no_answer_names_an_outsider(home: Path, reader: str) -> None:
    lists = [asked(home, method, actor=reader, owners=True) for method in ("alerts", "cases")]
    answers = [*lists]
    for method, answer in zip(("alert", "case"), lists, strict=True):
        each = (one[method] for one in answer[f"{method}s"])
        answers += [asked(home, method, actor=reader, owners=True, **{method: name}) for name in each]
    figures = {"A1": ("71117",), "B1": ("82227", "92227")}
    for text in (text for answer in answers for text in texts(answer)):
        for one in outsiders(reader):
            assert text != one
            assert NAMES[one] not in text
            assert not any(figure in text for figure in figures.get(one, ()))
