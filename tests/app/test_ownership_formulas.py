"""Formulas that look through ownership, over filed registers: the published and worked cases, each with its source."""

from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from homes import TINY, TITLES, asked, at_desk, copied, filed, made, submission, write_pack
from owning_homes import TITLES as HOLDING_TITLES
from owning_homes import TODAY, holding, holdings, looked, register
from warned_homes import set_today

from hengjian.app.desk import Desk
from hengjian.app.hot import keep
from hengjian.app.local import METHODS

#: By name: unit and formula.
FORMULAS: Mapping[str, tuple[str, str]] = {
    "through": ("CNY", "look_through(total_assets)"), "full": ("CNY", "controlled(total_assets)"),
    "others": ("CNY", "minority(total_assets)"), "depth": ("ratio", "level"),
    "of_state": ("ratio", "held(also: state_body)"),
    "of_state_through": ("ratio", "held(also: state_body, through: all)"),
    "largest": ("ratio", "largest_held()"), "largest_of_state": ("ratio", "largest_held(also: state_body)"),
    "below": ("ratio", "count(over: controls)"), "of_top": ("ratio", 'if(ultimate_owner = "P", 1, 0)'),
}  # fmt: skip
INDICATORS = "".join(
    f"{name}:\n  label: {{zh: 例, en: case}}\n  type: enterprise\n  unit: {unit}\n  source: worked\n"
    f"  frequency: quarter\n  formula: '{text}'\n"
    for name, (unit, text) in FORMULAS.items()
)
STATE = "state_body:\n  label: {zh: 国家机关, en: State body}\n"
QUARTER = "2025-Q1"


def home(folder: Path, entities: str, rows: str, state: str = "") -> Path:
    """A space that knows some enterprises, some bodies of the state, and who holds whom."""
    files = {**TINY, "types.yaml": TINY["types.yaml"] + STATE, "indicators/through.yaml": INDICATORS}
    made(folder, write_pack(folder.parent / f"{folder.name}-pack", files))
    set_today(folder, TODAY)
    bodies = "".join(f"{one},state_body,{one}\n" for one in state.split())
    filed(folder, register(*entities.split()) + bodies, form="entities", name="more.csv")
    filed(folder, rows if "," in rows else holdings(rows), form="links")
    return folder


def report(folder: Path, figures: str, quarter: str = QUARTER) -> None:
    """Total assets: `A 100; B 50`."""
    rows = "".join(f"{one},total_assets,{quarter},{figure}\n" for one, figure in map(str.split, figures.split(";")))
    filed(folder, TITLES + rows)


def shown(folder: Path, name: str, *entities: str, quarter: str = QUARTER, **question: object) -> list[Any]:
    """The values of one indicator at one period; of what is missing, the reason."""
    found = []
    for entity in entities:
        answer = asked(folder, "show", entity=entity, indicators=[name], period=quarter, **question)
        (value,) = answer["values"]
        found.append(value["missing"]["reason"] if value["value"] is None else value["value"])
    return found


def near(*figures: float) -> Any:
    return pytest.approx(list(figures), rel=1e-9, abs=1e-9)


#: Worked by hand from Y = E (I - D)^-1 (Brioschi, Buzzacchi and Colombo 1989): S and M hold A and B, which hold each
#: other; det = 1 - 0.5 * 0.1 = 0.95.
TWO = "S A 0.6; S B 0.2; A B 0.5; B A 0.1; M A 0.3; M B 0.3"
#: The same of three: det = 1 - 0.4 * 0.5 * 0.2 = 0.96. M holds the rest.
THREE = "S A 0.5; S B 0.3; S C 0.1; A B 0.4; B C 0.5; C A 0.2; M A 0.3; M B 0.3; M C 0.4"


def test_a_ring_of_two(tmp_path: Path) -> None:
    """Rights (.62/.95, .5/.95) and (.33/.95, .45/.95); the outside claims add up to what the firms have."""
    folder = home(tmp_path / "home", "S M A B", TWO)
    report(folder, "A 1; B 0", "2025-Q1")
    report(folder, "A 0; B 1", "2025-Q2")
    report(folder, "A 100; B 50", "2025-Q3")
    assert shown(folder, "through", "S", "M", quarter="2025-Q1") == near(0.62 / 0.95, 0.33 / 0.95)
    assert shown(folder, "through", "S", "M", quarter="2025-Q2") == near(0.5 / 0.95, 0.45 / 0.95)
    assert shown(folder, "through", "S", "M", quarter="2025-Q1") == pytest.approx([0.652632, 0.347368], abs=5e-7)
    assert shown(folder, "through", "S", "M", quarter="2025-Q2") == pytest.approx([0.526316, 0.473684], abs=5e-7)
    found = shown(folder, "through", "A", "B", "S", "M", quarter="2025-Q3")
    assert found == pytest.approx([131.578947, 63.157895, 91.578947, 58.421053], abs=5e-7)
    assert sum(found[2:]) == pytest.approx(150, rel=1e-12)


