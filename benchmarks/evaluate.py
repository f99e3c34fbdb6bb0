"""Seconds to evaluate 16 indicators over 100,000 enterprises and 12 quarters, beside pandas in the same run.

    python benchmarks/evaluate.py [--entities 100000] [--quarters 12] [--repeat 5]

Fourteen ratios, one growth and one trailing year over 25 measures, 2 % of the cells missing. Both begin with the
measures in memory (ours period-major arrays, pandas a frame sorted by enterprise and quarter) and end with every
value; pandas gives no reasons for what is missing. Runs alternate, so that both see the same machine.
"""

import argparse
import statistics
import sys
import time
from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from hengjian.evaluate.digest import digest
from hengjian.evaluate.evaluate import Results, evaluate
from hengjian.formula.check import check
from hengjian.formula.term import Programme
from hengjian.model.cut import Cut
from hengjian.model.declaration import Catalogue, EntityType, FormulaText, Indicator, Label, Measure
from hengjian.model.issue import Place
from hengjian.model.missing import Missing
from hengjian.model.period import Period
from hengjian.model.unit import RATIO, SHIPPED
from hengjian.panel.panel import Column, Panel

HERE = Place(file="benchmarks/evaluate.py")
MEASURES = 25

#: Fourteen ratios of neighbouring lines, in turn plain, of a difference, and of a sum; m24 runs from the year's start.
RATIOS = {
    f"ratio_{place}": [f"m{place} / m{place + 1}", f"(m{place} - m{place + 2}) / m{place + 3}",
                       f"m{place} / (m{place + 4} + m{place + 5})"][place % 3]
    for place in range(14)
}  # fmt: skip
FORMULAS = {**RATIOS, "growth": "yoy(m0)", "moving": "ttm(m24)"}


def programme() -> Programme:
    """The formulas, parsed and checked like those of any pack."""
    label, cny = Label(zh="基准", en="benchmark"), SHIPPED["CNY"]
    measures = {
        f"m{place}": Measure(
            name=f"m{place}", label=label, type="enterprise", unit=cny, pack="benchmark", place=HERE,
            period_type="duration" if place == MEASURES - 1 else "instant", frequency="quarter",
            cumulative="year" if place == MEASURES - 1 else None, source="",
        )
        for place in range(MEASURES)
    }  # fmt: skip
    indicators = {
        name: Indicator(
            name=name, label=label, type="enterprise", unit=cny if name == "moving" else RATIO, pack="benchmark",
            versions=(FormulaText(valid_from=None, source="", text=text, place=HERE),), place=HERE,
        )
        for name, text in FORMULAS.items()
    }  # fmt: skip
    enterprise = EntityType(name="enterprise", label=label, attributes={}, place=HERE)
    catalogue = Catalogue(
        packs={}, types={"enterprise": enterprise}, links={}, measures=measures, parameters={}, indicators=indicators,
        rules={}, checks={},
    )  # fmt: skip
    checked, issues = check(catalogue)
    if checked is None:
        raise SystemExit("\n".join(str(issue) for issue in issues))
    return checked


def synthetic(entities: int, quarters: int) -> Panel:
    """Positive figures, 2 % of them not reported."""
    random = np.random.default_rng(1)
    shape = (quarters, entities)
    columns = {}
    for place in range(MEASURES):
        gone = random.random(shape) < 0.02
        values = random.uniform(1.0, 1e9, shape)
        values[gone] = np.nan
        reasons = np.where(gone, np.uint8(Missing.NOT_REPORTED), np.uint8(Missing.PRESENT))
        columns[f"m{place}"] = Column(values=values, reasons=reasons)
    return Panel(
        cut=Cut(), periods=tuple(Period("quarter", 2018 * 4 + step) for step in range(quarters)),
        entities=tuple(f"E{place:06d}" for place in range(entities)), ordinals=np.arange(entities), columns=columns,
        basis={name: np.ones(shape, dtype=np.uint8) for name in columns}, attributes={},
    )  # fmt: skip


def frame_of(panel: Panel) -> pd.DataFrame:
    """The same cells as pandas users hold them: one row an enterprise and quarter."""
    index = pd.MultiIndex.from_product([panel.entities, range(len(panel.periods))], names=["entity", "quarter"])
    return pd.DataFrame({name: column.values.T.ravel() for name, column in panel.columns.items()}, index=index)


def by_pandas(frame: pd.DataFrame) -> Mapping[str, pd.Series]:
    """The same sixteen, each written as an analyst would."""
    answers: dict[str, pd.Series] = {}
    for name, text in RATIOS.items():
        upper, lower = (frame.eval(part) for part in text.split(" / "))
        answers[name] = upper / lower.where(lower != 0)
    by_entity = frame.groupby(level="entity", sort=False)
    base = by_entity["m0"].shift(4)
    answers["growth"] = frame["m0"] / base.where(base > 0) - 1
    place = frame.index.get_level_values("quarter").to_numpy() % 4
    closing = pd.Series(np.nan, index=frame.index)
    for step in range(1, 5):
        closing = closing.mask(place == step - 1, by_entity["m24"].shift(step))
    moving = frame["m24"] + closing - by_entity["m24"].shift(4)
    answers["moving"] = frame["m24"].where(place == 3, moving)
    return answers


def compare(results: Results, answers: Mapping[str, pd.Series]) -> None:
    """Both say the same, or the run is worth nothing."""
    shape = (len(results.entities), len(results.periods))
    for name, column in results.columns.items():
        np.testing.assert_allclose(column.values, answers[name].to_numpy().reshape(shape).T, rtol=1e-12, err_msg=name)


def seconds(work: Callable[[], object]) -> float:
    """Wall clock of one run."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def main() -> None:
    """Alternate both, print the medians and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--entities", type=int, default=100_000)
    parser.add_argument("--quarters", type=int, default=12)
    parser.add_argument("--repeat", type=int, default=5)
    options = parser.parse_args()
    checked, panel = programme(), synthetic(options.entities, options.quarters)
    frame, names = frame_of(panel), list(FORMULAS)
    results = evaluate(checked, names, panel)
    compare(results, by_pandas(frame))
    ours, theirs, digests = [], [], []
    for _ in range(options.repeat):
        ours.append(seconds(lambda: evaluate(checked, names, panel)))
        theirs.append(seconds(lambda: by_pandas(frame)))
        digests.append(seconds(lambda: digest(results)))
    mine, other = statistics.median(ours), statistics.median(theirs)
    size = f"{options.entities:,} enterprises, {options.quarters} quarters, {options.repeat} runs"
    lines = [
        f"{len(names)} indicators, {size}",
        f"hengjian  median {mine:.3f} s  ({min(ours):.3f} to {max(ours):.3f})",
        f"pandas    median {other:.3f} s  ({min(theirs):.3f} to {max(theirs):.3f})  {other / mine:.1f} times as long",
        f"digest of all values  median {statistics.median(digests):.3f} s",
    ]
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
