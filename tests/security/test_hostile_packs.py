"""Packs of strangers: whatever stands in their formulas and messages, no code of theirs runs.

Python's audit hooks (PEP 578) tell of every compilation, execution, process, connection, import and file that is
opened, whoever asks for it: while a hostile pack is loaded and checked there is none.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hengjian.evaluate.evaluate import evaluate
from hengjian.evaluate.lookback import needs
from hengjian.formula.check import check
from hengjian.formula.term import Programme
from hengjian.intake.context import Context
from hengjian.intake.read import read_table
from hengjian.load import assemble, find_pack, load_pack
from hengjian.model.cut import Cut
from hengjian.model.issue import Issue
from hengjian.model.message import fill
from hengjian.panel.reach import load_scene
from hengjian.store import Store

#: What would be the work of foreign code, by the names of audit events.
FORBIDDEN = (
    "compile", "exec", "import", "open", "os.system", "os.exec", "os.fork", "os.posix_spawn", "os.spawn", "os.remove",
    "os.kill", "os.putenv", "subprocess.", "socket.", "ctypes.", "marshal.", "pickle.", "shutil.", "urllib.",
    "tempfile.", "sys._getframe", "builtins.input",
)  # fmt: skip
_seen: list[str] | None = None


def _hook(event: str, arguments: tuple[object, ...]) -> None:
    if _seen is not None and event.startswith(FORBIDDEN):
        _seen.append(f"{event} {arguments!r:.200}")


sys.addaudithook(_hook)  # a hook stays for the life of the process: it looks only while somebody watches


@contextmanager
def watched() -> Iterator[list[str]]:
    global _seen
    _seen = []
    try:
        yield _seen
    finally:
        _seen = None


BASE, _ = load_pack(find_pack("base"), "base")
PACK = "name: stranger\nversion: 1.0.0\nlicence: MIT\nlabel: {zh: 外来, en: Stranger}\nrequires: []\n"
MEASURES = (
    "figure: {label: {zh: 数, en: Figure}, type: enterprise, unit: CNY, period_type: instant, frequency: month,"
    " source: none}\n"
)
RULE = """hostile:
  label: {{zh: 规则, en: Rule}}
  type: enterprise
  when: {when}
  level: red
  source: none
  message: {{zh: {message}, en: {message}}}
"""


def loaded(when: str, message: str = "figure") -> tuple[Programme | None, list[Issue]]:
    """The programme of a stranger's pack and all its faults."""
    files = {
        "pack.yaml": PACK.encode(), "measures.yaml": MEASURES.encode(),
        "rules/rules.yaml": RULE.format(when=_quoted(when), message=_quoted(message)).encode(),
    }  # fmt: skip
    pack, issues = load_pack(files, "stranger")
    if pack is None:
        return None, list(issues)
    catalogue, more = assemble([BASE, pack])
    if catalogue is None:
        return None, [*issues, *more]
    made, last = check(catalogue)
    return made, [*issues, *more, *last]


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


#: Ways by which texts became code elsewhere: Python's own, templates, spreadsheets, shells, SQL.
FORMULAS = (
    '__import__("os").system("touch /tmp/owned") > 0', "().__class__.__base__.__subclasses__() > 0", 'eval("1+1") > 0',
    'exec("import os") > 0', 'open("/etc/passwd") > 0', 'compile("1", "x", "eval") > 0', "figure.__class__.__mro__ > 0",
    "figure > 0 if figure else 0", "(lambda: figure)() > 0", "[figure for figure in figure] > 0", "figure; import os",
    "figure > 0 # comment\nimport os", "{{figure}} > 0", "${figure} > 0", "`figure` > 0; DROP TABLE entity",
    "figure > 0) OR (SELECT count(*) FROM entity) > (0", "=HYPERLINK(figure) > 0", 'getattr(figure, "real") > 0',
    'f"{figure}" > 0', "figure := 1", "figure > `id`", "$(id) > 0", "figure ** 99999999 > 0",
    'globals()["figure"] > 0', "figure > 0 and breakpoint()", 'numpy.load("x") > 0', "figure@figure > 0",
    "yield figure", "await figure > 0",
)  # fmt: skip
MESSAGES = (
    "{figure.__class__}", "{figure.__init__.__globals__}", "{0}", "{}", "{figure!r}", "{figure[0]}", "{{7*7}}",
    "{figure:>99999999999}", "{figure:{figure}}", "{% for x in y %}", "{__import__('os')}", "${figure.__class__}",
    "%(figure)s %n",
)  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def _warm(tmp_path_factory: pytest.TempPathFactory) -> None:
    """What a harmless pack imports for the first time is imported before anybody watches."""
    made, issues = loaded("figure > 0", "{figure}")
    assert issues == []
    assert made is not None
    raised(made, tmp_path_factory.mktemp("warm"))
    loaded("figure >", "{figure!r}")


