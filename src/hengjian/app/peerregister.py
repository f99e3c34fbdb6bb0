"""Rows of the registers of benchmarking as records: peer sets with their members, figures of companies, practices."""

from collections.abc import Mapping, Sequence
from typing import Any

from hengjian.app.desk import Desk
from hengjian.app.insight import outside
from hengjian.app.peersets import FACTS
from hengjian.app.registergroups import grouped
from hengjian.app.registerrows import Asking, Made, Row, kept_figure, unit_of
from hengjian.app.registers import rows_of
from hengjian.app.scorefigures import formula_named
from hengjian.intake.number import NotANumber, plain_decimal
from hengjian.intake.text import quoted
from hengjian.model.cut import KnownAt
from hengjian.supervise.benchmark import FEWEST

#: What separates the indicators of a set, and ends one with what is better: `roe_ytd:up、debt_ratio:down`.
_BETWEEN = str.maketrans("、，；;", ",,,,")
_BETTER = {"up": "up", "down": "down", "高": "up", "低": "down", "": None}


def records_of(asking: Asking, rows: Sequence[Row]) -> list[Made]:
    """One record for each set, figure or practice."""
    match asking.register.name:
        case "peer_set":
            return _sets(asking, rows)
        case "peer_figure":
            return _figures(asking, rows)
    return _practices(asking, rows)


def _sets(asking: Asking, rows: Sequence[Row]) -> list[Made]:
    groups = grouped(asking, rows)
    before = asking.faults.count
    found = [_set(asking, head, of_it) for head, of_it in groups]
    return found if asking.faults.count == before else []


def _set(asking: Asking, head: Mapping[str, str], rows: Sequence[Row]) -> Made:
    first = rows[0]
    _check_cut(asking, first, head)
    lines = _lines(asking, rows)
    named = head.get("named")
    if named and not any(line["company"] == named and line["included"] == "yes" for line in lines):
        message = f"the company to measure against, {quoted(named)}, is no member of the set"
        first.fault_at(asking.faults, "named", message, "name one of its companies, as it stands in its row")
    record = {
        **head, "minimum": _whole(asking, first, head.get("minimum", "")),
        "short_below": _percentile(asking, first, head.get("short_below", "")),
        "indicators": _indicators(asking, first, head.get("indicators", "")), "lines": lines,
    }  # fmt: skip
    return Made(record=record, row=first, cell="id")


def _check_cut(asking: Asking, first: Row, head: Mapping[str, str]) -> None:
    if head.get("cut") == "segment" and not head.get("segment"):
        first.fault_at(
            asking.faults, "segment", "a set of segments names no segment", "write what is compared, as 港口物流"
        )
    if head.get("cut") == "indicator" and not head.get("indicators"):
        message = "a set for single indicators names none"
        first.fault_at(asking.faults, "indicators", message, "write their names, separated by 、")
    workflows = asking.programme.catalogue.workflows
    if head.get("workflow"):
        asking.named(first, "workflow", {one: (of.label.zh, of.label.en) for one, of in workflows.items()}, "workflow")


def _whole(asking: Asking, row: Row, text: str) -> str:
    if not text:
        return str(FEWEST)
    if not text.isdecimal() or int(text) < FEWEST:
        message = f"{quoted(text)} is no number of companies from {FEWEST} on"
        row.fault_at(
            asking.faults, "minimum", message, "of fewer no percentile is told: it would tell of single companies"
        )
        return str(FEWEST)
    return str(int(text))


def _percentile(asking: Asking, row: Row, text: str) -> str:
    found = plain_decimal(text.removesuffix("%").rstrip()) if text else "0"
    if isinstance(found, NotANumber) or not 0 <= float(found) <= 100:
        message = f"{quoted(text)} is no percentile between 0 and 100"
        row.fault_at(asking.faults, "short_below", message, "write 50 for below the median, 25 for the last quarter")
        return "0"
    return found


def _indicators(asking: Asking, row: Row, said: str) -> list[dict[str, str | None]]:
    """The indicators that a set names, each with what is better where it says so."""
    found: dict[str, str | None] = {}
    spelled = _spelled(asking)
    for part in said.translate(_BETWEEN).split(","):
        text, _, better = part.strip().replace("：", ":").partition(":")
        if not text:
            continue
        if better.strip() not in _BETTER:
            hint = "write roe:up where more is better, roe:down where less is"
            row.fault_at(asking.faults, "indicators", f"{quoted(better.strip())} is no direction", hint)
            continue
        shown = Row(line=row.line, values={**row.values, "indicators": text.strip()})
        name = asking.named(shown, "indicators", spelled, "indicator or measure")
        if name is not None:
            found[name] = _BETTER[better.strip()]
    return [{"indicator": name, "better": better} for name, better in found.items()]


