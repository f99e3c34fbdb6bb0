"""Spaces of the tiny pack with two declared checks, made and asked in this process."""

import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "blackbox"))

from tiny_pack import ENTERPRISES, STATEMENT, TINY, write_pack

from hengjian.app import open_space, packs
from hengjian.app.desk import Desk, open_desk

CHECKS = """\
solvent:
  label: {zh: 负债不超过资产, en: no more debt than assets}
  type: enterprise
  holds: total_liabilities <= total_assets
  severity: error
  source: by hand, article 1
  message: {zh: "负债 {total_liabilities} 超过资产 {total_assets}", en: "debt {total_liabilities} over {total_assets}"}
free_assets:
  label: {zh: 受限资产不超过资产, en: no more pledged than held}
  type: enterprise
  holds: pledged_assets <= total_assets
  severity: warning
  source: by hand, article 2
  message: {zh: "受限 {pledged_assets} 超过 {total_assets}", en: "pledged {pledged_assets} of {total_assets}"}
"""
PACK: Mapping[str, str] = {**TINY, "checks.yaml": CHECKS}
TITLES = "entity,measure,period,value\n"


def made(folder: Path, pack: Path) -> Path:
    """A new space of one pack that knows E1 and E2; its entries 0 and 1 are packs."""
    packs.init({"space": str(folder), "packs": [str(pack)], "name": "home", "actor": "tester"})
    filed(folder, ENTERPRISES, form="entities", name="enterprises.csv")
    return folder


def copied(folder: Path, target: Path) -> Path:
    """The same space elsewhere."""
    shutil.copytree(folder, target)
    return target


def submission(
    *texts: str | bytes, form: str = "observations", name: str = "filing.csv", **more: object
) -> dict[str, Any]:
    """The question that files some texts; with several, the names are numbered."""
    names = [name] if len(texts) == 1 else [f"{place}-{name}" for place in range(len(texts))]
    files = [
        {"name": one, "data": text if isinstance(text, bytes) else text.encode()}
        for one, text in zip(names, texts, strict=True)
    ]
    return {"files": files, "form": form, "entity": None, "key": None, "actor": "tester", "known_from": None, **more}


def filed(folder: Path, *texts: str | bytes, **more: Any) -> dict[str, Any]:
    """The receipt of a submission."""
    return asked(folder, "submit", **submission(*texts, **more))


def asked(folder: Path, method: str, **question: object) -> dict[str, Any]:
    """The answer to one question."""
    return open_space(folder).ask(method, question)


def shown(
    folder: Path, *indicators: str, entity: str = "E1", **question: object
) -> dict[tuple[str, str], float | None]:
    """The values of some indicators by name and period."""
    answer = asked(folder, "show", entity=entity, indicators=list(indicators), **question)
    return {(value["indicator"], value["period"]): value["value"] for value in answer["values"]}


def at_desk(folder: Path) -> Desk:
    """The open space; to be closed by the caller."""
    return open_desk(folder, write=True, append=True)


__all__ = [
    "CHECKS", "ENTERPRISES", "PACK", "STATEMENT", "TINY", "TITLES", "asked", "at_desk", "copied", "filed", "made",
    "shown", "submission", "write_pack",
]  # fmt: skip
