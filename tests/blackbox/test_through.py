"""Figures that look through ownership, as commands explain and prove them."""

import json
import shutil
from pathlib import Path

import pytest
from kit import Space, hengjian, parts, rows_in
from through_pack import CORRECTION, ENTITIES, FIGURES, FILES, LINKS
from tiny_pack import write_pack


@pytest.fixture(scope="module")
def group(tmp_path_factory: pytest.TempPathFactory) -> Space:
    """To be read, never changed."""
    folder = tmp_path_factory.mktemp("through")
    space = Space.at(folder, write_pack(folder / "pack", FILES))
    space.enter(ENTITIES, form="entities")
    space.enter(LINKS, "register.csv", form="links")
    space.enter(FIGURES, "figures.csv")
    space.enter(CORRECTION, "corrected.csv", form="links")
    return space


def printed(space: Space, *of: str, **flags: object) -> list[str]:
    """The lines of `explain` without the leaves and the digest."""
    flat = [f"--{name.replace('_', '-')}={value}" for name, value in flags.items()]
    lines = hengjian("explain", space.path, *of, *flat, plain=True).done().out.splitlines()
    return [line.strip() for line in lines if "figures.csv" not in line and "declaration" not in line]


def test_an_explanation_in_text(group: Space) -> None:
    assert printed(group, "P", "through", "2023") == [
        "P through 2023 = 58.0 CNY",
        "formula      look_through(profit)",
        "look_through(profit) = 58.0  (scc-exact, 2023-12-31, 4 entities)",
        "SS 48% * 100.0 = 48.0",
        "V 45% * 40.0 = 18.0",
        "S 80% * -10.0 = -8.0",
        "P 100% * 0.0 = 0.0",
        "profit = 0.0",
        "profit [S] = -10.0",
        "profit [SS] = 100.0",
        "profit [V] = 40.0",
        "profit P 2023 = 0.0 CNY",
        "profit S 2023 = -10.0 CNY",
        "profit SS 2023 = 100.0 CNY",
        "profit V 2023 = 40.0 CNY",
        "P holds 80% of S",
        "register.csv row 3 cell A3, F000003 entry 3",
        "N holds 30% of V (nominee for P)",
        "register.csv row 14 cell A14, F000003 entry 3",
        "P holds 15% of V (votes 35%)",
        "register.csv row 15 cell A15, F000003 entry 3",
        "S holds 60% of SS",
        "corrected.csv row 2 cell A2, F000005 entry 5",
    ]


@pytest.mark.parametrize(
    ("entity", "indicator", "line"),
    [
        ("X", "through", "(scc-exact, 2023-12-31, 2 entities; own figure left out: not_reported)"),
        ("Q", "through", "(scc-exact, 2023-12-31: the ring R, T is held by itself alone)"),
        ("E", "through", "L 90% * missing"),
        ("P", "others", "V 55% * 40.0 = 22.0"),
        ("SS", "state", "(scc-exact, 2023-12-31, 1 of 3 holders)"),
        ("SS", "state", "S 60%  (does not meet the condition)"),
        ("P", "direct", "(direct, 2023-12-31, 1 of 1 holder)"),
        ("B", "first", "X 20%  (not known whether it meets the condition)"),
        ("SS", "depth", "(threshold, 2023-12-31: ultimate owner G through P, S; votes: S 60%)"),
        ("P", "below", "(along controls; threshold, 2023-12-31: 3 entities S, SS, V)"),
        ("SS", "above", "(along controls, walked back; threshold, 2023-12-31: 2 entities P, S)"),
        ("SS", "state", "G holds 100% of P from 2020-01-01"),
    ],
)
def test_each_function_tells_what_it_read(group: Space, entity: str, indicator: str, line: str) -> None:
    assert any(line in each for each in printed(group, entity, indicator, "2023"))


def test_an_old_figure_rests_on_the_share_of_then(group: Space) -> None:
    then = printed(group, "P", "through", "2023", as_known_at="entry:5")
    assert then[0] == "P through 2023 = 66.0 CNY"
    assert then[-2:] == ["S holds 70% of SS", "register.csv row 4 cell A4, F000003 entry 3"]
    found = group.explain("P", "through", "2023", as_known_at="entry:5")["holdings"]
    assert [(one["to"], one["share"], one["entry"]) for one in found][-1] == ("SS", 0.7, 3)


def test_the_json_names_the_row_of_each_holding(group: Space) -> None:
    found = group.explain("P", "through", "2023")
    nominee = next(one for one in found["holdings"] if one["from"] == "N")
    assert nominee == {
        "from": "N", "to": "V", "share": 0.3, "voting": None, "kind": "nominee", "principal": "P",
        "valid_from": None, "valid_to": None, "days": ["2023-12-31"], "filing": "F000003", "entry": 3,
        "file": "register.csv", "sheet": None, "cell": "A14", "row": 14, "column": 1, "known_from": None,
    }  # fmt: skip
    assert (found["holdings_more"], found["names"]["N"]) == (0, "示例N")


def test_a_proof_holds_the_holdings_and_is_checked_without_the_space(group: Space, tmp_path: Path) -> None:
    bundle = tmp_path / "bundle.json"
    group.run("prove", "P", "through", "2023", out=bundle).done()
    shutil.copyfile(group.key(), tmp_path / "space.vkey")
    checked = hengjian("verify", "bundle.json", "--key", "space.vkey", plain=True, cwd=tmp_path).done()
    assert "it rests on 4 holdings that are rows of filings in the log" in checked.out
    rows = [one for one in parts(json.loads(bundle.read_bytes())) if isinstance(one, dict) and "link" in one]
    assert {(one["from"], one["to"]) for one in rows} == {("P", "S"), ("N", "V"), ("P", "V"), ("S", "SS")}
    assert {row["entity"] for row in rows_in(bundle.read_bytes())} == {"P", "S", "SS", "V"}
    other = bundle.read_bytes().replace(b'"share":"0.6"', b'"share":"0.9"')
    assert other != bundle.read_bytes()
    bundle.write_bytes(other)
    assert hengjian("verify", "bundle.json", "--key", "space.vkey", plain=True, cwd=tmp_path).code == 1
