"""Make the data of the benchmark: one statement of 25 measures, N enterprises, 12 quarters, 5 % of the cells corrected.

    python benchmarks/forty/generate.py FOLDER --entities 100000

The figures are made by SQL and are the same for everybody. Two filings an enterprise and quarter: the first states
(nearly) all measures, the second, 45 days later, states anew those that were wrong: a line with few cells. FOLDER gets

    filing/p00.parquet …   the filed lines in the order of filing, one file a quarter, for the peers
    wide/p00.parquet …     the same already resolved: the latest figure of each cell, by enterprise, for the peers
    entity.parquet         industry and parent, for the peers
    peer.duckdb            the same tables in DuckDB's own format, for the peer that is DuckDB; up to 200,000
                           enterprises also `narrow`, one row a cell
    store.duckdb           a real store: the pack registered through `Store.register`; entities, facts, links and lines
                           put straight into its tables by SQL, for a ledger of so many filings would take hours
    resolved.duckdb        a real store of the resolved lines
"""

import argparse
import shutil
import sys
from pathlib import Path

import duckdb

from hengjian.formula.check import check
from hengjian.formula.term import Programme
from hengjian.load.catalogue import assemble
from hengjian.load.folder import read_folder
from hengjian.load.pack import load_pack
from hengjian.store import Store

QUARTERS, MEASURES, INDUSTRIES = 12, 25, 200
#: Index of the first quarter, 2022-Q1, and the day on which its filings begin to come in.
FIRST, OPENS = 2022 * 4, "2022-04-01"
NARROW = 200_000
LIMITS = "SET threads = 2; SET memory_limit = '6GB'; SET preserve_insertion_order = true"


def programme() -> Programme:
    """The pack beside this file, loaded and checked like any other."""
    folder = Path(__file__).parent / "pack"
    pack, issues = load_pack(read_folder(folder), "forty")
    catalogue, more = assemble([pack]) if pack is not None else (None, ())
    checked, last = check(catalogue) if catalogue is not None else (None, ())
    if checked is None or any((*issues, *more, *last)):
        raise SystemExit("\n".join(str(issue) for issue in (*issues, *more, *last)))
    return checked


def main() -> None:
    """Make everything that is not there yet."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--entities", type=int, default=100_000)
    options = parser.parse_args()
    generate(options.folder, options.entities)


def generate(folder: Path, entities: int) -> None:
    """All files, unless they are there."""
    if (folder / "done").exists():
        return
    shutil.rmtree(folder, ignore_errors=True)
    for name in ("filing", "wide"):
        (folder / name).mkdir(parents=True)
    with duckdb.connect(str(folder / "peer.duckdb")) as peer:
        peer.execute(LIMITS)
        _entities(peer, entities)
        _lines(peer, folder)
        if entities <= NARROW:
            _narrow(peer)
        peer.execute(
            f"COPY (SELECT entity_id, industry, parent_id FROM entity ORDER BY 1) TO '{folder}/entity.parquet'"
        )
    for name, source in (("store", "filing"), ("resolved", "wide")):
        _store(folder / f"{name}.duckdb", folder, source)
    (folder / "done").write_text(f"{entities}\n")


def _chance(*of: str) -> str:
    """A number in [0, 1) that depends on nothing but `of`."""
    return f"((hash({', '.join(of)}) >> 11)::DOUBLE / 9007199254740992.0)"


def _entities(peer: duckdb.DuckDBPyConnection, n: int) -> None:
    """Industries of uneven size (the largest holds 7 %), and groups of three layers above one another."""
    third = f"floor({0.7 * n} + {0.2 * n} * {_chance('i', '8')})"
    fourth = f"floor({0.9 * n} + {0.08 * n} * {_chance('i', '8')})"
    peer.execute(
        f"CREATE TABLE entity AS SELECT i::INTEGER AS entity_id,"
        f" floor({INDUSTRIES} * pow({_chance('i', '7')}, 2))::SMALLINT AS industry,"
        f" CASE WHEN i < {0.7 * n} THEN NULL WHEN i < {0.9 * n} THEN floor({0.05 * n} * pow({_chance('i', '8')}, 2))"
        f" WHEN i < {0.98 * n} THEN {third} ELSE {fourth} END::INTEGER AS parent_id,"
        f" pow(10, 2 + 4 * pow({_chance('i', '9')}, 2)) AS size FROM range({n}) AS numbers(i)"
    )


def _figure(measure: int, quarter: int) -> str:
    chance = _chance("entity_id", str(quarter), str(measure))
    figure = f"(1 + round(size * {0.2 + 0.13 * measure} * (0.6 + 0.8 * {chance}) * pow(1.02, {quarter})))::DOUBLE"
    if measure < 5:
        return figure
    return f"CASE WHEN {_chance('entity_id', str(quarter), str(measure), '3')} >= 0.02 THEN {figure} END"


def _lines(peer: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Quarter by quarter; every correction of a quarter is filed before the next quarter's filings begin."""
    names = [f"m{measure}" for measure in range(MEASURES)]
    listed = ", ".join(names)
    filing = f"entity_id INTEGER, period SMALLINT, recorded_at TIMESTAMP, filing_id BIGINT, {_typed(names)}"
    peer.execute(
        f"CREATE TABLE filing ({filing}); CREATE TABLE wide (entity_id INTEGER, period SMALLINT, {_typed(names)})"
    )
    start = 1
    for quarter in range(QUARTERS):
        moment = (
            f"TIMESTAMP '{OPENS}' + INTERVAL ({quarter * 91}) DAY + to_seconds((floor("
            f"{_chance('entity_id', str(quarter), '21')} * 40) * 86400 + (entity_id * 13 % 86400))::BIGINT)"
        )
        first = ", ".join(f"{_figure(place, quarter)} AS {name}" for place, name in enumerate(names))
        peer.execute(
            f"CREATE OR REPLACE TEMP TABLE stated AS SELECT entity_id, {moment} AS recorded_at, {first} FROM entity"
        )
        wrong = {
            name: f"{_chance('entity_id', str(quarter), str(place), '77')} < 0.05" for place, name in enumerate(names)
        }
        anew = {name: f"({name} + 1 + floor({name} * 0.05))::DOUBLE" for name in names}
        second = ", ".join(f"CASE WHEN {wrong[name]} THEN {anew[name]} END AS {name}" for name in names)
        filed = f"SELECT entity_id, recorded_at, {listed} FROM stated"
        corrected = f"SELECT entity_id, recorded_at + INTERVAL 45 DAY AS recorded_at, {second} FROM stated"
        for source in (filed, f"SELECT * FROM ({corrected}) WHERE coalesce({listed}) IS NOT NULL"):
            peer.execute(
                f"INSERT INTO filing SELECT entity_id, {quarter}, recorded_at,"
                f" {start - 1} + row_number() OVER (ORDER BY recorded_at, entity_id), {listed} FROM ({source})"
                " ORDER BY recorded_at, entity_id"
            )
            ((start,),) = peer.execute("SELECT 1 + max(filing_id) FROM filing").fetchall()
        latest = ", ".join(f"CASE WHEN {wrong[name]} THEN {anew[name]} ELSE {name} END AS {name}" for name in names)
        peer.execute(f"INSERT INTO wide SELECT entity_id, {quarter}, {latest} FROM stated ORDER BY entity_id")
        for name, order in (("filing", "filing_id"), ("wide", "entity_id")):
            peer.execute(
                f"COPY (SELECT * FROM {name} WHERE period = {quarter} ORDER BY {order})"
                f" TO '{folder}/{name}/p{quarter:02d}.parquet' (COMPRESSION zstd)"
            )


