"""`backtest SPACE RULE…`: what rules would have warned of in the past, against what then happened."""

import argparse
import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from hengjian.cli.arguments import add_space, read_files
from hengjian.cli.main import DONE, Ask, print_answer
from hengjian.cli.output import wrote_file
from hengjian.cli.sight import cut_lines
from hengjian.model.issue import Failure

_OPTIONS = ("horizon", "every", "level", "period", "assumed", "proven", "cross_section", "probability")
_RAISED = ("rule", "entity", "level", "period", "since", "until")
_CURVE = ("rule", "line", "shift", "hit", "warned", "false_alarm", "precision", "in_force")


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the command's options."""
    add_space(parser)
    parser.add_argument(
        "rules", nargs="*", metavar="RULE", help="rules (default: all); of a cross-section, indicators too"
    )
    parser.add_argument("--labels", metavar="FILE", required=True, help="what happened: a CSV table of entity,date")
    parser.add_argument("--horizon", metavar="H", help="how long before an event a warning counts: 12m (default), 90d")
    parser.add_argument("--from", dest="start", metavar="D", help="the first day (default: when anything was known)")
    parser.add_argument("--to", metavar="D", help="the last day (default: today)")
    parser.add_argument(
        "--every", choices=("month", "quarter", "filing"), help="the days that are looked at: month ends (default), …"
    )
    parser.add_argument("--level", metavar="L", help="count alerts of this level and graver ones: red, orange, …")
    parser.add_argument("--proven", action="store_true", help="ignore dates that archives only claim")
    parser.add_argument("--assumed", metavar="TEXT", help="say that the dates are assumptions, and which: it is told")
    parser.add_argument("--keep", action="store_true", help="enter the figures into the ledger, for the rules' pages")
    parser.add_argument("--out", metavar="DIR", help="write backtest.json, raised.csv and curve.csv into this folder")
    cross = parser.add_argument_group("a cross-section: each entity once, with labels of entity,outcome")
    cross.add_argument("--cross-section", action="store_true")
    cross.add_argument("--period", metavar="P", help="at this period (default: the latest of each)")
    worse = cross.add_mutually_exclusive_group()
    worse.add_argument("--higher-is-worse", dest="worse", action="store_const", const="higher")
    worse.add_argument("--lower-is-worse", dest="worse", action="store_const", const="lower")
    cross.add_argument("--probability", action="store_true", help="the values are probabilities of the event")
    parser.set_defaults(misused=parser.error)


def run(options: argparse.Namespace, ask: Ask) -> int:
    """Ask, write, print, and give the exit code."""
    if options.cross_section and (options.start or options.to or options.every or options.horizon or options.keep):
        options.misused("--cross-section knows no days: leave out --from, --to, --every, --horizon and --keep")
    if not options.cross_section and (options.period or options.worse or options.probability):
        options.misused("--period, --higher-is-worse, --lower-is-worse and --probability go with --cross-section")
    (labels,) = read_files([options.labels])
    question = {
        "space": options.space, "rules": options.rules, "labels": labels, "from": options.start, "to": options.to,
        "worse": options.worse, **{name: getattr(options, name) for name in _OPTIONS},
    }  # fmt: skip
    answer = ask("keep_backtest" if options.keep else "backtest", question)
    lines = list(_cross_section(answer) if options.cross_section else _lines(answer))
    if options.out is not None:
        lines += [f"wrote {name}" for name in _written(Path(options.out), answer)]
    print_answer(options, answer, lines + cut_lines(answer))
    return DONE


