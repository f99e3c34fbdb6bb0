"""One compared indicator as a row: where the figure stands, its gaps, their course, and what they are made of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from hengjian.app.benchmarkfigures import Compared, Told
from hengjian.app.peersets import PeerSet
from hengjian.app.registerrows import plain
from hengjian.app.wire import Answer
from hengjian.formula.term import Formula, Term
from hengjian.model.period import Period
from hengjian.supervise.benchmark import (
    Better,
    Gap,
    best,
    course,
    gap,
    growth,
    position,
    quantile,
    spread,
    years_to_close,
)
from hengjian.supervise.divisia import decomposed

#: What gaps are told to, beside a company that is named; quantiles are of the peers alone.
_SHARES: Mapping[str, Decimal] = {"median": Decimal("0.5"), "p75": Decimal("0.75"), "p90": Decimal("0.9")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What every row of an answer is made with."""

    peers: PeerSet
    figures: Compared
    period: Period


def row(asked: Asked, formula: Formula, better: Better | None) -> Answer:
    """One indicator; without a direction no position, gap or shortboard is told, only the figures."""
    figures, peers, name = asked.figures, asked.peers, formula.name
    own = figures.own(name)
    values = [_values(figures, name, year) for year in range(len(figures.periods))]
    now = [one for one in values[0].values() if one is not None]
    count = len(now) + (own[0].value is not None)
    is_enough = count >= peers.minimum
    found: Answer = {
        "indicator": name, "unit": str(formula.unit), "better": better, **_figure(own[0]), "count": count,
        "peers": len(now), "enough": is_enough, "position": None, "gaps": {}, "short": None,
        "companies": [
            {"company": one.company, "name": one.name, **_figure(figures.of(one.company, name)[0])}
            for one in figures.members
        ],
        "reads": [name],
    }  # fmt: skip
    if better is None:
        return found | {"trend": _trend(asked, own, [{} for _ in values]), "course": None, "factors": None}
    targets = [_targets(peers, better, year, own[place].value) for place, year in enumerate(values)]
    if own[0].value is not None and is_enough:
        found["position"] = _position(asked, own[0].value, now, better)
        found["short"] = Decimal(found["position"]["percentile"]) < peers.short_below
    wide = spread(now, peers.method) if is_enough and now else None
    found["gaps"] = {} if own[0].value is None else _gaps(own, targets, better, wide)
    medians = [year.get("median") for year in targets]
    gaps = [
        None if told.value is None or middle is None else told.value - middle
        for told, middle in zip(own, medians, strict=True)
    ]
    found["course"] = course(list(reversed(gaps)), better)
    return found | {"trend": _trend(asked, own, targets), "factors": _factors(asked, formula, better)}


def _figure(told: Told) -> Answer:
    return {
        "value": None if told.value is None else plain(told.value), "missing": told.missing, "source": told.source,
        "entry": told.entry, **({"beyond": True} if told.beyond else {}),
    }  # fmt: skip


def _values(figures: Compared, name: str, year: int) -> dict[str, Decimal | None]:
    return {one.company: figures.of(one.company, name)[year].value for one in figures.members}


def _position(asked: Asked, own: Decimal, peers: Sequence[Decimal], better: Better) -> Answer:
    found = position(own, peers, asked.peers.method, better)
    return {"percentile": plain(found.percentile), "quartile": found.quartile, "place": found.place}


def _targets(
    peers: PeerSet, better: Better, values: Mapping[str, Decimal | None], own: Decimal | None
) -> dict[str, Decimal]:
    """What gaps of one year are told to: quantiles only of enough figures, the best and the named one in any case."""
    told = [one for one in values.values() if one is not None]
    found: dict[str, Decimal] = {}
    if told and len(told) + (own is not None) >= peers.minimum:
        found |= {word: quantile(told, share, peers.method, better).value for word, share in _SHARES.items()}
    if told:
        found["best"] = best(told, better)
    named = None if peers.named is None else values.get(peers.named)
    return found if named is None else {**found, "named": named}


