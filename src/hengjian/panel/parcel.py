"""A scene as Parquet files: other processes read just the periods and the columns that they need.

In the folder, each frame has a folder of its own with one file a period (a column of values and one of reasons for each
measure, and one of texts for each attribute, which Parquet keeps as codes) and one file of who the entities are; the
links that hold together are one file. Columns go by numbers, for a measure's name may hold anything.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from hengjian.model.cut import Cut
from hengjian.model.period import Period
from hengjian.panel.groups import coded
from hengjian.panel.links import Edges
from hengjian.panel.panel import Column, Panel
from hengjian.panel.parted import Parted, read_ownership, write_ownership
from hengjian.panel.reach import stretches_of
from hengjian.panel.scene import Frame, LinkKey, Needs, Read, Scene


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """One frame's panel: where it lies, and what stands in each of its files."""

    folder: str
    cut: Cut
    periods: tuple[Period, ...]
    measures: tuple[str, ...]
    attributes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """A scene that was written. `links`: for each period of the near end's frame, the file of the links that hold."""

    frame: Frame
    panels: Mapping[Frame, Stored]
    links: Mapping[LinkKey, tuple[str, ...]]
    is_led: bool
    ownership: Parted


def write_parcel(scene: Scene, folder: Path) -> Parcel:
    """Write all of a scene into a folder, which is made. OSError where it cannot be written."""
    panels = {
        frame: _write_panel(panel, folder / f"frame{number}")
        for number, (frame, panel) in enumerate([(scene.frame, scene.home), *scene.others.items()])
    }
    links = {
        key: _write_links(edges, folder / f"links{number}") for number, (key, edges) in enumerate(scene.links.items())
    }
    ownership = write_ownership(scene.ownership, folder / "ownership")
    return Parcel(frame=scene.frame, panels=panels, links=links, is_led=scene.is_led, ownership=ownership)


def _write_panel(panel: Panel, folder: Path) -> Stored:
    folder.mkdir(parents=True)
    pq.write_table(pa.table({"id": pa.array(panel.entities, pa.string()), "ordinal": panel.ordinals}), _who(folder))
    measures, attributes = tuple(panel.columns), tuple(panel.attributes)
    codes = [coded(panel.attributes[name]) for name in attributes]
    texts = [pa.array([text for (text,) in one.labels], pa.string()) for one in codes]
    for row, period in enumerate(panel.periods):
        columns = {}
        for number, name in enumerate(measures):
            columns[f"v{number}"] = pa.array(panel.columns[name].values[row])
            columns[f"r{number}"] = pa.array(panel.columns[name].reasons[row])
        for number, one in enumerate(codes):
            places = pa.array(one.rows[row], mask=one.rows[row] < 0)
            columns[f"t{number}"] = pa.DictionaryArray.from_arrays(places, texts[number])
        if columns:
            coarse = [name for name in columns if name[0] != "v"]
            table = pa.table(columns)
            pq.write_table(
                table, _when(folder, period), use_dictionary=coarse, compression="none", write_statistics=False,
                row_group_size=max(1, len(table)),
            )  # fmt: skip
    return Stored(folder=str(folder), cut=panel.cut, periods=panel.periods, measures=measures, attributes=attributes)


def _write_links(edges: Sequence[Edges], folder: Path) -> tuple[str, ...]:
    """Links that hold over several periods are written once."""
    folder.mkdir(parents=True)
    names: dict[int, str] = {}
    for one in edges:
        if id(one) not in names:
            names[id(one)] = str(folder / f"{len(names)}.parquet")
            pq.write_table(pa.table({"near": one.near, "far": one.far}), names[id(one)])
    return tuple(names[id(one)] for one in edges)


