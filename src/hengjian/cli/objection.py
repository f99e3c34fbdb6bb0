"""`objection SPACE SCORECARD PERIOD [ENTITY]`: objections to scores; `--raise` one, `--uphold` or `--reject` it."""

import argparse
from collections.abc import Iterator, Mapping
from typing import Any

from hengjian.cli.arguments import add_space
from hengjian.cli.main import DONE, Ask, print_answer
from hengjian.cli.sight import cut_lines


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the command's options."""
    add_space(parser)
    parser.add_argument("scorecard", metavar="SCORECARD", help="the scorecard's name")
    parser.add_argument("period", metavar="PERIOD", help="one of its periods, such as 2025")
    parser.add_argument("entity", metavar="ENTITY", nargs="?", help="whose score it is")
    done = parser.add_mutually_exclusive_group()
    done.add_argument("--raise", dest="raised", metavar="TEXT", help="object: what is wrong, and why")
    done.add_argument("--uphold", metavar="TEXT", help="answer: the objection is right, for this reason")
    done.add_argument("--reject", metavar="TEXT", help="answer: it is not, for this reason")
    parser.add_argument("--item", metavar="I", help="with --raise: the item that is meant, by its name or label")
    parser.add_argument("--number", metavar="N", help="which objection is answered, where several are open")
    parser.set_defaults(misused=parser.error)


def run(options: argparse.Namespace, ask: Ask) -> int:
    """Ask, print, and give the exit code."""
    question = {name: getattr(options, name) for name in ("space", "scorecard", "period", "entity")}
    answered = options.uphold if options.uphold is not None else options.reject
    if options.raised is None and answered is None:
        answer = ask("objections", question)
        lines = [line for row in answer["rows"] for line in _lines(row)]
        print_answer(options, answer, [*lines, *cut_lines(answer)] or ["no objections"])
        return DONE
    if options.entity is None:
        options.misused("name the entity too: hengjian objection SPACE SCORECARD PERIOD ENTITY")
    if options.raised is not None:
        answer = ask("object", {**question, "item": options.item, "text": options.raised})
    else:
        more = {"number": options.number, "upheld": options.uphold is not None, "text": answered}
        answer = ask("answer_objection", {**question, **more})
    again = " (already entered)" if answer["repeated"] else ""
    state = f"  {answer['state']}" if answer.get("state") else ""
    print_answer(options, answer, [f"objection {answer['number']}{state}  entry {answer['entry']}{again}"])
    return DONE


def _lines(row: Mapping[str, Any]) -> Iterator[str]:
    about = f"  {row['item']}" if row["item"] else ""
    raised = f"{row['day']}  {row['actor']}  {row['text'] or ''}"
    yield f"{row['entity']}  {row['name']}  objection {row['number']}{about}  {raised}"
    if row["upheld"] is None:
        yield "  not answered"
    else:
        word = "upheld" if row["upheld"] else "rejected"
        yield f"  {word}  {row['answered_on']}  {row['answered_by']}  {row['answer'] or ''}"
