"""`show SPACE ENTITY [INDICATOR…]`: values over time."""

import argparse

from hengjian.cli.arguments import add_cut, add_space, cut_of
from hengjian.cli.main import DONE, Ask, print_answer
from hengjian.cli.sight import cause_of


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the command's options."""
    add_space(parser)
    parser.add_argument("entity", metavar="ENTITY", help="the entity's id")
    parser.add_argument("indicators", nargs="*", metavar="INDICATOR", help="names (default: all of its type)")
    parser.add_argument("--period", metavar="P", help="a period, or P..Q (default: all with a reported input)")
    add_cut(parser)


def run(options: argparse.Namespace, ask: Ask) -> int:
    """Ask, print, and give the exit code."""
    answer = ask(
        "show",
        {
            "space": options.space, "entity": options.entity, "indicators": options.indicators,
            "period": options.period, **cut_of(options),
        },
    )  # fmt: skip
    width = max((len(value["indicator"]) for value in answer["values"]), default=0)
    print_answer(options, answer, [_line(value, width) for value in answer["values"]] or ["nothing is reported"])
    return DONE


def _line(value: dict[str, object], width: int) -> str:
    head = f"{value['indicator']:<{width}}  {value['period']:<8}  "
    missing = value["missing"]
    if isinstance(missing, dict):
        return f"{head}{cause_of(missing)}"
    basis = f"  ({value['basis']})" if value["basis"] else ""  # what reads others alone has none of its own
    basis += "  with figures of others whom you may not see" if value.get("beyond") else ""
    named = value.get("class")
    if isinstance(named, dict):
        return f"{head}{value['value']:g} {named['zh']} {named['en']}{basis}"
    return f"{head}{value['value']!r} {value['unit']}{basis}"
