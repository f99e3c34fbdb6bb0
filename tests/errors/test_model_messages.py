"""Every fault of a learned score: what is wrong, where, and how to mend it."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "models"))
sys.path.insert(0, str(Path(__file__).parents[1] / "app"))

from history import FILES, INDICATORS, INPUTS, MEASURES, MODEL, history, write_pack
from homes import asked, at_desk, filed

from hengjian.app import modelrows, modeltraining, packs
from hengjian.app.models import fitted_at, versions_of
from hengjian.formula.check import check
from hengjian.load import assemble, load_pack
from hengjian.model.issue import Failure, Issue, Refused
from hengjian.models import trees
from hengjian.models.fitted import fitted_of
from hengjian.models.treetext import check_text

LINE = MODEL.format(name="failure_line", method="logistic", inputs=INPUTS)


def faults_of(model: str = LINE, indicators: str = INDICATORS, measures: str = MEASURES) -> list[Issue]:
    files = {**FILES, "models/line.yaml": model, "indicators/all.yaml": indicators, "measures.yaml": measures}
    pack, issues = load_pack({name: text.encode() for name, text in files.items()}, "scored")
    if issues or pack is None:
        return list(issues)
    catalogue, issues = assemble([pack])
    if issues or catalogue is None:
        return list(issues)
    return list(check(catalogue)[1])


@pytest.mark.parametrize(
    ("old", "new", "place", "message", "hint"),
    [
        ("seed: 7", "seed: lots", "models/line.yaml:7:9", "seed of learned score 'failure_line' is not a seed: 'lots'",
         "write a whole number from 0 to 999999999"),
        ("{debt_ratio: up, return_on_assets: down, size: free}", "{}", "models/line.yaml:10:11",
         "the learned score 'failure_line' has no input",
         "indicators, each with the way in which it counts: {debt_ratio: up, return_on_assets: down, size: free}"),
        ("size: free", "size: sideways", "models/line.yaml:10:58",
         "inputs of learned score 'failure_line' 'size' cannot be 'sideways'", "it is one of up, down, free"),
        ("size: free", "sise: free", "models/line.yaml:10:52", "no indicator is called 'sise'", "did you mean size?"),
        ("method: logistic", "method: magic", "models/line.yaml:5:11",
         "method of learned score 'failure_line' cannot be 'magic'",
         "it is one of average, boosting, forest, logistic"),
        ("horizon: 12", "horizon: 0", "models/line.yaml:6:12",
         "horizon of learned score 'failure_line' is not a number of months: '0'",
         "write a whole number from 1 to 999"),
    ],
)  # fmt: skip
def test_declarations(old: str, new: str, place: str, message: str, hint: str) -> None:
    assert old in LINE
    (fault, *_) = faults_of(LINE.replace(old, new))
    assert (str(fault.place), fault.message) == (f"scored/{place}", message)
    assert hint in fault.hint


def test_an_input_of_another_type() -> None:
    other = INDICATORS + "heads:\n  label: {zh: 人, en: Heads}\n  type: department\n  unit: times\n  source: by hand\n"
    files = {**FILES, "indicators/all.yaml": other + "  frequency: year\n  formula: 1\n",
             "types.yaml": "department:\n  label: {zh: 部门, en: Department}\n",
             "models/line.yaml": LINE.replace("size: free", "heads: free")}  # fmt: skip
    pack, _ = load_pack({name: text.encode() for name, text in files.items()}, "scored")
    assert pack is not None
    _, (fault,) = assemble([pack])
    said = "the input 'heads' belongs to department, the learned score 'failure_line' to enterprise"
    assert (fault.message, fault.hint) == (said, "name indicators of its own type")


def test_inputs_of_several_frequencies() -> None:
    monthly = "power:\n  label: {zh: 电, en: Power}\n  type: enterprise\n  unit: kWh\n  source: by hand\n"
    found = faults_of(
        LINE.replace("size: free", "power: free"), f"{INDICATORS}{monthly}  formula: power_used\n",
        MEASURES + "power_used: {label: {zh: 用电, en: Power}, type: enterprise, unit: kWh, period_type: duration, "
        "frequency: month, source: by hand}\n",
    )  # fmt: skip
    (fault,) = [one for one in found if one.severity == "error"]
    said = "of 'failure_line' are not of one frequency: debt_ratio is by year, power by month"
    assert fault.message == f"the inputs {said}"
    assert fault.hint == "a row of one entity and period is what is learned from"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A space that holds the history, and has learned the line of it."""
    folder, told = tmp_path_factory.mktemp("messages"), history()
    pack = write_pack(folder / "scored", FILES)
    packs.init({"space": str(folder / "home"), "packs": [str(pack)], "name": "home", "actor": "tester"})
    settings = folder / "home" / "hengjian.toml"
    settings.write_text(f"today = 2021-06-30\n{settings.read_text(encoding='utf-8')}", encoding="utf-8")
    filed(folder / "home", told.entities, form="entities", known_from="2012-01-01")
    for text, day in told.filings.values():
        filed(folder / "home", text, form="wide", known_from=day)
    asked(folder / "home", "train_model", model="failure_line", labels=labels())
    return folder / "home"


