"""`assess SPACE [SCORECARD PERIOD [ENTITY…]]`: everybody's scores, ranks and grades; or the declared scorecards."""

import argparse
from collections.abc import Iterator, Mapping
from typing import Any

from hengjian.cli.arguments import add_space
from hengjian.cli.main import DONE, Ask, print_answer
from hengjian.cli.scorelines import add_settings, settings_of
from hengjian.cli.sight import cut_lines


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the command's options."""
    add_space(parser)
    parser.add_argument("scorecard", metavar="SCORECARD", nargs="?", help="without it all are listed")
    parser.add_argument("period", metavar="PERIOD", nargs="?", help="one of its periods, such as 2025")
    parser.add_argument("entities", metavar="ENTITY", nargs="*", help="these alone: ranks are then among them")
    add_settings(parser)
    parser.set_defaults(misused=parser.error)


def run(options: argparse.Namespace, ask: Ask) -> int:
    """Ask, print, and give the exit code."""
    if options.scorecard is None:
        answer = ask("scorecards", {"space": options.space, "as_known_at": options.as_known_at})
        lines = [line for card in answer["scorecards"] for line in _card(card)]
        print_answer(options, answer, lines or ["no pack declares a scorecard"])
        return DONE
    if options.period is None:
        options.misused("name the period too, such as 2025")
    question = {name: getattr(options, name) for name in ("space", "scorecard", "period", "entities")}
    answer = ask("scores", {**question, **settings_of(options)})
    print_answer(options, answer, [*_lines(answer), *cut_lines(answer)])
    return DONE


def _card(card: Mapping[str, Any]) -> Iterator[str]:
    days = [f"{word} {card[word]}" for word in ("from", "until") if card[word]]
    yield f"{card['scorecard']}: {card['label']['zh']} / {card['label']['en']}"
    yield f"  {', '.join([card['type'], 'by ' + card['frequency'], *days])}; {card['source']}"


def _lines(answer: Mapping[str, Any]) -> Iterator[str]:
    if not answer["rows"]:
        yield f"{answer['scorecard']} {answer['period']}: nobody is assessed"
    for row in answer["rows"]:
        if row.get("withheld"):
            yield f"  -  {row['entity']} {row['name']}: withheld"
            continue
        if row["score"] is None:
            yield f"  -  {row['entity']} {row['name']}: no score ({', '.join(row['missing'])})"
            continue
        quota = "" if row["quota"] in (None, row["grade"]) else f", after quotas {row['quota']}"
        tied = ", a quota ends among equals" if row.get("tied") else ""
        yield f"{row['rank']:>3}  {row['entity']} {row['name']}: {row['score']}{_grade(row)}{quota}{tied}"


def _grade(row: Mapping[str, Any]) -> str:
    return "" if row["grade"] is None else f" {row['grade']}"
