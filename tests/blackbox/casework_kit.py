"""Cases as persons of a space work on them with the command."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kit import Result, Space


def enrolled(space: Space, roles: Mapping[str, tuple[str, str]]) -> None:
    """Enrol each person, with a role at an entity."""
    for person, (role, node) in roles.items():
        space.run("person", "add", person, name=person.title()).done()
        space.run("role", "give", person, role, at=node).done()


def said(space: Space, fields: Mapping[str, str], files: Mapping[str, bytes]) -> list[str]:
    """The options of a step that say what is filled in, and which files are attached (`before/a.jpg`: field, name)."""
    words = [word for name, value in fields.items() for word in ("--field", f"{name}={value}")]
    for name, data in files.items():
        field, _, file = name.partition("/")
        path = space.inbox / file
        path.write_bytes(data)
        words += ["--attach", f"{field}={path}"]
    return words


def opens(
    space: Space, who: str, workflow: str, entity: str, title: str, fields: Mapping[str, str],
    files: Mapping[str, bytes], **more: object,
) -> Result:  # fmt: skip
    """Open a case."""
    words = said(space, fields, files)
    return space.run("case", "open", workflow, entity, *words, title=title, **{"as": who, **more})


def step(
    space: Space, who: str, case: str, name: str, fields: Mapping[str, str] | None = None,
    files: Mapping[str, bytes] | None = None, **more: object,
) -> Result:  # fmt: skip
    """Take a step."""
    return space.run("case", case, name, *said(space, fields or {}, files or {}), **{"as": who, **more})


def refused(result: Result) -> list[str]:
    """Why a step was not taken."""
    return [fault["message"] for fault in result.faults]


def seen(space: Space, case: str, who: str | None = None) -> dict[str, Any]:
    """A case as somebody sees it."""
    more = {"as": who} if who else {}
    answer: dict[str, Any] = space.run("case", case, **more).done().json
    return answer


def fetched(space: Space, case: str, entry: int, folder: Path) -> bytes:
    """A file of a case, taken away."""
    out = folder / "fetched"
    space.run("case", case, fetch=entry, out=out).done()
    return out.read_bytes()
