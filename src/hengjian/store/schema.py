"""The tables of the store, and which column holds which measure (docs/decisions/0011-store-layout.md, 0016-series.md).

Measures of a month and coarser share a statement table. A finer one has a series table of its own, and the statement of
its pack and frequency is a view over those tables.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from hengjian.model.cut import BASES, Scope
from hengjian.model.declaration import Measure
from hengjian.model.issue import CellPlace
from hengjian.model.period import PER_DAY, Frequency
from hengjian.store.database import Database
from hengjian.store.faults import Unusable

#: Raised when the tables change their shape or meaning; a store of another format is rebuilt.
FORMAT = 3

SCOPES: tuple[Scope, ...] = ("consolidated", "parent")
SCOPE_CODES: dict[str, int] = {scope: code for code, scope in enumerate(SCOPES)}
BASIS_CODES: dict[str, int] = {basis: code for code, basis in enumerate(BASES, start=1)}

_STAMPS = "entry BIGINT NOT NULL, recorded_at TIMESTAMP NOT NULL, known_from DATE"
_CELL = "ordinal INTEGER NOT NULL, period INTEGER NOT NULL, scope UTINYINT NOT NULL, basis UTINYINT NOT NULL"
_KEYS = "ordinal, period, scope, basis, entry, recorded_at, known_from"

_TABLES = {
    "meta": "name VARCHAR NOT NULL, value BIGINT NOT NULL",
    "entity": "ordinal INTEGER NOT NULL, id VARCHAR NOT NULL, type VARCHAR NOT NULL",
    "attribute_fact": "ordinal INTEGER NOT NULL, attribute VARCHAR NOT NULL, text VARCHAR NOT NULL,"
    f' valid_from DATE, "row" INTEGER NOT NULL, {_STAMPS}',
    "link_fact": "link VARCHAR NOT NULL, source INTEGER NOT NULL, target INTEGER NOT NULL, valid_from DATE,"
    f' valid_to DATE, attributes VARCHAR NOT NULL, "row" INTEGER NOT NULL, {_STAMPS}',
    "measure": "id INTEGER NOT NULL, name VARCHAR NOT NULL, pack VARCHAR NOT NULL, frequency VARCHAR NOT NULL,"
    " statement INTEGER NOT NULL",
    "withdrawn": f"measure INTEGER NOT NULL, {_CELL}, {_STAMPS}",
    "event": "entry BIGINT NOT NULL, recorded BIGINT NOT NULL, kind VARCHAR NOT NULL, topic VARCHAR NOT NULL,"
    " record VARCHAR NOT NULL",
    "filing": "entry BIGINT NOT NULL, recorded_at TIMESTAMP NOT NULL, known_from DATE, form VARCHAR NOT NULL,"
    " subject VARCHAR, actor VARCHAR NOT NULL, file VARCHAR, row_count INTEGER NOT NULL, size BIGINT NOT NULL,"
    " digest VARCHAR NOT NULL",
    "pack_entry": "entry BIGINT NOT NULL, recorded BIGINT NOT NULL, name VARCHAR NOT NULL, digest VARCHAR NOT NULL",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """Where a measure is kept. Columns are numbered: DuckDB does not tell names apart that differ in case only."""

    id: int
    measure: str
    pack: str
    frequency: Frequency
    statement: int

    @property
    def name(self) -> str:
        return f"m{self.id}"

    @property
    def is_series(self) -> bool:
        return self.frequency in PER_DAY

    @property
    def lines(self) -> str:
        """What the measures of one statement are read from together: its table, or the view over its series."""
        return f"statement_{self.statement}"

    @property
    def table(self) -> str:
        """The table that its rows go to."""
        return f"series_{self.id}" if self.is_series else self.lines


class Columns:
    """All columns that were ever registered. A measure's latest pack is where its rows go."""

    def __init__(self, columns: Iterable[Column]) -> None:
        self._all: dict[tuple[str, str, str], Column] = {}
        self._latest: dict[tuple[str, str], Column] = {}
        self._statements: dict[tuple[str, str], int] = {}
        for column in columns:
            self.add(column)

    def add(self, column: Column) -> None:
        self._all[column.measure, column.pack, column.frequency] = column
        self._latest[column.measure, column.frequency] = column
        self._statements[column.pack, column.frequency] = column.statement

    def of(self, measure: Measure) -> Column | None:
        """The measure's column, whichever pack declared it first: a measure that moves keeps what was filed."""
        return self._latest.get((measure.name, measure.frequency))

    def named(self, name: str, frequency: str) -> Column | None:
        return self._latest.get((name, frequency))

    def all(self) -> list[Column]:
        return list(self._all.values())

    def statement(self, pack: str, frequency: str) -> int | None:
        return self._statements.get((pack, frequency))

    def statements(self) -> dict[tuple[str, str], int]:
        return dict(self._statements)

    def inside(self, statement: int) -> list[Column]:
        """The columns of one statement table, by name of measure."""
        return sorted((c for c in self._all.values() if c.statement == statement), key=lambda column: column.measure)

    def __len__(self) -> int:
        return len(self._all)


