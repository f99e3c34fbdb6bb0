"""Examples that need no program: a folder of files and a `plan.toml` that says in which order they are filed."""

import tomllib
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from hengjian.examples.steps import Example, File, Filing, Step


def read_plan(path: Path) -> Example:
    """The example that a `plan.toml` describes: name, packs, today, and the files of each step."""
    plan = tomllib.loads(path.read_text(encoding="utf-8"))
    return Example(
        name=plan["name"], packs=tuple(plan["packs"]), today=_day(plan.get("today")),
        steps=lambda: _steps(path.parent, plan),
    )  # fmt: skip


def _steps(folder: Path, plan: Mapping[str, Any]) -> Iterator[Step]:
    for step in plan["file"]:
        files = tuple(File(name=name, data=(folder / name).read_bytes()) for name in step["files"])
        yield Filing(
            day=_day(step.get("known_from")), form=step["form"], files=files, entity=step.get("entity"),
            period=step.get("period"), actor=step.get("actor"), note=step.get("note", ""),
            refused=tuple(step.get("refused", ())),
        )  # fmt: skip


def _day(value: date | str | None) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else value
