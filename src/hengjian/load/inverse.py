"""What links are called when they are walked back: each name means one link, in one direction."""

from collections.abc import Mapping
from dataclasses import replace

from hengjian.model.declaration import LinkType
from hengjian.model.issue import Issue, Place


def told_apart(
    links: Mapping[str, LinkType], spots: Mapping[tuple[Place, str], Place], issues: list[Issue]
) -> dict[str, LinkType]:
    """The links, without an inverse that is the name or the inverse of another one; that is told."""
    taken = {name: link.place for name, link in links.items()}
    kept = {}
    for name, link in links.items():
        kept[name] = link
        if link.inverse is None:
            continue
        place = spots.get((link.place, link.inverse), link.place)
        first = taken.setdefault(link.inverse, place)
        if first is not place:
            message = f"the inverse {link.inverse!r} of link {name!r} is the name of a link already"
            issues.append(Issue(place=place, message=message, hint=f"the first is at {first}; rename one"))
            kept[name] = replace(link, inverse=None, inverse_label=None)
    return kept
