"""What can be asked of a space, and how each question is answered in this process."""

from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

from hengjian.app.apart import Apart
from hengjian.app.config import read_config
from hengjian.app.desk import Desk, NeedsWriting, open_desk
from hengjian.app.gate import gated
from hengjian.app.wire import Answer
from hengjian.model.issue import Failure

Method = Callable[[Desk, Mapping[str, Any]], Answer]

#: Questions that change nothing, and the module of this room whose function of the same name answers each.
#: A command loads only the module that it needs: a page's number must not wait for Parquet.
READS: Mapping[str, str] = {
    "show": "question",
    "explain": "explain",
    "evaluate": "bulk",
    "values": "bulk",
    "prove": "evidence",
    "entities": "question",
    "declarations": "question",
    "status": "question",
    "forms": "forms",
    "template": "forms",
    "calendar": "calendar",
    "filings": "filings",
    "filing": "filings",
    "blob": "filings",
    "recognise": "recognise",
    "ledger": "recognise",
    "portfolio": "portfolio",
    "relations": "relations",
    "export_bods": "bods",
    "look_through": "lookthrough",
    "holding_faults": "register",
    "ownership_chart": "chart",
    "ownership_tops": "tops",
    "contagion": "contagion",
    "stress": "stress",
    "alerts": "alerts",
    "alert": "alerts",
    "alert_board": "alertboard",
    "backtest": "backtest",
    **dict.fromkeys(("rules", "rule_quality"), "rules"),
    "cases": "cases",
    "case": "cases",
    "workflows": "cases",
    "attachment": "attached",
    "proposals": "proposals",
    "proposal": "proposals",
    "persons": "persons",
    "person": "persons",
    "me": "persons",
    "let_at_folder": "gate",
    "reads": "seen",
    "changes": "seen",
    **dict.fromkeys(("visitor", "session_for", "sign_out", "sessions"), "accounts"),
    **dict.fromkeys(("models", "model_score"), "models"),
    **dict.fromkeys(("score", "scores"), "score"),
    "scorecards": "scorecards",
    **dict.fromkeys(("assessments", "assessment", "assessment_file"), "published"),
    "assessment_draft": "publish",
    "objections": "objections",
    "what_if": "scoretrial",
    "goals": "goals",
    "register": "registers",
    "bridge": "bridge",
    **dict.fromkeys(("benchmark", "peers"), "benchmarking"),
    "register_template": "registertemplate",
    "vouched": "vouched",
    "tokens": "apitokens",
    # what these note stands in the outbox only
    **dict.fromkeys(("notices", "notice_message", "collect_notices", "retry_notices"), "notify"),
}
#: Questions that make entries, and those that write tables only.
APPENDS: Mapping[str, str] = {
    "train_model": "modeltraining",
    "publish": "publish", **dict.fromkeys(("object", "answer_objection"), "objections"),
    "keep_backtest": "backtestkept",
    "enter_register": "registers",
    "assess_figures": "bridge",
    "submit": "submit", "upgrade": "proposals", "move": "moves", "move_all": "movesall", "open_case": "moves",
    "decide": "proposals",
    **dict.fromkeys(("enrol", "amend_person", "end_role"), "enrol"), "give_role": "proposals",
    **dict.fromkeys(("sign_in", "set_password", "change_password", "sign_out_everywhere"), "accounts"),
    **dict.fromkeys(("issue_token", "end_token"), "apitokens"),
}  # fmt: skip
#: Those whose functions take an `Access` and work outside the writer's mutex: they make hashes of passwords, or learn.
APART = frozenset({"sign_in", "set_password", "change_password", "train_model"})
WRITES: Mapping[str, str] = {"rebuild": "upkeep", "trial": "trial", "bridge_effect": "bridgeeffect"}
#: Questions about what rules lead to: filings whose rules were not looked at yet are seen to first, by making entries.
SUPERVISED = frozenset({"alerts", "alert", "alert_board", "cases", "case", "rules", "rule_quality"})
_ALL = {**READS, **APPENDS, **WRITES}


class Methods(Mapping[str, Method]):
    """Every question of an open space by name, behind the gate; a module is loaded when its first question is asked."""

    def __getitem__(self, name: str) -> Method:
        function = getattr(import_module(f"hengjian.app.{_ALL[name]}"), name)
        return Apart(name, function) if name in APART else gated(name, function)

    def __iter__(self) -> Iterator[str]:
        return iter(_ALL)

    def __len__(self) -> int:
        return len(_ALL)


METHODS = Methods()


def answer_here(folder: Path, method: str, asked: Mapping[str, Any], *, write: bool) -> Answer:
    """Answer under a lock that the caller holds. NeedsWriting: the exclusive lock is needed."""
    read_config(folder)
    if method not in READS and not write:
        raise NeedsWriting
    if method == "recover":  # of a folder that may be too damaged to open
        from hengjian.app.upkeep import recover

        return recover(folder, asked)
    if method not in METHODS:
        raise Failure(f"no question is called {method!r}", "this is a mistake of ours; please report it")
    append = method in APPENDS or (write and method in SUPERVISED)
    try:
        return _answer(folder, method, asked, write=write, append=append)
    except NeedsWriting:
        if append or not write:
            raise
        return _answer(folder, method, asked, write=True, append=True)  # restricted data are read: that is an entry


def _answer(folder: Path, method: str, asked: Mapping[str, Any], *, write: bool, append: bool) -> Answer:
    desk = open_desk(folder, write=write, append=append)
    try:
        desk.ready()
        return METHODS[method](desk, asked)
    finally:
        desk.close()
