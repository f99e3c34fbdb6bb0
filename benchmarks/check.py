"""How long `hengjian check` takes over a pack of a thousand indicators: python benchmarks/check.py [RUNS]

Writes a pack of 60 measures, 40 parameters, 1,000 indicators (ratios, trailing and rolling sums, growth, peers,
conditions; a fifth of them stand on another indicator, a fifth have two dated formulas) and 50 rules; checks it as a
process of its own; prints the median and ends with 1 when it is over a second. With `--profile` it runs once in this
process and prints where the time goes.
"""

import cProfile
import pstats
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

INDICATORS, MEASURES, PARAMETERS, RULES = 1_000, 60, 40, 50
BAR = 1.0
COMMAND = Path(sys.executable).with_name("hengjian")
FORMULAS = (
    "m{a} / m{b}",
    "(m{a} - m{b}) / m{c} - p{p}",
    "yoy(f{a})",
    "rolling(f{a}, 4, sum, at_least: 1) / avg(m{b})",
    "if(m{a} > 0, m{b} / m{a}, 0)",
    "median(m{a} / m{b}, within: industry)",
    "coalesce(f{a}, 0) / (m{b} + abs(m{c}))",
    "i{i} - prior(i{i}, 4)",
    "percentile(i{i}, within: industry, size)",
    "ttm(f{a}) / m{b} + p{p} * 2",
)


def label(name: str) -> str:
    """The label of a declaration."""
    return f"label: {{zh: 指标{name}, en: figure {name}}}"


def formula(number: int) -> str:
    """The formula of an indicator; another indicator in it comes earlier."""
    spread = {"a": number % 30, "b": (number * 7 + 1) % 30, "c": (number * 11 + 2) % 30}
    text = FORMULAS[number % len(FORMULAS)]
    if "{i}" in text and number < len(FORMULAS):
        text = FORMULAS[0]
    return text.format(**spread, p=number % PARAMETERS, i=number - number % len(FORMULAS))


def indicator(number: int) -> str:
    """The declaration of an indicator."""
    head = f"i{number}:\n  {label(f'i{number}')}\n  type: enterprise\n  unit: ratio\n"
    if number % 5:
        return f"{head}  source: a textbook, page {number}\n  formula: '{formula(number)}'\n"
    dated = (
        f"    - {{from: {day}, source: s, formula: '{formula(number)}'}}\n" for day in ("2021-01-01", "2024-01-01")
    )
    return f"{head}  versions:\n{''.join(dated)}"


def measure(name: str, kind: str) -> str:
    """The declaration of a measure."""
    head = f"{name}:\n  {label(name)}\n  type: enterprise\n  unit: CNY\n"
    return f"{head}  period_type: {kind}\n  frequency: quarter\n  source: statement\n"


def write_pack(folder: Path) -> Path:
    """The pack; its folder."""
    (folder / "indicators").mkdir(parents=True)
    (folder / "rules").mkdir()
    files = {
        "pack.yaml": "name: thousand\nversion: 1.0.0\nlicence: MIT\nlabel: {zh: 千, en: Thousand}\nrequires: []\n",
        "types.yaml": "enterprise:\n  label: {zh: 企业, en: Enterprise}\n  attributes:\n"
        "    industry: {kind: text, label: {zh: 行业, en: Industry}}\n"
        "    size: {kind: text, label: {zh: 规模, en: Size}}\n",
        "measures.yaml": "".join(
            measure(f"m{one}", "instant") + measure(f"f{one}", "duration") for one in range(MEASURES // 2)
        ),
        "parameters.yaml": "".join(
            f"p{one}:\n  {label(f'p{one}')}\n  unit: ratio\n  by: [industry]\n  values:\n"
            f"    - {{from: 2020-01-01, source: order 1, value: {{default: 70%, power: 75%}}}}\n"
            f"    - {{from: 2023-01-01, source: order 2, value: {{default: 65%, power: 72%}}}}\n"
            for one in range(PARAMETERS)
        ),
        **{
            f"indicators/part{part}.yaml": "".join(indicator(number) for number in range(part, INDICATORS, 10))
            for part in range(10)
        },
        "rules/rules.yaml": "".join(
            f"r{one}:\n  {label(f'r{one}')}\n  type: enterprise\n  when: i{one * 10} > p{one % PARAMETERS} and m0 > 0\n"
            f"  level: red\n  source: order 3\n  message: {{zh: '{{i{one * 10}:%}}', en: '{{i{one * 10}:%}}'}}\n"
            for one in range(RULES)
        ),
    }
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def seconds(pack: Path) -> float:
    """One run of the command; it must find nothing."""
    start = time.perf_counter()
    found = subprocess.run([str(COMMAND), "check", str(pack)], capture_output=True, text=True, check=False)
    if found.returncode or "warning" in found.stdout + found.stderr:
        raise SystemExit(f"the pack is at fault:\n{found.stdout[:2000]}{found.stderr[:2000]}")
    return time.perf_counter() - start


def profile(pack: Path) -> None:
    """Where the time goes, in this process."""
    from hengjian.app.checking import check

    profiler = cProfile.Profile()
    profiler.runcall(check, {"packs": [str(pack)]})
    pstats.Stats(profiler).sort_stats("tottime").print_stats(30)


def main() -> int:
    """The figures; 1 when over the bar."""
    runs = [int(word) for word in sys.argv[1:] if word.isdecimal()]
    with tempfile.TemporaryDirectory() as folder:
        pack = write_pack(Path(folder) / "thousand")
        if "--profile" in sys.argv:
            profile(pack)
            return 0
        times = [seconds(pack) for _ in range(runs[0] if runs else 9)]
    middle = median(times)
    told = f"check of {INDICATORS:,} indicators: median {middle:.2f} s, best {min(times):.2f} s, bar {BAR:.1f} s"
    sys.stdout.write(f"{told}\n")
    return int(middle > BAR)


if __name__ == "__main__":
    sys.exit(main())
