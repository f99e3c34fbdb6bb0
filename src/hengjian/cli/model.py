"""`model SPACE [list | show NAME | train NAME | score NAME [ENTITY…]]`: scores that are learned from filed history."""

import argparse
from collections.abc import Iterator, Mapping
from typing import Any

from hengjian.cli.arguments import add_cut, add_space, cut_of, read_files
from hengjian.cli.main import DONE, Ask, print_answer
from hengjian.cli.sight import cut_lines

_STEPS = "after SPACE follows nothing, list, show NAME, train NAME --labels FILE, or score NAME [ENTITY…]"
_TRAINING = ("every", "cross_section", "period", "proven")


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the command's options."""
    add_space(parser)
    parser.add_argument(
        "words", nargs="*", metavar="STEP", help="list (default), show NAME, train NAME, or score NAME [ENTITY…]"
    )
    parser.add_argument("--period", metavar="P", help="of score, and of a cross-section: at this period (default: "
                        "the latest of each)")  # fmt: skip
    training = parser.add_argument_group("of train")
    training.add_argument("--labels", metavar="FILE", help="what happened: a CSV table of entity,date")
    training.add_argument(
        "--every", choices=("year", "half", "quarter", "month"), help="on whose last days is looked: year (default), …"
    )
    training.add_argument("--from", dest="start", metavar="D", help="the first day (default: when anything was known)")
    training.add_argument("--to", metavar="D", help="up to when labels tell (default: today)")
    training.add_argument(
        "--cross-section", action="store_true", help="each entity once as known now, with labels of entity,outcome"
    )
    scoring = parser.add_argument_group("of score")
    scoring.add_argument("--version", metavar="N", help="this version (default: the latest)")
    scoring.add_argument("--sources", action="store_true", help="with what was filed for each input")
    add_cut(parser)
    parser.set_defaults(misused=parser.error)


def run(options: argparse.Namespace, ask: Ask) -> int:
    """Ask, print, and give the exit code."""
    match options.words:
        case [] | ["list"]:
            answer = ask("models", {"space": options.space, "as_known_at": options.as_known_at})
            lines = [line for one in answer["models"] for line in _model(one)]
            print_answer(options, answer, [*lines, *cut_lines(answer)] or ["no learned scores are declared"])
        case ["show", name]:
            answer = ask("models", {"space": options.space, "model": name, "as_known_at": options.as_known_at})
            lines = [line for one in answer["models"] for line in (*_model(one), *_inputs(one))]
            print_answer(options, answer, [*lines, *cut_lines(answer)])
        case ["train", name]:
            answer = ask("train_model", _training(options, name))
            print_answer(options, answer, list(_version(answer)))
        case ["score", name, *entities]:
            question = {
                "space": options.space, "model": name, "entities": entities, "version": options.version,
                "period": options.period, "sources": options.sources, **cut_of(options),
            }  # fmt: skip
            answer = ask("model_score", question)
            print_answer(options, answer, [*_scores(answer), *cut_lines(answer)])
        case _:
            options.misused(_STEPS)
    return DONE


def _training(options: argparse.Namespace, name: str) -> dict[str, Any]:
    if options.labels is None:
        options.misused("train needs --labels FILE: what happened to whom, and when")
    if options.cross_section and (options.start or options.to or options.every):
        options.misused("--cross-section knows no days: leave out --from, --to and --every")
    (labels,) = read_files([options.labels])
    return {
        "space": options.space, "model": name, "labels": labels, "from": options.start, "to": options.to,
        **{name: getattr(options, name) for name in _TRAINING},
    }  # fmt: skip


def _model(one: Mapping[str, Any]) -> Iterator[str]:
    yield f"{one['model']}  {one['label']['zh']} / {one['label']['en']}"
    yield f"  {one['advisory']['zh']} / {one['advisory']['en']}"
    yield f"  {one['outcome']['zh']} / {one['outcome']['en']}, within {one['horizon']} months; {one['method']}"
    if not one["versions"]:
        yield "  not learned yet"
    for version in one["versions"]:
        for line in _version(version):
            yield f"  {line}"


def _inputs(one: Mapping[str, Any]) -> Iterator[str]:
    for part in one["inputs"]:
        yield f"  input {part['input']} ({part['direction']}): {part['label']['zh']} / {part['label']['en']}"


def _version(one: Mapping[str, Any]) -> Iterator[str]:
    """A version: what it was learned from, and how well it did on what it was not learned from."""
    data, tried = one["data"], one["tried"]
    marks = "  beyond" if one.get("beyond") else ""
    marks += "  of other declarations than today's" if one.get("current") is False else ""
    yield f"{one['model']} version {one['version']}, entry {one['entry']}, {one['day']}{marks}"
    if "rows" in data:
        yield f"  {data['rows']} rows of {data['entities']} entities, it happened in {data['events']}"
    yield f"  training data {data['sha256'][:16]}…, declaration {one['declaration'][:16]}…, {', '.join(one['library'])}"
    auc = tried["auc"]
    if auc is not None:
        low, high = (("?" if auc[end] is None else f"{auc[end]:.3f}") for end in ("low", "high"))
        yield f"  tried on what it was not learned from: AUC {auc['value']:.3f} ({low} to {high})"
    yield f"  Brier {tried['brier']:.4f} (always the rate: {tried['brier_reference']:.4f}), ECE {tried['ece']:.4f}"


def _scores(answer: Mapping[str, Any]) -> Iterator[str]:
    yield f"{answer['model']} version {answer['version']}: {answer['advisory']['zh']} / {answer['advisory']['en']}"
    yield f"  training data {answer['data']['sha256']}"
    if not answer["current"]:
        yield "  learned by other declarations than today's"
    for row in answer["scores"]:
        if row.get("withheld"):
            yield f"{row['entity']}  {row['period']}  withheld"
            continue
        gaps = f"  {row['missing']} inputs missing" if row["missing"] else ""
        yield f"{row['entity']}  {row['name']}  {row['period']}  {100 * row['probability']:.2f} %{gaps}"
        yield from _parts(row)
    for entity in answer["unreported"]:
        yield f"{entity}  reported none of its inputs"


def _parts(row: Mapping[str, Any]) -> Iterator[str]:
    """What each input adds to the log-odds, the greatest first."""
    if "inputs" not in row:
        return
    yield f"  log-odds {row['margin']:+.4f} = {row['base']:+.4f} and"
    for one in sorted(row["inputs"], key=lambda one: -abs(one["contribution"])):
        value = one["missing"] if one["value"] is None else f"{one['value']:.6g} {one['unit']}"
        yield f"  {one['contribution']:+.4f}  {one['input']} = {value}"
        for leaf in one.get("sources", ()):
            where = " ".join(str(leaf[name]) for name in ("filing", "file", "sheet", "cell") if leaf[name])
            yield f"             {leaf['measure']} {leaf['period']}: {where or leaf['missing'] or leaf['value']}"
