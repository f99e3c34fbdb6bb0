"""What a running server keeps: its answers are those of a command without a server, filing after filing."""

from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
from homes import TINY, TITLES, at_desk, copied, made, submission, write_pack

from hengjian.app.desk import Desk
from hengjian.app.hot import Tier, keep
from hengjian.app.kept import tier_of
from hengjian.app.local import METHODS
from hengjian.app.writer import Writer

INDICATORS = """
place_of_debt:
  label: {zh: 负债率名次, en: place}
  type: enterprise
  unit: ratio
  source: by hand
  formula: "rank(total_liabilities / total_assets, within: industry, at_least: 1)"
below:
  label: {zh: 下级资产, en: assets below}
  type: enterprise
  unit: 万元
  source: by hand
  formula: "total(total_assets, over: children, levels: all)"
growth:
  label: {zh: 资产增长, en: growth}
  type: enterprise
  unit: 万元
  source: by hand
  formula: "delta(total_assets)"
"""
NAMES = ["place_of_debt", "below", "growth", "total_assets"]
QUESTION = {"type": "enterprise", "columns": NAMES}


@pytest.fixture(scope="module")
def ranked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A space with indicators that read peers and links. To be copied."""
    folder = tmp_path_factory.mktemp("ranked")
    pack = write_pack(folder / "tiny", {**TINY, "indicators/ranked.yaml": INDICATORS})
    return made(folder / "home", pack)


@pytest.fixture
def desk(ranked: Path, tmp_path: Path) -> Iterator[Desk]:
    found = at_desk(copied(ranked, tmp_path / "home"))
    yield found
    found.close()


def answer(desk: Desk, method: str, **question: Any) -> dict[str, Any]:
    return METHODS[method](desk, question)


def filings(random: Random) -> Iterator[tuple[str, str]]:
    """Forms and texts: figures of two years, corrections, withdrawals, audits; moves, links, newcomers."""
    known = ["E1", "E2"]
    for number in range(10):
        kind = random.choice(["figures"] * 4 + ["new", "moved", "linked"])
        if kind == "new":
            known.append(f"N{number}")
            yield "entities", f"entity,type,name,industry\nN{number},enterprise,新{number},power\n"
        elif kind == "moved":
            industry = random.choice(["power", "trade"])
            day = random.choice(["", "2018-06-30", "2019-01-01"])
            one = random.choice(known)
            yield "entities", f"entity,type,name,industry,valid_from\n{one},enterprise,{one},{industry},{day}\n"
        elif kind == "linked" and len(known) > 2:
            near, far = random.sample(known, 2)
            yield "links", f"link,from,to,valid_from,valid_to\nparent,{near},{far},2018-0{random.randint(1, 9)}-01,\n"
        else:
            one, basis = random.choice(known), random.choice(["flash", "flash", "audited"])
            cells = {
                (name, f"{random.choice([2018, 2018, 2019])}-Q{random.randint(1, 4)}"): random.randint(1, 9)
                for name in ("total_assets", "total_assets", "total_liabilities")
                for _ in range(3)
            }
            title = TITLES.replace("value", "basis,value")
            rows = "".join(
                f"{one},{name},{period},{basis},{'#withdrawn' if value == 9 else value}\n"
                for (name, period), value in cells.items()
            )
            yield "observations", title + rows


def test_answers_like_without(desk: Desk, ranked: Path, tmp_path: Path) -> None:
    keep(desk)
    plain = at_desk(copied(ranked, tmp_path / "plain"))
    try:
        for form, text in filings(Random(1)):
            for one in (desk, plain):
                answer(one, "submit", **submission(text, form=form))
            assert answer(desk, "portfolio", **QUESTION) == answer(plain, "portfolio", **QUESTION)
            for names in (["growth"], ["place_of_debt", "below"]):
                asked = {"entity": "E1", "indicators": names}
                assert answer(desk, "show", **asked) == answer(plain, "show", **asked)
    finally:
        plain.close()


def test_kept_and_refreshed(desk: Desk) -> None:
    tier = keep(desk)
    answer(desk, "submit", **submission(TITLES + "E1,total_assets,2018-Q1,5\n"))
    first = tier.load(desk, "enterprise", "quarter", NAMES)
    assert first is not None
    answer(desk, "submit", **submission(TITLES + "E1,total_assets,2018-Q2,7\n"))
    second = tier.load(desk, "enterprise", "quarter", NAMES)
    assert second is not None
    column = first.hot.scene.home.columns["total_assets"]
    assert second.hot.scene.home.columns["total_assets"] is column
    assert {row: places.tolist() for row, places in second.roots["growth"].items()} == {
        1: [0]
    }  # the next is held ready
    assert tier.find(desk, "quarter", ["growth"], "E2") is second
    assert tier.find(desk, "quarter", ["growth"], "nobody") is None


def test_too_much_is_not_kept(desk: Desk) -> None:
    answer(desk, "submit", **submission(TITLES + "E1,total_assets,2018-Q1,5\n"))
    assert Tier(limit=3).load(desk, "enterprise", "quarter", NAMES) is None


def test_the_one_used_last_stays(desk: Desk) -> None:
    answer(desk, "submit", **submission(TITLES + "E1,total_assets,2018-Q1,5\n"))
    tier = Tier(limit=7)
    for names in (["growth"], ["below"]):
        assert tier.load(desk, "enterprise", "quarter", names) is not None
    assert tier.find(desk, "quarter", ["growth"], "E1") is None
    assert tier.find(desk, "quarter", ["below"], "E1") is not None


def test_rebuilt_tables_are_read_again(desk: Desk) -> None:
    tier = keep(desk)
    answer(desk, "submit", **submission(TITLES + "E1,total_assets,2018-Q1,5\n"))
    first = tier.load(desk, "enterprise", "quarter", NAMES)
    answer(desk, "rebuild")
    assert tier.load(desk, "enterprise", "quarter", NAMES) is not first


def test_a_server_keeps_and_a_command_does_not(desk: Desk) -> None:
    assert tier_of(desk) is None
    writer = Writer(desk, METHODS)
    try:
        writer.ask("submit", submission(TITLES + "E1,total_assets,2018-Q1,5\n"))
        one = writer.ask("portfolio", QUESTION)
        writer.ask("submit", submission(TITLES + "E1,total_assets,2018-Q1,6\n"))
        two = writer.ask("portfolio", QUESTION)
    finally:
        writer.close()
    assert [each["columns"][3]["values"][0] for each in (one, two)] == [5, 6]
    assert tier_of(desk) is not None
