"""Declared messages with their figures."""

from hengjian.model.message import fill


def test_figures_in_messages() -> None:
    figures = {"ratio": 0.125, "total": 1234567.5, "tiny": 1e-9}
    said = fill("{ratio:%} {ratio:.1%} {total} {tiny} {other} {0} {total[0]} {total.__class__} {total:no}", figures)
    assert said == "12.5% 12.5% 1,234,567.5 1e-09 {other} {0} {total[0]} {total.__class__} {total:no}"
