"""Faulty files: all faults at once, each with its row, its column and a way to mend it, and nothing changed."""

from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from kit import Space, hengjian, says
from tiny_pack import STATEMENT, TINY, write_pack

HEAD = "entity,measure,period,value"


@dataclass(frozen=True)
class Wrong:
    """A file, where its fault stands, and the words that must be said about it."""

    name: str
    content: str | bytes
    row: int | None = None
    column: int | None = None
    words: tuple[str, ...] = ()
    form: str = "observations"


FAULTY = [
    Wrong("unknown column", f"{HEAD},colour\nE1,total_assets,2019-Q4,200,red\n", 1, 5, ("colour",)),
    Wrong("misspelt column", "entity,mesure,period,value\nE1,total_assets,2019-Q4,200\n", 1, 2, ("mesure", "measure")),
    Wrong("column left out", "entity,measure,value\nE1,total_assets,200\n", words=("period",)),
    Wrong("column given twice", f"{HEAD},value\nE1,total_assets,2019-Q4,200,200\n", 1, 5, ("value",)),
    Wrong("unknown entity", f"{HEAD}\nE9,total_assets,2019-Q4,200\n", 2, 1, ("E9",)),
    Wrong("entity left out", f"{HEAD}\n,total_assets,2019-Q4,200\n", 2, 1),
    Wrong("unknown measure", f"{HEAD}\nE1,total_asets,2019-Q4,200\n", 2, 2, ("total_asets", "total_assets")),
    Wrong("label in place of the measure", f"{HEAD}\nE1,资产总计,2019-Q4,200\n", 2, 2, ("资产总计", "total_assets")),
    Wrong("text for a number", f"{HEAD}\nE1,total_assets,2019-Q4,a lot\n", 2, 4, ("a lot",)),
    Wrong("two numbers", f"{HEAD}\nE1,total_assets,2019-Q4,200 300\n", 2, 4, ("200 300",)),
    Wrong("number beyond all bounds", f"{HEAD}\nE1,total_assets,2019-Q4,1e400\n", 2, 4, ("1e400",)),
    Wrong("not a number", f"{HEAD}\nE1,total_assets,2019-Q4,NaN\n", 2, 4, ("NaN",)),
    Wrong("infinity", f"{HEAD}\nE1,total_assets,2019-Q4,inf\n", 2, 4, ("inf",)),
    Wrong("error of a spreadsheet", f"{HEAD}\nE1,total_assets,2019-Q4,#DIV/0!\n", 2, 4, ("#DIV/0!",)),
    Wrong("empty value", f"{HEAD}\nE1,total_assets,2019-Q4,\n", 2, 4),
    Wrong("cell given twice", f"{HEAD}\nE1,total_assets,2019-Q4,200\nE1,total_assets,2019-Q4,201\n", 3),
    Wrong("no such quarter", f"{HEAD}\nE1,total_assets,2019-Q5,200\n", 2, 3, ("2019-Q5",)),
    Wrong("no such day", f"{HEAD}\nE1,total_assets,2019-02-30,200\n", 2, 3, ("2019-02-30",)),
    Wrong("period of another frequency", f"{HEAD}\nE1,total_assets,2019-11,200\n", 2, 3, ("2019-11",)),
    Wrong("unit of another kind", f"{HEAD},unit\nE1,total_assets,2019-Q4,200,person\n", 2, 5, ("person", "CNY")),
    Wrong("unknown unit", f"{HEAD},unit\nE1,headcount,2019-Q4,200,persn\n", 2, 5, ("persn", "person")),
    Wrong("unknown scope", f"{HEAD},scope\nE1,total_assets,2019-Q4,200,group\n", 2, 5, ("group", "consolidated")),
    Wrong("unknown basis", f"{HEAD},basis\nE1,total_assets,2019-Q4,200,audit\n", 2, 5, ("audit", "audited")),
    Wrong("cell too many", f"{HEAD}\nE1,total_assets,2019-Q4,200,300\n", 2),
    Wrong("cell too few", f"{HEAD}\nE1,total_assets,2019-Q4\n", 2),
    Wrong("quote left open", f'{HEAD}\nE1,total_assets,2019-Q4,"200\n'),
    Wrong("empty file", ""),
    Wrong("header only", f"{HEAD}\n"),
    Wrong("NUL bytes", f"{HEAD}\nE1,total_assets,2019-Q4,2\0\n".encode()),
    Wrong("neither UTF-8 nor GB18030", f"{HEAD}\n".encode() + b"E1,total_assets,2019-Q4,\xff\xff\n"),
    Wrong("spreadsheet with a name of another kind", b"PK\x03\x04" + bytes(60)),
    Wrong("known only later", f"{HEAD},known_from\nE1,total_assets,2019-Q4,200,2999-01-01\n", 2, 5, ("2999-01-01",)),
    Wrong("known since no date", f"{HEAD},known_from\nE1,total_assets,2019-Q4,200,soon\n", 2, 5, ("soon",)),
    Wrong("wide: unknown measure", "entity,period,total_asets\nE1,2019-Q4,200\n", 1, 3,
          ("total_asets", "total_assets"), "wide"),
    Wrong("wide: text for a number", "entity,period,total_assets\nE1,2019-Q4,much\n", 2, 3, ("much",), "wide"),
    Wrong("wide: row given twice", "entity,period,total_assets\nE1,2019-Q4,1\nE1,2019-12,2\n", 3, None, (), "wide"),
    Wrong("wide: no measure", "entity,period\nE1,2019-Q4\n", None, None, (), "wide"),
    Wrong("entities: unknown type", "entity,type,name\nE5,enterprize,甲\n", 2, 2,
          ("enterprize", "enterprise"), "entities"),
    Wrong("entities: unknown attribute", "entity,type,name,industri\nE5,enterprise,甲,power\n", 1, 4,
          ("industri", "industry"), "entities"),
    Wrong("entities: no date", "entity,type,name,valid_from\nE5,enterprise,甲,2020-13-01\n", 2, 4,
          ("2020-13-01",), "entities"),
    Wrong("entities: no identifier", "entity,type,name\n,enterprise,甲\n", 2, 1, (), "entities"),
    Wrong("links: unknown link", "link,from,to\nknows,E1,E2\n", 2, 1, ("knows",), "links"),
]  # fmt: skip


