"""Every command for every role at every place, as `--as PERSON`: who may, and that nobody reads what is others'.

The commands are those of the program itself: a new one without a rule here fails.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import pytest
from desk_of_web import Asking
from organisation import READERS, TARGET, Reader, found_for

from hengjian.cli.main import COMMANDS, FAULTS, main
from hengjian.people import Action

#: `entity`: about the target, who is not registered for whoever does not see it. `somewhere`: for whoever may do it
#: anywhere; the answer is cut. `space`: for the space as a whole. `own`: about whoever asks. `folder`: works on files,
#: not on a space that is asked; `tests/app/test_persons.py` shows that those which name a space ask the gate.
About = Literal["entity", "somewhere", "space", "own", "folder"]


@dataclass(frozen=True, slots=True)
class Need:
    """What a command needs, and its words after the space; places in braces are those of the target."""

    action: Action
    about: About
    words: str = ""


RULES: Mapping[str, list[Need]] = {
    "init": [Need("see", "folder")],
    "check": [Need("see", "folder")],
    "verify": [Need("see", "folder")],
    "schema": [Need("see", "folder")],
    "restore": [Need("see", "folder")],
    "serve": [Need("see", "folder")],
    "demo": [Need("see", "folder")],
    "audit": [Need("audit", "folder")],
    "backup": [Need("upkeep", "folder")],
    "recover": [Need("upkeep", "folder")],
    "upgrade": [Need("upkeep", "space", "--dry-run")],
    "rebuild": [Need("upkeep", "space")],
    "template": [Need("see", "entity", "short_balance --entity {id} --out {out}")],
    "submit": [Need("submit", "entity", "{file} --key {person}")],
    "calendar": [Need("see", "somewhere", "short_balance"), Need("see", "entity", "short_balance --entity {id}")],
    "show": [Need("see", "entity", "{id}")],
    "explain": [Need("see", "entity", "{id} {indicator} {period}")],
    "contagion": [
        Need("see", "somewhere"), Need("see", "entity", "{id}"), Need("see", "entity", "--default {id}"),
    ],
    "assess": [
        Need("see", "own"), Need("see", "somewhere", "review 2025"), Need("see", "entity", "review 2025 {id}"),
    ],
    "score": [Need("see", "entity", "review {id} 2025")],
    "what-if": [Need("see", "entity", "review {id} 2025 --value owned=7")],
    "publish": [Need("assess", "entity", "review 2025 {id}")],
    "assessment": [
        Need("see", "somewhere"), Need("see", "somewhere", "review 2025"), Need("see", "entity", "review 2025 {id}"),
    ],
    "objection": [
        Need("see", "somewhere", "review 2025"), Need("see", "entity", "review 2025 {id}"),
        Need("submit", "entity", "review 2025 {id} --raise why"),
        Need("assess", "entity", "review 2025 {id} --uphold so"),
    ],
    "benchmark": [Need("see", "somewhere"), Need("see", "entity", "{id} 2025 P1")],
    "stress": [Need("see", "somewhere", "fall"), Need("see", "entity", "fall --entity {id}")],
    "look-through": [Need("see", "entity", "{id} --up"), Need("see", "entity", "{id} --down")],
    "register": [
        Need("see", "somewhere", "letter"), Need("see", "somewhere", "rating"),
        Need("see", "own", "letter --template {out}"),
        Need("assess", "entity", "practice --row id=1 --row title=t --row entity={id} --row done=d --row evidence=e"
             " --row day=2026-01-01"),
    ],
    "bridge": [
        Need("see", "entity", "{id} 2024"), Need("assess", "entity", "{id} 2024 --assess"),
        Need("submit", "entity", "{id} 2025 --effect review"),
    ],
    "register-check": [Need("see", "somewhere")],
    "evaluate": [Need("see", "somewhere")],
    "export-bods": [Need("see", "somewhere"), Need("see", "entity", "{id}")],
    "rules": [Need("see", "somewhere"), Need("see", "somewhere", "{rule}")],
    "backtest": [
        Need("see", "entity", "{rule} --labels {labels} --every quarter"),
        Need("see", "entity", "{rule} debt_ratio --labels {outcomes} --cross-section"),
        Need("handle", "space", "{rule} --labels {labels} --every quarter --keep"),
    ],
    "goals": [Need("see", "somewhere", "review 2024"), Need("see", "entity", "review 2024 {id}")],
    "alerts": [
        Need("see", "somewhere"), Need("see", "somewhere", "--owners"), Need("see", "entity", "--below {id}"),
    ],
    "case": [
        Need("see", "somewhere"), Need("see", "entity", "{case}"),
        Need("handle", "entity", "{case} no-such-step --note n"),
        Need("handle", "entity", "open mending {id} --title t"),
        Need("see", "somewhere", "all no-such-step --workflow mending"),
        Need("see", "entity", "{case} --fetch {entry} --out {out}"),
    ],
    "person": [Need("see", "own"), Need("grant", "entity", "close {person}")],
    "role": [Need("see", "own"), Need("grant", "somewhere", "end R999999")],
    "token": [Need("see", "own")],
    "notices": [Need("upkeep", "space"), Need("upkeep", "space", "--retry all")],
    "seen": [Need("see", "own"), Need("trace", "somewhere", "--changes")],
    "proposal": [Need("see", "somewhere"), Need("see", "entity", "{proposal}")],
    "model": [
        Need("see", "somewhere"), Need("see", "somewhere", "score failure"),
        Need("see", "entity", "score failure {id} --sources"),
        Need("train", "space", "train failure --labels {file} --period 2024"),
    ],
    "prove": [Need("see", "entity", "{filing}"), Need("see", "entity", "{id} {indicator} {period}")],
}  # fmt: skip


def test_every_command_has_a_rule_and_no_rule_is_left_over() -> None:
    assert set(COMMANDS) == set(RULES)


@pytest.fixture(scope="module")
def target(asking: Asking) -> dict[str, Any]:
    return found_for(asking, TARGET)


#: What a command says to whoever may not do it, or does not see what it is about.
SHUT = ("may not", "is registered", "is called", "nobody")
CASES = [(name, need) for name, needs in RULES.items() for need in needs if need.about != "folder"]


@pytest.mark.parametrize(("name", "need"), CASES, ids=[f"{name} {need.words}" for name, need in CASES])
def test_every_command_for_every_role_at_every_place(
    asking: Asking, target: dict[str, Any], name: str, need: Need, capsys: Any, tmp_path: Any
) -> None:
    def ask(method: str, question: Mapping[str, object]) -> dict[str, Any]:
        return asking(method, {key: part for key, part in question.items() if key != "space"})

    file, out = tmp_path / "figures.csv", tmp_path / "out"
    file.write_text(f"entity,measure,period,value\n{TARGET},net_profit,2024-Q4,7\n")
    labels, outcomes = tmp_path / "labels.csv", tmp_path / "outcomes.csv"
    labels.write_text(f"entity,date\n{TARGET},2025-12-31\n")
    outcomes.write_text(f"entity,outcome\n{TARGET},1\n")
    for reader in READERS:
        places = {
            "labels": labels,
            "outcomes": outcomes,
            **target,
            "file": file,
            "out": out,
            "person": f"{reader.person}.{target['person']}",
        }
        if name == "person":
            places["person"] = target["person"]
        words = need.words.format_map(places).split()
        code = main([name, "SPACE", *words, "--as", reader.person, "--json"], ask)
        told = capsys.readouterr()
        text = told.out + told.err
        said = f"{name} {words} for {reader.person}: {code} {text[:300]}"
        assert code in (0, FAULTS), said
        is_shut = code == FAULTS and any(word in text for word in SHUT)
        if is_allowed(need, reader):
            assert not is_shut or "R999999" in text or "no-such-step" in text, said
        else:
            assert is_shut, said
        for hidden in reader.hidden():
            assert hidden not in text, f"{said} holds {hidden}"
        if out.exists():
            out.unlink()


def is_allowed(need: Need, reader: Reader) -> bool:
    """Whether a reader may run the command so."""
    anywhere = {"own": "A", "sibling": "B", "parent": "D", "stranger": "Q", "space": None}[reader.place]
    match need.about:
        case "entity":
            return reader.may(need.action, TARGET)
        case "somewhere":
            return reader.may(need.action, anywhere)
        case "space":
            return reader.may(need.action, None)
        case _:
            return True
