"""The order in which indicators are computed, and the circles that forbid one."""

from collections.abc import Mapping, Sequence


def in_order(references: Mapping[str, Sequence[str]]) -> tuple[list[str], list[tuple[str, ...]]]:
    """Names with all that they refer to before them, and the circles found: a -> b -> a is ("a", "b", "a").

    A circle begins with the member that is declared first. Members of circles stand in the order too. Walks with a
    stack of its own, so that a chain of any length is followed.
    """
    rank = {name: index for index, name in enumerate(references)}
    order: list[str] = []
    circles: dict[tuple[str, ...], None] = {}
    done: set[str] = set()
    for start in references:
        path: dict[str, None] = {}
        waiting = [(start, False)]
        while waiting:
            name, is_left = waiting.pop()
            if is_left:
                del path[name]
                done.add(name)
                order.append(name)
            elif name in path:
                members = list(path)
                circle = members[members.index(name) :]
                first = circle.index(min(circle, key=rank.__getitem__))
                circles[(*circle[first:], *circle[:first], circle[first])] = None
            elif name not in done:
                path[name] = None
                waiting.append((name, True))
                waiting.extend((other, False) for other in reversed(references[name]))
    return order, list(circles)
