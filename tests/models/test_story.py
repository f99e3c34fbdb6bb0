"""Learned scores as users of the command meet them, over a synthetic history (`history.py` draws it)."""

import math
import sqlite3
from typing import Any

import pytest
from history import History
from kit import Space, says

#: Trees need the extra `learned`; the logistic regression does without.
TREES = pytest.param("failure", marks=pytest.mark.learned)
BOTH = pytest.mark.parametrize("name", ["failure_line", TREES])


def train(space: Space, name: str, **more: object) -> dict[str, Any]:
    if name == "failure":
        pytest.importorskip("lightgbm", reason="LightGBM is not here: pip install 'hengjian[learned]'")
    return space.run("model", "train", name, labels=space.inbox / "labels.csv", **more).done().json


@BOTH
def test_a_score_is_learned_told_and_taken_apart(learned_space: Space, told: History, name: str) -> None:
    listed = learned_space.run("model").done().json["models"]
    assert {one["model"]: one["versions"] for one in listed} == {"failure": [], "failure_line": []}
    assert says(learned_space.run("model", "score", name).faults, "has not been learned yet")
    version = train(learned_space, name)
    assert (version["version"], version["data"]["from"], version["data"]["to"]) == (1, "2013-12-31", "2019-12-31")
    assert version["tried"]["auc"]["low"] > 0.6
    assert version["tried"]["brier"] < version["tried"]["brier_reference"]
    # whoever is under most strain now is told to be in most danger: rank correlation with what nobody was told
    scores = learned_space.run("model", "score", name).done().json
    assert scores["advisory"]["en"] == "Advisory. Never a grade by itself"
    order = [one["entity"] for one in scores["scores"] if one["entity"] in told.strain]
    ranks = sorted(told.strain, key=lambda one: -told.strain[one])
    assert len(order) == len(ranks) > 50
    places = [ranks.index(one) for one in order]
    count = len(places)
    gaps = [(place - at) ** 2 for at, place in enumerate(places)]
    assert 1 - 6 * math.fsum(gaps) / (count * (count**2 - 1)) > 0.6
    top = scores["scores"][0]["entity"]
    (one,) = learned_space.run("model", "score", name, top, sources=True).done().json["scores"]
    added = one["base"]
    for part in one["inputs"]:
        added += part["contribution"]
    assert added == one["margin"]
    assert one["probability"] == pytest.approx(1 / (1 + math.exp(-one["margin"])), abs=1e-9)
    assert one["probability"] == scores["scores"][0]["probability"]
    debt = next(part for part in one["inputs"] if part["input"] == "debt_ratio")
    assert debt["value"] == learned_space.value(top, "debt_ratio", one["period"])
    sources = {leaf["measure"]: leaf["file"] for leaf in debt["sources"]}
    assert sources == dict.fromkeys(("total_liabilities", "total_assets"), f"{one['period']}.csv")


@BOTH
def test_the_same_history_gives_the_same_bits_and_old_versions_score_as_they_did(
    learned_space: Space, name: str
) -> None:
    first = train(learned_space, name)
    before = learned_space.run("model", "score", name).done().json["scores"]
    second = train(learned_space, name)
    assert [second[key] for key in ("version", "fitted_sha256")] == [2, first["fitted_sha256"]]
    assert second["data"] == first["data"]
    third = train(learned_space, name, to="2018-12-31")
    assert third["version"] == 3
    assert third["data"]["sha256"] != first["data"]["sha256"]
    assert third["fitted_sha256"] != first["fitted_sha256"]
    assert learned_space.run("model", "score", name, version=1).done().json["scores"] == before
    assert learned_space.run("model", "score", name).done().json["scores"] != before
    (listed,) = learned_space.run("model", "show", name).done().json["models"]
    assert [one["version"] for one in listed["versions"]] == [3, 2, 1]
    assert "fitted" not in listed["versions"][0]
    learned_space.audit()
    learned_space.digests()