def _gaps(
    own: Sequence[Told], targets: Sequence[Mapping[str, Decimal]], better: Better, wide: Decimal | None
) -> dict[str, Answer]:
    now = own[0].value
    assert now is not None
    mine = growth([one.value for one in reversed(own)])
    found = {}
    for word, to in targets[0].items():
        theirs = growth([year.get(word) for year in reversed(targets)])
        found[word] = _gap(gap(now, to, better, wide)) | _years(now, to, mine, theirs, better)
    return found


def _gap(one: Gap) -> Answer:
    return {
        "to": plain(one.to), "absolute": plain(one.absolute), "ahead": one.ahead,
        "relative": None if one.relative is None else plain(one.relative),
        "in_spread": None if one.in_spread is None else plain(one.in_spread),
    }  # fmt: skip


def _years(now: Decimal, to: Decimal, mine: Decimal | None, theirs: Decimal | None, better: Better) -> Answer:
    years = years_to_close(now, to, mine, theirs, better)
    told = {
        "growth": None if mine is None else plain(mine),
        "growth_of_target": None if theirs is None else plain(theirs),
    }
    return {"years": None, "why": years, **told} if isinstance(years, str) else {
        "years": plain(years), "why": None, **told
    }  # fmt: skip


def _trend(asked: Asked, own: Sequence[Told], targets: Sequence[Mapping[str, Decimal]]) -> list[Answer]:
    """By year, the oldest first: one's own figure, and what it is measured by."""
    told = [
        {
            "period": str(period), "value": None if mine.value is None else plain(mine.value),
            **{word: plain(year[word]) if word in year else None for word in (*_SHARES, "best", "named")},
        }
        for period, mine, year in zip(asked.figures.periods, own, targets, strict=True)
    ]  # fmt: skip
    return list(reversed(told))


def factors_of(formula: Formula, period: Period) -> tuple[str, ...]:
    """The indicators and measures whose product a formula is, as it is declared; nothing where it is none."""
    version = formula.version_at(period.end)
    found = () if version is None else _product(version.term)
    return found if len(found) > 1 and len(set(found)) == len(found) else ()


def _product(term: Term) -> tuple[str, ...]:
    if term.op in ("indicator", "measure"):
        return (term.name,)
    if term.op != "multiply":
        return ()
    parts = [_product(one) for one in term.arguments]
    return tuple(name for part in parts for name in part) if all(parts) else ()


def _factors(asked: Asked, formula: Formula, better: Better) -> Answer | None:
    """The gap to the named company, else to the best one of which every factor is told, factor by factor."""
    names = factors_of(formula, asked.period)
    if not names:
        return None
    against = _against(asked, formula.name, names, better)
    own = {name: asked.figures.own(name)[0].value for name in names}
    lacking = [name for name, value in own.items() if value is None]
    found: Answer = {"factors": list(names), "against": None, "lacking": lacking, "parts": []}
    if lacking or against is None:
        return found
    theirs = {name: asked.figures.of(against, name)[0].value for name in names}
    done = decomposed(
        {name: value for name, value in own.items() if value is not None},
        {name: value for name, value in theirs.items() if value is not None},
    )
    return found | {
        "against": against, "by": done.by, "own": plain(done.own), "peer": plain(done.peer), "gap": plain(done.gap),
        "parts": [
            {"indicator": name, "own": _text(own[name]), "peer": _text(theirs[name]), "part": plain(done.parts[name])}
            for name in names
        ],
    }  # fmt: skip


def _text(value: Decimal | None) -> str | None:
    return None if value is None else plain(value)


def _against(asked: Asked, name: str, names: Sequence[str], better: Better) -> str | None:
    figures = asked.figures
    whole = [
        one.company for one in figures.members
        if all(figures.of(one.company, factor)[0].value is not None for factor in names)
    ]  # fmt: skip
    if asked.peers.named in whole:
        return asked.peers.named
    product: dict[str, Any] = {}
    for company in whole:
        told = figures.of(company, name)[0].value
        if told is not None:
            product[company] = told
    if not product:
        return None
    wanted = best(list(product.values()), better)
    return next(company for company, value in product.items() if value == wanted)