def test_a_ring_of_three(tmp_path: Path) -> None:
    folder = home(tmp_path / "home", "S M A B C", THREE)
    for number, figures in enumerate(["A 1; B 0; C 0", "A 0; B 1; C 0", "A 0; B 0; C 1"], 1):
        report(folder, figures, f"2025-Q{number}")
    report(folder, "A 100; B 80; C 60", "2025-Q4")
    rights = [shown(folder, "through", "S", "M", quarter=f"2025-Q{number}") for number in (1, 2, 3)]
    expected = [(0.572917, 0.427083), (0.529167, 0.470833), (0.364583, 0.635417)]
    assert [pytest.approx(each, abs=5e-7) for each in expected] == [tuple(each) for each in rights]
    assert shown(folder, "through", "A", "B", "C", "S", "M", quarter="2025-Q4") == near(150, 125, 90, 121.5, 118.5)


def test_a_closed_ring(tmp_path: Path) -> None:
    """A and B hold each other whole: of them and of H above (within the tolerance of 1e-6 on sums of shares) no sum can
    be told; C below is told, and so is K beside."""
    folder = home(tmp_path / "home", "A B C H K", "A B 1; B A 1; B C 0.4; H A 0.0000001; K C 0.6")
    report(folder, "A 1; B 2; C 10")
    assert shown(folder, "through", "A", "B", "H", "C", "K") == [*["not_applicable"] * 3, 10.0, 6.0]


def test_layers_of_minority(tmp_path: Path) -> None:
    """Consolidated statements (ASBE 33), layer by layer: P holds 80 % of S, S 70 % of SS, which earns 100. Of it 56 are
    the parent's and 44 others': 30 hold directly, and 20 % of S's 70 are 14."""
    folder = home(tmp_path / "home", "P S SS", "G P 1; P S 0.8; S SS 0.7", state="G")
    report(folder, "P 0; S 0; SS 100")
    assert shown(folder, "through", "P", "S", "SS") == near(56, 70, 100)
    assert shown(folder, "full", "P", "S", "SS") == near(100, 100, 100)
    assert shown(folder, "others", "P", "S", "SS") == near(44, 30, 0)
    at_top, at_second = shown(folder, "others", "P", "S")
    assert at_top - at_second == pytest.approx(14)
    assert shown(folder, "of_state", "P", "S", "SS") == near(1, 0, 0)
    assert shown(folder, "of_state_through", "P", "S", "SS") == near(1, 0.8, 0.56)
    assert shown(folder, "largest", "P", "S", "SS") == near(1, 0.8, 0.7)
    assert shown(folder, "largest_of_state", "P", "S", "SS") == near(1, 0, 0)
    report(folder, "P 5; S 10; SS 100", "2025-Q2")
    assert shown(folder, "full", "P", quarter="2025-Q2") == near(115)
    assert shown(folder, "others", "P", quarter="2025-Q2") == near(44 + 2)
    assert shown(folder, "through", "P", quarter="2025-Q2") == near(115 - 46)


def test_a_chain_of_bare_majorities(tmp_path: Path) -> None:
    """51 % six times over: the claim on cash shrinks by .51 a level, control does not."""
    chain = ["P", *(f"L{number}" for number in range(1, 7))]
    rows = ";".join(f"{above} {below} 0.51" for above, below in pairwise(chain))
    folder = home(tmp_path / "home", " ".join(chain), rows)
    report(folder, ";".join(f"{one} {figure}" for one, figure in zip(chain, [0] * 6 + [1], strict=True)))
    above = chain[5::-1]  # that many levels above the last
    found = shown(folder, "through", *above)
    assert found == near(*(0.51**level for level in range(1, 7)))
    assert found == pytest.approx([0.51, 0.2601, 0.132651, 0.067652, 0.034503, 0.017596], abs=5e-7)
    assert shown(folder, "full", *above) == near(*[1] * 6)
    assert shown(folder, "depth", *chain) == [0, 1, 2, 3, 4, 5, 6]
    assert shown(folder, "below", *chain) == [6, 5, 4, 3, 2, 1, 0]
    assert shown(folder, "of_top", *chain) == [1] * 7


def test_two_chains_of_one_family(tmp_path: Path) -> None:
    """A family holds 30 % of C, and 30 % of B, which holds 20 % of C: control 30 + 20 = 50 %, cash flow 30 + 6 = 36 %
    (La Porta, Lopez-de-Silanes and Shleifer 1999, J. Finance 54:471; Claessens, Djankov and Lang 2000, J. Financial
    Economics 58:81, count the weakest link of each chain)."""
    folder = home(tmp_path / "home", "F B C", "F C 0.3; F B 0.3; B C 0.2")
    report(folder, "F 0; B 0; C 1")
    assert shown(folder, "through", "F") == near(0.36)
    held = {one["entity"]: one for one in looked(folder, "F", direction="down")["holdings"]}
    assert held["C"]["control_right"] == pytest.approx(0.5)
    assert held["C"]["cash_flow"] == pytest.approx(0.36)
    assert shown(folder, "below", "F") == [0], "half of the votes are not more than half"


