"""`explain SPACE ENTITY INDICATOR PERIOD`: the tree under a value."""

import argparse
from typing import Any

from hengjian.cli.arguments import add_cut, add_space, cut_of
from hengjian.cli.main import DONE, Ask, print_answer
from hengjian.cli.sight import SOMEBODY, cause_of, withheld_lines

#: A step whose formula has more characters is printed as its operation.
LONGEST = 60
#: So many members of a group are printed.
SHOWN = 8


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the command's options."""
    add_space(parser)
    parser.add_argument("entity", metavar="ENTITY", help="the entity's id")
    parser.add_argument("indicator", metavar="INDICATOR", help="the indicator's name")
    parser.add_argument("period", metavar="PERIOD", help="such as 2019-Q4")
    add_cut(parser)


def run(options: argparse.Namespace, ask: Ask) -> int:
    """Ask, print, and give the exit code."""
    answer = ask(
        "explain",
        {
            "space": options.space, "entity": options.entity, "indicator": options.indicator,
            "period": options.period, **cut_of(options),
        },
    )  # fmt: skip
    print_answer(options, answer, _lines(answer))
    return DONE


def _lines(answer: dict[str, Any]) -> list[str]:
    missing = answer["missing"]
    unit = "" if isinstance(answer["value"], bool) else f" {answer['unit']}"
    value = f"{answer['value']!r}{unit}"
    if missing:
        value = cause_of(missing)
    lines = [f"{answer['entity']} {answer['indicator']} {answer['period']} = {value}"]
    lines.append(f"  formula      {answer['formula']}")
    if answer["declaration"]:  # a reported figure has none
        lines.append(f"  declaration  {answer['declaration']}")
    lines += _tree(answer["tree"], 1, answer["period"])
    for leaf in answer["leaves"]:
        value = f"missing: {leaf['missing']}" if leaf["missing"] else f"{leaf['value']!r} {leaf['unit']}"
        lines.append(f"  {leaf['measure']} {leaf['entity']} {leaf['period']} = {value}")
        if not leaf["cell"]:
            continue
        cut = leaf["basis"] if leaf["scope"] == "consolidated" else f"{leaf['basis']}, {leaf['scope']}"
        place = f", {leaf['place']}" if leaf["place"] else ""
        entry = f", {leaf['filing']} entry {leaf['entry']}, {cut}" if leaf["entry"] is not None else ""
        lines.append(_where(leaf, f"{place}{entry}"))
    lines += _holdings(answer)
    for parameter in answer["parameters"]:
        lines.append(f"  {parameter['name']} = {parameter['value']} from {parameter['from']}: {parameter['source']}")
    return lines + withheld_lines(answer)


def _where(row: dict[str, Any], rest: str) -> str:
    """The file (a dash where its name is withheld) and the cell that state something, and from when a filing claims
    that it was known."""
    claim = f", known from {row['known_from']} claimed, not proven" if row["known_from"] else ""
    return f"      {row['file'] or '–'} row {row['row']} cell {row['cell']}{rest}{claim}"


def _holdings(answer: dict[str, Any]) -> list[str]:
    """The direct holdings relied on, each with the cell that states it."""
    lines = []
    for one in answer.get("holdings", ()):
        parts = [f"holds {_percent(one['share'])} of" if one["share"] is not None else "holds votes of", one["to"]]
        if one["voting"] is not None:
            parts.append(f"(votes {_percent(one['voting'])})")
        if one["kind"] != "direct":
            parts.append(f"({one['kind']}{' for ' + one['principal'] if one['principal'] else ''})")
        if one["valid_from"]:
            parts.append(f"from {one['valid_from']}")
        lines.append(f"  {one['from']} {' '.join(parts)}")
        if one["cell"]:
            lines.append(_where(one, f", {one['filing']} entry {one['entry']}"))
    more = answer.get("holdings_more")
    return [*lines, f"  and {more} more holdings"] if more else lines


def _percent(share: float) -> str:
    """A part of one, as people write it."""
    return f"{100 * share:.10g}%"