def labels(text: str | None = None) -> dict[str, Any]:
    return {"name": "labels.csv", "data": (history().labels if text is None else text).encode()}


def refused(home: Path, method: str, **question: object) -> Issue:
    with pytest.raises(Refused) as caught:
        asked(home, method, model="failure_line", **question)
    return caught.value.issues[0]


@pytest.mark.parametrize(
    ("question", "message", "hint"),
    [
        ({"every": "week"}, "--every 'week' is no rhythm", "write one of year, half, quarter, month"),
        ({"to": "2013-01-01"}, "--from 2012-01-01 to", ""),
        ({"to": "2013-06-01"}, "from 2013-04-30 to 2013-06-01 there is no day whose 12 months have passed",
         "name an earlier --from or a later --to, or another --every"),
        ({"to": "9999-01-01"}, "--to 9999-01-01 is later than ", "nobody knows yet what will have happened"),
        ({"period": "2014"}, "--period names the period of a cross-section", "leave it out, or add --cross-section"),
    ],
)  # fmt: skip
def test_training(home: Path, question: Mapping[str, str], message: str, hint: str) -> None:
    if "to" in question and question["to"] == "2013-01-01":
        message, hint = "from 2013-04-30 to 2013-01-01 there is no day", "name an earlier --from"
    found = refused(home, "train_model", labels=labels(), **question)
    assert message in found.message
    assert hint in found.hint


