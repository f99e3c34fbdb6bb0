"""What filings touch, and what several of them touch together."""

from datetime import date

from hengjian.app.touched import Touch, merged, touched_by
from hengjian.model.filing import EntityRow, LinkRow, ObservationRow, Row
from hengjian.model.period import parse_period

DAY, LATER = date(2026, 1, 8), date(2026, 2, 8)


def figure(entity: str, measure: str, known_from: date | None = None) -> Row:
    period = parse_period("2025-Q4")
    assert period is not None
    return ObservationRow(
        entity=entity, measure=measure, period=period, scope="consolidated", basis="flash", text="1", unit="CNY",
        value=1.0, file="f", sheet=None, cell="D2", known_from=known_from,
    )  # fmt: skip


def registered(entity: str) -> Row:
    return EntityRow(
        entity=entity, type="enterprise", name="n", valid_from=None, attributes=(), file="f", sheet=None, cell="A2"
    )  # fmt: skip


def owned() -> Row:
    return LinkRow(
        link="owns", source="E1", target="E9", valid_from=None, valid_to=None, attributes=(), file="f", sheet=None,
        cell="A2",
    )  # fmt: skip


def touch(*measures: str, day: date = DAY, filing: str = "F000001") -> Touch:
    return Touch(day=day, filing=filing, measures=frozenset(measures))


def test_entities_with_their_measures_and_the_last_day_claimed() -> None:
    rows = [figure("E1", "a"), figure("E1", "b", date(2025, 1, 1)), figure("E2", "a", LATER)]
    assert touched_by(rows, DAY, "F000001") == {"E1": touch("a", "b"), "E2": touch("a", day=LATER)}


def test_a_link_touches_both_its_ends_in_all_that_is_read_along_it() -> None:
    found = touched_by([figure("E1", "a"), owned()], DAY, "F000001")
    assert found == {end: Touch(day=DAY, filing="F000001", measures=None) for end in ("E1", "E9")}


def test_what_is_stated_of_an_entity_may_set_any_line() -> None:
    (found,) = touched_by([figure("E1", "a"), registered("E1")], DAY, "F000001").values()
    assert found.measures is None
    assert found.concerns(frozenset({"b"}))
    assert touch("a").concerns(frozenset({"a", "b"}))
    assert not touch("a").concerns(frozenset({"b"}))


def test_later_filings_tell_the_day_and_all_tell_the_measures() -> None:
    first = {"E1": touch("a"), "E2": touch("a"), "E3": Touch(day=DAY, filing=None, measures=None)}
    later = {"E1": touch("b", day=LATER, filing="F000002"), "E3": touch("b", filing="F000002"), "E4": touch("c")}
    assert merged(first, later) == {
        "E1": touch("a", "b", day=LATER, filing="F000002"), "E2": touch("a"),
        "E3": Touch(day=DAY, filing="F000002", measures=None), "E4": touch("c"),
    }  # fmt: skip
    assert merged(later, first)["E3"].measures is None