def _tree(node: dict[str, Any], depth: int, period: str) -> list[str]:
    """A step and what it was computed from; of another entity or period than the step above, it says so."""
    if node.get("op") == "withheld":
        return [f"{'  ' * depth}withheld"]
    others = [node.get("entity") or "", "" if node["period"] == period else node["period"]]
    whose = f" [{' '.join(filter(None, others))}]" if any(others) else ""
    found = repr(node["value"]) if node["missing"] is None else f"missing: {node['missing']}"
    note = node.get("note") or {}
    lines = [f"{'  ' * depth}{_words(node)}{whose} = {found}{_note(note)}"]
    lines += [f"{'  ' * depth}    {line}" for line in _shares(note)]
    for child in node["children"]:
        lines += _tree(child, depth + 1, node["period"])
    return lines


def _note(note: dict[str, Any]) -> str:
    """Who was in the group, which link was walked, between which points of a table the figure lies."""
    if "method" in note:
        return f"  ({_looked_through(note)})"
    if "within" in note:
        if note["within"] is None:
            return "  (the attribute of the group is not stated)"
        group = (
            ", ".join(f"{name} {SOMEBODY if text is None else text}" for name, text in note["within"].items())
            or "everyone"
        )
        named = ", ".join(f"{one['entity']} {one['value']!r}" for one in note["members"][:SHOWN])
        more = "" if note["count"] <= SHOWN else ", …"
        needed = "" if note["count"] >= note["at_least"] else f", {note['at_least']} needed"
        figures = "1 figure" if note["count"] == 1 else f"{note['count']} figures"
        return f"  ({group}: {figures}{needed}{': ' if named else ''}{named}{more})"
    if "link" in note:
        return f"  (along {note['link']}{', walked back' if note['direction'] == 'back' else ''})"
    points = [f"({point[0]!r}, {point[1]!r})" for point in (note.get("from"), note.get("to")) if point]
    group = f"{note['class']}: " if note.get("class") else ""
    return f"  ({group}{'between' if len(points) == 2 else 'at the end'} {' and '.join(points)})" if points else ""


def _looked_through(note: dict[str, Any]) -> str:
    """What was asked of who holds whom: by which method, on which day, and of how many."""
    how = f"{note['method']}, {note['day']}"
    if "ring" in note:
        return f"{how}: the ring {', '.join(note['ring'])} is held by itself alone"
    if "owner" in note:
        via = f" through {', '.join(note['via'])}" if note["via"] else ""
        votes = ", ".join(f"{one['entity']} {_percent(one['votes'])}" for one in note["votes"][:SHOWN])
        return f"{how}: ultimate owner {note['owner'] or SOMEBODY}{via}{'; votes: ' if votes else ''}{votes}"
    many = "1 entity" if note["count"] == 1 else f"{note['count']} entities"
    if "link" in note:
        more = ", …" if note["count"] > SHOWN else ""
        named = ", ".join(note["entities"][:SHOWN]) + more
        return f"along {note['link']}{', walked back' if note['direction'] == 'back' else ''}; {how}: {many} {named}"
    if "met" in note:
        many = f"{note['met']} of {'1 holder' if note['count'] == 1 else str(note['count']) + ' holders'}"
    left = f"; own figure left out: {note['left_out']}" if "left_out" in note else ""
    return f"{how}, {many}{left}"


def _shares(note: dict[str, Any]) -> list[str]:
    """By which share each figure counts, or which holder, the greatest first."""
    shares = note.get("shares", ())
    lines = []
    for one in shares[:SHOWN]:
        said = f"{one['entity']} {_percent(one['share'])}"
        if "meets" in one:
            unmet = (
                "does not meet the condition" if one["meets"] is False else "not known whether it meets the condition"
            )
            lines.append(said if one["meets"] else f"{said}  ({unmet})")
        else:
            lines.append(
                f"{said} * missing" if one["value"] is None else f"{said} * {one['value']!r} = {one['part']!r}"
            )
    rest = note.get("count", 0) - SHOWN
    return [*lines, f"… and {rest} more"] if shares and rest > 0 else lines


def _words(node: dict[str, Any]) -> str:
    """A step as its formula writes it; only what it does where that is long."""
    text = str(node.get("text") or "")
    return text if 0 < len(text) <= LONGEST else str(node.get("op") or node.get("leaf"))