def _narrow(peer: duckdb.DuckDBPyConnection) -> None:
    """One row a filed cell, in the order of filing."""
    peer.execute(
        "CREATE TABLE narrow (entity_id INTEGER, measure UTINYINT, period SMALLINT, value DOUBLE,"
        " recorded_at TIMESTAMP)"
    )
    cells = ", ".join(f"m{measure}" for measure in range(MEASURES))
    for quarter in range(QUARTERS):
        peer.execute(
            "INSERT INTO narrow SELECT entity_id, measure, period, value, recorded_at FROM (SELECT entity_id, period,"
            f" recorded_at, unnest([{cells}]) AS value, unnest(range({MEASURES})) AS measure FROM filing"
            f" WHERE period = {quarter}) WHERE value IS NOT NULL"
        )


def _typed(names: list[str]) -> str:
    return ", ".join(f"{name} DOUBLE" for name in names)


def _store(path: Path, folder: Path, source: str) -> None:
    """A store whose ledger entry 0 registered everybody; each line is an entry of its own."""
    checked = programme()
    with Store.open(path) as store:
        store.register(checked.catalogue)
        store.commit(0)
    stamp = "0, TIMESTAMP '2022-01-01', NULL"
    with duckdb.connect(str(path)) as store:
        store.execute(LIMITS)
        columns = dict(store.execute("SELECT name, 'm' || id FROM measure WHERE statement = 1").fetchall())
        store.execute(
            f"INSERT INTO entity SELECT entity_id, printf('E%07d', entity_id), 'enterprise'"
            f" FROM '{folder}/entity.parquet' ORDER BY entity_id;"
            ' INSERT INTO attribute_fact (ordinal, attribute, text, valid_from, "row", entry, recorded_at, known_from)'
            f" SELECT entity_id, 'industry', 'I' || industry, NULL, entity_id, {stamp} FROM '{folder}/entity.parquet';"
            ' INSERT INTO link_fact (link, source, target, valid_from, valid_to, attributes, "row", entry, recorded_at,'
            " known_from)"
            f" SELECT 'parent', entity_id, parent_id, NULL, NULL, '{{}}', entity_id, {stamp}"
            f" FROM '{folder}/entity.parquet' WHERE parent_id IS NOT NULL"
        )
        for quarter in range(QUARTERS):
            entry = f"{quarter} * (SELECT count(*) FROM entity) + entity_id + 1"
            filed = "filing_id, recorded_at" if source == "filing" else f"{entry}, TIMESTAMP '{OPENS}'"
            store.execute(
                "INSERT INTO statement_1 (ordinal, period, scope, basis, entry, recorded_at, known_from,"
                f" {', '.join(columns.values())}) SELECT entity_id, {FIRST + quarter}, 0, 2, {filed}, NULL,"
                f" {', '.join(columns)} FROM '{folder}/{source}/p{quarter:02d}.parquet'"
            )
        store.execute("UPDATE meta SET value = (SELECT 1 + max(entry) FROM statement_1) WHERE name = 'applied_through'")


if __name__ == "__main__":
    main()
    sys.stdout.write("done\n")
