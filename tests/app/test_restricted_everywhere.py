"""Whatever packs restrict, no answer to somebody without the right holds a restricted figure: over every question."""

import json
import math
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from homes import asked, at_desk, filed, submission, write_pack
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from restricted_homes import PACK, TODAY, WORKFLOW

from hengjian.app import packs
from hengjian.app.desk import Desk
from hengjian.app.local import METHODS
from hengjian.app.registerkinds import REGISTERS
from hengjian.app.restricted import restrictions
from hengjian.model.issue import Forbidden, Refused

MEASURES = ("m0", "m1", "m2", "m3")
ENTITIES = ("G", "A", "B")
PERIODS = ("2025-Q3", "2025-Q4")
TYPES = """\
enterprise:
  label: {zh: 企业, en: Enterprise}
backs:
  label: {zh: 担保, en: Backs}
  from: enterprise
  to: enterprise
  attributes:
    amount: {kind: number, label: {zh: 余额, en: Amount}}
"""
LOSS = (
    "loss: {label: {zh: 损失率, en: Loss}, unit: ratio, values: [{from: 2020-01-01, source: by hand, value: 100%}]}\n"
)
_HEAD = "label: {{zh: {0}, en: {0}}}, type: enterprise"

#: Questions that hold nothing of what is reported, or that end or change what the others are asked of.
SILENT = frozenset(
    "forms me persons person let_at_folder sign_in visitor sign_out session_for sign_out_everywhere set_password"
    " change_password sessions tokens issue_token end_token vouched enrol amend_person give_role end_role decide move"
    " register_template enter_register assess_figures upgrade rebuild open_case move_all attachment keep_backtest"
    " object answer_objection"
    " models train_model model_score".split()  # no restricted figure is an input of a learned score
)


@st.composite
def declarations(draw: st.DrawFn) -> dict[str, str]:
    """Measures and indicators, any of them restricted, and what is computed of them and warned of."""
    measures, indicators = [], []
    for name in MEASURES:
        said = ', restricted: "true"' if draw(st.booleans()) else ""
        head = f"{name}: {{{_HEAD.format(name)}, unit: CNY, period_type: instant, frequency: quarter, source: by hand"
        measures.append(f"{head}{said}}}\n")
    known = list(MEASURES)
    for at in range(draw(st.integers(2, 5))):
        one, other = draw(st.sampled_from(known)), draw(st.sampled_from(known))
        formula = draw(
            st.sampled_from(
                (
                    f"{one} + 3 * {other}", f"prior({one}) + {other}", f"total({one}, over: children) + {other}",
                    f"if({one} > {other}, {one}, 2 * {other})", f"coalesce({one}, {other}) + {one}",
                    f"of(parent, {one}) + {other}", f"max({one}, {other}) * 7",
                    f"mean({one}, within: all, at_least: 1)",
                )
            )
        )  # fmt: skip
        said = draw(st.sampled_from(("", "", ', restricted: "true"', ', restricted: "false", reason: by order')))
        name = f"i{at}"
        indicators.append(f'{name}: {{{_HEAD.format(name)}, unit: CNY, source: by hand, formula: "{formula}"{said}}}\n')
        known.append(name)
    rules = []
    for at in range(2):
        one, other = draw(st.sampled_from(known)), draw(st.sampled_from(known))
        message = f"message: {{zh: '甲 {{{one}}} 乙 {{{other}}}', en: 'one {{{one}}} two {{{other}}}'}}"
        rules.append(
            f'r{at}: {{{_HEAD.format(f"r{at}")}, when: "{one} < 2 * {other}", level: red, source: by hand, {message},'
            " opens: mending, days: 30}\n"
        )
    buffer, shocked, read = (draw(st.sampled_from(MEASURES)) for _ in range(3))
    network = (
        "web: {label: {zh: 网, en: web}, link: backs, amount: amount, unit: CNY,"
        f" buffer: {buffer}, loss: loss, source: by hand}}\n"
    )
    stress = (
        "fall: {label: {zh: 降, en: fall}, source: by hand,"
        " parameters: {cut: {label: {zh: 幅, en: cut}, unit: ratio, value: 50%}},"
        f' measures: {{{shocked}: "{shocked} - {read} * cut"}}}}\n'
    )
    one = draw(st.sampled_from(MEASURES))
    check = (
        f'c0: {{{_HEAD.format("c0")}, holds: "{one} < 0", severity: warning, source: by hand,'
        f" message: {{zh: '有 {{{one}}}', en: 'is {{{one}}}'}}}}\n"
    )
    items = "".join(
        f"    s{at}: {{label: {{zh: s{at}, en: s{at}}}, value: {draw(st.sampled_from(known))}, unit: CNY,"
        " method: {points: {}}}\n"
        for at in range(2)
    )
    card = (
        "card:\n  label: {zh: 计分卡, en: Card}\n  type: enterprise\n  frequency: quarter\n  source: own\n"
        f"  items:\n{items}"
    )
    return {
        "pack.yaml": PACK, "types.yaml": TYPES, "measures.yaml": "".join(measures),
        "indicators/all.yaml": "".join(indicators), "rules/all.yaml": "".join(rules), "checks.yaml": check,
        "workflows/mending.yaml": WORKFLOW, "parameters.yaml": LOSS, "networks.yaml": network, "stresses.yaml": stress,
        "scorecards/card.yaml": card,
    }  # fmt: skip


