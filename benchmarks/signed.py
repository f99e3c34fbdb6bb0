"""Requests per second of pages for somebody who signed in, and for nobody: python benchmarks/signed.py [ROUNDS]

The space is that of the district demo, with one person who sees all of it, and signing in offered but not required: so
one server answers both. Measured are whole requests, one after the other through the application in this process, in
turns: a round of one, a round of the other, by processor time, so that what else the machine does counts less. `plain`
are the same pages without the wall before them. Prints medians over the rounds; ends with 1 where signed-in pages are
more than a fifth slower than unsigned ones.
"""

import os
import sys
import tempfile
import time
import warnings
from pathlib import Path
from statistics import median

from hengjian.app.demo import file_example, find_example, make_space
from hengjian.app.serve import at_work
from hengjian.app.writer import Writer
from hengjian.web import Entrance, build

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

PERSON, PASSWORD = "bench", "a sentence for measuring only"
BAR = 0.8
A_ROUND = 5
ADDRESS = "http://127.0.0.1"


def reader_of(writer: Writer, entrance: Entrance | None) -> TestClient:
    """A reader of the pages."""
    return TestClient(build(writer.ask, entrance=entrance), base_url=ADDRESS, follow_redirects=False)


def sign_in(writer: Writer, reader: TestClient) -> None:
    """Enrol somebody who sees everything, and sign them in."""
    operator = {"actor": "local:bench"}
    writer.ask("enrol", {**operator, "person": PERSON, "name": "Bench"})
    role = {"person": PERSON, "role": "officer", "tree": "space", "node": None}
    writer.ask("give_role", {**operator, **role})
    writer.ask("set_password", {**operator, "person": PERSON, "password": PASSWORD, "must_change": False})
    form = {"person": PERSON, "password": PASSWORD}
    answer = reader.post("/sign-in", data=form, headers={"origin": ADDRESS, "sec-fetch-site": "same-origin"})
    assert answer.status_code == 303, answer.text


def per_second(reader: TestClient, path: str) -> float:
    """Requests per second of the processor over a round."""
    began = time.process_time()
    for _ in range(A_ROUND):
        answer = reader.get(path)
        assert answer.status_code == 200, (path, answer.status_code)
    return A_ROUND / (time.process_time() - began)


def measured(writer: Writer, rounds: int) -> dict[str, dict[str, list[float]]]:
    """By page and kind of reader, what each round gave."""
    readers = {
        "plain": reader_of(writer, None), "unsigned": reader_of(writer, Entrance()),
        "signed": reader_of(writer, Entrance()),
    }  # fmt: skip
    sign_in(writer, readers["signed"])
    entity = next(one["id"] for one in writer.ask("entities", {})["entities"] if one["type"] == "enterprise")
    pages = {"the portfolio": "/", "an enterprise": f"/entity/{entity}", "alerts": "/alerts"}
    found: dict[str, dict[str, list[float]]] = {name: {kind: [] for kind in readers} for name in pages}
    for path in pages.values():
        for reader in readers.values():
            per_second(reader, path)
    for _ in range(rounds):
        for name, path in pages.items():
            for kind, reader in readers.items():
                found[name][kind].append(per_second(reader, path))
    return found


def main() -> int:
    """Measure, print, compare."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 9
    with tempfile.TemporaryDirectory(prefix="hengjian-bench-") as folder:
        space = Path(folder) / "space"
        example = find_example("district")
        make_space(example, space)
        with at_work(space) as writer:
            file_example(example, writer.ask)
            found = measured(writer, rounds)
    sys.stdout.write(f"{'by processor second':<22} {'plain':>9} {'unsigned':>9} {'signed':>9} {'ratio':>7}\n")
    is_met = True
    for name, kinds in found.items():
        plain, unsigned, signed = (median(kinds[kind]) for kind in ("plain", "unsigned", "signed"))
        ratio = signed / unsigned
        is_met = is_met and ratio >= BAR
        verdict = "met" if ratio >= BAR else "MISSED"
        sys.stdout.write(f"{name:<22} {plain:>9.1f} {unsigned:>9.1f} {signed:>9.1f} {ratio:>7.2f}  {verdict}\n")
    load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    sys.stdout.write(f"load of the machine (1, 5, 15 minutes): {load}\n")
    return 0 if is_met else 1


if __name__ == "__main__":
    sys.exit(main())
