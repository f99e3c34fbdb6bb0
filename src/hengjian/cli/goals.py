"""`goals SPACE SET PERIOD [ENTITY]`: a set of goals with a light for each, of everybody or of one enterprise."""

import argparse
from collections.abc import Iterator, Mapping
from typing import Any

from hengjian.cli.arguments import add_space
from hengjian.cli.main import DONE, Ask, print_answer
from hengjian.cli.scorelines import add_settings, head_of, settings_of

_LIGHTS = {"green": "绿 green", "yellow": "黄 yellow", "red": "红 red", None: "无 none"}


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the command's options."""
    add_space(parser)
    parser.add_argument("goals", metavar="SET", help="the scorecard that is read as a set of goals")
    parser.add_argument("period", metavar="PERIOD", help="one of its periods, such as 2025")
    parser.add_argument("entity", metavar="ENTITY", nargs="?", help="one enterprise; everybody where it is left out")
    add_settings(parser)


def run(options: argparse.Namespace, ask: Ask) -> int:
    """Ask, print, and give the exit code."""
    question = {"space": options.space, "set": options.goals, "period": options.period, "entity": options.entity}
    answer = ask("goals", {**question, **settings_of(options)})
    print_answer(options, answer, list(_lines(answer)))
    return DONE


def _lines(answer: Mapping[str, Any]) -> Iterator[str]:
    labels = {goal["item"]: goal["label"] for goal in answer["goals"]}
    if answer["score"] is not None and not answer["score"].get("withheld"):
        yield head_of(answer["score"])
        reasons = {one["item"]: one["reason"] for one in answer["score"]["items"]}
        for item, light in answer["lights"][answer["score"]["entity"]].items():
            yield f"  {_LIGHTS[light]}: {labels[item]['zh']} / {labels[item]['en']}"
            if item in reasons:
                yield f"    {reasons[item]['zh']}"
        return
    yield f"{answer['label']['zh']} / {answer['label']['en']}, {answer['period']}"
    for row in answer["scores"]["rows"]:
        lights = answer["lights"].get(row["entity"])
        if lights is None:
            yield f"  {row['entity']} {row['name'] or ''}: withheld: restricted figures stand in it"
            continue
        told = ", ".join(f"{labels[item]['zh']} {_LIGHTS[light]}" for item, light in lights.items())
        yield f"  {row['entity']} {row['name']}: {answer['attained'][row['entity']]} of {len(lights)} attained; {told}"