def figure(entity: str, measure: str, period: str) -> int:
    """One that occurs nowhere else."""
    at = (ENTITIES.index(entity) * len(MEASURES) + MEASURES.index(measure)) * len(PERIODS) + PERIODS.index(period)
    return 10_000_019 + 1_234_577 * at + at * at


def made(folder: Path, files: Mapping[str, str]) -> Path:
    home = folder / "home"
    source = write_pack(folder / "pack", files)
    packs.init({"space": str(home), "packs": [str(source)], "name": "home", "actor": "tester"})
    toml = home / "hengjian.toml"
    toml.write_text(f'today = "{TODAY}"\n' + toml.read_text(encoding="utf-8"), encoding="utf-8")
    filed(home, "entity,type,name\n" + "".join(f"{one},enterprise,{one}\n" for one in ENTITIES), form="entities")
    filed(home, "link,from,to\nparent,A,G\nparent,B,G\n", form="links")
    filed(home, "link,from,to,amount\nbacks,A,B,30000000\nbacks,G,A,5000000\n", form="links")
    rows = ((one, name, period) for one in ENTITIES for name in MEASURES for period in PERIODS)
    filed(home, "entity,measure,period,value\n" + "".join(f"{','.join(row)},{figure(*row)}\n" for row in rows))
    claims = [
        {"id": f"T{at}", "entity": "A", "period": PERIODS[1], "measure": name, "effect": "add_back", "ground": "costs",
         "claim": str(figure("A", name, PERIODS[1])), "evidence": "a bill", "state": "claimed"}
        for at, name in enumerate(MEASURES)
    ]  # fmt: skip
    asked(home, "enter_register", kind="adjustment", rows=claims)
    head = {"id": "P1", "title": "peers", "cut": "company", "short_below": "50", "reason": "alike"}
    asked(home, "enter_register", kind="peer_set", rows=[
        {**head, "company": one} for one in (*ENTITIES, "K1", "K2", "K3", "K4")
    ])  # fmt: skip
    outside = [
        {"set": "P1", "company": f"K{at}", "indicator": name, "period": PERIODS[1], "value": str(at), "source": "x"}
        for at in range(1, 5) for name in MEASURES
    ]  # fmt: skip
    asked(home, "enter_register", kind="peer_figure", rows=outside)
    asked(home, "enrol", person="vera", name="Vera")
    asked(home, "give_role", person="vera", role="archivist")
    return home


def values_of(desk: Desk, names: list[str]) -> dict[str, set[float]]:
    """What the operator is told of each figure."""
    found: dict[str, set[float]] = {name: set() for name in names}
    for entity in ENTITIES:
        for one in METHODS["show"](desk, {"entity": entity, "indicators": names})["values"]:
            if one["value"] is not None:
                found[one["indicator"]].add(float(one["value"]))
    return found


