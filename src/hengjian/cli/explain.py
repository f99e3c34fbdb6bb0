"""`explain SPACE ENTITY INDICATOR PERIOD`: the tree under a value."""

import argparse
from typing import Any

from hengjian.cli.arguments import add_cut, add_space, cut_of
from hengjian.cli.main import DONE, Ask, print_answer

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
        value = f"missing: {missing['reason']} ({missing['input']}, {missing['entity']}, {missing['period']})"
    lines = [f"{answer['entity']} {answer['indicator']} {answer['period']} = {value}"]
    lines.append(f"  formula      {answer['formula']}")
    if answer["declaration"]:  # a reported figure has none
        lines.append(f"  declaration  {answer['declaration']}")
    lines += _tree(answer["tree"], 1, answer["period"])
    for leaf in answer["leaves"]:
        value = f"missing: {leaf['missing']}" if leaf["missing"] else f"{leaf['value']!r} {leaf['unit']}"
        lines.append(f"  {leaf['measure']} {leaf['entity']} {leaf['period']} = {value}")
        if not leaf["file"]:
            continue
        cut = leaf["basis"] if leaf["scope"] == "consolidated" else f"{leaf['basis']}, {leaf['scope']}"
        entry = f", {leaf['filing']} entry {leaf['entry']}, {cut}" if leaf["entry"] is not None else ""
        place = f", {leaf['place']}" if leaf["place"] else ""
        claim = f", known from {leaf['known_from']} claimed, not proven" if leaf["known_from"] else ""
        lines.append(f"      {leaf['file']} row {leaf['row']} cell {leaf['cell']}{place}{entry}{claim}")
    for parameter in answer["parameters"]:
        lines.append(f"  {parameter['name']} = {parameter['value']} from {parameter['from']}: {parameter['source']}")
    return lines


def _tree(node: dict[str, Any], depth: int, period: str) -> list[str]:
    """A step and what it was computed from; of another entity or period than the step above, it says so."""
    others = [node.get("entity") or "", "" if node["period"] == period else node["period"]]
    whose = f" [{' '.join(filter(None, others))}]" if any(others) else ""
    found = repr(node["value"]) if node["missing"] is None else f"missing: {node['missing']}"
    lines = [f"{'  ' * depth}{_words(node)}{whose} = {found}{_note(node.get('note') or {})}"]
    for child in node["children"]:
        lines += _tree(child, depth + 1, node["period"])
    return lines


def _note(note: dict[str, Any]) -> str:
    """Who was in the group, which link was walked, between which points of a table the figure lies."""
    if "count" in note:
        if note["within"] is None:
            return "  (the attribute of the group is not stated)"
        group = ", ".join(f"{name} {text}" for name, text in note["within"].items()) or "everyone"
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


def _words(node: dict[str, Any]) -> str:
    """A step as its formula writes it; only what it does where that is long."""
    text = str(node.get("text") or "")
    return text if 0 < len(text) <= LONGEST else str(node.get("op") or node.get("leaf"))
