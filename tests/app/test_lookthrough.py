"""`look_through`: rights, control, levels, paths and differences of what was filed."""

from itertools import pairwise
from pathlib import Path

import pytest
from homes import filed
from owning_homes import TITLES, TODAY, holding, holdings, looked, over_the_whole, owning, register, seen

from hengjian.model.issue import Refused

KEYS = ["entity", "cash_flow", "direct", "control", "control_right", "level", "paths", "paths_more"]
#: supervision.md 6.3: S and minority owners M over a ring of two.
RING = "S A 60%; S B 20%; A B 50%; B A 10%; M A 30%; M B 30%"


@pytest.fixture(scope="module")
def ring(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return owning(tmp_path_factory.mktemp("ring") / "home", "S M A B X", RING)


def test_the_answer_is_that_of_the_contract(ring: Path) -> None:
    answer = looked(ring, "S")
    assert list(answer) == ["entity", "direction", "as_of", "method", "holdings", "rings"]
    assert (answer["entity"], answer["direction"], answer["as_of"]) == ("S", "down", TODAY)
    assert answer["method"] == {"cash_flow": "scc-exact", "control": "threshold", "threshold": 0.5}
    assert [list(one) for one in answer["holdings"]] == [KEYS, KEYS]
    assert answer["rings"] == [["A", "B"]]


def test_rights_through_a_ring_of_two(ring: Path) -> None:
    below = seen(ring, "S")
    assert list(below) == ["A", "B"], "by level, then cash-flow right descending"
    assert below["A"]["cash_flow"] == pytest.approx(0.62 / 0.95, abs=1e-12)
    assert below["B"]["cash_flow"] == pytest.approx(0.5 / 0.95, abs=1e-12)
    minority = seen(ring, "M")
    assert minority["A"]["cash_flow"] == pytest.approx(1 - 0.62 / 0.95, abs=1e-12)
    assert minority["B"]["cash_flow"] == pytest.approx(1 - 0.5 / 0.95, abs=1e-12)
    assert below["B"]["direct"] == 0.2
    assert (below["A"]["control"], below["B"]["control"], minority["A"]["control"]) == (True, True, False)
    paths = below["B"]["paths"]
    assert [path["via"] for path in paths] == [["A"], []]
    assert [path["share"] for path in paths] == [0.6 * 0.5, 0.2], "largest first"
    assert below["B"]["paths_more"]["count_at_least"] == 0
    assert below["B"]["paths_more"]["share"] == pytest.approx(0.5 / 0.95 - 0.5, abs=1e-12), "round the ring again"


def test_a_ring_of_three(tmp_path: Path) -> None:
    """supervision.md 6.3, determinant 0.96."""
    rows = "S A .5; S B .3; S C .1; A B .4; B C .5; C A .2; M A .3; M B .3; M C .4"
    home = owning(tmp_path / "home", "S M A B C", rows)
    found = {entity: one["cash_flow"] for entity, one in seen(home, "S").items()}
    assert found == {
        "A": pytest.approx(0.55 / 0.96, abs=1e-12), "B": pytest.approx(0.508 / 0.96, abs=1e-12),
        "C": pytest.approx(0.35 / 0.96, abs=1e-12),
    }  # fmt: skip


def test_control_right_is_summed_over_first_steps(tmp_path: Path) -> None:
    """supervision.md 6.2: 30 % direct and 30 % of B, which holds 20 %: control right 50 %, cash flow 36 %."""
    home = owning(tmp_path / "home", "F B C", "F C 30%; F B 30%; B C 20%")
    (one,) = seen(home, "F", to="C").values()
    assert one["control_right"] == pytest.approx(0.5, abs=1e-12)
    assert one["cash_flow"] == pytest.approx(0.36, abs=1e-12)
    assert one["paths_more"] == {"count_at_least": 0, "share": 0.0}


def test_control_stays_where_cash_flow_thins(tmp_path: Path) -> None:
    """supervision.md 6.2: a chain of 51 %."""
    chain = "F L1 L2 L3 L4 L5 L6".split()
    home = owning(tmp_path / "home", " ".join(chain), "; ".join(f"{one} {two} 51%" for one, two in pairwise(chain)))
    below = seen(home, "F")
    assert [round(one["cash_flow"], 6) for one in below.values()] == [
        0.51, 0.2601, 0.132651, 0.067652, 0.034503, 0.017596,
    ]  # fmt: skip
    assert [one["level"] for one in below.values()] == [1, 2, 3, 4, 5, 6]
    assert all(one["control"] and one["control_right"] == 0.51 for one in below.values())


def test_up_is_down_from_the_other_end(ring: Path) -> None:
    above = seen(ring, "B", "up")
    assert sorted(above) == ["A", "M", "S"]
    assert [one["level"] for one in above.values()] == [1, 1, 1]
    assert list(above)[-1] == "M", "the smallest right is last"
    assert [path["via"] for path in above["S"]["paths"]] == [["A"], []], "from the upper to the lower end"


def test_one_end_only_and_the_owners_between(tmp_path: Path) -> None:
    home = owning(tmp_path / "home", "G H A B O X", "G H 80%; H A 70%; A B 60%; O B 40%; G X 10%; O A 30%")
    answer = looked(home, "G", to="B")
    (one,) = answer["holdings"]
    assert (one["entity"], one["level"], one["control"]) == ("B", 3, True)
    assert one["cash_flow"] == pytest.approx(0.8 * 0.7 * 0.6, abs=1e-12)
    assert one["paths"] == [{"via": ["H", "A"], "share": pytest.approx(0.336)}]
    assert answer["between"] == [
        {"entity": "A", "level": 1, "cash_flow": 0.6, "control": True},
        {"entity": "H", "level": 2, "cash_flow": pytest.approx(0.42), "control": True},
    ]  # fmt: skip
    assert looked(home, "B", direction="up", to="G")["between"] == answer["between"]
    assert looked(home, "X", to="B") | {"as_of": None} == {
        "entity": "X", "direction": "down", "as_of": None, "holdings": [], "between": [],
        "method": {"cash_flow": "scc-exact", "control": "threshold", "threshold": 0.5},
    }  # fmt: skip


def test_one_that_holds_nothing_and_is_not_held(ring: Path) -> None:
    assert seen(ring, "X") == {}
    assert seen(ring, "X", "up") == {}
    assert seen(ring, "S", "up") == {}
    assert seen(ring, "S", to="X") == {}


def test_a_nominee_holds_for_its_principal(tmp_path: Path) -> None:
    home = owning(tmp_path / "home", "P N C D", "N D 100%")
    filed(home, f"{TITLES}\n{holding('N', 'C', '40%', kind='nominee', principal='P')}", form="links", name="n.csv")
    assert list(seen(home, "N")) == ["D"]
    (one,) = seen(home, "P").values()
    assert (one["entity"], one["direct"], one["cash_flow"], one["level"]) == ("C", 0.4, 0.4, 1)


def test_votes_in_concert_are_the_principals(tmp_path: Path) -> None:
    home = owning(tmp_path / "home", "P Q C", "P C 30%")
    filed(home, f"{TITLES}\n{holding('Q', 'C', '25%', kind='concert', principal='P')}", form="links", name="q.csv")
    (ours,) = seen(home, "P").values()
    assert (ours["control"], ours["cash_flow"], ours["control_right"]) == (True, 0.3, pytest.approx(0.55))
    (theirs,) = seen(home, "Q").values()
    assert (theirs["control"], theirs["cash_flow"], theirs["control_right"]) == (False, 0.25, 0.0)


def test_pooled_votes_count_together(tmp_path: Path) -> None:
    home = owning(tmp_path / "home", "P Q R C")
    rows = [holding(owner, "C", share, kind="concert") for owner, share in (("P", "30%"), ("Q", "25%"))]
    filed(home, f"{TITLES}\n{''.join(rows)}{holding('R', 'C', '45%')}", form="links")
    assert [seen(home, owner)["C"]["control"] for owner in "PQR"] == [True, True, False]


def test_the_method_is_named_and_used(ring: Path, tmp_path: Path) -> None:
    answer = looked(ring, "M", method="disposable", threshold="25%")
    assert answer["method"] == {"cash_flow": "scc-exact", "control": "disposable", "threshold": 0.25}
    assert [one["control"] for one in answer["holdings"]] == [True, True]
    # 公司法 (2023) article 141: A's own subsidiary may not cast its 12 % of A; 48 % stand against 40 %
    home = owning(tmp_path / "home", "F A B O", "F A 48%; B A 12%; A B 90%; O A 40%; O B 10%")
    assert [seen(home, "F", method=one)["A"]["control"] for one in ("threshold", "disposable")] == [False, True]


def test_a_share_that_changes_is_sold_and_corrected(tmp_path: Path) -> None:
    home = owning(tmp_path / "home", "F C")
    first = filed(home, f"{TITLES}\n{holding('F', 'C', '40%', since='2020-01-01')}", form="links", name="1.csv")
    filed(home, f"{TITLES}\n{holding('F', 'C', '55%', since='2022-01-01')}", form="links", name="2.csv")
    filed(home, f"{TITLES}\n{holding('F', 'C', 0, since='2024-01-01')}", form="links", name="3.csv")

    def share(day: str, **question: object) -> float | None:
        found = seen(home, "F", as_of=day, **question)
        return found["C"]["direct"] if found else None

    days = ("2019-12-31", "2020-01-01", "2021-12-31", "2022-01-01", "2023-12-31", "2024-01-01")
    assert [share(day) for day in days] == [None, 0.4, 0.4, 0.55, 0.55, None]
    assert [share(day, as_known_at=f"entry:{first['entry'] + 1}") for day in days[3:]] == [0.4, 0.4, 0.4]
    row = holding("F", "C", "45%", since="2020-01-01", until="2022-01-01")
    filed(home, f"{TITLES}\n{row}", form="links", name="4.csv")
    assert [share(day) for day in days] == [None, 0.45, 0.45, 0.55, 0.55, None]
    assert share("2021-12-31", as_known_at=f"entry:{first['entry'] + 3}") == 0.4, "as it was known"


def test_what_has_changed_since_a_day(tmp_path: Path) -> None:
    home = owning(tmp_path / "home", "F A B C D", "F A 60%")
    rows = [
        holding("F", "B", "30%", until="2025-01-01"), holding("A", "C", "50%", since="2025-06-01"),
        holding("F", "D", "20%", until="2025-01-01"), holding("F", "D", "70%", since="2025-01-01"),
    ]  # fmt: skip
    filed(home, f"{TITLES}\n{''.join(rows)}", form="links", name="more.csv")
    answer = looked(home, "F", since="2024-12-31")
    assert list(answer)[-2:] == ["since", "changes"]
    assert answer["since"] == "2024-12-31"
    assert answer["changes"] == [
        {
            "entity": "B", "change": "left", "after": None,
            "before": {"cash_flow": 0.3, "direct": 0.3, "control": False, "level": 1},
        },
        {
            "entity": "C", "change": "entered", "before": None,
            "after": {"cash_flow": 0.3, "direct": 0.0, "control": False, "level": 2},
        },
        {
            "entity": "D", "change": "changed",
            "before": {"cash_flow": 0.2, "direct": 0.2, "control": False, "level": 1},
            "after": {"cash_flow": 0.7, "direct": 0.7, "control": True, "level": 1},
        },
    ]  # fmt: skip
    assert looked(home, "F", since="2025-06-01")["changes"] == []


def refusal(home: Path, **question: str) -> tuple[str, str]:
    with pytest.raises(Refused) as caught:
        looked(home, **question)
    (issue,) = caught.value.issues
    return issue.message, issue.hint


def test_a_ring_that_holds_itself_is_refused_where_it_is_touched(tmp_path: Path) -> None:
    home = owning(tmp_path / "home", "S A B C O", "A B 100%; B A 90%; S A 10%; S O 40%; O C 100%; C O 5%")
    assert len(seen(home, "S")) == 4, "a tenth is held from outside"
    filed(home, holdings("B A 100%; S A 0"), form="links", name="closed.csv")
    assert list(seen(home, "S")) == ["O", "C"], "not touched"
    message = f"the ring A, B is held by itself alone on {TODAY}: cash-flow rights have no value there"
    hint = "enter who else holds its members, or mend the shares between them (a share of 0: nothing is held)"
    assert refusal(home, entity="A") == (message, hint)
    assert refusal(home, entity="B", direction="up") == (message, hint)


def test_what_is_asked_wrongly(ring: Path) -> None:
    assert refusal(ring, entity="Q")[0] == "no entity is registered as 'Q'"
    assert refusal(ring, entity="S", to="Q")[0] == "no entity is registered as 'Q'"
    assert refusal(ring, entity="S", direction="left") == ("unknown direction 'left'", "directions: down, up")
    assert refusal(ring, entity="S", method="magic") == (
        "no method of control is called 'magic'", "methods: threshold, disposable"
    )  # fmt: skip
    for text in ("130%", "100%", "-1%", "1/3", "nan"):
        assert refusal(ring, entity="S", threshold=text) == (
            f"--threshold {text!r} is not a part of the votes", "write 30%, or 0.3; less than the whole"
        )  # fmt: skip
    assert refusal(ring, entity="S", since=TODAY) == (
        f"--since {TODAY} is not before {TODAY}", "name the earlier of the two days"
    )  # fmt: skip
    assert refusal(ring, entity="S", since="soon")[0] == "--since 'soon' is not a date"


def test_more_than_the_whole_is_warned_of(tmp_path: Path) -> None:
    home = owning(tmp_path / "home", "S A B")
    over_the_whole(home)
    then = {"as_of": "2022-06-30", "as_known_at": "2022-06-30"}
    (warning,) = looked(home, "S", **then)["warnings"]
    assert warning["message"] == "the direct shares in A add up to 140% on 2022-06-30"
    assert warning["hint"].startswith("mend the share of one of its holders")
    assert "warnings" not in looked(home, "B", as_of="2022-06-30")


def test_an_entity_registered_later_is_found(tmp_path: Path) -> None:
    home = owning(tmp_path / "home", "A B", "A B 50%")
    filed(home, register("Z"), form="entities", name="z.csv")
    filed(home, holdings("Z A 10%"), form="links", name="z-links.csv")
    assert list(seen(home, "Z")) == ["A", "B"]
