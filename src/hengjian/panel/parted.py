"""Who holds whom as Parquet files, beside the panels of a parcel."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from hengjian.model.period import Frequency
from hengjian.panel.fill import Places
from hengjian.panel.holdings import Holdings
from hengjian.panel.scene import Ownership


@dataclass(frozen=True, slots=True, kw_only=True)
class Parted:
    """Ownership that was written. `holdings`: for each period of a frequency, the folder of those that hold."""

    holdings: Mapping[Frequency, tuple[str, ...]]
    folder: str
    holders: Mapping[str, Places]


def write_ownership(ownership: Ownership, folder: Path) -> Parted:
    """Write it into a folder, which is made where there is any. OSError where it cannot be written."""
    if ownership.holdings:
        folder.mkdir(parents=True)
        pq.write_table(pa.table({"id": pa.array(ownership.ids, pa.string())}), folder / "ids.parquet")
    names: dict[int, str] = {}
    holdings = {
        frequency: tuple(_written(one, folder, names) for one in some) for frequency, some in ownership.holdings.items()
    }
    return Parted(holdings=holdings, folder=str(folder), holders=ownership.holders)


def _written(holdings: Holdings, folder: Path, names: dict[int, str]) -> str:
    """Those that hold over several periods are written once; arrays of one length share a file."""
    if id(holdings) not in names:
        names[id(holdings)] = str(folder / str(len(names)))
        Path(names[id(holdings)]).mkdir()
        for field in fields(Holdings):
            table = pa.table({"x": pa.array(getattr(holdings, field.name))})
            pq.write_table(table, Path(names[id(holdings)]) / f"{field.name}.parquet")
    return names[id(holdings)]


def read_ownership(parted: Parted, rows: Mapping[Frequency, slice]) -> Ownership:
    """Who holds whom at the end of some periods of each frequency. OSError where the files cannot be read."""
    if not rows:
        return Ownership()
    made: dict[str, Holdings] = {}
    ids = pq.read_table(Path(parted.folder) / "ids.parquet").column("id").to_pylist()
    return Ownership(
        holdings={frequency: _read(parted.holdings[frequency][some], made) for frequency, some in rows.items()},
        ids=tuple(ids), holders=parted.holders,
    )  # fmt: skip


def _read(names: Sequence[str], made: dict[str, Holdings]) -> tuple[Holdings, ...]:
    for name in names:
        if name not in made:
            arrays = {
                field.name: np.asarray(pq.read_table(Path(name) / f"{field.name}.parquet").column("x"))
                for field in fields(Holdings)
            }
            made[name] = Holdings(**arrays)
    return tuple(made[name] for name in names)
