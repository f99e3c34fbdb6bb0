"""The register of holdings: what a submission is refused or warned for, and what is told of all that stands."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from homes import TINY, asked, at_desk, copied, filed, made, submission, write_pack

from hengjian.app.desk import Desk
from hengjian.app.submission import Submission
from hengjian.app.submit import enter_group
from hengjian.model.issue import Refused
from hengjian.web.faults import translate

HEAD = "owner,owned,share,valid_from,valid_to"
TYPES = """\
enterprise:
  label: {zh: 企业, en: Enterprise}
  attributes:
    industry: {kind: text, label: {zh: 行业, en: Industry}}
    code: {kind: text, format: social_credit_code, label: {zh: 统一社会信用代码, en: Social credit code}}
"""
ICBC, CNPC = "91100000100003962T", "91110000100010433L"
NAMES = "entity,type,name\n" + "".join(f"{one},enterprise,{one}\n" for one in ("A", "B", "C", "D", "E"))


@pytest.fixture(scope="module")
def space(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pack = write_pack(tmp_path_factory.mktemp("packs") / "tiny", {**TINY, "types.yaml": TYPES})
    folder = made(tmp_path_factory.mktemp("register") / "home", pack)
    filed(folder, NAMES, form="entities", name="names.csv")
    return folder


@pytest.fixture
def home(space: Path, tmp_path: Path) -> Path:
    return copied(space, tmp_path / "home")


@pytest.fixture
def desk(home: Path) -> Iterator[Desk]:
    desk = at_desk(home)
    yield desk
    desk.close()


def enter(desk: Desk, *texts: str, form: str = "ownership", **more: Any) -> list[str]:
    """The warnings of a submission."""
    (answer,) = enter_group(desk, [Submission.of(submission(*texts, form=form, **more))])
    if isinstance(answer, BaseException):
        raise answer
    filings = answer.get("filings", [answer])
    told = [warning for filing in filings for warning in filing["warnings"]]
    return [f"{one['file']}:{one['row']}: {one['message']} | {one['hint']}" for one in told]


def refusal(desk: Desk, *texts: str, form: str = "ownership", **more: Any) -> list[str]:
    with pytest.raises(Refused) as caught:
        enter(desk, *texts, form=form, **more)
    return [str(issue).replace("\n  hint: ", " | ") for issue in caught.value.issues]


def rows(*lines: str) -> str:
    return "\n".join([HEAD, *lines, ""])


SALE = "a sale is a row of the seller too, with the share that is left (0: none) and the same valid_from"


def test_a_file_over_the_whole_is_refused(desk: Desk) -> None:
    assert refusal(desk, rows("A,B,60%,,", "C,B,40%,2019-01-01,", "D,B,0.5%,2020-01-01,2020-02-01")) == [
        (
            "filing.csv, row 4: the shares of 'B' come to 100.5% from 2020-01-01 until 2020-02-01: A 60%, C 40%, D 0.5%"
            f" | {SALE}"
        )
    ]
    assert enter(desk, rows("A,B,60%,,", "C,B,40%,,")) == []


def test_what_is_stored_counts_and_a_later_row_repaints(desk: Desk) -> None:
    enter(desk, rows("A,B,60%,,", "C,B,40%,,"))
    (found,) = refusal(desk, rows("D,B,10%,2020-01-01,"))
    assert found.startswith(
        "filing.csv, row 2: the shares of 'B' come to 110% from 2020-01-01 on: A 60%, C 40%, D 10% |"
    )
    assert enter(desk, rows("D,B,10%,2020-01-01,", "A,B,50%,2020-01-01,")) == []
    assert enter(desk, rows("A,B,40%,2021-01-01,", "E,B,10%,2021-01-01,")) == []
    (again,) = refusal(desk, rows("A,B,60%,2020-06-01,2020-07-01"))
    assert "come to 110% from 2020-06-01 until 2020-07-01" in again


def test_links_are_checked_as_registers_are(desk: Desk) -> None:
    head = "link,from,to,share\n"
    (found,) = refusal(desk, f"{head}owns,A,B,60%\nparent,C,B,\nowns,C,B,41%\n", form="links")
    assert found.startswith("filing.csv, row 4: the shares of 'B' come to 101% at all times: A 60%, C 41% |")
    assert enter(desk, f"{head}owns,A,B,60%\nowns,C,B,40%\n", form="links") == []
    assert enter(desk, f"{head}parent,B,A,\n", form="links") == []


def test_a_batch_is_judged_as_a_whole(desk: Desk) -> None:
    """In either order: what counts is what stands once all of it is entered."""
    enter(desk, rows("A,B,100%,,"))
    sold, bought = rows("A,B,30%,2020-01-01,"), rows("C,B,70%,2020-01-01,")
    assert len(refusal(desk, bought)) == 1
    assert enter(desk, bought, sold) == []
    (found,) = refusal(desk, rows("D,B,1%,2022-01-01,"), rows("E,B,1%,2022-01-01,"))
    assert found.startswith(
        "1-filing.csv, row 2: the shares of 'B' come to 102% from 2022-01-01 on: C 70%, A 30%, D 1%"
    )


def test_submissions_of_one_group_see_one_another(desk: Desk) -> None:
    """Two clerks at the same moment: the later one is refused, and leaves nothing behind."""
    asked_for = [
        Submission.of(submission(rows(f"{owner},B,{share},,"), form="ownership", name=f"{owner}.csv"))
        for owner, share in (("A", "60%"), ("C", "50%"), ("D", "40%"))
    ]
    first, second, third = enter_group(desk, asked_for)
    assert isinstance(second, Refused)
    assert "come to 110%" in str(second)
    assert not isinstance(first, BaseException)
    assert not isinstance(third, BaseException)
    assert not refusal(desk, rows("E,B,1%,,"))[1:]


def test_a_refusal_leaves_the_register_as_it_was(home: Path) -> None:
    desk = at_desk(home)
    size = desk.log.size
    refusal(desk, rows("A,B,60%,,", "C,B,60%,,"))
    assert desk.log.size == size
    desk.close()
    assert asked(home, "holding_faults")["faults"] == []


def test_votes_over_the_whole(desk: Desk) -> None:
    text = "owner,owned,share,voting\nA,B,30%,60%\nC,B,70%,\n"
    (found,) = refusal(desk, text)
    assert found == (
        "filing.csv, row 3: the votes of 'B' come to 130% at all times: C 70%, A 60%"
        " | where votes differ from shares, state them of each holder; who states none has those of the share"
    )
    assert enter(desk, text.replace("70%,\n", "70%,40%\n")) == []


def test_warnings_of_what_does_not_fit(desk: Desk) -> None:
    text = (
        "owner,owned,share,kind,principal,subscribed,paid,valid_from,valid_to\n"
        "A,B,60%,代持,,100,120,,2020-01-01\nC,B,40%,,,,,,\nD,B,,,,,,,\nE,B,60%,,,,,2021-01-01,\n"
    )
    assert enter(desk, text) == [
        (
            "filing.csv:2: 'A' holds 'B' as a nominee, and no row says for whom"
            " | name the principal; until then the share counts as the nominee's"
        ),
        (
            "filing.csv:2: 'A' has paid 120 for 'B', more than the 100 subscribed"
            " | are the two amounts the right way round, and in one unit?"
        ),
        (
            "filing.csv:4: 'D' holds shares of 'B', and no row says how many"
            " | write the share; until then it counts as nothing"
        ),
        (
            "filing.csv:2: the shares of 'B' come to 40% from 2020-01-01 until 2021-01-01: the holding of A ends, and"
            " nobody takes it over | state who holds it from that day on; leave valid_to empty where it goes on"
        ),
    ]
    assert enter(desk, rows("A,C,10%,2020-01-01,")) == [
        (
            "filing.csv:2: the shares of 'C' come to 10% from 2020-01-01 on: the owners of 90% are not stated"
            " | state the other holders, if they are to be looked through"
        )
    ]


RING = "rings are looked through exactly; is this one as it should be?"


def test_a_ring_is_told_when_it_is_closed_by_a_filing(desk: Desk) -> None:
    enter(desk, rows("A,B,50%,,", "B,C,50%,,", "D,A,100%,,"))
    told = enter(desk, rows("C,B,50%,,"))
    assert told == [f"filing.csv:2: B, C hold one another in a ring | {RING}"]
    assert not any("ring" in one for one in enter(desk, rows("D,C,50%,,")))
    assert enter(desk, rows("C,B,0%,2020-01-01,"))[0].endswith("if they are to be looked through")


def test_a_ring_through_a_nominee_and_a_later_day(desk: Desk) -> None:
    enter(desk, rows("A,B,100%,,", "B,C,100%,,"))
    head = "owner,owned,share,kind,principal,valid_from\n"
    told = enter(desk, f"{head}D,A,30%,代持,C,2020-01-01\n", today="2019-01-01")
    assert not any("ring" in one for one in told)
    told = enter(desk, f"{head}D,A,31%,代持,C,2020-01-01\n", today="2020-01-01")
    assert f"filing.csv:2: A, B, C hold one another in a ring | {RING}" in told


def test_a_closed_ring_is_named(desk: Desk) -> None:
    told = enter(desk, rows("A,B,100%,,", "B,C,100%,,", "C,A,100%,,"))
    assert told == [
        (
            "filing.csv:4: A, B, C hold one another whole, in a closed ring: nobody outside owns them"
            " | state who holds the rest; what touches the ring cannot be looked through until then"
        )
    ]


def test_a_link_that_is_taken_back_is_gone(home: Path) -> None:
    """`parent` has no share: it ends by the word in valid_to, from that day on."""
    filed(home, "link,from,to\nparent,A,B\n", form="links")
    filed(home, "link,from,to,valid_from,valid_to\nparent,A,B,2020-01-01,撤回\n", form="links")
    for day, links in (("2019-12-31", ["B"]), ("2020-01-01", [])):
        found = asked(home, "relations", entity="A", as_of=day)["links"]
        assert [link["entity"] for link in found] == links
    filed(home, "link,from,to,valid_from\nparent,A,B,2021-01-01\n", form="links")
    assert [link["entity"] for link in asked(home, "relations", entity="A", as_of="2021-01-01")["links"]] == ["B"]


# --- codes -----------------------------------------------------------------------------------------------------------

CODED = "entity,type,name,code\n"


def test_one_code_of_two_entities_is_refused(desk: Desk) -> None:
    assert enter(desk, f"{CODED}A,enterprise,A,{ICBC}\n", form="entities") == []
    assert refusal(desk, f"{CODED}B,enterprise,B,{ICBC.lower()}\n", form="entities") == [
        (
            f"filing.csv, row 2: the code '{ICBC}' of 'B' is that of A too"
            " | a code belongs to one entity: mend the one that is wrong"
        )
    ]
    assert enter(desk, f"{CODED}A,enterprise,A,{ICBC}\nB,enterprise,B,{CNPC}\n", form="entities") == []
    assert (
        len(refusal(desk, f"{CODED}C,enterprise,C,{CNPC}\n", f"{CODED}D,enterprise,D,{CNPC}\n", form="entities")) == 2
    )


def test_a_code_that_was_mended_is_free(desk: Desk) -> None:
    enter(desk, f"{CODED}A,enterprise,A,{ICBC}\n", form="entities")
    both = f"{CODED}A,enterprise,A,{CNPC}\n", f"{CODED}B,enterprise,B,{ICBC}\n"
    assert enter(desk, *both, form="entities") == []
    assert len(refusal(desk, f"{CODED}C,enterprise,C,{CNPC}\n", form="entities")) == 1


def test_a_register_by_codes(home: Path) -> None:
    filed(home, f"{CODED}A,enterprise,A,{ICBC}\nB,enterprise,B,{CNPC}\n", form="entities")
    filed(home, f"股东,企业,持股比例\n{ICBC},{CNPC.lower()},100%\n", form="ownership")
    (link,) = asked(home, "relations", entity="B")["links"]
    assert (link["entity"], link["attributes"]) == ("A", {"share": "1"})


# --- the question ----------------------------------------------------------------------------------------------------


def faults(home: Path, **question: Any) -> list[str]:
    return [
        f"{one['severity']} {one['file']}:{one['line']}:{one['column']}: {one['message']}"
        for one in asked(home, "holding_faults", **question)["faults"]
    ]


def test_the_whole_register(home: Path) -> None:
    filed(home, rows("A,B,60%,,2020-01-01", "C,B,40%,,"), form="ownership", name="甲.csv")
    filed(home, rows("B,C,100%,2020-06-01,"), form="ownership", name="乙.csv")
    assert faults(home) == [
        (
            "warning F000004 甲.csv:2:1: the shares of 'B' come to 40% from 2020-01-01 on:"
            " the holding of A ends, and nobody takes it over"
        ),
        "warning F000005 乙.csv:2:1: B, C hold one another in a ring",
    ]
    assert faults(home, as_of="2019-01-01") == []


def test_what_stood_before_there_were_checks(home: Path) -> None:
    """Rows of an older time are told where they stand; filings of today are judged by what they add."""
    desk = at_desk(home)
    stage = sys.modules["hengjian.app.submit"]
    kept, stage.register_issues = stage.register_issues, lambda *_: []  # type: ignore[attr-defined]
    try:
        enter(desk, rows("A,B,60%,,", "C,B,60%,,"), name="old.csv")
        enter(desk, f"{CODED}A,enterprise,A,{ICBC}\n", f"{CODED}B,enterprise,B,{ICBC}\n", form="entities")
    finally:
        stage.register_issues = kept  # type: ignore[attr-defined]
        desk.close()
    assert faults(home) == [
        "error F000004 old.csv:3:1: the shares of 'B' come to 120% at all times: A 60%, C 60%",
        f"error None:None:None: the code '{ICBC}' of 'A' is that of B too",
    ]
    filed(home, rows("D,E,100%,,"), form="ownership")
    filed(home, rows("A,B,0%,,"), form="ownership")
    assert [one[:7] for one in faults(home)] == ["warning", "error N"]


def test_many_warnings_are_counted(desk: Desk) -> None:
    names = [f"N{number}" for number in range(250)]
    text = "entity,type,name\n" + "".join(f"{one},enterprise,{one}\n" for one in names)
    enter(desk, text, form="entities")
    told = enter(desk, rows(*(f"A,{one},1%,," for one in names)))
    assert len(told) == 201
    assert told[-1] == (
        "None:None: 50 more warnings about holdings are not listed | `hengjian register-check` lists all"
    )


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (
            "the shares of 'B' come to 110% from 2020-01-01 on: A 60%, C 40%, D 10%",
            "“B”的持股比例自 2020-01-01 起合计 110%：A 60%、C 40%、D 10%",
        ),
        ("the votes of 'B' come to 130% at all times: C 70%, A 60%", "“B”的表决权比例始终合计 130%：C 70%、A 60%"),
        (
            (
                "the shares of 'B' come to 40% from 2020-01-01 until 2021-01-01:"
                " the holding of A ends, and nobody takes it over"
            ),
            "“B”的持股比例自 2020-01-01 至 2021-01-01（不含）合计 40%：A 的持股到期，没有承接的股东",
        ),
        (
            "the shares of 'C' come to 10% until 2020-01-01: the owners of 90% are not stated",
            "“C”的持股比例 2020-01-01 之前合计 10%：其余 90% 没有填报股东",
        ),
        (
            "'A' has paid 120 for 'B', more than the 100 subscribed",
            "“A”对“B”实缴 120，超过认缴的 100",
        ),
        ("A, B, C hold one another in a ring", "A、B、C 循环持股"),
        (
            "A, B hold one another whole, in a closed ring: nobody outside owns them",
            "A、B 相互全部持有，形成封闭的循环，环外没有股东",
        ),
        (
            "the code of 'A' is wrong: '911' has 3 characters; a social credit code has 18",
            "“A”的代码有误：“911”有 3 位，统一社会信用代码应为 18 位",
        ),
    ],
)
def test_what_a_clerk_reads(text: str, shown: str) -> None:
    assert translate(text, "zh") == shown
