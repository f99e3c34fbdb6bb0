"""Sums over a company's holders: swept by the days on which something changes, and painted day by day as a check."""

from collections.abc import Sequence
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from hengjian.app.holders import ALWAYS, GAPS, NEVER, Look, Stated, findings, painted, stretches

#: All on which anything changes, and the one before.
DAYS = range(-1, 12)
LIMIT = Decimal("1.000001")


def row(
    owner: int, begins: int, ends: int, share: str | None, votes: str | None = None, *, entry: int = 0, place: int = 0,
    **said: str,
) -> Stated:  # fmt: skip
    said |= {} if share is None else {"share": share}
    said |= {} if votes is None else {"voting": votes}
    cast = share if votes is None else votes
    return Stated(
        owner=owner, company=99, begins=begins, ends=ends, share=None if share is None else Decimal(share),
        votes=None if cast is None else Decimal(cast), attributes=said, entry=entry, row=place,
    )  # fmt: skip


def day_by_day(rows: Sequence[Stated]) -> dict[int, dict[int, Stated]]:
    """Who holds on each day: of the rows that cover it, the last one of each owner."""
    held: dict[int, dict[int, Stated]] = {}
    for day in DAYS:
        held[day] = {}
        for one in rows:
            if one.begins <= day < one.ends:
                held[day][one.owner] = one
    return held


ENDS = st.sampled_from([*range(12), NEVER])
STARTS = st.sampled_from([ALWAYS, *range(12)])
ROWS = st.lists(
    st.tuples(
        st.integers(0, 3), STARTS, ENDS, st.sampled_from(["0", "0.1", "0.25", "0.5", "0.500001", "0.6", "1", None]),
        st.sampled_from([None, None, "0", "0.3", "0.9"]),
    ),
    max_size=12,
).map(lambda found: [row(*one, entry=place) for place, one in enumerate(found)])  # fmt: skip


@given(ROWS)
def test_each_day_is_painted_as_by_hand(rows: list[Stated]) -> None:
    by_hand = day_by_day(rows)
    found: dict[int, dict[int, Stated]] = {day: {} for day in DAYS}
    for owner in range(4):
        for begins, ends, one in painted([one for one in rows if one.owner == owner]):
            for day in DAYS:
                if begins <= day < ends:
                    assert owner not in found[day]
                    found[day][owner] = one
    assert found == by_hand


@given(ROWS)
def test_each_stretch_sums_as_by_hand(rows: list[Stated]) -> None:
    by_hand = day_by_day(rows)
    seen = set()
    for one in stretches(rows):
        for day in DAYS:
            if one.begins <= day < one.ends:
                seen.add(day)
                assert dict(one.holding) == by_hand[day]
                assert one.share == sum((held.share or 0 for held in by_hand[day].values()), Decimal(0))
                assert one.votes == sum((held.votes or 0 for held in by_hand[day].values()), Decimal(0))
    assert all(not by_hand[day] for day in set(DAYS) - seen)


@given(ROWS, st.integers(0, 12))
def test_too_much_is_told_exactly_where_a_new_row_makes_it_so(rows: list[Stated], first: int) -> None:
    """A fault stands where on some day the sum is over the whole and a row of the filing holds a part of it."""
    by_hand = day_by_day(rows)
    wanted = False
    for held in by_hand.values():
        share = sum((one.share or 0 for one in held.values()), Decimal(0))
        votes = sum((one.votes or 0 for one in held.values()), Decimal(0))
        new = [one for one in held.values() if one.entry >= first]
        wanted |= share > LIMIT and any(one.share for one in new)
        wanted |= share <= LIMIT < votes and any(one.votes for one in new)
    found = [one for one in findings(rows, look(first)) if one.severity == "error"]
    assert bool(found) == wanted
    assert all(one.at.entry >= first for one in found)
    assert len(found) <= 2


def look(first: int = 0, day: int | None = None) -> Look:
    return Look(is_asked=lambda one: one.entry >= first, called=lambda ordinal: f"E{ordinal}", day=day)


def said(*rows: Stated, first: int = 0, day: int | None = None) -> list[str]:
    return [f"{one.severity} {one.at.entry}: {one.message} | {one.hint}" for one in findings(rows, look(first, day))]


def test_the_tolerance_is_a_millionth() -> None:
    assert not [one for one in said(row(1, 0, NEVER, "0.5"), row(2, 0, NEVER, "0.500001")) if "error" in one]
    (found,) = said(row(1, 0, NEVER, "0.5"), row(2, 0, NEVER, "0.5000011", entry=4))
    assert found.startswith(
        "error 4: the shares of 'E99' come to 100.00011% from 1970-01-01 on: E2 50.00011%, E1 50% |"
    )
    thirds = [row(owner, ALWAYS, NEVER, "0.3333333") for owner in range(3)]
    assert said(*thirds) == []


