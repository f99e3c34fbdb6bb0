"""Control rights: how strong the chains of votes are by which an entity reaches another.

A chain is as strong as its weakest link (La Porta, Lopez-de-Silanes and Shleifer 1999). Of chains that begin with the
same step the strongest counts; those of different first steps are added.
"""

from typing import Any

import numpy as np

from hengjian.evaluate.ownership.graph import Graph, turned, votes, within
from hengjian.evaluate.ownership.kernel import run
from hengjian.evaluate.ownership.reach import closure
from hengjian.panel.fill import Places
from hengjian.panel.panel import Values


def control_rights(graph: Graph, place: int, targets: Places | None = None, up: bool = False) -> Values:
    """The control rights of the entity at `place` in each of `targets` (None: in all, by place): Values, as many.

    With `up`, those of each of `targets` in it. At most 1; of an entity in itself 0. A chain does not come back through
    its holder. The work grows with first steps times entities below, or with targets times entities above them.
    """
    size = graph.size
    wanted: Places = np.arange(size) if targets is None else targets
    near = closure((votes(graph, up).links,), np.array([place]), size)
    links, _ = within(votes(graph, False).links, near, size)
    above, _ = turned(links, size)
    below = links.starts, links.far, links.weight
    at = np.searchsorted(near, wanted)
    at[at == len(near)] = 0
    inside = near[at] == wanted
    asked, here = at[inside], int(np.searchsorted(near, place))
    answers = np.zeros(len(asked))
    count = len(near)
    room = np.zeros(count), np.zeros(count, np.int64), np.zeros(count, np.bool_), np.empty(count + 1, np.int64)
    work = (*room, np.empty(count, np.int64))
    back = above.starts, above.far, above.weight
    if up:
        run(_held, size, *below, *back, here, asked, answers, np.zeros(count), np.empty(count, np.int64), np.inf, *work)
    elif len(asked) < len(links.of(here)[0]):
        run(_aimed, size, *below, *back, here, asked, answers, np.inf, *work)
    else:
        total = np.zeros(count)
        run(_stepped, size, *below, here, total, *work)
        answers = total[asked]
    found = np.zeros(len(wanted))
    found[inside] = answers
    return np.minimum(found, 1.0)


def _strongest(
    starts: Any, far: Any, weight: Any, source: int, first: float, avoided: int, strong: Any, step: Any, waiting: Any,
    queue: Any, touched: Any,
) -> int:  # fmt: skip
    """How strong the chains are by which links lead from `source`, where they have `first`, past `avoided`.

    Into `strong`, 0 before; `step` is whom the strongest comes from, `touched` who is reached, as many as the answer.
    Labels are corrected in the order of their coming (Moore 1959).
    """
    strong[source] = first
    step[source] = source
    touched[0] = source
    queue[0] = source
    head, tail, count, room = 0, 1, 1, len(queue)
    while head != tail:
        here = queue[head]
        head = (head + 1) % room
        waiting[here] = False
        for link in range(starts[here], starts[here + 1]):
            there = far[link]
            found = min(weight[link], strong[here])
            if there != avoided and found > strong[there]:
                if strong[there] == 0.0:
                    touched[count] = there
                    count += 1
                strong[there] = found
                step[there] = here
                if not waiting[there]:
                    waiting[there] = True
                    queue[tail] = there
                    tail = (tail + 1) % room
    return count


def _stepped(
    starts: Any, far: Any, weight: Any, here: int, total: Any, strong: Any, step: Any, waiting: Any, queue: Any,
    touched: Any,
) -> None:  # fmt: skip
    """Of `here` in everybody, first step by first step."""
    for link in range(starts[here], starts[here + 1]):
        count = _strongest(
            starts, far, weight, far[link], weight[link], here, strong, step, waiting, queue, touched
        )  # fmt: skip
        for turn in range(count):
            total[touched[turn]] += strong[touched[turn]]
            strong[touched[turn]] = 0.0


def _aimed(
    starts: Any, far: Any, weight: Any, above_starts: Any, above: Any, above_weight: Any, here: int, asked: Any,
    answers: Any, most: float, strong: Any, step: Any, waiting: Any, queue: Any, touched: Any,
) -> None:  # fmt: skip
    """Of `here` in each of `asked`, from there back."""
    for number in range(len(asked)):
        if asked[number] == here:
            continue
        count = _strongest(
            above_starts, above, above_weight, asked[number], most, here, strong, step, waiting, queue, touched
        )
        for link in range(starts[here], starts[here + 1]):
            answers[number] += min(weight[link], strong[far[link]])
        for turn in range(count):
            strong[touched[turn]] = 0.0


def _held(
    starts: Any, far: Any, weight: Any, above_starts: Any, above: Any, above_weight: Any, here: int, asked: Any,
    answers: Any, free: Any, step: Any, most: float, strong: Any, spare: Any, waiting: Any, queue: Any, touched: Any,
) -> None:  # fmt: skip
    """Of each of `asked` in `here`: for all at once, and again for a holder whose own chains come back through it."""
    _strongest(above_starts, above, above_weight, here, most, -1, free, step, waiting, queue, touched)
    for number in range(len(asked)):
        holder = asked[number]
        if holder == here:
            continue
        through = False
        for link in range(starts[holder], starts[holder + 1]):
            place = far[link]
            while place != here and place != holder:
                place = step[place]
            through = through or place == holder
            answers[number] += min(weight[link], free[far[link]])
        if not through:
            continue
        answers[number] = 0.0
        count = _strongest(
            above_starts, above, above_weight, here, most, holder, strong, spare, waiting, queue, touched
        )  # fmt: skip
        for link in range(starts[holder], starts[holder + 1]):
            answers[number] += min(weight[link], strong[far[link]])
        for turn in range(count):
            strong[touched[turn]] = 0.0
