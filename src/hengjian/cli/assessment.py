"""`assessment SPACE [SCORECARD PERIOD [ENTITY]]`: published assessments, one of them, its files as entered."""

import argparse
from collections.abc import Iterator, Mapping
from typing import Any

from hengjian.cli.arguments import add_space
from hengjian.cli.main import DONE, Ask, print_answer
from hengjian.cli.output import wrote_file
from hengjian.cli.sight import cut_lines


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the command's options."""
    add_space(parser)
    parser.add_argument("scorecard", metavar="SCORECARD", nargs="?", help="those by one scorecard alone")
    parser.add_argument("period", metavar="PERIOD", nargs="?", help="those of one period, such as 2025")
    parser.add_argument("entity", metavar="ENTITY", nargs="?", help="the one of an entity")
    parser.add_argument("--version", metavar="N", help="another publication of it than the latest")
    parser.add_argument("--again", action="store_true", help="compute it anew as it was known then, and compare")
    parser.add_argument("--form", choices=("json", "docx", "xlsx", "pdf"), help="fetch a file of it")
    parser.add_argument("--draft", action="store_true", help="with --form: of the score as it stands, marked 试算")
    parser.add_argument("--out", metavar="FILE", help="with --form: write it here instead of on stdout")
    parser.set_defaults(misused=parser.error)


def run(options: argparse.Namespace, ask: Ask) -> int:
    """Ask, print, and give the exit code."""
    question = {name: getattr(options, name) for name in ("space", "scorecard", "period")}
    if options.entity is None:
        if options.form or options.again or options.version:
            options.misused("name the entity too: hengjian assessment SPACE SCORECARD PERIOD ENTITY")
        answer = ask("assessments", question)
        print_answer(options, answer, [*map(_row, answer["rows"]), *cut_lines(answer)] or ["nothing is published"])
        return DONE
    question |= {"entity": options.entity}
    if options.form:
        asked = {**question, "form": options.form}
        answer = (
            ask("assessment_draft", asked)
            if options.draft
            else ask("assessment_file", {**asked, "version": options.version})
        )
        if wrote_file(options.out, answer["data"]):
            told = {"file": options.out, "name": answer["name"], "size": len(answer["data"])}
            print_answer(options, told, [f"{options.out}: {told['size']} bytes of {answer['name']}"])
        return DONE
    answer = ask("assessment", {**question, "version": options.version, "again": options.again})
    print_answer(options, answer, list(_lines(answer)))
    return DONE


def _row(row: Mapping[str, Any]) -> str:
    if row.get("withheld"):
        return f"{row['scorecard']}  {row['period']}  {row['entity']}  {row['name']}  restricted"
    waiting = f"  {row['objections']} objections wait" if row["objections"] else ""
    result = f"{row['score']}  {row['grade'] or '-'}  version {row['version']}  {row['day']}"
    return f"{row['scorecard']}  {row['period']}  {row['entity']}  {row['name']}  {result}{waiting}"


def _lines(answer: Mapping[str, Any]) -> Iterator[str]:
    yield _row({**answer, "objections": sum(one["upheld"] is None for one in answer["objections"])})
    yield f"sha256 {answer['sha256']}"
    for form, file in answer["files"].items():
        yield f"  {form}: {file['file']}  entry {file['entry']}  {file['size']} bytes"
    for one in answer["versions"]:
        entered = f"entry {one['entry']}  {one['recorded_at']}"
        yield f"version {one['version']}: {one['score']}  {one['grade'] or '-'}  {entered}"
    if (again := answer.get("again")) is not None:
        if again["same"]:
            yield f"computed again as known at {again['known']}: the same, byte for byte"
        else:
            difference = again["difference"]
            said = "differs in words, all points are the same" if again["words_only"] else "differs"
            yield f"computed again as known at {again['known']}: {difference['path']} {said}"
            yield f"  published {difference['published']!r}, now {difference['again']!r}"
