"""What persons and their roles cost a question: python benchmarks/persons.py [ENTITIES] [PERSONS] [FOLDER]

A space of ENTITIES (3,000) in an organisation that branches by ten, each four fifths its superior's, and PERSONS (300)
with a role each, half of them by what is controlled. Prints medians in milliseconds of processor time: whom somebody
sees, first after each kind of entry and when it is kept; what the gate adds to a question; what entering a read
costs; and `hengjian show` as a process of its own, for the operator and for a person. FOLDER keeps the space.
"""

import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from hengjian.app import open_space, packs
from hengjian.app.desk import Desk, open_desk
from hengjian.app.events import enter_events, event_draft
from hengjian.app.hot import keep
from hengjian.app.local import METHODS
from hengjian.app.restricted import sight_of
from hengjian.people import Actor

TIMES = 9
OPERATOR = {"actor": "local:benchmark"}
ROLES = ("viewer", "reporter", "officer", "analyst", "administrator")


def say(line: str) -> None:
    """Print a line."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def entity(place: int) -> str:
    """The id at a place; ten others stand directly below it."""
    return f"N{place:06}"


def submission(form: str, rows: list[str]) -> dict[str, object]:
    """The question that files a text."""
    data = "\n".join([*rows, ""]).encode()
    return {"files": [{"name": f"{form}.csv", "data": data}], "form": form, "key": None, **OPERATOR}


def make(folder: Path, entities: int, persons: int) -> None:
    """The space."""
    packs.init({"space": str(folder), "packs": ["finance"], "name": "persons", **OPERATOR})
    opened = open_space(folder)
    named = [f"{entity(one)},enterprise,Enterprise {one}" for one in range(entities)]
    opened.ask("submit", submission("entities", ["entity,type,name", *named]))
    pairs = [(one, (one - 1) // 10) for one in range(1, entities)]
    links = [f"parent,{entity(low)},{entity(high)},," for low, high in pairs]
    links += [f"owns,{entity(high)},{entity(low)},,0.8" for low, high in pairs]
    opened.ask("submit", submission("links", ["link,from,to,valid_from,share", *links]))
    desk = open_desk(folder, write=True, append=True)
    try:
        for one in range(persons):
            name, node = f"person{one}", entity(one * entities // (4 * persons))
            METHODS["enrol"](desk, {"person": name, "name": f"Person {one}", **OPERATOR})
            tree = "owns" if one % 2 else "parent"
            role = {"person": name, "role": ROLES[one % len(ROLES)], "tree": tree, "node": node}
            METHODS["give_role"](desk, {**role, **OPERATOR})
    finally:
        desk.close()


def timed(work: Callable[[], object]) -> float:
    """Milliseconds of processor time."""
    began = time.process_time()
    work()
    return 1000 * (time.process_time() - began)


def told(name: str, times: list[float]) -> None:
    """Print a median."""
    say(f"{name:<66} {median(times):>9.2f} {max(times):>9.2f}")


def seen_by_all(desk: Desk, persons: int) -> None:
    """Make the sight of everybody."""
    for one in range(persons):
        sight_of(desk, Actor(name=f"person{one}", person=f"person{one}"))


def measured(desk: Desk, persons: int) -> None:
    """Print what it costs within a server."""
    who = Actor(name="person0", person="person0")
    numbers = iter(range(10**6))

    def filed() -> None:
        row = f"{entity(0)},enterprise,Enterprise {next(numbers)}"
        METHODS["submit"](desk, submission("entities", ["entity,type,name", row]))

    def read() -> None:
        record = {"actor": "person0", "method": "show", "what": ["x"], "entities": [entity(0)], "count": 1}
        enter_events(desk, [event_draft(desk, "read", record, topic="person0", subject=None, actor="person0")])

    def account() -> None:
        METHODS["sign_out_everywhere"](desk, {"person": "person1", **OPERATOR})

    def given() -> None:
        METHODS["give_role"](
            desk, {"person": "person2", "role": "viewer", "tree": "parent", "node": entity(1), **OPERATOR}
        )
        METHODS["end_role"](desk, {"grant": newest(desk), **OPERATOR})

    def newest(desk: Desk) -> str:
        return max(event.topic for event in desk.store.latest_events("role"))

    say(f"{'processor ms':<66} {'median':>9} {'most':>9}")
    for name, entry in (("a filing", filed), ("a read", read), ("an account", account), ("a role", given)):
        first, everyone = [], []
        for _ in range(TIMES):
            entry()
            first.append(timed(lambda: sight_of(desk, who)))
            everyone.append(timed(lambda: seen_by_all(desk, persons)))
        told(f"whom one person sees, first after {name}", first)
        told(f"  and everybody else after that, {persons} persons in all", everyone)
    told("whom one person sees, when it is kept", [timed(lambda: sight_of(desk, who)) for _ in range(TIMES)])
    told("entering a read, durably", [timed(read) for _ in range(TIMES)])
    for name, question in (("me", {}), ("entities", {}), ("show", {"entity": entity(0)}), ("persons", {})):
        for asker in (OPERATOR, {"who": who}):
            METHODS[name](desk, {**question, **asker})
            times = [timed(lambda n=name, q={**question, **asker}: METHODS[n](desk, q)) for _ in range(TIMES)]
            told(f"the question {name}, asked by {'a person' if 'who' in asker else 'the operator'}", times)


def command(folder: Path, *words: str) -> None:
    """Print the processor time of `hengjian show` as a process of its own."""
    times = []
    for _ in range(TIMES):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        asked = [str(Path(sys.executable).with_name("hengjian")), "show", str(folder), entity(0), *words]
        subprocess.run(asked, check=True, stdout=subprocess.DEVNULL)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        times.append(1000 * (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime))
    told(f"hengjian show {' '.join(words)}", times)


def main() -> int:
    """Measure and print."""
    entities, persons = (int(one) for one in (sys.argv[1:3] + ["3000", "300"][len(sys.argv) - 1 :])[:2])
    with tempfile.TemporaryDirectory(prefix="hengjian-bench-") as scratch:
        folder = Path(sys.argv[3]) if len(sys.argv) > 3 else Path(scratch) / "space"
        if not folder.exists():
            make(folder, entities, persons)
        command(folder)
        command(folder, "--as", "person0")
        desk = open_desk(folder, write=True, append=True)
        try:
            keep(desk)
            measured(desk, persons)
        finally:
            desk.close()
    say("load of the machine (1, 5, 15 minutes): " + ", ".join(f"{one:.1f}" for one in os.getloadavg()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
