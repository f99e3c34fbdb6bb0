"""From audited to assessed figures, adjustment by adjustment (视同利润认定): `bridge`, and `assess_figures`."""

import csv
import io
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from hengjian.app.adjustments import filed_period, most, signed
from hengjian.app.desk import Desk
from hengjian.app.insight import mark
from hengjian.app.moment import parse_cut
from hengjian.app.question import ask, known_entity
from hengjian.app.registerrows import plain
from hengjian.app.registers import rows_of
from hengjian.app.rights import must
from hengjian.app.wire import Answer
from hengjian.formula.term import Programme
from hengjian.intake.text import quoted
from hengjian.model.cut import BasisChoice, Cut, KnownAt
from hengjian.model.declaration import Measure
from hengjian.model.issue import refuse
from hengjian.model.period import parse_period

#: As much as an observation's place may hold.
_PLACE = 200


def bridge(desk: Desk, question: Mapping[str, Any]) -> Answer:
    """`{"entity","name","period","measures":[…],"pending"}`: of each measure that is adjusted the audited figure, the
    adjustments in the order of their ids, and the assessed figure that follows, in the measure's unit as decimal texts.

    An adjustment tells its claim, evidence, opinion and recognition with who took each step, and `amount`: what it adds
    (a removal takes away) once it is recognised, 0 before; `most`: what can be recognised of it at most. `filed`: the
    assessed figure that is filed, and whether it is the one that follows (`settled`). `pending`: the ids that nobody
    decided on yet.
    """
    cut = parse_cut(dict(question), desk.config.timezone)
    entity, period = known_entity(desk, str(question["entity"])), _period(question)
    programme = desk.programme(cut.known_at)
    rows = sorted(rows_of(desk, "adjustment", known_at=cut.known_at, entity=entity, period=period), key=_by_id)
    by_measure: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        by_measure.setdefault(row["measure"], []).append(row)
    names = desk.names(Cut(known_at=cut.known_at), desk.config.current_day())
    return {
        "entity": entity, "name": names.get(entity, entity), "period": period,
        "measures": [
            _measure(desk, programme, entity, period, name, of_it, cut.known_at) for name, of_it in by_measure.items()
        ],
        "pending": [row["id"] for row in rows if row["state"] not in ("recognised", "refused")],
        **mark(desk.sight),
    }  # fmt: skip


def _by_id(row: Mapping[str, Any]) -> str:
    return str(row["id"])


def _period(question: Mapping[str, Any]) -> str:
    found = parse_period(str(question["period"]))
    if found is None:
        raise refuse(f"{str(question['period'])!r} is no period", "write a year, as 2025, or 2025-Q2, or 2025-06")
    return str(found)


def _measure(
    desk: Desk, programme: Programme, entity: str, period: str, name: str, rows: Sequence[Mapping[str, Any]],
    known_at: KnownAt | None,
) -> dict[str, Any]:  # fmt: skip
    measure = programme.catalogue.measures[name]
    audited = figures_of(desk, programme, [measure], entity, period, "audited", known_at).get(name)
    filed = figures_of(desk, programme, [measure], entity, period, "assessed", known_at).get(name)
    told, sums = [], {"add_back": Decimal(0), "removal": Decimal(0), "correction": Decimal(0)}
    for row in rows:
        amount = Decimal(row["recognised"]) if row["state"] == "recognised" else Decimal(0)
        sums[row["effect"]] += amount
        told.append({**row, "amount": plain(signed(row, amount)), "most": plain(most(row))})
    total = sums["add_back"] - sums["removal"] + sums["correction"]
    assessed = None if audited is None else audited + total
    return {
        "measure": name, "label": measure.label.record(), "unit": measure.unit.symbol, "audited": _text(audited),
        "adjustments": told, "added": plain(sums["add_back"]), "removed": plain(sums["removal"]),
        "corrected": plain(sums["correction"]), "assessed": _text(assessed),
        "filed": _text(filed), "settled": assessed is not None and filed == assessed,
    }  # fmt: skip


def _text(figure: Decimal | None) -> str | None:
    return None if figure is None else plain(figure)


