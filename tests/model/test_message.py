"""Declared messages with their figures."""

from hengjian.model.message import fill


def test_figures_in_messages() -> None:
    figures = {"ratio": 0.125, "total": 1234567.5, "tiny": 1e-9}
    said = fill("{ratio:%} {ratio:.1%} {total} {tiny} {other} {0} {total[0]} {total.__class__} {total:no}", figures)
    assert said == "12.5% 12.5% 1,234,567.5 1e-09 {other} {0} {total[0]} {total.__class__} {total:no}"


def test_percents_that_differ_do_not_read_the_same() -> None:
    assert fill("{ratio:%} over {line:%}", {"ratio": 0.65002, "line": 0.65}) == "65.002% over 65%"
    assert fill("{ratio:%} over {line:%}", {"ratio": 0.65002, "line": 0.7}) == "65% over 70%"
    assert fill("{ratio:%} is {line:%}", {"ratio": 0.65, "line": 0.65}) == "65% is 65%"
    assert fill("{ratio:%} over {line:%}", {"ratio": 0.65 + 1e-15, "line": 0.65}) == "65% over 65%", "within reason"


def test_amounts_in_ten_thousands_and_millions() -> None:
    figures = {"flow": -156909300.0, "line": 5e7, "little": 12.0, "none": 0.0}
    said = fill("{flow:/10000} {line:/10000} {flow:/1000000} {little:/10000} {none:/10000} {flow:/3}", figures)
    assert said == "-15,690.93 5,000 -156.91 0.0012 0 {flow:/3}"
