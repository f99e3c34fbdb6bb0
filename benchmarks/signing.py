"""What a failed attempt to sign in costs, whether somebody has the name or not: python benchmarks/signing.py [PERSONS]

Attempts with a wrong password and with a wrong name alternate, against a writer that runs as in `serve`: four of each
name, which may fail, then as many more after it was locked. Prints medians in milliseconds; ends with 1 when those of
the names differ by more than 5 %.
"""

import sys
import tempfile
import time
from itertools import count
from pathlib import Path
from statistics import median, quantiles

from hengjian.app import open_space, packs
from hengjian.app.serve import at_work
from hengjian.app.writer import Writer
from hengjian.model.issue import Refused

BAR = 0.05
#: One more failure locks a name.
FREE = 4
addresses = (f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}" for number in count(1))


def say(line: str) -> None:
    """Print a line."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def space(folder: Path, persons: int) -> list[str]:
    """A space with some persons who have passwords; their ids."""
    packs.init({"space": str(folder), "packs": ["finance"], "name": "signing", "actor": "local:benchmark"})
    names = [f"person{number}" for number in range(persons)]
    opened = open_space(folder)
    for name in names:
        opened.ask("enrol", {"person": name, "name": name})
        opened.ask("set_password", {"person": name})
    return names


def attempt(writer: Writer, name: str) -> float:
    """The milliseconds of one attempt that fails."""
    began = time.perf_counter()
    try:
        writer.ask("sign_in", {"person": name, "password": "not the password", "address": next(addresses)})
    except Refused:
        return 1000 * (time.perf_counter() - began)
    raise AssertionError(f"{name} signed in")


def measured(writer: Writer, names: list[str], rounds: int) -> dict[str, list[float]]:
    """The milliseconds of attempts at names that somebody has, and nobody, in turns."""
    found: dict[str, list[float]] = {"a wrong password": [], "a wrong name": []}
    for number in range(rounds):
        for place, name in enumerate(names):
            asked = [("a wrong password", name), ("a wrong name", f"nobody{name}")]
            for kind, one in asked if (number + place) % 2 else reversed(asked):  # neither is always the second
                found[kind].append(attempt(writer, one))
    return found


def told(title: str, found: dict[str, list[float]]) -> bool:
    """Print one comparison; whether the medians are near enough."""
    for kind, times in found.items():
        first, _, third = quantiles(times, n=4)
        say(f"{title:<10} {kind:<18} {median(times):>8.2f} {first:>8.2f} {third:>8.2f}  {len(times)} attempts")
    one, other = (median(times) for times in found.values())
    ratio = one / other
    say(f"{title:<10} ratio {ratio:.3f}  {'met' if abs(ratio - 1) <= BAR else 'MISSED'}")
    return abs(ratio - 1) <= BAR


def main() -> int:
    """Measure and print; 1 when a bar is missed."""
    persons = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    with tempfile.TemporaryDirectory() as folder:
        names = space(Path(folder) / "space", persons)
        with at_work(Path(folder) / "space") as writer:
            attempt(writer, "first of all")
            say(f"{'':<10} {'ms':<18} {'median':>8} {'25 %':>8} {'75 %':>8}")
            met = told("open", measured(writer, names, FREE))
            measured(writer, names, 1)
            met &= told("locked", measured(writer, names, FREE))
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