def figures_of(
    desk: Desk, programme: Programme, measures: Sequence[Measure], entity: str, period: str, basis: BasisChoice,
    known_at: KnownAt | None = None,
) -> dict[str, Decimal]:  # fmt: skip
    """The figures of measures that stand for a period on one basis, each in its unit; those that there are."""
    groups: dict[str, list[Measure]] = {}
    for measure in measures:
        at = filed_period(measure, period)
        if at is not None:
            groups.setdefault(str(at), []).append(measure)
    found = {}
    for at_text, of_it in groups.items():
        names = {one.name: one for one in of_it}
        for asked in ask(desk, programme, Cut(known_at=known_at, basis=basis), names, [entity], at_text):
            for name in asked.formulas:
                column, mask = asked.columns[name], asked.masks[name]
                for row in range(len(asked.panel.periods)):
                    if mask[row, 0] and not column.reasons[row, 0]:
                        found[name] = Decimal(repr(float(column.values[row, 0]))) / names[name].unit.scale
    return found


def assess_figures(desk: Desk, question: Mapping[str, Any]) -> Answer:
    """File the assessed figures that follow from recognised adjustments, of basis `assessed`: a filing like any other,
    each row's place naming its adjustments, or that it is as audited. Filed once: the same again is told of the first.
    """
    entity, period = known_entity(desk, str(question["entity"])), _period(question)
    must(desk, "assess", entity)
    figures, places = _recognised(bridge(desk, {"entity": entity, "period": period}))
    if not figures:
        message = f"no adjustment of {quoted(entity)} for {period} is recognised"
        raise refuse(message, "claims are entered and recognised in the register adjustment")
    from hengjian.app.submit import submit

    who = {name: question[name] for name in ("who", "actor", "token") if question.get(name) is not None}
    file = {"name": f"assessed-{period}.csv", "data": assessed_file(desk, entity, period, figures, places)}
    return submit(desk, {
        "files": [file], "form": "observations", "entity": None, "key": None, "known_from": None, **who,
    })  # fmt: skip


def _recognised(answer: Answer) -> tuple[dict[str, Decimal], dict[str, str]]:
    """By measure the assessed figure, and by which adjustments. Refused where one has no audited figure."""
    figures, places = {}, {}
    for one in answer["measures"]:
        counted = [row["id"] for row in one["adjustments"] if row["state"] == "recognised"]
        if not counted:
            continue
        if one["assessed"] is None:
            message = f"{one['measure']} of {quoted(answer['entity'])} has no audited figure of {answer['period']}"
            raise refuse(message, "file the audited figures first, with 审计 as their basis")
        figures[one["measure"]] = Decimal(one["assessed"])
        place = "adjustments " + ", ".join(counted)
        places[one["measure"]] = place if len(place) <= _PLACE else f"{len(counted)} adjustments of {answer['period']}"
    return figures, places


def assessed_file(
    desk: Desk, entity: str, period: str, figures: Mapping[str, Decimal], places: Mapping[str, str]
) -> bytes:
    """A file of the form `observations` with assessed figures, in their measures' units.

    The best basis is chosen for a whole statement (decision 0007): what stands beside them in theirs is filed as
    audited, else it would be hidden by them.
    """
    catalogue = desk.programme().catalogue
    tables = {desk.store.statement(catalogue.measures[name]) for name in figures}
    kinds = catalogue.lineage(desk.entity_types()[entity])
    beside = [
        one for one in catalogue.measures.values()
        if one.name not in figures and one.type in kinds and desk.store.statement(one) in tables
    ]  # fmt: skip
    rows = [(catalogue.measures[name], value, places.get(name, "")) for name, value in figures.items()]
    audited = figures_of(desk, desk.programme(), beside, entity, period, "audited")
    rows += [(catalogue.measures[name], value, "as audited") for name, value in audited.items()]
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(["entity", "measure", "period", "value", "unit", "basis", "place"])
    for measure, value, place in rows:
        at = str(filed_period(measure, period))
        writer.writerow([entity, measure.name, at, plain(value), measure.unit.symbol, "assessed", place])
    return buffer.getvalue().encode()
