"""What `look-through` prints for a person."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "app"))

from homes import filed
from owning_homes import TITLES, TODAY, holding, over_the_whole, owning, register
from warned_homes import file_debt, warned

from hengjian.app import main


@pytest.fixture(scope="module")
def group(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = owning(
        tmp_path_factory.mktemp("group") / "home", "G H 国资 B O X", "G H 80%; H 国资 70%; 国资 B 60%; O B 40%"
    )
    rows = [
        holding("O", "国资", "10%", until="2025-01-01"), holding("O", "国资", "30%", since="2025-01-01"),
        holding("O", "X", "3%", until="2025-01-01"), holding("O", "H", "20%", since="2025-06-01"),
    ]  # fmt: skip
    filed(home, f"{TITLES}\n{''.join(rows)}", form="links", name="more.csv")
    return home


def printed(capsys: pytest.CaptureFixture[str], *words: object) -> list[str]:
    assert main([str(word) for word in words]) == 0
    return capsys.readouterr().out.splitlines()


def test_one_holding_and_the_owners_between(group: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert printed(capsys, "look-through", group, "G", "--to", "B") == [
        f"G: what it holds on {TODAY}",
        "  cash flow scc-exact; control threshold, more than 50%",
        "  level  entity  cash flow  direct  control right  controls  paths",
        "      3  B           33.6%      0%            60%       yes  33.6% via H > 国资",
        "  between the two, by levels above the lower one:",
        "  level  entity  cash flow  controls",
        "      1  国资          60%       yes",
        "      2  H             42%       yes",
    ]
    lines = printed(capsys, "look-through", group, "G", "--to", "O")
    assert lines[2:] == ["  nothing", "  between the two, by levels above the lower one:", "  nobody"]


def test_what_has_changed(group: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = printed(capsys, "look-through", group, "O", "--since", "2024-12-31")
    assert lines[lines.index("  since 2024-12-31:") + 1 :] == [
        "  B: cash flow 46%, 40% directly, level 1 -> cash flow 66.4%, 40% directly, level 1",
        "  H entered: cash flow 20%, 20% directly, level 1",
        "  X left: cash flow 3%, 3% directly, level 1",
        "  国资: cash flow 10%, 10% directly, level 1 -> cash flow 44%, 30% directly, level 1",
    ]
    assert "  nothing has changed" in printed(capsys, "look-through", group, "G", "--since", "2024-12-31")


def test_a_warning(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    home = owning(tmp_path / "home", "S A B")
    over_the_whole(home)
    lines = printed(capsys, "look-through", home, "S", "--as-known-at", "2022-06-30", "--as-of", "2022-06-30")
    assert lines[-1] == "  warning: the direct shares in A add up to 140% on 2022-06-30"


def test_nobody(group: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert printed(capsys, "look-through", group, "G", "--up")[::2] == [f"G: who holds it on {TODAY}", "  nobody"]


def test_owners_of_alerts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    home = warned(tmp_path / "home")
    filed(home, register("G", "H"), form="entities", name="group.csv")
    filed(home, f"{TITLES}\n{holding('G', 'H', '80%')}{holding('H', 'E2', '45%')}", form="links", name="links.csv")
    file_debt(home, "E2", "2022-Q4", 80)
    lines = printed(capsys, "alerts", home, "--rule", "high_debt", "--owners")
    assert lines[1:] == [
        "         owner of E2, level 1:  H  45%",
        "         owner of E2, level 2:  G  36%",
    ]
    assert len(printed(capsys, "alerts", home, "--rule", "high_debt")) == 1
