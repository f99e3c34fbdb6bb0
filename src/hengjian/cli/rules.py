"""`rules SPACE [RULE]`: the rules of a space and how good they are in operation."""

import argparse
from collections.abc import Iterator, Mapping
from typing import Any

from hengjian.cli.arguments import add_space
from hengjian.cli.backtest import share
from hengjian.cli.main import DONE, Ask, print_answer
from hengjian.cli.sight import cut_lines


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the command's options."""
    add_space(parser)
    parser.add_argument("rule", nargs="?", metavar="RULE", help="all of one rule: its text, lines and alerts")
    parser.add_argument("--area", metavar="A", help="of this area only")
    parser.add_argument("--level", metavar="L", help="those that have this level")
    parser.add_argument("--silent", action="store_true", help="those that were not raised for a year")
    parser.add_argument("--noisy", action="store_true", help="those that are raised of most, or are mostly wrong")


def run(options: argparse.Namespace, ask: Ask) -> int:
    """Ask, print, and give the exit code."""
    if options.rule is not None:
        answer = ask("rule_quality", {"space": options.space, "rule": options.rule})
        print_answer(options, answer, [*_whole(answer), *cut_lines(answer)])
        return DONE
    answer = ask("rules", {"space": options.space})
    found = [one for one in answer["rules"] if _is_wanted(one, options)]
    print_answer(options, {**answer, "rules": found}, [*map(_line, found), *cut_lines(answer)] or ["no rules"])
    return DONE


def _is_wanted(one: Mapping[str, Any], options: argparse.Namespace) -> bool:
    return (
        (options.area is None or one["area"] == options.area)
        and (options.level is None or options.level in one["levels"])
        and (not options.silent or one["silent"])
        and (not options.noisy or one["noisy"])
    )


def _line(one: Mapping[str, Any]) -> str:
    """One rule as people read it."""
    marks = "".join(f"  {mark}" for mark in ("silent", "noisy") if one[mark])
    raised = sum(sum(counts.values()) for counts in one["raised"].values())
    return (
        f"{one['rule']}  [{one['area'] or '–'}]  {'/'.join(one['levels'])}  raised {raised}, standing "
        f"{sum(one['standing'].values())}, right {share(one['hit_rate'])}{marks}  "
        f"{one['label']['zh']} / {one['label']['en']}"
    )


def _whole(one: Mapping[str, Any]) -> Iterator[str]:
    """All of one rule."""
    yield _line(one)
    text = one["text"]
    for tier in text["levels"]:
        yield f"  {tier['level']}: {tier['formula']}"
    for name in ("applies", "minimum", "clear", "unknown"):
        if text[name] is not None:
            yield f"  {name}: {text[name]}"
    if text["persists"] is not None:
        yield f"  persists: in {text['persists']['in']} of {text['persists']['of']} periods"
    for line in one["lines"]:
        values = ", ".join(f"{name} {value:g}" for name, value in line["values"].items())
        yield f"  line {line['name']} from {line['from']}: {values} {line['unit']} ({line['source']})"
    yield f"  source: {one['source']}{'' if one['document'] is None else '; ' + one['document']}"
    yield f"  sure: {one['confidence'] or 'not said'}; valid {one['from'] or '…'} to {one['until'] or '…'}"
    for year, counts in one["raised"].items():
        yield f"  {year}: " + ", ".join(f"{count} {level}" for level, count in counts.items())
    said = one["verdicts"]
    yield f"  verdicts: {said['real']} real, {said['false']} false, {said['known']} known, {one['unjudged']} without"
    for each in one["episodes"]:
        yield f"  {each['alert']}  {each['level']:6}  {each['entity']}  {each['since']} to {each['until'] or '…'}"
    for kept in one["backtests"]:
        yield (
            f"  back-test of {kept['day']} (entry {kept['entry']}): hit {share(kept['hit_rate'])}, "
            f"precision {share(kept['precision'])}, horizon {kept['horizon']}"
        )
