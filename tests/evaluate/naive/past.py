"""Functions that look back in time, and those that read finer periods."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from math import sqrt

from hengjian.formula.node import Call
from hengjian.model.missing import Missing
from hengjian.model.period import Period, period_of
from naive.figure import Figure, Gap, deviation, first_gap, mean, one_by_one, present, settled, stepped
from naive.reader import At, Reader, function
from naive.shape import coarser, option, spoken, whole_number

KINDS: Mapping[str, Callable[[Sequence[float]], float]] = {
    "mean": mean, "sum": one_by_one, "min": min, "max": max, "std": deviation,
}  # fmt: skip


def _window(reader: Reader, call: Call, at: At, count: int) -> list[Figure]:
    """The last `count` periods of the first argument, oldest first."""
    return [reader.back(call.arguments[0], at, step) for step in range(count - 1, -1, -1)]


def _too_few(figures: Sequence[Figure], wanted: int) -> Gap | None:
    return first_gap(figures) if len(present(figures)) < wanted else None


def _at_least(call: Call, otherwise: int) -> int:
    found = option(call, "at_least")
    return whole_number(found[0]) if found else otherwise


@function("prior", "opening")
def _earlier(reader: Reader, call: Call, at: At) -> Figure:
    inner, *rest = call.arguments
    if call.name == "opening":
        return reader.back(inner, at, at.index % at.year + 1)
    return reader.back(inner, at, whole_number(rest[0]) if rest else 1)


@function("delta")
def _delta(reader: Reader, call: Call, at: At) -> Figure:
    inner, *rest = call.arguments
    figures = [reader.figure(inner, at), reader.back(inner, at, whole_number(rest[0]) if rest else 1)]
    now_and_then = present(figures)
    if len(now_and_then) < 2:
        return first_gap(figures) or 0.0
    return settled(now_and_then[0] - now_and_then[1], reader.gap(Missing.NOT_APPLICABLE, call, at))


@function("yoy", "cagr")
def _growth(reader: Reader, call: Call, at: At) -> Figure:
    inner, *rest = call.arguments
    years = whole_number(rest[0]) if rest else 1
    now = reader.figure(inner, at)
    since = len(reader.met)
    base = reader.back(inner, at, years * at.year)
    if isinstance(now, Gap) or isinstance(base, Gap):
        return first_gap([now, base]) or 0.0
    if base <= 0:
        return reader.gap(Missing.NEGATIVE_BASE, inner, at.move(at.index - years * at.year), since)
    gap = reader.gap(Missing.NOT_APPLICABLE, call, at)
    if call.name == "yoy":
        return settled(now / base - 1.0, gap)
    return gap if now < 0 else settled((now / base) ** (1 / years) - 1.0, gap)


@function("ytd", "ttm", "quarter")
def _flow(reader: Reader, call: Call, at: At) -> Figure:
    (inner,) = call.arguments
    place = at.index % at.year
    gap = reader.gap(Missing.NOT_APPLICABLE, call, at)
    if not reader.texts.is_to_date(inner):
        steps = range(place if call.name == "ytd" else at.year - 1, -1, -1)
        if call.name == "quarter":
            steps = range(1)
        figures = [reader.back(inner, at, step) for step in steps]
        return first_gap(figures) or settled(one_by_one(present(figures)), gap)
    if call.name == "ytd" or place == (at.year - 1 if call.name == "ttm" else 0):
        return reader.figure(inner, at)
    steps_back = (0, place + 1, at.year) if call.name == "ttm" else (0, 1)
    figures = [reader.back(inner, at, step) for step in steps_back]
    missing = first_gap(figures)
    if missing:
        return missing
    now, *others = present(figures)
    return settled(now + others[0] - others[1] if call.name == "ttm" else now - others[0], gap)


@function("rolling")
def _rolling(reader: Reader, call: Call, at: At) -> Figure:
    count, kind = whole_number(call.arguments[1]), spoken(call.arguments[2])
    figures = _window(reader, call, at, count)
    missing = _too_few(figures, _at_least(call, count))
    if missing:
        return missing
    gap = reader.gap(Missing.NOT_APPLICABLE, call, at)
    given = present(figures)
    return gap if kind == "std" and len(given) == 1 else settled(KINDS[kind](given), gap)


@function("slope", "residual")
def _line(reader: Reader, call: Call, at: At) -> Figure:
    count = whole_number(call.arguments[1])
    figures = _window(reader, call, at, count)
    missing = first_gap(figures)
    if missing:
        return missing
    given = present(figures)
    places = [place - (count - 1) / 2 for place in range(count)]
    products = [place * figure for place, figure in zip(places, given, strict=True)]
    slope = one_by_one(products) / (count * (count * count - 1) / 12)
    gap = reader.gap(Missing.NOT_APPLICABLE, call, at)
    if call.name == "slope":
        return settled(slope, gap)
    middle = mean(given)
    errors = [figure - (middle + slope * place) for place, figure in zip(places, given, strict=True)]
    square = one_by_one([error * error for error in errors]) / (count - 2)
    return sqrt(square) if square >= 0 and square != float("inf") else gap


@function("since")
def _since(reader: Reader, call: Call, at: At) -> Figure:
    (condition,) = call.arguments
    first = reader.world.begins(at.frequency) - reader.endless
    step = 0
    while step == 0 or at.index - step >= first:
        truth = reader.back(condition, at, step)
        if isinstance(truth, Gap):
            return truth
        if truth == 1:
            return float(step)
        step += 1
    return reader.gap(Missing.NO_HISTORY, call, at)


@function("count_true")
def _count_true(reader: Reader, call: Call, at: At) -> Figure:
    count = whole_number(call.arguments[1])
    figures = _window(reader, call, at, count)
    missing = _too_few(figures, _at_least(call, count))
    return missing or one_by_one([0.0, *present(figures)])


@function("sum per", "mean per", "max per", "min per", "last per")
def _per(reader: Reader, call: Call, at: At) -> Figure:
    (inner,) = call.arguments
    figures = [reader.figure(inner, fine) for fine in _within(reader, call, at)]
    if call.name == "last":
        return figures[-1]
    missing = _too_few(figures, _at_least(call, len(figures)))
    return missing or settled(KINDS[call.name](present(figures)), reader.gap(Missing.NOT_APPLICABLE, call, at))


@function("increase per")
def _increase(reader: Reader, call: Call, at: At) -> Figure:
    (inner,) = call.arguments
    fine = _within(reader, call, at)
    eve = fine[0].move(fine[0].index - 1)
    is_start = not reader.endless and eve.index < reader.world.begins(eve.frequency)
    before = reader.gap(Missing.BEFORE_FIRST, inner, eve) if is_start else reader.figure(inner, eve)
    figures = [reader.figure(inner, each) for each in fine]
    if isinstance(before, Gap):
        has_begun = any(not isinstance(each, Gap) or each.reason is not Missing.BEFORE_FIRST for each in figures)
        return stepped(before) if has_begun else before
    missing = _too_few(figures, _at_least(call, len(figures)))
    if missing:
        return missing
    total, last = 0.0, before
    for reading in present(figures):
        total = total + (reading if reading < last else reading - last)
        last = reading
    return settled(total, reader.gap(Missing.NOT_APPLICABLE, call, at))


def _within(reader: Reader, call: Call, at: At) -> list[At]:
    """The finer periods within this one, oldest first."""
    fine = reader.texts.frequency(call.arguments[0])
    assert fine is not None
    assert coarser(call) == at.frequency
    period = Period(at.frequency, at.index)
    first, beyond = (period_of(day, fine).index for day in (period.start, period.shift(1).start))
    return [replace(at, frequency=fine, index=index) for index in range(first, beyond)]
