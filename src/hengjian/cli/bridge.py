"""`bridge SPACE ENTITY PERIOD`: from audited to assessed figures, adjustment by adjustment."""

import argparse
from collections.abc import Iterator, Mapping
from typing import Any

from hengjian.cli.arguments import add_space
from hengjian.cli.main import DONE, Ask, print_answer
from hengjian.cli.sight import cut_lines


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the command's options."""
    add_space(parser)
    parser.add_argument("entity", metavar="ENTITY", help="the entity's id")
    parser.add_argument("period", metavar="PERIOD", help="the period of the adjustments, such as 2025")
    parser.add_argument("--assess", action="store_true", help="file the assessed figures that follow")
    parser.add_argument("--effect", metavar="SCORECARD", help="what each adjustment does to the score by a scorecard")
    parser.add_argument("--as-known-at", metavar="T", help="as it stood at a moment, or entry:N")
    parser.set_defaults(misused=parser.error)


def run(options: argparse.Namespace, ask: Ask) -> int:
    """Ask, print, and give the exit code."""
    question = {"space": options.space, "entity": options.entity, "period": options.period}
    if options.assess and options.effect is not None:
        options.misused("--assess files figures, --effect tries them: give one of them")
    if options.assess:
        answer = ask("assess_figures", question)
        again = " (already filed)" if answer["repeated"] else ""
        print_answer(options, answer, [f"{answer['filing']}: {answer['observations']} assessed figures{again}"])
    elif options.effect is not None:
        answer = ask("bridge_effect", {**question, "scorecard": options.effect})
        print_answer(options, answer, [*map(_step, answer["steps"])])
    else:
        answer = ask("bridge", {**question, "as_known_at": options.as_known_at})
        lines = [line for one in answer["measures"] for line in _measure(one)] or ["no adjustments"]
        print_answer(options, answer, [*lines, *cut_lines(answer)])
    return DONE


def _measure(one: Mapping[str, Any]) -> Iterator[str]:
    unit = one["unit"]
    yield f"{one['label']['zh']} {one['measure']} ({unit})"
    yield f"  audited {one['audited'] or 'none'}"
    for row in one["adjustments"]:
        claim = f"claimed {row['claim']}" if row["claim"] is not None else "withheld"
        steps = ", ".join(f"{state} {step['actor']} {step['on']}" for state, step in row["by"].items())
        yield f"  {row['id']}  {row['effect']}  {row['ground']}  {claim}  {row['state']} {row['amount']}  [{steps}]"
    filed = "" if one["filed"] is None else f"; filed {one['filed']}"
    yield f"  assessed {one['assessed'] or 'none'}{filed}{'' if one['settled'] else ', not settled'}"


def _step(one: Mapping[str, Any]) -> str:
    score = one["score"] or "none"
    if one["id"] is None:
        return f"audited figures: score {score}"
    gained = one["difference"]
    more = "" if gained is None else f" ({gained if gained.startswith('-') else f'+{gained}'})"
    return f"{one['id']} {one['state']} {one['measure']} {one['amount']}: score {score}{more}"
