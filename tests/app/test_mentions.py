"""Whether a text names somebody whom the reader does not see."""

from collections.abc import Iterator

import pytest
from homes import at_desk, filed
from sighted_homes import district

from hengjian.app.desk import OPERATOR, Desk
from hengjian.app.mentions import names_unseen
from hengjian.people import EVERYTHING, Reach

OURS = Reach(frozenset({"A", "A1"}))


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    home = district(tmp_path_factory.mktemp("mentions") / "home")
    filed(
        home, "entity,type,name\nA12,enterprise,甲集团有限公司\nB,enterprise,乙集团\n", form="entities", name="more.csv"
    )
    found = at_desk(home)
    yield found
    found.close()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("the shares of 'A1' come to 72%", False),
        ("B1 holds A1", True),
        ("B1", True),
        ("XB1 and B1X and AB12", False),  # parts of other words
        ("A12 is another one", True),  # not A1
        ("B1的报表.xlsx", True),
        ("乙一建设有限公司的报表", True),
        ("乙集团有限公司, as it was called once", True),
        ("乙集团 as it is called now", True),
        ("甲集团有限公司", False),  # one of those who are called so is seen
        ("甲一水务有限公司", False),
        ("", False),
        (None, False),
    ],
)
def test_ids_and_names_that_stand_by_themselves(desk: Desk, text: str | None, expected: bool) -> None:
    with desk.asked_by(OPERATOR, OURS):
        assert names_unseen(desk, "nothing", text) is expected
    with desk.asked_by(OPERATOR, EVERYTHING):
        assert not names_unseen(desk, text)