def test_too_many_days_and_rows(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(modelrows, "MOST_DAYS", 3)
    found = refused(home, "train_model", labels=labels())
    assert (found.message, found.hint) == (
        "8 days would be looked at, 3 at most", "take --every year, or a later --from"
    )  # fmt: skip
    monkeypatch.setattr(modelrows, "MOST_DAYS", 100)
    monkeypatch.setattr(modelrows, "MOST_ROWS", 200)
    assert refused(home, "train_model", labels=labels()).message == "more than 200 rows would be learned from"


def test_an_empty_space(tmp_path: Path) -> None:
    pack = write_pack(tmp_path / "scored", FILES)
    packs.init({"space": str(tmp_path / "home"), "packs": [str(pack)], "name": "home", "actor": "tester"})
    filed(tmp_path / "home", "entity,type,name\nE1,enterprise,E1\n", form="entities")
    found = refused(tmp_path / "home", "train_model", labels=labels("entity,date\nE1,2020-01-01\n"))
    assert (found.message, found.hint) == ("the space holds no figure", "file figures first: `hengjian submit`")
    found = refused(tmp_path / "home", "model_score")
    assert found.message == "failure_line has not been learned yet"
    assert found.hint == "`hengjian model SPACE train failure_line --labels FILE` learns it from filed history"


def test_a_restricted_input(tmp_path: Path) -> None:
    closed = INDICATORS.replace("  formula: net_profit", '  restricted: "true"\n  formula: net_profit')
    pack = write_pack(tmp_path / "scored", {**FILES, "indicators/all.yaml": closed})
    packs.init({"space": str(tmp_path / "home"), "packs": [str(pack)], "name": "home", "actor": "tester"})
    found = refused(tmp_path / "home", "train_model", labels=labels("entity,date\n"))
    assert found.message == (
        "the input 'return_on_assets' of failure_line is restricted: what is learned from it would disclose it"
    )
    assert found.hint == "leave it out, or publish it: restricted: false, with the reason"


def test_without_the_library(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "lightgbm", None)
    with pytest.raises(Refused) as caught:
        asked(home, "train_model", model="failure", labels=labels())
    (found,) = caught.value.issues
    assert found.message == "this score is made of trees, for which LightGBM is needed"
    assert found.hint == "install it: pip install 'hengjian[learned]'"
    with pytest.raises(Refused, match="LightGBM is needed"):
        trees.lightgbm()


def test_scoring(home: Path) -> None:
    found = refused(home, "model_score", version=7)
    assert (found.message, found.hint) == ("failure_line has no version 7", "it has 1 to 1")
    with pytest.raises(Refused) as caught:
        asked(home, "model_score", model="failure_lin")
    assert caught.value.issues[0].message == "no learned score is called 'failure_lin'"
    assert "failure_line" in caught.value.issues[0].hint


def test_an_entity_of_another_type(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = at_desk(home)
    try:
        monkeypatch.setattr(type(desk), "entity_types", lambda _: {"E001": "state_asset_office"})
        from hengjian.app.models import model_score

        with pytest.raises(Refused) as caught:
            model_score(desk, {"model": "failure_line", "entities": ["E001"]})
    finally:
        desk.close()
    assert caught.value.issues[0].message == "failure_line does not apply to 'E001'"
    assert caught.value.issues[0].hint == "it is a score of enterprise"


def test_what_the_ledger_does_not_hold_any_more(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = at_desk(home)
    try:
        (version,) = versions_of(desk, "failure_line")
        with pytest.raises(Failure, match="is not what its version says"):
            fitted_at(desk, {**version, "fitted_sha256": "0" * 64})
        monkeypatch.setattr(desk.log, "evidence", lambda _: None)
        with pytest.raises(Failure, match=f"what was learned at entry {version['entry']} is not there any more"):
            fitted_at(desk, version)
    finally:
        desk.close()


def test_an_input_that_is_declared_no_more(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from hengjian.app import models

    desk = at_desk(home)
    try:
        programme = desk.programme()
        less = {name: one for name, one in programme.indicators.items() if name != "size"}
        monkeypatch.setattr(models, "declaration_hash", lambda *_: "")
        (version,) = versions_of(desk, "failure_line")
        with pytest.raises(Refused) as caught:
            models._as_learned(
                _with(programme, less), programme.catalogue.models["failure_line"], version, fitted_at(desk, version)
            )
    finally:
        desk.close()
    (found,) = caught.value.issues
    assert found.message == "version 1 of failure_line reads 'size', which no pack declares any more"
    assert found.hint == "train it again, or ask as known at an earlier day"


def _with(programme: Any, indicators: Mapping[str, Any]) -> Any:
    from dataclasses import replace

    return replace(programme, indicators=indicators)


def test_damage() -> None:
    with pytest.raises(Failure, match="a learned score is damaged: its version is 9, known is 1"):
        fitted_of({"v": 9, "inputs": [], "line": {}, "members": []})
    with pytest.raises(Failure, match="the trees of a learned score are damaged: it does not hold trees alone"):
        check_text("tree\n", 3)


def test_few_entities(home: Path) -> None:
    found = refused(home, "train_model", labels=labels("entity,date\nE001,2015-01-01\n"))
    said = "entities of which figures were known: 5 are the least"
    assert found.message == f"it happened to 1 {said}"
    assert found.hint == "a label file with more events, or a longer history"
    every = "".join(f"E{at:03d},2014-02-01\n" for at in range(148))
    assert refused(home, "train_model", labels=labels(f"entity,date\n{every}")).message.startswith("it did not to ")
    assert modeltraining.LEAST == 5