@pytest.mark.parametrize(
    ("rows", "cash"),
    [
        # A chain of 40 % and 30 %: 12 %.
        ("F A 0.4; A C 0.3", 0.12),
        # 10 % directly and 80 % of 70 %: 66 %.
        ("F C 0.1; F A 0.8; A C 0.7", 0.66),
        # 11 % of A, A 21 % of B: 2.31 % (Claessens, Djankov and Lang 2000: "about 2 percent").
        ("F A 0.11; A C 0.21", 0.0231),
    ],
)
def test_chains(tmp_path: Path, rows: str, cash: float) -> None:
    """受益所有人 by shares multiplied along each chain and added up (人民银行 2024 令第 3 号 asks from 25 % on)."""
    folder = home(tmp_path / "home", "F A C", rows)
    report(folder, "F 0; A 0; C 1")
    assert shown(folder, "through", "F") == near(cash)


def test_of_which_day(tmp_path: Path) -> None:
    """Each period by who holds whom at its end; what is filed later repaints, and what was known before stays."""
    rows = f"{HOLDING_TITLES}\n{holding('P', 'S', 0.6, until='2025-02-01')}{holding('P', 'S', 0.4, since='2025-02-01')}"
    folder = home(tmp_path / "home", "P S", rows)
    for quarter in ("2024-Q4", "2025-Q1", "2025-Q2"):
        report(folder, "S 100", quarter)
    quarters = ("2024-Q4", "2025-Q1", "2025-Q2")
    late = f"{HOLDING_TITLES}\n{holding('P', 'S', 0.9, since='2025-04-01')}"
    before = filed(folder, late, form="links", name="late.csv")["entry"]

    def course(name: str, **question: object) -> list[Any]:
        return [shown(folder, name, "P", quarter=quarter, **question)[0] for quarter in quarters]

    assert course("through") == near(60, 40, 90)
    assert course("full") == [100, "not_reported", 100]
    assert course("below") == [1, 0, 1]
    assert course("through", as_known_at=f"entry:{before}") == near(60, 40, 40)
    assert shown(folder, "through", "P", quarter="2024-Q4", as_of="2025-03-31") == near(40)


def test_nominees_and_those_in_concert(tmp_path: Path) -> None:
    """代持 is the principal's, share and votes; 一致行动 lends the votes only."""
    rows = HOLDING_TITLES + "\n" + "".join([
        holding("P", "S", 0.3), holding("N", "S", 0.1, kind="nominee", principal="P"),
        holding("Q", "S", 0.2, kind="concert", principal="P"),
    ])  # fmt: skip
    folder = home(tmp_path / "home", "P N Q S", rows)
    report(folder, "P 1; N 1; Q 1; S 100")
    assert shown(folder, "through", "P", "N", "Q") == near(41, 1, 21)
    assert shown(folder, "full", "P", "N", "Q") == near(101, 1, 1)
    assert shown(folder, "others", "P") == near(60)
    assert shown(folder, "of_top", "S", "Q", "N") == [1, 0, 0]


def test_a_server_after_a_filing(tmp_path: Path) -> None:
    """What a running server answers after shares move is what is answered by one that kept nothing."""
    folder = home(tmp_path / "home", "P S T", "P S 0.6; S T 0.7")
    report(folder, "P 1; S 10; T 100")
    desk, plain = at_desk(folder), at_desk(copied(folder, tmp_path / "plain"))
    try:
        keep(desk)
        assert values(desk, "P") == values(plain, "P")
        assert values(desk, "P")["through"] == pytest.approx(1 + 0.6 * 80)
        found = []
        for number, row in enumerate([
            holding("P", "S", 0.4), holding("P", "T", 0.2), holding("S", "P", 0.1),
            holding("P", "S", 0.9, since="2025-03-01"),
        ]):  # fmt: skip
            for one in (desk, plain):
                text = f"{HOLDING_TITLES}\n{row}"
                METHODS["submit"](one, submission(text, form="links", name=f"move{number}.csv"))
            assert [values(desk, one) for one in "PST"] == [values(plain, one) for one in "PST"]
            found.append(values(desk, "P")["through"])
        assert len(set(found)) == 4
    finally:
        desk.close()
        plain.close()


def values(desk: Desk, entity: str) -> dict[str, Any]:
    answer = METHODS["show"](desk, {"entity": entity, "indicators": [*FORMULAS], "period": QUARTER})
    return {one["indicator"]: one["value"] for one in answer["values"]}
