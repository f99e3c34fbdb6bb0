"""The classes of the pack ownership against the rules' text, read again and worked slowly over random holdings."""

import random
from dataclasses import dataclass

import pytest
from test_worked_cases import Desk

from hengjian.formula.check import check
from hengjian.load import assemble, find_pack, load_pack, with_required

STATE, PRIVATE = ("国资局", "财政局"), ("民企甲", "民企乙", "民企丙")
FIRMS = tuple(f"企业{number:02}" for number in range(14))


@dataclass(frozen=True, slots=True)
class World:
    """Who holds how many twentieths of whom; owners stand before those whom they own."""

    holders: dict[str, dict[str, int]]
    partnerships: frozenset[str]
    ruled: frozenset[str]


def world(seed: int) -> World:
    chance = random.Random(seed)
    holders: dict[str, dict[str, int]] = {}
    for place, firm in enumerate(FIRMS):
        owners = (*STATE, *FIRMS[:place]) if place < 3 else (*STATE, *FIRMS[:place], *PRIVATE)
        chosen = chance.sample(owners, min(len(owners), chance.choice((1, 1, 2, 3, 4))))
        cuts = sorted(chance.sample(range(1, 20), len(chosen) - 1))
        parts = [high - low for low, high in zip((0, *cuts), (*cuts, 20), strict=True)]
        holders[firm] = dict(zip(chosen, parts, strict=True))
    return World(
        holders,
        frozenset(one for one in FIRMS[2:] if chance.random() < 0.12),
        frozenset(one for one in FIRMS if chance.random() < 0.3),
    )


def controlled(found: World, owner: str) -> set[str]:
    """Least fixed point: more than ten twentieths held by the owner and those that it controls."""
    those = {owner}
    while True:
        more = {
            firm for firm, held in found.holders.items()
            if firm not in those and sum(held.get(one, 0) for one in those) > 10
        }  # fmt: skip
        if not more:
            return those - {owner}
        those |= more


def classes(found: World) -> dict[str, int]:
    """Order 32, article 4, (1) to (4), then 参股 of 国资发改革规〔2023〕41号, then nothing; owners first."""
    wholly, majority = set(STATE), set[str]()
    for firm, held in found.holders.items():
        if firm not in found.partnerships and held.keys() <= wholly:
            wholly.add(firm)
    for firm, held in found.holders.items():
        ours = [held[one] for one in held if one in wholly]
        if firm not in wholly | found.partnerships and sum(ours) > 10 and max(ours) == max(held.values()):
            majority.add(firm)
    parents = [one for one in FIRMS if one in wholly | majority]
    ruled = {firm for one in parents for firm in controlled(found, one)} - found.partnerships
    subsidiaries = set()
    for firm in set(FIRMS) - wholly - majority - found.partnerships:
        ours = [share for one, share in found.holders[firm].items() if one in {*parents, *ruled}]
        if (firm in ruled and sum(ours) > 10) or max(ours, default=0) > 10:
            subsidiaries.add(firm)
    free = set(FIRMS) - wholly - majority - subsidiaries - found.partnerships
    led = set()
    for firm in free:
        ours = [share for one, share in found.holders[firm].items() if one in wholly | majority | subsidiaries]
        if ours and max(ours) == max(found.holders[firm].values()) and firm in found.ruled | ruled:
            led.add(firm)
    actual = led | {firm for one in led for firm in controlled(found, one)} & free
    states = wholly | majority | subsidiaries | actual
    minority = {firm for firm in free - actual if found.holders[firm].keys() & states}
    codes = ((wholly, 1), (majority, 2), (subsidiaries, 3), (actual, 4), (minority, 5))
    return {firm: next((code for those, code in codes if firm in those), 0) for firm in FIRMS}


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    pack, _ = load_pack(find_pack("ownership"), "ownership")
    assert pack is not None
    catalogue, _ = assemble(with_required([pack]))
    assert catalogue is not None
    programme, _ = check(catalogue)
    assert programme is not None
    return Desk(programme, tmp_path_factory.mktemp("rule") / "store.duckdb")


def test_random_holdings_are_classed_as_the_rules_say(desk: Desk) -> None:
    """All worlds lie in one store, each with names of its own."""
    worlds = [world(seed) for seed in range(40)]
    given = [
        *({kind: f"{name}{number}", "period": "2025-06"}
          for number, _ in enumerate(worlds)
          for kind, names in (("state_body", STATE), ("outside_holder", PRIVATE))
          for name in names),
        *({"enterprise": f"{firm}{number}", "period": "2025-06"}
          | ({"legal_form": "有限合伙企业"} if firm in one.partnerships else {})
          | ({"actual_control": "股东协议"} if firm in one.ruled else {})
          for number, one in enumerate(worlds)
          for firm in FIRMS),
    ]  # fmt: skip
    links = [
        {"link": "owns", "from": f"{owner}{number}", "to": f"{firm}{number}", "share": f"{5 * part}%"}
        for number, one in enumerate(worlds)
        for firm, held in one.holders.items()
        for owner, part in held.items()
    ]
    desk.file_all(tuple(given), tuple(links))
    found = desk.values([desk.programme.indicators["state_class"]], "2025-06", "")
    wanted = {f"{firm}{number}": code for number, one in enumerate(worlds) for firm, code in classes(one).items()}
    assert {one: found["state_class", one] for one in wanted} == wanted
    assert set(wanted.values()) == {0, 1, 2, 3, 4, 5}