def questions(desk: Desk, names: list[str], out: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every question with everything that may be asked by it; those of names for all names."""
    operator = {"actor": "local:me"}
    alerts = [one["alert"] for one in METHODS["alerts"](desk, operator)["alerts"]]
    cases = [one["case"] for one in METHODS["cases"](desk, operator)["cases"]]
    filings = [one["filing"] for one in METHODS["filings"](desk, operator)["filings"]]
    rows = "".join(f"A,{name},2026-Q1,{at + 5}\n" for at, name in enumerate(MEASURES))
    again = submission("entity,measure,period,value\n" + rows.replace("2026-Q1", "2025-Q4"))
    for name in ("status", "declarations", "entities", "ledger", "filings", "alerts", "cases", "values", "reads"):
        yield name, {}
    for name in ("holding_faults", "ownership_tops", "export_bods", "proposals", "changes"):
        yield name, {}
    for name in ("notices", "collect_notices"):
        yield name, {}
    yield "notice_message", {"id": "0"}
    yield "retry_notices", {"all": True}
    for choice in ({}, {"state": "all", "all": True}, {"text": "2"}, {"sort": "rule", "late": True}):
        yield "alert_board", choice
    for name in ("rules", "workflows", "contagion"):
        yield name, {}
    for rule in ("r0", "r1"):
        yield "rule_quality", {"rule": rule}
        events = {"name": "events.csv", "data": b"entity,date\nA,2026-02-01\n"}
        yield "backtest", {"rules": [rule], "labels": events, "every": "quarter", "horizon": "3m"}
        outcomes = {"name": "outcomes.csv", "data": b"entity,outcome\nA,1\nB,0\nG,0\n"}
        for name in (rule, *names):
            yield "backtest", {"rules": [name], "labels": outcomes, "cross_section": True, "worse": "higher"}
    for one in ENTITIES:
        yield "contagion", {"entity": one, "network": "web"}
        yield "contagion", {"defaults": [one], "network": "web"}
    yield "stress", {"stress": "fall"}
    yield "stress", {"stress": "fall", "indicators": names, "values": {"cut": "10%"}}
    yield "scorecards", {}
    yield "scores", {"scorecard": "card", "period": PERIODS[1]}
    yield "goals", {"set": "card", "period": PERIODS[1]}
    for one in ENTITIES:
        whose = {"scorecard": "card", "entity": one, "period": PERIODS[1]}
        yield "score", whose
        yield "goals", {"set": "card", "entity": one, "period": PERIODS[1]}
        yield "what_if", whose | {"values": {"s0": "17"}}
        yield "bridge", {"entity": one, "period": PERIODS[1]}
        yield "bridge_effect", {"entity": one, "period": PERIODS[1], "scorecard": "card"}
    whose = {"scorecard": "card", "entity": "A", "period": PERIODS[1]}
    with suppress(Refused):  # a score that cannot be told
        METHODS["publish"](desk, operator | whose | {"entities": ["A"]})
    yield "publish", whose | {"entities": ["A"]}
    yield "assessment", whose | {"again": True}
    yield "assessment_file", whose | {"form": "json"}
    yield "assessment_draft", whose | {"form": "xlsx"}
    yield "assessments", {}
    yield "objections", {"scorecard": "card", "period": PERIODS[1]}
    for name in REGISTERS:
        yield "register", {"kind": name}
    yield "peers", {}
    for one in ENTITIES:
        yield "benchmark", {"entity": one, "period": PERIODS[1], "peers": "P1", "indicators": names}
    yield "evaluate", {"out": out}
    yield "portfolio", {"type": "enterprise"}
    yield "portfolio", {"type": "enterprise", "columns": names}
    yield "recognise", {"data": b"nothing"}
    yield "calendar", {"form": "none"}
    yield "template", {"form": "none"}
    yield "proposal", {"proposal": "Q000001"}
    yield "trial", again
    for one in ENTITIES:
        for name in ("show", "relations", "look_through", "ownership_chart"):
            yield name, {"entity": one}
        yield "show", {"entity": one, "indicators": names}
        for name in (*names, "r0", "r1"):
            yield "show", {"entity": one, "indicators": [name]}
            for method in ("explain", "prove"):
                yield method, {"entity": one, "indicator": name, "period": PERIODS[1]}
    for name in alerts:
        yield "alert", {"alert": name}
    for name in cases:
        yield "case", {"case": name}
    for name in filings:
        yield "filing", {"filing": name}
        yield "blob", {"filing": name}
        yield "prove", {"filing": name}
        yield "prove", {"filing": name, "with_file": True}
    yield "submit", again


def told(answer: Mapping[str, Any]) -> tuple[set[float], str]:
    """All numbers of an answer, and all its texts."""
    numbers: set[float] = set()
    texts: list[str] = []
    waiting: list[Any] = [answer]
    while waiting:
        one = waiting.pop()
        if isinstance(one, bool) or one is None:
            continue
        if isinstance(one, int | float):
            numbers.add(float(one))
        elif isinstance(one, bytes):
            try:
                waiting.append(pa.ipc.open_stream(one).read_all().to_pylist())
            except pa.ArrowInvalid:
                texts.append(one.decode(errors="replace"))
                if one.startswith(b"{"):
                    waiting.append(json.loads(one))
        elif isinstance(one, str):
            texts.append(one)
        elif isinstance(one, Mapping):
            waiting += [*one.keys(), *one.values()]
        else:
            waiting.extend(one)
    return numbers, "\n".join(texts)


#: A published mean: its members stood in a note.
MEAN = {
    "pack.yaml": PACK, "types.yaml": TYPES,
    "measures.yaml": "".join(
        f"{name}: {{{_HEAD.format(name)}, unit: CNY, period_type: instant, frequency: quarter, source: by hand"
        f"{restricted}}}\n"
        for name, restricted in zip(MEASURES, ("", ', restricted: "true"', "", ""), strict=True)
    ),
    "rules/all.yaml": (
        f"r0: {{{_HEAD.format('r0')}, when: \"m0 < 2 * m0\", level: red, source: by hand, message: {{zh: 甲, en: one}},"
        " opens: mending, days: 30}\n"
    ),
    "workflows/mending.yaml": WORKFLOW,
    "indicators/all.yaml": (
        f"i1: {{{_HEAD.format('i1')}, unit: CNY, source: by hand,"
        ' formula: "mean(m1, within: all, at_least: 1)", restricted: "false", reason: by order}\n'
    ),
}  # fmt: skip


@example(files=MEAN)
@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
@given(files=declarations())
def test_no_answer_holds_a_restricted_figure(files: dict[str, str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        desk = at_desk(made(Path(folder), files))
        try:
            _all_are_silent(desk, Path(folder) / "out")
        finally:
            desk.close()


def _all_are_silent(desk: Desk, out: Path) -> None:
    figures = restrictions(desk).figures
    names = [*MEASURES, *desk.programme().indicators]
    values = values_of(desk, names)
    public = {value for name in names if name not in figures for value in values[name]}
    secret = {value for name in names if name in figures for value in values[name]} - public
    secret |= {2 * value for value in secret} - public  # what rules compare with
    spelled = {text for value in secret for text in (f"{value:.15g}", f"{value:,.15g}") if math.isfinite(value)}
    asked_of = set[str]()
    for method, question in list(questions(desk, names, str(out))):
        asked_of.add(method)
        before = desk.log.size
        try:
            answer = METHODS[method](desk, {**question, "actor": "vera"})
        except Forbidden as error:
            answer = {"message": str(error)}
            assert desk.log.size == before
        except Refused as error:
            answer = {"message": str(error)}
        numbers, text = told(answer)
        assert not numbers & secret, (method, question, sorted(figures))
        assert not [one for one in spelled if one in text], (method, question, sorted(figures))
        assert "read" not in answer or method == "reads", (method, question)
    for file in out.rglob("*.parquet"):
        read = {one["value"] for one in pq.read_table(file).to_pylist()}
        assert not read & secret
    assert asked_of | SILENT == set(METHODS)
