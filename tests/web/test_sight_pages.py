"""Pages of filings, evidence, alerts, cases and ownership for readers who do not see everybody."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from desk_of_web import Asking
from starlette.testclient import TestClient

sys.path.insert(0, str(Path(__file__).parents[1] / "app"))

from homes import TITLES, filed
from owning_homes import TITLES as LINKS
from owning_homes import holding
from sighted_homes import NAMES, district, enrolled, outsiders
from warned_homes import debt

from hengjian.web import build

ROWS = (
    holding("A", "A1", "60%") + holding("B", "A1", "40%") + holding("A1", "B2", "20%") + holding("B2", "A2", "50%")
    + holding("A1", "A2", "30%") + holding("B2", "A3", "90%") + holding("D", "A", "100%")
)  # fmt: skip


@pytest.fixture(scope="module")
def asking(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asking]:
    home = district(tmp_path_factory.mktemp("pages") / "home")
    filed(home, f"{LINKS}\n{ROWS}", form="links", name="holdings.csv")
    filed(home, TITLES + debt("A1", "2025-Q4", 99) + debt("B1", "2025-Q4", 98), name="both.csv")
    filed(home, TITLES + debt("B2", "2025-Q4", 97), name="theirs.csv")
    enrolled(home)
    found = Asking(home)
    yield found
    found.close()


def client(asking: Asking, reader: str | None) -> TestClient:
    """The pages as a person reads them, who is named to the space with each question."""
    as_whom = {} if reader is None else {"actor": reader}
    app = build(lambda method, question: asking(method, {**question, **as_whom}))
    return TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False, follow_redirects=False)


PATHS = (
    "/filing/list", "/filing/F000005", "/filing/F000006", "/evidence", "/alerts", "/alerts?state=all", "/cases",
    "/ownership", "/ownership/A", "/ownership/A?depth=all", "/ownership/A?view=graph&depth=all",
    "/ownership/A?since=2020-01-01", "/ownership/A?format=csv", "/ownership/A?format=svg", "/ownership/A/between/A2",
    "/ownership/A2", "/ownership/A2/between/A", "/filing/list?format=csv", "/filing/F000006?format=csv",
    "/alerts?format=csv", "/cases?format=csv",
)  # fmt: skip


def test_pages_name_nobody_else(asking: Asking) -> None:
    """All of them answer, for who sees everybody and for who does not."""
    everyone, ours = client(asking, None), client(asking, "own")
    for path in PATHS:
        assert everyone.get(path).status_code == 200, path
        page = ours.get(path)
        assert page.status_code == 200, path
        for one in outsiders("own"):
            assert NAMES[one] not in page.text, path
            assert not re.search(rf"[>\"',]{one}[<\"',]", page.text), (path, one)


def test_pages_say_that_they_are_cut(asking: Asking) -> None:
    everyone, ours = client(asking, None), client(asking, "own")
    said = {
        "/filing/F000006": "另有 2 行涉及您无权查看的单位，未列出",
        "/evidence": "条存证记录不在您的查看范围内",
        "/ownership/A": "另有股东 1 家、下属 1 家不在您的查看范围内，未画出",
        "/ownership/A/between/A2": "其中含经您无权查看的单位持有的部分",
    }
    for path, text in said.items():
        assert text in ours.get(path).text, path
        assert text not in everyone.get(path).text, path


def test_what_is_not_seen_has_no_page(asking: Asking) -> None:
    ours = client(asking, "own")
    names = {one["entity"]: one for one in asking("alerts", {})["alerts"]}
    theirs = names["B2"]
    pairs = [
        ("/filing/F000007", "/filing/F000099"), ("/filing/F000007/file", "/filing/F000099/file"),
        (f"/alert/{theirs['alert']}", "/alert/A000099"), (f"/case/{theirs['case']}", "/case/C000099"),
        ("/ownership/B2", "/ownership/E9"), ("/ownership/A/between/B2", "/ownership/A/between/E9"),
    ]  # fmt: skip
    for one, other in pairs:
        found, never = ours.get(one), ours.get(other)
        assert found.status_code == never.status_code == 404
        ends = [path.split("/")[-1 if "file" not in path[-5:] else -2] for path in (one, other)]
        assert found.text.replace(ends[0], "it") == never.text.replace(ends[1], "it")
    assert ours.get(f"/alert/{names['A1']['alert']}").status_code == 200
    assert ours.get(f"/case/{names['A1']['case']}").status_code == 200


def test_the_file_and_the_proof_of_a_filing_that_is_seen_in_part(asking: Asking) -> None:
    ours = client(asking, "own")
    assert ours.get("/filing/F000006/file").status_code == 403
    proof = ours.get("/filing/F000006/proof")
    assert proof.status_code == 200
    assert '"B1"' not in proof.text
    assert "/filing/F000006/file" not in ours.get("/filing/F000006").text
    assert ours.get("/filing/F000005/file").status_code == 403
