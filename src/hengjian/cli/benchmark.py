"""`benchmark SPACE [ENTITY PERIOD SET]`: where an enterprise stands among peers; without ENTITY the peer sets."""

import argparse
from collections.abc import Iterator, Mapping
from typing import Any

from hengjian.cli.arguments import add_cut, add_space, cut_of
from hengjian.cli.main import DONE, Ask, print_answer
from hengjian.cli.sight import cut_lines
from hengjian.model.issue import refuse

_TARGETS = ("median", "p75", "p90", "best", "named")


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the command's options."""
    add_space(parser)
    parser.add_argument("entity", metavar="ENTITY", nargs="?", help="whom to compare; without it the sets are listed")
    parser.add_argument("period", metavar="PERIOD", nargs="?", help="one period, as 2025")
    parser.add_argument("peers", metavar="SET", nargs="?", help="the peer set")
    parser.add_argument("--indicator", metavar="NAME", action="append", dest="indicators", help="this one alone")
    add_cut(parser)


def run(options: argparse.Namespace, ask: Ask) -> int:
    """Ask, print, and give the exit code."""
    if options.entity is None:
        answer = ask("peers", {"space": options.space, "as_known_at": options.as_known_at})
        print_answer(options, answer, [*_sets(answer), *cut_lines(answer)])
        return DONE
    if options.period is None or options.peers is None:
        raise refuse("it is not said against whom, or for which period", "write: hengjian benchmark SPACE E1 2025 SET")
    question = {name: getattr(options, name) for name in ("space", "entity", "period", "peers", "indicators")}
    answer = ask("benchmark", {**question, **cut_of(options)})
    print_answer(options, answer, [*_lines(answer), *cut_lines(answer)])
    return DONE


def _sets(answer: Mapping[str, Any]) -> Iterator[str]:
    if not answer["sets"]:
        yield "no peer set is entered: hengjian register SPACE peer_set FILE"
    for one in answer["sets"]:
        frozen = f"frozen {one['frozen']}" if one["frozen"] else "not frozen"
        included = [member for member in one["members"] if member["included"]]
        yield f"{one['id']}: {one['title']} ({one['cut']}, {len(included)} companies, {frozen})"
        for member in one["members"]:
            yield f"  {'' if member['included'] else 'left out: '}{member['name']}: {member['reason']}"
    for one in answer["practices"]:
        yield f"practice {one['id']}: {one['title']} ({one['entity'] or one['company']}, {one['day']})"


def _lines(answer: Mapping[str, Any]) -> Iterator[str]:
    one = answer["set"]
    yield (
        f"{answer['entity']} {answer['period']} against {one['id']}: {answer['members']} companies, "
        f"percentiles by {one['method']}, of {one['minimum']} figures at least; {answer['lacking']} figures lacking"
    )
    for row in answer["rows"]:
        yield from _row(row)
    if answer["short"]:
        yield f"short (below P{one['short_below']}): {', '.join(answer['short'])}"


def _row(row: Mapping[str, Any]) -> Iterator[str]:
    if row.get("withheld"):
        yield f"{row['indicator']}: withheld"
        return
    place = row["position"]
    stands = f"too few figures ({row['count']})" if not row["enough"] else "no percentile"
    if place is not None:
        stands = f"P{place['percentile']} of {row['count']}, quartile {place['quartile']}, place {place['place']}"
    value = row["missing"] if row["value"] is None else f"{row['value']} {row['unit']}"
    beyond = " (others stand in it too)" if row.get("beyond") else ""
    yield f"{row['indicator']}: {value}, {stands}{beyond}"
    for target in _TARGETS:
        if target in row["gaps"]:
            gap = row["gaps"][target]
            closes = (
                gap["why"].replace("_", " ") if gap["years"] is None else f"{float(gap['years']):.1f} years to close"
            )
            yield f"  to {target} {gap['to']}: {gap['absolute']} ({closes})"
    factors = row["factors"]
    if factors is not None and factors["against"] is not None:
        parts = ", ".join(f"{part['indicator']} {part['part']}" for part in factors["parts"])
        yield f"  gap to {factors['against']} {factors['gap']} by {factors['by']}: {parts}"
    for task in row["tasks"]:
        yield f"  task {task['case']} ({task['state']}): {task['value_then']} then, {task['value_now']} now"