def raised(made: Programme, folder: Path) -> bool:
    """Whether the rule holds of an enterprise whose figure is 7."""
    catalogue = made.catalogue
    with Store.open(folder / "strange.duckdb") as store:
        store.register(catalogue)
        files = {
            "entities": b"entity,type,name\nE1,enterprise,E1\n",
            "observations": b"entity,measure,period,value\nE1,figure,2025-06,7\n",
        }
        for entry, (form, data) in enumerate(files.items()):
            context = Context(catalogue=catalogue, entity_types={"E1": "enterprise"} if entry else {})
            rows, issues = read_table("f.csv", data, form, context)
            assert issues == ()
            store.stage(entry, datetime(2026, 1, 1, tzinfo=UTC), rows)
        store.commit(len(files))
        scene = load_scene(store, catalogue, Cut(), needs(made, ["hostile"]))
    return bool(evaluate(made, ["hostile"], scene).columns["hostile"].values[-1, 0] == 1.0)


def test_the_watch_sees_code_that_runs() -> None:
    with watched() as seen:
        eval("1 + 1")
    assert any(one.startswith(("compile", "exec")) for one in seen)


@pytest.mark.parametrize("text", FORMULAS)
def test_a_hostile_formula_is_a_fault_and_runs_nothing(text: str) -> None:
    with watched() as seen:
        _, issues = loaded(text)
    assert [issue for issue in issues if issue.severity == "error"], text
    assert seen == []


@pytest.mark.parametrize("text", MESSAGES)
def test_a_hostile_message_is_a_fault_or_stays_as_it_is_written(text: str) -> None:
    with watched() as seen:
        made, issues = loaded("figure > 0", text)
        if not [issue for issue in issues if issue.severity == "error"]:
            assert made is not None
            assert fill(made.catalogue.rules["hostile"].message.zh, {"figure": 7.0}) == text
    assert seen == []


@pytest.mark.parametrize("name", ["__import__", "__class__", "figure.real", "os.system"])
def test_names_of_pythons_own_are_no_names(name: str) -> None:
    files = {"pack.yaml": PACK.encode(), "measures.yaml": MEASURES.replace("figure:", f'"{name}":').encode()}
    with watched() as seen:
        pack, issues = load_pack(files, "stranger")
    assert seen == []
    if not issues:  # written in backquotes it is a name as any other
        assert pack is not None
        assert [one.name for one in pack.measures] == [name]


def test_a_program_in_a_pack_is_refused() -> None:
    files = {"pack.yaml": PACK.encode(), "measures.yaml": MEASURES.encode(), "functions.py": b"raise SystemExit"}
    with watched() as seen:
        _, issues = load_pack(files, "stranger")
    assert any(issue.severity == "error" for issue in issues)
    assert seen == []


@pytest.mark.parametrize(
    "text", ["!!python/object/apply:os.system [touch /tmp/owned]", "&a [*a, *a]", "!!binary aGk=", "<<: *base"]
)
def test_yaml_makes_texts_and_nothing_else(text: str) -> None:
    files = {"pack.yaml": PACK.encode(), "measures.yaml": f"figure: {text}\n".encode()}
    with watched() as seen:
        _, issues = load_pack(files, "stranger")
    assert any(issue.severity == "error" for issue in issues)
    assert seen == []


def test_a_sound_rule_of_a_stranger_is_evaluated_without_code_of_its_own(tmp_path: Path) -> None:
    made, issues = loaded("abs(figure) * 2 > figure and not (figure = 0)", "{figure}")
    assert issues == []
    assert made is not None
    assert raised(made, tmp_path)