@pytest.fixture(scope="module")
def patient(filed_template: Space, tmp_path_factory: pytest.TempPathFactory) -> Space:
    """A space that only ever refuses: the last test of this page looks whether it is still as it was."""
    return filed_template.copy(tmp_path_factory.mktemp("patient"))


@pytest.mark.parametrize("wrong", FAULTY, ids=lambda wrong: wrong.name)
def test_each_fault_is_named_with_its_place(wrong: Wrong, patient: Space) -> None:
    faults = patient.refuse(wrong.content, "wrong.csv", form=wrong.form)
    named = says(faults, *wrong.words)
    assert named, faults
    for fault in named:
        assert Path(fault["file"]).name == "wrong.csv"
        assert (fault["sheet"], fault["cell"]) == (None, None)
        assert fault["hint"]
    if wrong.row is not None:
        assert wrong.row in [fault["row"] for fault in named]
    if wrong.column is not None:
        assert (wrong.row, wrong.column) in [(fault["row"], fault["column"]) for fault in named]


def test_all_faults_come_in_one_run(patient: Space) -> None:
    """Six rows, seven faults; the row that is right is not entered alone."""
    faults = patient.refuse(
        f"{HEAD},unit\n"
        "E1,total_asets,2019-Q4,200,\n"
        "E9,total_assets,2019-Q4,200,\n"
        "E1,total_assets,2019-Q5,much,\n"
        "E1,total_assets,2018-Q4,200,\n"
        "E1,total_assets,2018-Q3,200,person\n"
        "E1,headcount,2018-Q3,1e400,\n"
    )
    assert {(2, 2), (3, 1), (4, 3), (4, 4), (6, 5), (7, 4)} <= {(fault["row"], fault["column"]) for fault in faults}
    assert 5 not in {fault["row"] for fault in faults}


