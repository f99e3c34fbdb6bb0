"""Spaces in which somebody holds somebody, made and asked in this process."""

from pathlib import Path
from typing import Any

from homes import filed, made, write_pack
from tiny_pack import TINY
from warned_homes import set_today

from hengjian.app import open_space

#: The space's today.
TODAY = "2026-03-31"
TITLES = "link,from,to,valid_from,valid_to,share,voting,kind,principal"


def register(*entities: str) -> str:
    """The form `entities` for enterprises."""
    return "entity,type,name\n" + "".join(f"{one},enterprise,{one} Ltd\n" for one in entities)


def holding(
    owner: str, owned: str, share: object, *, since: str = "", until: str = "", voting: object = "", kind: str = "",
    principal: str = "",
) -> str:  # fmt: skip
    """A row of the form `links`."""
    return f"owns,{owner},{owned},{since},{until},{share},{voting},{kind},{principal}\n"


def holdings(rows: str) -> str:
    """The form `links`: `rows` hold owner, owned and share, a row each or set apart by semicolons."""
    lines = [row.split() for row in rows.replace(";", "\n").splitlines() if row.strip()]
    return f"{TITLES}\n" + "".join(holding(owner, owned, share) for owner, owned, share in lines)


def owning(folder: Path, entities: str, rows: str = "") -> Path:
    """A new space that knows some enterprises (ids set apart by blanks) and who holds whom."""
    made(folder, write_pack(folder.parent / f"{folder.name}-pack", TINY))
    set_today(folder, TODAY)
    filed(folder, register(*entities.split()), form="entities", name="more.csv")
    if rows:
        filed(folder, holdings(rows), form="links")
    return folder


def over_the_whole(folder: Path) -> None:
    """S sells 70 % of A to B; as known on 2022-06-30 the archive had B's row and not yet that of S."""
    rows = [
        ("S", "70%", "", "2020-01-01"),
        ("S", 0, "2021-01-01", "2023-01-01"),
        ("B", "70%", "2021-01-01", "2022-01-01"),
    ]
    for place, (owner, share, since, known_from) in enumerate(rows):
        text = f"{TITLES}\n{holding(owner, 'A', share, since=since)}"
        filed(folder, text, form="links", name=f"{place}.csv", known_from=known_from)


def looked(folder: Path, entity: str, **question: object) -> dict[str, Any]:
    """The answer of `look_through`."""
    return open_space(folder).ask("look_through", {"entity": entity, **question})


def seen(folder: Path, entity: str, direction: str = "down", **question: object) -> dict[str, dict[str, Any]]:
    """Its holdings by entity."""
    return {one["entity"]: one for one in looked(folder, entity, direction=direction, **question)["holdings"]}
