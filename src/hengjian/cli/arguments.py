"""Options that several commands share, and files as they come from the command line."""

import argparse
import os
import sys
from pathlib import Path
from typing import Any

from hengjian.model.issue import CellPlace, Issue, Refused, refuse

#: A file larger than this is refused before it is read.
LARGEST_FILE = 256 * 1024 * 1024


def add_space(parser: argparse.ArgumentParser) -> None:
    """The space itself, and who asks it."""
    add_folder(parser)
    parser.add_argument(
        "--as",
        dest="actor",
        metavar="USER",
        help="a person of the space, whose roles then hold, or a name for yourself",
    )
    parser.add_argument(
        "--token-file",
        metavar="F",
        help="the file of an API token, to ask as its person (or the token: HENGJIAN_TOKEN)",
    )


def add_folder(parser: argparse.ArgumentParser) -> None:
    """The space itself, to whoever holds its files."""
    parser.add_argument("space", metavar="SPACE", help="the folder of the space")


def asker_of(options: argparse.Namespace) -> dict[str, str]:
    """The question's part about who asks, for a command that has `add_space`; empty where nothing is said."""
    if "token_file" not in options:
        return {}
    if options.actor is not None and options.token_file is not None:
        raise refuse("both --as and --token-file say who asks", "give one of them")
    if options.actor is not None:
        return {"actor": options.actor}
    if options.token_file is not None:
        return {"token": read_secret(options.token_file)}
    token = os.environ.get("HENGJIAN_TOKEN", "").strip()
    return {"token": token} if token else {}


def read_secret(name: str) -> str:
    """The first line of a file, or of stdin for "-"."""
    try:
        text = sys.stdin.readline() if name == "-" else Path(name).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is no UTF-8"
        raise refuse(f"{name} cannot be read: {reason}", "name a file with one line, or - for stdin") from None
    lines = text.splitlines()
    if not lines or not lines[0].strip():
        raise refuse(f"{name} is empty", "its first line is what is read")
    return lines[0].strip()


def add_cut(parser: argparse.ArgumentParser) -> None:
    """The two clocks, the scope and the basis."""
    parser.add_argument("--as-of", metavar="D", help="entities and attributes of this day, no later period")
    parser.add_argument("--as-known-at", metavar="T", help="a date, an RFC 3339 date-time, or entry:N")
    parser.add_argument("--scope", metavar="S", help="consolidated (default) or parent")
    parser.add_argument("--basis", metavar="B", help="best (default), flash, audited or assessed")
    parser.add_argument("--proven", action="store_true", help="ignore dates that archives only claim")


def cut_of(options: argparse.Namespace) -> dict[str, Any]:
    """The question's part about the cut."""
    return {
        "as_of": options.as_of,
        "as_known_at": options.as_known_at,
        "scope": options.scope,
        "basis": options.basis,
        "proven": options.proven,
    }


def absolute(name: str | None) -> str | None:
    """A path that means the same to a writer which was started in another folder."""
    return None if name is None else str(Path(name).absolute())


def read_files(names: list[str]) -> list[dict[str, Any]]:
    """Name and bytes of each file; every file that cannot be read is named at once."""
    files: list[dict[str, Any]] = []
    issues: list[Issue] = []
    for name in names:
        path = Path(name)
        try:
            if path.is_dir():
                issues.append(_unreadable(path, "is a folder, not a file", "name the files in it one by one"))
            elif path.exists() and not path.is_file():
                issues.append(_unreadable(path, "is a pipe or a device, not a file", "write it to a file first"))
            elif path.stat().st_size > LARGEST_FILE:
                hint = f"a file holds at most {LARGEST_FILE // 1024**2} MiB; split it by period or by entity"
                issues.append(_unreadable(path, "is too large", hint))
            else:
                files.append({"name": printable(path.name), "data": path.read_bytes()})
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            issues.append(_unreadable(path, f"cannot be read: {reason}", "check the name and its permissions"))
        except ValueError:
            issues.append(_unreadable(path, "is no file name", "a file name holds no NUL character"))
    if issues:
        raise Refused(issues)
    return files


def _unreadable(path: Path, message: str, hint: str) -> Issue:
    name = printable(path.name or str(path))
    return Issue(place=CellPlace(file=printable(str(path))), message=f"{name} {message}", hint=hint)


def printable(name: str) -> str:
    """A file's name as text: its bytes are UTF-8, or GB18030 on older machines; what is neither shows as U+FFFD."""
    try:
        name.encode()
    except UnicodeEncodeError:
        data = os.fsencode(name)
        try:
            return data.decode("gb18030")
        except UnicodeDecodeError:
            return data.decode(errors="replace")
    return name
