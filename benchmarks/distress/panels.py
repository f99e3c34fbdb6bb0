"""The three panels as rows of inputs: what each column is, which way it counts, and what is left out."""

import csv
import gzip
import io
import math
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from hengjian.evaluate.evaluate import evaluate
from hengjian.evaluate.lookback import needs
from hengjian.formula.check import check
from hengjian.intake.context import Context
from hengjian.intake.read import read_table
from hengjian.load import assemble, load_pack, with_required
from hengjian.load.folder import read_folder
from hengjian.model.cut import Cut
from hengjian.model.learned import Direction
from hengjian.model.missing import Missing
from hengjian.model.period import parse_period
from hengjian.panel.reach import load_scene
from hengjian.store import Store

Rows = list[dict[str, str]]

#: Never inputs: what happened, who it was, the order of the rows (by outcome in two of the files), and the year, which
#: tells the outcome because most sound firms stand in the panel with their last year.
LEFT_OUT = frozenset({"class", "bankrupt", "company_name", "row_id", "year"})


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Panel:
    """Rows [firm × input], NaN where missing, whether each failed, and an untrained score (the higher the worse)."""

    inputs: Mapping[str, Direction]
    rows: NDArray[np.float64]
    failed: NDArray[np.bool_]
    untrained: NDArray[np.float64]
    untrained_name: str


def read(path: Path) -> Rows:
    """The records of a CSV file, which may be compressed."""
    data = path.read_bytes()
    text = (gzip.decompress(data) if path.suffix == ".gz" else data).decode()
    return list(csv.DictReader(io.StringIO(text)))


def _number(text: str) -> float:
    found = float(text) if text.strip() not in ("", "?") else math.nan
    return found if math.isfinite(found) else math.nan


def _columns(rows: Rows, names: list[str]) -> NDArray[np.float64]:
    return np.array([[_number(row[name]) for name in names] for row in rows])


def polish(rows: Rows) -> Panel:
    """The 64 ratios of UCI 365 as they are printed. Untrained: Altman's Z''."""
    names = [f"Attr{number}" for number in range(1, 65)]
    part = dict(zip(names, _columns(rows, names).T, strict=True))
    z = 6.56 * part["Attr3"] + 3.26 * part["Attr6"] + 6.72 * part["Attr7"] + 1.05 * part["Attr8"]
    return Panel(
        inputs=dict.fromkeys(names, "free"), rows=np.column_stack(list(part.values())),
        failed=np.array([row["class"] == "1" for row in rows]), untrained=-_middled(z), untrained_name="Z''",
    )  # fmt: skip


def taiwan(rows: Rows) -> Panel:
    """The 22 ratios of UCI 572 that the file has, as they are printed (each scaled to 0…1 by its maker)."""
    names = [name for name in rows[0] if name not in LEFT_OUT]
    data = _columns(rows, names)
    equity = names.index("F96|Equity to Liability")
    return Panel(
        inputs=dict.fromkeys(names, "free"), rows=data, failed=np.array([row["bankrupt"] == "1" for row in rows]),
        untrained=-_middled(data[:, equity]), untrained_name="equity to liabilities",
    )  # fmt: skip


def american(rows: Rows) -> Panel:
    """The 18 lines as signed logarithms and twelve classical ratios: indicators of the pack `american`, evaluated by
    the product. Untrained: Altman's Z of 1968."""
    values = indicators(Path(__file__).parent / "american", rows)
    z = (
        1.2 * values["wc_ta"] + 1.4 * values["re_ta"] + 3.3 * values["ebit_ta"] + 0.6 * values["mv_tl"]
        + 0.999 * values["s_ta"]
    )  # fmt: skip
    return Panel(
        inputs=dict.fromkeys(values, "free"), rows=np.column_stack(list(values.values())),
        failed=np.array([row["bankrupt"] == "1" for row in rows]), untrained=-_middled(z), untrained_name="Z",
    )  # fmt: skip


def _middled(score: NDArray[np.float64]) -> NDArray[np.float64]:
    """A score with its median where it is missing."""
    return np.where(np.isnan(score), np.nanmedian(score), score)


PANELS: Mapping[str, Callable[[Rows], Panel]] = {"polish": polish, "american": american, "taiwan": taiwan}


def indicators(folder: Path, rows: Rows) -> dict[str, NDArray[np.float64]]:
    """Every indicator of a pack of yearly measures over rows that name the measures as columns; NaN where missing."""
    pack, issues = load_pack(read_folder(folder), folder.name)
    if pack is None or issues:
        raise SystemExit("\n".join(map(str, issues)))
    catalogue, issues = assemble(with_required([pack]))
    programme, faults = check(catalogue) if catalogue is not None else (None, issues)
    if programme is None:
        raise SystemExit("\n".join(map(str, faults)))
    firms = [f"F{place:06d}" for place in range(len(rows))]
    measures = [measure.name for measure in pack.measures]
    register = [["entity", "type", "name"], *([firm, "enterprise", firm] for firm in firms)]
    figures = [["entity", "period", "measure", "value"]]
    figures += [
        [firm, "2020", name, row[name]] for firm, row in zip(firms, rows, strict=True) for name in measures
        if not math.isnan(_number(row[name]))
    ]  # fmt: skip
    names, last = list(programme.indicators), parse_period("2020")
    with tempfile.TemporaryDirectory() as room, Store.open(Path(room) / "firms.duckdb") as store:
        store.register(programme.catalogue)
        for entry, (form, table) in enumerate({"entities": register, "observations": figures}.items()):
            context = Context(
                catalogue=programme.catalogue, entity_types=dict.fromkeys(firms, "enterprise") if entry else {}
            )
            text = io.StringIO()
            csv.writer(text).writerows(table)
            filed, faults = read_table("panel.csv", text.getvalue().encode(), form, context)
            if any(fault.severity == "error" for fault in faults):
                raise SystemExit("\n".join(map(str, faults[:20])))
            store.stage(entry, datetime(2021, 1, 1, tzinfo=UTC), filed)
        store.commit(2)
        scene = load_scene(store, programme.catalogue, Cut(), needs(programme, names), last=last)
    results = evaluate(programme, names, scene)
    row, order = results.periods.index(last), [results.entities.index(firm) for firm in firms]
    found = {}
    for name in names:
        column = results.columns[name]
        values = np.where(column.reasons[row] == Missing.PRESENT, column.values[row], np.nan)
        found[name] = values[order]
    return found
