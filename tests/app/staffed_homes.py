"""A space with persons and roles, for the tests of this room and of the commands."""

from pathlib import Path

from homes import asked, filed
from owning_homes import owning

PARENTS = (("A", "D"), ("B", "D"), ("A1", "A"))


def staffed(folder: Path) -> Path:
    """D has the branches A (with A1) and B; A controls C through ownership, and C stands in no organisation.

    wang administers the whole space, ann A and what is below it, bo B; li and mei hold no role.
    """
    home = owning(folder, "D A A1 B C", "D A 60%; A C 90%")
    filed(home, "link,from,to\n" + "".join(f"parent,{one},{above}\n" for one, above in PARENTS), form="links")
    for person, name in (("wang", "王五"), ("ann", "安"), ("bo", "薄"), ("li", "李四"), ("mei", "梅")):
        asked(home, "enrol", person=person, name=name)
    asked(home, "give_role", person="wang", role="administrator")
    asked(home, "give_role", person="ann", role="administrator", node="A")
    asked(home, "give_role", person="bo", role="administrator", node="B")
    return home