def read_scene(parcel: Parcel, needs: Needs, first: Period, last: Period) -> Scene:
    """What some formulas read for the periods from `first` to `last` of a scene that was loaded for them and others.

    OSError where the files cannot be read.
    """
    periods = parcel.panels[needs.frame].periods
    begin = Period(first.frequency, max(periods[0].index, first.index - needs.span))
    stretches = stretches_of(needs, (begin, last))
    own = Read(measures=needs.measures, attributes=needs.attributes, series=needs.series)
    rows = {
        frame: _rows(parcel.panels[frame].periods, stretches[frame.frequency]) for frame in (needs.frame, *needs.others)
    }
    panels = {
        frame: _read_panel(parcel.panels[frame], read, rows[frame])
        for frame, read in {needs.frame: own, **needs.others}.items()
    }
    edges: dict[str, Edges] = {}
    links = {}
    for key in needs.links:
        alike = next(frame for frame in rows if frame.frequency == key.frequency)  # these have the same periods
        links[key] = tuple(_read_links(name, edges) for name in parcel.links[key][rows[alike]])
    when = {frame.frequency: rows[frame] for frame in rows}
    ownership = read_ownership(parcel.ownership, {frequency: when[frequency] for frequency in needs.holdings})
    home = panels.pop(needs.frame)
    return Scene(frame=needs.frame, home=home, others=panels, links=links, is_led=parcel.is_led, ownership=ownership)


def _rows(periods: tuple[Period, ...], stretch: tuple[Period, Period]) -> slice:
    """The rows of a stretch, as far as there are any."""
    if not periods:
        return slice(0, 0)
    origin = periods[0].index
    return slice(max(0, stretch[0].index - origin), max(0, stretch[1].index - origin + 1))


def _read_panel(stored: Stored, read: Read, rows: slice) -> Panel:
    folder = Path(stored.folder)
    ids, ordinals = _entities(stored.folder)
    periods = stored.periods[rows]
    shape = (len(periods), len(ids))
    names = sorted(read.measures | {one.column for one in read.series})
    columns = {name: Column(values=np.empty(shape), reasons=np.empty(shape, np.uint8)) for name in names}
    attributes = {name: np.full(shape, None, np.object_) for name in sorted(read.attributes)}
    numbers = {name: stored.measures.index(name) for name in columns}
    texts = {name: stored.attributes.index(name) for name in attributes}
    wanted = [f"{kind}{number}" for number in numbers.values() for kind in "vr"]
    coarse = [f"t{number}" for number in texts.values()]
    for row, period in enumerate(periods if wanted or coarse else ()):
        with pq.ParquetFile(_when(folder, period), read_dictionary=coarse) as file:
            table = file.read(columns=[*wanted, *coarse], use_threads=False).combine_chunks()
        for name, number in numbers.items():
            columns[name].values[row] = table.column(f"v{number}").to_numpy()
            columns[name].reasons[row] = table.column(f"r{number}").to_numpy()
        for name, number in texts.items():
            attributes[name][row] = _texts(table.column(f"t{number}"))
    none = np.broadcast_to(np.uint8(0), shape)
    return Panel(
        cut=stored.cut, periods=periods, entities=ids, ordinals=ordinals, columns=columns,
        basis=dict.fromkeys(columns, none), attributes=attributes,
    )  # fmt: skip


def _texts(column: pa.ChunkedArray) -> NDArray[np.object_]:
    """Texts out of codes, None where there is no code: equal ones are one object."""
    if not len(column):
        return np.empty(0, np.object_)
    (chunk,) = column.chunks
    labels = np.array([*chunk.dictionary.to_pylist(), None], np.object_)
    codes: NDArray[np.int32] = chunk.indices.fill_null(len(labels) - 1).to_numpy(zero_copy_only=False)
    return labels[codes]


def _read_links(name: str, read: dict[str, Edges]) -> Edges:
    """Links that hold over several periods are one object, as `Edges` says."""
    if name not in read:
        table = pq.read_table(name)
        read[name] = Edges(near=table.column("near").to_numpy(), far=table.column("far").to_numpy())
    return read[name]


@lru_cache(maxsize=4)
def _entities(folder: str) -> tuple[tuple[str, ...], NDArray[np.int64]]:
    """Who the columns are. A folder is written once, and never again under the same name."""
    table = pq.read_table(_who(Path(folder)))
    return tuple(table.column("id").to_pylist()), table.column("ordinal").to_numpy()


def _who(folder: Path) -> Path:
    return folder / "entities.parquet"


def _when(folder: Path, period: Period) -> Path:
    return folder / f"{period.index}.parquet"