def create(database: Database) -> None:
    """Make the tables of an empty store, in one transaction."""
    database.begin()
    for name, shape in _TABLES.items():
        database.run(f"CREATE TABLE {name} ({shape})")
    database.run("INSERT INTO meta VALUES ('format', ?), ('applied_through', 0), ('supervised_through', 0)", (FORMAT,))
    database.commit()


def is_empty(database: Database) -> bool:
    """Whether the file was just made."""
    return not database.rows("SELECT 1 FROM duckdb_tables() LIMIT 1")


def check_format(database: Database) -> None:
    """Raise `Unusable` when the file is not a store, or one of another format."""
    place = CellPlace(file=str(database.path))
    tables = {name for (name,) in database.rows("SELECT table_name FROM duckdb_tables()")}
    missing = _TABLES.keys() - tables
    if missing:
        raise Unusable(
            f"the file is no store: it has no table {min(missing)!r}", "rebuild it: `hengjian rebuild`", place
        )
    found = dict(database.rows("SELECT name, value FROM meta")).get("format")
    if found != FORMAT:
        message = f"the store has format {found}, this program reads format {FORMAT}"
        raise Unusable(message, "rebuild it: `hengjian rebuild`", place)


def read_columns(database: Database) -> Columns:
    """The columns as the file names them."""
    rows = database.rows("SELECT id, name, pack, frequency, statement FROM measure ORDER BY id")
    return Columns(
        Column(id=number, measure=name, pack=pack, frequency=frequency, statement=statement)
        for number, name, pack, frequency, statement in rows
    )


def add_columns(database: Database, columns: Columns, measures: Iterable[Measure]) -> None:
    """Give each measure a column and each (pack, frequency) a table where they have none; needs a transaction.

    Of a frequency finer than a month each measure gets a table, and each (pack, frequency) a view.
    """
    widened: set[int] = set()
    for measure in measures:
        if columns.of(measure) is not None:
            continue
        statement = columns.statement(measure.pack, measure.frequency)
        is_new = statement is None
        if statement is None:
            statement = 1 + max(columns.statements().values(), default=0)
        column = Column(
            id=len(columns) + 1,
            measure=measure.name,
            pack=measure.pack,
            frequency=measure.frequency,
            statement=statement,
        )
        if column.is_series:
            widened.add(statement)
        if is_new or column.is_series:
            database.run(f"CREATE TABLE {column.table} ({_CELL}, {_STAMPS}, {column.name} DOUBLE)")
        else:
            database.run(f"ALTER TABLE {column.table} ADD COLUMN {column.name} DOUBLE")
        values = (column.id, column.measure, column.pack, column.frequency, statement)
        database.run("INSERT INTO measure VALUES (?, ?, ?, ?, ?)", values)
        columns.add(column)
    for statement in sorted(widened):
        database.run(_view(columns.inside(statement)))


def _view(inside: Sequence[Column]) -> str:
    """The statement that makes some series readable as a statement table is: one line a reading."""
    parts = []
    for column in inside:
        values = ", ".join(other.name if other is column else f"NULL::DOUBLE AS {other.name}" for other in inside)
        parts.append(f"SELECT {_KEYS}, {values} FROM {column.table}")
    return f"CREATE OR REPLACE VIEW {inside[0].lines} AS {' UNION ALL '.join(parts)}"
