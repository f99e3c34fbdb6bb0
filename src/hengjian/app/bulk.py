"""`evaluate`: all indicators of all entities, counted, digested, and written as Parquet where asked."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from hengjian.app.cutting import seen_part
from hengjian.app.desk import Desk
from hengjian.app.engine import Compute, engine_of, here, unwritable
from hengjian.app.insight import mark
from hengjian.app.moment import parse_cut, parse_stretch
from hengjian.app.question import Asked, ask, basis_of
from hengjian.app.reader import Reader
from hengjian.app.reads import enter_read
from hengjian.app.wire import Answer
from hengjian.app.withheldparts import masked
from hengjian.evaluate.answer import REPORTED, cells_of, reported, spread, tally
from hengjian.evaluate.digest import digest
from hengjian.evaluate.evaluate import Results
from hengjian.evaluate.own import reported_at
from hengjian.formula.term import Programme
from hengjian.model.cut import Cut
from hengjian.model.missing import Missing
from hengjian.panel.panel import Column

_SCHEMA = pa.schema(
    [
        ("entity", pa.string()), ("indicator", pa.string()), ("period", pa.string()), ("value", pa.float64()),
        ("unit", pa.string()), ("basis", pa.string()), ("missing", pa.string()),
    ]
)  # fmt: skip


def evaluate(desk: Desk, question: Mapping[str, Any]) -> Answer:
    """CONTRACT section 3 `evaluate`: an indicator counts where its entity reported anything, or when asked.

    Counts and digests tell no restricted figure; a file is written without those that are not for who asks, after the
    entry (`read`) of those that are.
    """
    cut = parse_cut(dict(question), desk.config.timezone)
    programme = desk.programme(cut.known_at)
    if question.get("period") is not None:
        parse_stretch(question["period"])
    reasons: Counter[Missing] = Counter()
    entities, names, parts = set[str](), set[str](), list[str]()
    tables: list[pa.Table] = []
    with engine_of(desk.config.folder, question) as compute:
        for asked in _all(desk, programme, cut, question.get("period"), compute):
            parts.append(_digest(asked, whole=question.get("period") is None and desk.sight.is_everything))
            entities.update(asked.panel.entities)
            names.update(asked.formulas)
            reasons.update(tally(asked.columns, asked.masks))
            if question.get("out"):
                tables.append(_table(asked))
    written = _write(desk, question, Reader(desk, cut.known_at), tables) if question.get("out") else {"files": []}
    return {
        "entities": len(entities), "indicators": len(names), "values": reasons.pop(Missing.PRESENT, 0),
        "missing": {reason.word: count for reason, count in sorted(reasons.items())},
        "digest": hashlib.sha256("".join(parts).encode()).hexdigest(),
        **written, **mark(desk.sight),
    }  # fmt: skip


def values(desk: Desk, question: Mapping[str, Any]) -> Answer:
    """The same cells as rows, for programs: one Arrow IPC stream with the columns of the Parquet file."""
    cut = parse_cut(dict(question), desk.config.timezone)
    programme = desk.programme(cut.known_at)
    tables = [_table(asked) for asked in _all(desk, programme, cut, question.get("period"))]
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, _SCHEMA) as stream:
        stream.write_table(pa.concat_tables([_SCHEMA.empty_table(), *tables]))
    return {"arrow": sink.getvalue().to_pybytes()}


def _digest(asked: Asked, *, whole: bool) -> str:
    """Of the whole history, or of the periods alone that answer: which others there are may be others' doing."""
    panel = asked.panel
    rows = slice(None) if whole else spread(asked.masks)
    columns = {
        name: Column(values=column.values[rows], reasons=column.reasons[rows]) for name, column in asked.columns.items()
    }
    return digest(Results(periods=panel.periods[rows], entities=panel.entities, columns=columns))


def _all(desk: Desk, programme: Programme, cut: Cut, period: str | None, compute: Compute = here) -> Iterator[Asked]:
    """Every indicator of those whom the reader sees, type by type and frequency by frequency."""
    for kind in dict.fromkeys(formula.type for formula in programme.indicators.values()):
        names = [name for name, formula in programme.indicators.items() if formula.type == kind]
        for asked in ask(desk, programme, cut, names, None, period, kind=kind, compute=compute):
            if period is None:
                own = tuple(read for reads in asked.reads.values() for read in reads.own)
                anything = reported(asked.panel, asked.panel.columns) | reported_at(asked.scene, own, REPORTED)
                masks = {name: anything if asked.reads[name].own else mask for name, mask in asked.masks.items()}
                asked = replace(asked, masks=masks)
            yield seen_part(asked, desk.sight)


def _table(asked: Asked) -> pa.Table:
    """The answered cells of all indicators as rows; values in the declared units."""
    panel = asked.panel
    tables = []
    for name, formula in asked.formulas.items():
        cells, bases = cells_of(asked.columns[name], asked.masks[name]), asked.bases(name)
        size = len(cells.rows)
        places = list(zip(cells.rows.tolist(), cells.columns.tolist(), strict=True))
        values = cells.values if formula.unit.scale == 1 else cells.values / float(formula.unit.scale)
        tables.append(
            pa.table(
                {
                    "entity": [panel.entities[column] for _, column in places],
                    "indicator": [name] * size,
                    "period": [str(panel.periods[row]) for row, _ in places],
                    "value": pa.array(values, mask=cells.reasons != Missing.PRESENT),
                    "unit": [str(formula.unit)] * size,
                    "basis": [basis_of(bases, row, column) for row, column in places],
                    "missing": [Missing(code).word if code else None for code in cells.reasons.tolist()],
                },
                schema=_SCHEMA,
            )
        )
    return pa.concat_tables([_SCHEMA.empty_table(), *tables])


def _write(desk: Desk, question: Mapping[str, Any], reader: Reader, tables: Iterable[pa.Table]) -> Answer:
    """The file of the rows that are for who asks (`files`), and the entry of what is restricted in it (`read`)."""
    path = Path(question["out"]) / "values.parquet"
    table = masked(reader, pa.concat_tables([_SCHEMA.empty_table(), *tables]))
    entry = enter_read(desk, "evaluate", question, reader)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(table, path)
    except OSError as error:
        raise unwritable(path, error) from None
    return {"files": [str(path)], **({} if entry is None else {"read": entry})}