def test_all_faulty_files_of_one_call_are_named_and_nothing_changes(filed: Space) -> None:
    """A good file among all faulty ones of the form `observations`: all faults, no entry, no row, no answer changed."""
    before, shown = filed.state(), filed.show("E1", "debt_ratio", "assets", "staff")
    files = [filed.inbox / "good.csv"]
    files[0].write_text(STATEMENT.replace("2019-Q4", "2018-Q4"))
    for number, wrong in enumerate(wrong for wrong in FAULTY if wrong.form == "observations"):
        file = filed.inbox / f"{number:02}.csv"
        file.write_bytes(wrong.content if isinstance(wrong.content, bytes) else wrong.content.encode())
        files.append(file)
    faults = filed.run("submit", *files).faults
    assert {Path(fault["file"]).name for fault in faults} == {file.name for file in files[1:]}
    assert filed.state() == before
    assert filed.show("E1", "debt_ratio", "assets", "staff") == shown


@pytest.mark.parametrize(
    "encoded",
    [
        pytest.param(lambda text: text.encode("utf-8"), id="UTF-8"),
        pytest.param(lambda text: text.encode("utf-8-sig"), id="UTF-8 with a byte order mark"),
        pytest.param(lambda text: text.encode("gb18030"), id="GB18030"),
        pytest.param(lambda text: text.replace("\n", "\r\n").encode("utf-8"), id="lines of Windows"),
        pytest.param(lambda text: text.replace("E1", '"E1"').encode("utf-8"), id="quoted cells"),
        pytest.param(lambda text: text.rstrip("\n").encode("utf-8"), id="no last line end"),
    ],
)
def test_files_as_programs_write_them(encoded, space: Space) -> None:
    space.enter(encoded(f"{HEAD},unit,basis\nE1,total_assets,2019-Q4,0.02,万元,审计\n"))
    answer = space.answer("E1", "assets", "2019-Q4")
    assert (answer["value"], answer["basis"]) == (200, "audited")


def test_chinese_names_in_gb18030(space: Space) -> None:
    company = "entity,type,name,industry\nE7,enterprise,龙江镕业集团,power\n".encode("gb18030")
    first = space.enter(company, form="entities")
    second = space.enter(f"{HEAD}\nE7,研发费用,2019-Q4,69\n".encode("gb18030"))
    assert (second["observations"], second["entry"]) == (1, first["entry"] + 1)


def garbage() -> st.SearchStrategy[bytes]:
    """Random bytes, and sound statements with random bytes put in."""
    statement = STATEMENT.encode()
    spoilt = st.tuples(st.integers(0, len(statement)), st.binary(min_size=1, max_size=8)).map(
        lambda at: statement[: at[0]] + at[1] + statement[at[0] :]
    )
    return st.one_of(st.binary(max_size=400), spoilt)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(content=garbage(), form=st.sampled_from(["observations", "wide", "entities", "links"]))
def test_random_bytes_are_refused_or_entered_but_never_break(content: bytes, form: str, space: Space) -> None:
    """`kit.hengjian` fails on any traceback."""
    result = space.submit(content, "random.csv", form=form)
    assert result.code in (0, 1), str(result)
    assert result.json


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(content=st.one_of(st.binary(max_size=200), st.text(max_size=200).map(str.encode)))
def test_random_declarations_are_refused_but_never_break(content: bytes, tmp_path: Path) -> None:
    result = hengjian("check", write_pack(tmp_path / "random", {**TINY, "parameters.yaml": content}))
    assert result.code in (0, 1), str(result)


def test_refusals_leave_no_trace(patient: Space, filed_template: Space) -> None:
    """After all of the above, the space is what it was."""
    assert patient.state() == filed_template.copy(patient.inbox / "fresh").state()