def _lines(answer: Mapping[str, Any]) -> Iterator[str]:
    known = answer["known"]
    yield (
        f"{answer['days']} days from {answer['from']} to {answer['to']}, {answer['entities']} entities, "
        f"{answer['labels']['events']} events, horizon {answer['horizon']}, alerts of {answer['level']} and graver"
    )
    yield f"known: {known['recorded']} filings as recorded, {known['claimed']} as archives claim it, not proven"
    if known["described_later"]:
        yield f"{known['described_later']} entities were described only after their first figures: no attributes before"
    if known["assumed"]:
        yield f"assumed: {known['assumed']}"
    for one in answer["rules"]:
        events, alerts = one["events"], one["alerts"]
        marks = "".join(f"  {mark}" for mark in ("silent", "noisy", "beyond", "withheld") if one.get(mark))
        yield f"{one['rule']}{marks}"
        yield (
            f"  hit {share(one['hit_rate'])} ({events['warned']} of {events['warned'] + events['missed']}"
            f"{_more(events, {'early': 'early', 'before_data': 'before any data', 'after_end': 'after the end'})})"
            f"{_lead(one['lead_days'])}"
        )
        yield (
            f"  precision {share(one['precision'])} ({alerts['true']} true, {alerts['false']} false"
            f"{_more(alerts, {'late': 'of them late', 'pending': 'pending'})}), "
            f"{_number(one['false_per_year'])} false a year and entity"
        )
        yield f"  AUC {area(one['auc'])}"
    for index in answer.get("kept", ()):
        yield f"kept as entry {index}"


def _cross_section(answer: Mapping[str, Any]) -> Iterator[str]:
    yield f"{answer['entities']} entities, {answer['labels']['events']} of them with the outcome"
    for one in answer["rules"]:
        marks = "".join(f"  {mark}" for mark in ("beyond", "withheld") if one.get(mark))
        yield f"{one['rule']} ({one['kind']}, {one['worse']} is worse){marks}"
        yield f"  {one['entities']} told, {one['untold']} not"
        yield f"  AUC {area(one['auc'])}"
        if one["fired"] is not None:
            yield (
                f"  holds of {one['fired']}: hit {share(one['hit_rate'])}, false alarms "
                f"{share(one['false_alarm_rate'])}, precision {share(one['precision'])}"
            )
        if one["brier"] is not None:
            yield f"  Brier {one['brier']:.4f}, always the overall rate {one['brier_reference']:.4f}"
        for part in one["bins"]:
            said = f"  {part['low']:>14.6g} to {part['high']:>14.6g}"
            yield f"{said}  {part['events']:>6} of {part['count']:<6} {share(part['rate'])}"


def _more(counts: Mapping[str, int], names: Mapping[str, str]) -> str:
    return "".join(f", {counts[name]} {said}" for name, said in names.items() if counts[name])


def _lead(found: Mapping[str, float] | None) -> str:
    if found is None:
        return ""
    return f", lead {found['median']:.0f} days (quartiles {found['lower']:.0f} and {found['upper']:.0f})"


def share(value: float | None) -> str:
    """A share as people read it."""
    return "–" if value is None else f"{value:.1%}"


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def area(found: Mapping[str, Any] | None) -> str:
    """An area with its interval and its sample."""
    if found is None:
        return "–"
    interval = "" if found["low"] is None else f" ({found['low']:.4f} to {found['high']:.4f}, {found['method']})"
    return f"{found['value']:.4f}{interval}, {found['positives']} with and {found['negatives']} without"


def _written(folder: Path, answer: Mapping[str, Any]) -> Iterator[str]:
    """Write the files; their paths."""
    tables = {
        "curve.csv": (_CURVE, [{"rule": one["rule"], **point} for one in answer["rules"] for point in one["curve"]]),
        "raised.csv": (
            _RAISED,
            [{"rule": one["rule"], **each} for one in answer["rules"] for each in one.get("raised", ())],
        ),
    }
    files = {name: _table(*table) for name, table in tables.items()}
    files["backtest.json"] = json.dumps(answer, ensure_ascii=False, allow_nan=False, indent=1).encode()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Failure(f"{folder} cannot be made: {error.strerror}", "name a folder that can be written to") from None
    for name, data in sorted(files.items()):
        if wrote_file(str(folder / name), data):
            yield str(folder / name)


def _table(titles: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, titles, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()
