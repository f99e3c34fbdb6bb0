"""`submit SPACE FILE…`: files become entries, all of them or none."""

import argparse
import sys

from hengjian.cli.alerts import alert_line
from hengjian.cli.arguments import add_space, read_files
from hengjian.cli.main import DONE, Ask, print_answer
from hengjian.cli.proposal import tell_proposal


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the command's options."""
    add_space(parser)
    files = "CSV tables (UTF-8 or GB18030), XLSX workbooks, or JSON with --form bods"
    parser.add_argument("files", nargs="+", metavar="FILE", help=files)
    parser.add_argument(
        "--form",
        default="observations",
        metavar="F",
        help="observations (default), wide, entities, links, ownership, bods, or a form of a pack; several files may"
        " each have their own, in their order: entities,links",
    )
    parser.add_argument("--entity", metavar="ID", help="the entity, where the file has no such column")
    parser.add_argument("--key", metavar="K", help="your own key for this submission: the same key is entered once")
    parser.add_argument("--period", metavar="P", help="the period, for a pack's form whose file names none")
    parser.add_argument("--today", metavar="D", help="the day that alerts are dated by, instead of the space's today")
    parser.add_argument("--known-from", metavar="D", help="an archive: known since this date (claimed, not proven)")
    parser.set_defaults(misused=parser.error)


def run(options: argparse.Namespace, ask: Ask) -> int:
    """Ask, print, and give the exit code."""
    forms = options.form.split(",")
    if len(forms) not in (1, len(options.files)):
        options.misused(f"--form names {len(forms)} forms for {len(options.files)} files: one for all, or one for each")
    files = read_files(options.files)
    if len(forms) > 1:
        files = [{**file, "form": form} for file, form in zip(files, forms, strict=True)]
    question = {
        "space": options.space, "files": files, "form": forms[0], "entity": options.entity,
        "key": options.key, "known_from": options.known_from,
        "period": options.period, "today": options.today,
    }  # fmt: skip
    answer = ask("submit", question)
    if "proposal" in answer:
        return tell_proposal(options, answer)
    filings = answer.get("filings", [answer])
    lines = []
    for filing in filings:
        again = " (already entered)" if filing["repeated"] else ""
        lines.append(f"{filing['filing']}  entry {filing['entry']}  {filing['recorded_at']}  "
                     f"{_counted(filing['observations'])}{again}")  # fmt: skip
        if not options.json:
            for warning in filing["warnings"]:
                print(f"warning: {warning['message']}\n  hint: {warning['hint']}", file=sys.stderr)
    lines += [alert_line(alert) for alert in answer.get("alerts", ())]
    print_answer(options, answer, lines)
    return DONE


def _counted(rows: int) -> str:
    return f"{rows} row" if rows == 1 else f"{rows} rows"
