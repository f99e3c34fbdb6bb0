"""`kill -9` while somebody approves what another one proposed: an open proposal stays, or the whole filing."""

import os
import random
import time
from pathlib import Path

import pytest
from kit import Space, running
from tiny_pack import ENTERPRISES, TINY, write_pack

KILLS = int(os.environ.get("HENGJIAN_KILLS", "30")) // 3
SEED = os.environ.get("HENGJIAN_SEED") or str(time.time_ns())
LONGEST = 0.6  # seconds between a start and a kill; an approval takes about half of it
FORM = """\
balance:
  label: {zh: 快报, en: Flash balance}
  type: enterprise
  frequency: quarter
  two_persons: "true"
  sheets:
    - wide:
        - {is: entity, title: {zh: 企业, en: Enterprise}}
        - {is: period, title: {zh: 期间, en: Period}}
        - {measure: total_assets}
        - {measure: total_liabilities}
"""


@pytest.fixture
def space(tmp_path: Path) -> Space:
    space = Space.at(tmp_path, write_pack(tmp_path / "pack", {**TINY, "forms/balance.yaml": FORM}))
    space.enter(ENTERPRISES, form="entities")
    for person, role in (("rep", "reporter"), ("rev", "reviewer")):
        space.run("person", "add", person, name=person).done()
        space.run("role", "give", person, role, "--everywhere").done()
    return space


def test_what_is_killed_while_it_is_approved_is_open_or_entered(space: Space) -> None:
    print(f"HENGJIAN_SEED={SEED}")
    chance = random.Random(SEED)
    finished = 0
    for number in range(KILLS):
        quarter = f"{1990 + number // 4}-Q{number % 4 + 1}"
        text = f"企业,期间,资产总计,负债合计\nE1,{quarter},{number + 9},{number + 1}\n"
        receipt = space.submit(text, form="balance", **{"as": "rep"}).done().json
        name = receipt["proposal"]
        with running("proposal", str(space.path), name, "approve", "--as", "rev") as command:
            time.sleep(chance.uniform(0, LONGEST))
            command.process.kill()
            command.process.wait()
        told = space.run("proposal", name).done().json
        filings = space.run("calendar", "balance", entity="E1", period=quarter).done().json
        cells = [cell for filer in filings["filers"] for cell in filer["cells"]]
        entered = [cell["filing"] for cell in cells if cell["filing"]]
        assert told["state"] in ("open", "approved")
        assert told["filings"] == entered, told
        assert (told["state"] == "approved") == bool(entered)
        finished += bool(entered)
        answer = space.run("proposal", name, "approve", **{"as": "rev"}).done().json
        assert (answer["state"], answer["repeated"]) == ("approved", bool(entered))
        for measure, value in (("total_assets", number + 9), ("total_liabilities", number + 1)):
            assert space.value("E1", measure, quarter) == value
    space.digests()
    print(f"{finished} of {KILLS} were done before the kill")
