"""`evaluate SPACE`: every indicator of every entity."""

import argparse

from hengjian.cli.arguments import absolute, add_cut, add_space, cut_of
from hengjian.cli.main import DONE, Ask, print_answer
from hengjian.cli.sight import cut_lines


def _engine(text: str) -> str:
    """What `--engine` may name; another word is wrong usage. Which hosts and ports there are, the engine says."""
    if text == "local" or text.startswith("dask://"):
        return text
    raise argparse.ArgumentTypeError(f"{text!r} names no engine: write local, or dask://HOST:PORT")


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the command's options."""
    add_space(parser)
    parser.add_argument("--period", metavar="P", help="a period, or P..Q (default: all with a reported input)")
    parser.add_argument(
        "--engine", metavar="E", type=_engine, default="local",
        help="where to compute: local (default), or by the workers of a scheduler of dask.distributed: dask://HOST:PORT",
    )  # fmt: skip
    parser.add_argument(
        "--share", metavar="DIR",
        help="with dask: a folder that all workers can read under this path, where the cut is written for the time of "
        "the run (default: the space's own cache folder)",
    )  # fmt: skip
    parser.add_argument("--out", metavar="DIR", help="write the values as Parquet into this folder")
    add_cut(parser)


def run(options: argparse.Namespace, ask: Ask) -> int:
    """Ask, print, and give the exit code."""
    answer = ask(
        "evaluate",
        {
            "space": options.space, "period": options.period, "engine": options.engine,
            "share": absolute(options.share), "out": absolute(options.out), **cut_of(options),
        },
    )  # fmt: skip
    lines = [
        f"{answer['values']} values of {answer['indicators']} indicators over {answer['entities']} entities",
        f"digest {answer['digest']}",
    ]
    lines += [f"  missing: {reason:<18} {count}" for reason, count in answer["missing"].items()]
    lines += [f"  wrote {name}" for name in answer["files"]]
    print_answer(options, answer, lines + cut_lines(answer))
    return DONE