def test_more_than_the_whole_names_the_first_day_and_the_holders() -> None:
    rows = [row(1, ALWAYS, NEVER, "0.6"), row(2, 5, 9, "0.3", entry=1), row(3, 7, NEVER, "0.2", entry=2)]
    assert [one for one in said(*rows) if one.startswith("error")] == [
        ("error 2: the shares of 'E99' come to 110% from 1970-01-08 until 1970-01-10: E1 60%, E2 30%, E3 20%"
        " | a sale is a row of the seller too, with the share that is left (0: none) and the same valid_from")
    ]  # fmt: skip
    assert not [one for one in said(*rows, first=3) if one.startswith("error")]


def test_holders_by_the_dozen_are_counted() -> None:
    rows = [row(owner, ALWAYS, NEVER, "0.1") for owner in range(13)]
    assert "come to 130% at all times: E0 10%, E1 10%, E10 10%" in said(*rows)[0]
    assert ", +3 |" in said(*rows)[0]


def test_votes_that_differ_from_shares() -> None:
    rows = [row(1, ALWAYS, 5, "0.3", "0.6"), row(2, ALWAYS, NEVER, "0.7")]
    assert said(*rows)[0] == (
        "error 0: the votes of 'E99' come to 130% until 1970-01-06: E2 70%, E1 60%"
        " | where votes differ from shares, state them of each holder; who states none has those of the share"
    )
    assert not [one for one in said(rows[0], row(2, ALWAYS, NEVER, "0.7", "0.4")) if one.startswith("error")]


def test_owners_that_nobody_states() -> None:
    assert said(row(1, 3, NEVER, "0.6")) == [
        ("warning 0: the shares of 'E99' come to 60% from 1970-01-04 on: the owners of 40% are not stated"
        " | state the other holders, if they are to be looked through")
    ]  # fmt: skip
    assert said(row(1, ALWAYS, NEVER, "0.9999995")) == []
    assert said(row(1, ALWAYS, 3, "1"), row(1, 3, NEVER, "0", entry=1)) == []  # sold to somebody outside


def test_a_holding_that_ends_and_nobody_takes_over() -> None:
    rows = [row(1, ALWAYS, 3, "0.6"), row(2, ALWAYS, NEVER, "0.4"), row(3, 6, NEVER, "0.6")]
    assert said(*rows) == [
        ("warning 0: the shares of 'E99' come to 40% from 1970-01-04 until 1970-01-07: the holding of E1 ends, and"
        " nobody takes it over | state who holds it from that day on; leave valid_to empty where it goes on")
    ]  # fmt: skip
    assert said(rows[0], rows[1], row(3, 3, NEVER, "0.6")) == []
    (whole,) = said(row(1, ALWAYS, 3, "1"), row(2, 6, NEVER, "1"))
    assert "come to 0% from 1970-01-04 until 1970-01-07: the holding of E1 ends" in whole
    assert said(row(1, ALWAYS, 3, "1")) == []  # nobody is stated any more


def test_what_a_row_by_itself_lacks() -> None:
    full = row(9, ALWAYS, NEVER, "1")
    assert said(full, row(1, 0, NEVER, None)) == [
        ("warning 0: 'E1' holds shares of 'E99', and no row says how many"
        " | write the share; until then it counts as nothing")
    ]  # fmt: skip
    (nominee,) = said(row(1, ALWAYS, NEVER, "1", kind="nominee"))
    assert nominee == (
        "warning 0: 'E1' holds 'E99' as a nominee, and no row says for whom"
        " | name the principal; until then the share counts as the nominee's"
    )
    assert said(row(1, ALWAYS, NEVER, "1", kind="nominee", principal="P")) == []
    assert said(row(1, ALWAYS, NEVER, "1", kind="concert")) == []
    (direct,) = said(row(1, ALWAYS, NEVER, "1", principal="P"))
    assert direct == (
        "warning 0: 'E1' holds 'E99' directly, and a principal is named"
        " | write nominee or concert as its kind, or empty the cell"
    )
    (paid,) = said(row(1, ALWAYS, NEVER, "1", paid="1000000.5", subscribed="1000000"))
    assert paid == (
        "warning 0: 'E1' has paid 1000000.5 for 'E99', more than the 1000000 subscribed"
        " | are the two amounts the right way round, and in one unit?"
    )
    assert said(full, row(1, ALWAYS, NEVER, "0", kind="nominee")) == []


def test_one_day_only() -> None:
    rows = [row(1, ALWAYS, NEVER, "0.6"), row(2, 5, 9, "0.6", entry=1)]
    assert [one[:5] for one in said(*rows, day=6)] == ["error"]
    assert [one[:7] for one in said(*rows, day=2)] == ["warning"]
    assert said(row(1, ALWAYS, 5, None), day=7) == []
    assert len(said(row(1, ALWAYS, 5, None), day=3)) == 1


def test_many_gaps_are_told_so_far() -> None:
    rows = [row(1, 0, NEVER, "0.1")]
    rows += [row(2, 10 * turn, 10 * turn + 5, "0.2", entry=turn) for turn in range(1, 200)]
    found = said(*rows)
    assert len(found) == GAPS + 1
    assert found[-1].endswith(
        ": the shares of 'E99' come to less than the whole on further days | mend those before it first"
    )
