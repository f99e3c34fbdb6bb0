"""The chart as a picture of its own: an SVG that needs nothing else, for print, for reports, and to make a PNG of."""

import re
from functools import cache

from starlette.responses import Response

from hengjian.web.download import download
from hengjian.web.ownershipfacts import Facts
from hengjian.web.ownershipview import ChartView
from hengjian.web.respond import environment, static
from hengjian.web.source import Entity
from hengjian.web.visit import Visit

#: Above the chart: its title and the day.
HEAD = 44
_SET = re.compile(r"(--[a-z-]+):\s*([^;}]+)[;}]")
_ASKED = re.compile(r"var\((--[a-z-]+)\)")


def picture(visit: Visit, entity: Entity, facts: Facts, chart: ChartView) -> Response:
    """The chart as it stands, in light colours, as a file."""
    title = visit.words("ownership.title", name=entity.name, date=facts.as_of)
    text = environment().get_template("ownership.svg").render(
        chart=chart, words=visit.words, title=title, head=HEAD, style=style(), entity=entity, facts=facts,
    )  # fmt: skip
    return download(text.encode(), f"{title}.svg", "image/svg+xml")


@cache
def style() -> str:
    """The chart's style with the light colours written out: programs that show pictures know no variables."""
    return light_colours(static("hengjian.css").decode(), static("ownershipchart.css").decode())


def light_colours(shared: str, sheet: str) -> str:
    """A style sheet with the variables that it, or the one that all pages share, sets for light pages written out."""
    light: dict[str, str] = {}
    for name, value in _SET.findall(shared + sheet):
        light.setdefault(name, value.strip())
    return _ASKED.sub(lambda match: light[match[1]], re.sub(r"@media[^{]*\{(?:[^{}]*\{[^}]*\})*[^}]*\}", "", sheet))