def _spelled(asking: Asking) -> dict[str, tuple[str, ...]]:
    catalogue = asking.programme.catalogue
    labels = {name: one.label for name, one in catalogue.measures.items()}
    labels |= {name: one.label for name, one in catalogue.indicators.items()}
    return {name: (label.zh, label.en) for name, label in labels.items()}


def _lines(asking: Asking, rows: Sequence[Row]) -> list[dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for row in rows:
        company = row.get("company")
        if company in found:
            message = f"{quoted(company)} stands in the set twice"
            row.fault_at(asking.faults, "company", message, "leave one of its rows out")
        facts = {fact: row.get(fact) for fact in (*FACTS, "name") if row.get(fact)}
        found[company] = {
            "company": company, "included": row.get("included") or "yes", "reason": row.get("reason"), **facts,
        }  # fmt: skip
    return list(found.values())


def _figures(asking: Asking, rows: Sequence[Row]) -> list[Made]:
    hidden = outside(asking.desk)
    sets = {one["id"]: one for one in rows_of(asking.desk, "peer_set") if not hidden(one.get("entity") or "")}
    spelled = _spelled(asking)
    titles = {name: (one["title"],) for name, one in sets.items()}
    found = []
    for row in rows:
        name = asking.named(row, "set", titles, "peer set")
        indicator = asking.named(row, "indicator", spelled, "indicator or measure")
        if name is None or indicator is None:
            continue
        record = _figure(asking, row, sets[name], indicator, hidden)
        if record is not None:
            found.append(Made(record=record, row=row, cell="value"))
    return found


def _figure(asking: Asking, row: Row, one: Mapping[str, Any], indicator: str, hidden: Any) -> dict[str, Any] | None:
    """The figure of a company of a set, or, in a set of segments, of the enterprise that it is for."""
    before = asking.faults.count
    companies = {line["company"]: (line.get("name", ""),) for line in one["lines"] if not hidden(line["company"])}
    own = (one.get("entity"),) if one["cut"] == "segment" else ()
    companies |= {name: (name,) for name in own if name}
    company = asking.named(row, "company", companies, f"company of {one['id']}")
    formula = formula_named(asking.programme, indicator)
    kept = None if formula is None else formula.unit
    stated = unit_of(asking, row)
    value = kept_figure(asking, row, "value", stated, kept)
    if asking.faults.count > before or company is None or kept is None or value is None:
        return None
    return {
        "set": one["id"], "company": company, "indicator": indicator, "period": row.get("period"), "value": value,
        "unit": kept.symbol, "written": row.get("value"), "source": row.get("source"),
        "withdrawn": row.get("withdrawn"),
        **({"entity": one["entity"]} if one.get("entity") else {}),
    }  # fmt: skip


def _practices(asking: Asking, rows: Sequence[Row]) -> list[Made]:
    spelled = _spelled(asking)
    found = []
    for row in rows:
        indicator = asking.named(row, "indicator", spelled, "indicator or measure") if row.get("indicator") else None
        if not row.get("entity") and not row.get("company"):
            hint = "name an entity of the space, or the company as text"
            row.fault_at(asking.faults, "entity", "it is not said whose practice it is", hint)
        names = ("id", "title", "entity", "company", "done", "evidence", "day", "source", "withdrawn")
        record = {name: row.get(name) for name in names if row.get(name)}
        found.append(Made(record={**record, "indicator": indicator}, row=row, cell="title"))
    return found


def shown(desk: Desk, rows: Sequence[Mapping[str, Any]], kind: str, known_at: KnownAt | None) -> list[dict[str, Any]]:
    """The rows of a kind without companies that are entities out of the reader's sight; of figures, whether the company
    is an entity (`registered`)."""
    del known_at
    hidden = outside(desk)
    kept = [dict(row) for row in rows if not hidden(row.get("entity") or "") and not hidden(row.get("company") or "")]
    if kind == "peer_figure":
        types = desk.entity_types()
        return [{**row, "registered": row["company"] in types} for row in kept]
    if kind != "peer_set":
        return kept
    for row in kept:
        row["lines"] = [line for line in row["lines"] if not hidden(line["company"])]
        if hidden(row.get("named") or ""):
            del row["named"]
    return kept