def test_what_became_known_later_changes_no_row(learned_space: Space, told: History) -> None:
    """Look-ahead would be a gift: the correction says of all that failed that they owed ten times as much."""
    first = train(learned_space, "failure_line")
    failed = [line.split(",")[0] for line in told.labels.splitlines()[1:]]
    rows = [line for line in told.filings[2014][0].splitlines()[1:] if line.split(",")[0] in failed]
    worse = [[*row.split(",")[:3], str(10 * float(row.split(",")[3])), row.split(",")[4]] for row in rows]
    text = told.filings[2014][0].splitlines()[0] + "\n" + "".join(",".join(one) + "\n" for one in worse)
    learned_space.enter(text, "correction.csv", form="wide", known_from="2021-05-01")
    assert train(learned_space, "failure_line")["data"] == first["data"]
    # what was claimed only is no history where claims do not count: all was recorded today
    faults = learned_space.run("model", "train", "failure_line", labels=learned_space.inbox / "labels.csv",
                               proven=True).faults  # fmt: skip
    assert says(faults, "there is no day whose 12 months have passed")


def test_a_cross_section(learned_space: Space, told: History) -> None:
    failed = {line.split(",")[0] for line in told.labels.splitlines()[1:]}
    names = [line.split(",")[0] for line in told.entities.splitlines()[1:]]
    labels = learned_space.inbox / "outcomes.csv"
    labels.write_text("entity,outcome\n" + "".join(f"{one},{int(one in failed)}\n" for one in names))
    version = learned_space.run("model", "train", "failure_line", labels=labels, cross_section=True).done().json
    assert (version["data"]["rows"], version["data"]["events"]) == (len(names), len(failed))
    assert version["data"]["cross_section"] is True


def test_a_model_that_was_tampered_with_scores_nobody(learned_space: Space) -> None:
    version = train(learned_space, "failure_line")
    (journal,) = [one for one in learned_space.path.rglob("*") if one.is_file() and one.read_bytes()[:6] == b"SQLite"]
    where = f"idx = {version['entry']}"
    with sqlite3.connect(journal) as opened:
        ((blob,),) = opened.execute(f"SELECT blob FROM evidence WHERE {where}")
        mended = blob.replace(b'"intercept":-', b'"intercept":', 1)
        assert mended != blob
        for (trigger,) in opened.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            opened.execute(f"DROP TRIGGER {trigger}")
        opened.execute(f"UPDATE evidence SET blob = ? WHERE {where}", (mended,))
    opened.close()
    found = learned_space.run("model", "score", "failure_line")
    assert found.code == 3
    assert f"entry {version['entry']} is not what was entered" in found.out


@pytest.mark.parametrize(
    ("words", "flags", "said"),
    [
        (("show", "failur"), {}, "no learned score is called 'failur'"),
        (("score", "failure_line", "E999"), {}, "no entity is registered as 'E999'"),
        (("score", "failure_line"), {"version": "9"}, "has no version 9"),
        (("train", "failure_line"), {"every": "half", "from": "2021-01-01"}, "no day whose 12 months have passed"),
        (("train", "failure_line"), {"period": "2014"}, "--period names the period of a cross-section"),
    ],
)  # fmt: skip
def test_faults(learned_space: Space, words: tuple[str, ...], flags: dict[str, str], said: str) -> None:
    if "version" in flags:
        train(learned_space, "failure_line")
    if words[0] == "train":
        flags = {**flags, "labels": str(learned_space.inbox / "labels.csv")}
    if "E999" in words:
        train(learned_space, "failure_line")
    assert says(learned_space.run("model", *words, **flags).faults, said)


def test_too_few_events(learned_space: Space, told: History) -> None:
    labels = learned_space.inbox / "labels.csv"
    labels.write_text("".join(f"{line}\n" for line in told.labels.splitlines()[:4]))
    said = "entities of which figures were known: 5 are the least"
    assert says(learned_space.run("model", "train", "failure_line", labels=labels).faults, said)


def test_labels_at_fault(learned_space: Space) -> None:
    labels = learned_space.inbox / "labels.csv"
    labels.write_text("entity,date\nE000,2014-13-01\nE999,2014-01-01\n")
    faults = learned_space.run("model", "train", "failure_line", labels=labels).faults
    assert says(faults, "E999")
    assert len(faults) == 2
