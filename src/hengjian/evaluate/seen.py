"""Whom one figure that looks through ownership was computed from, each with the share by which it counts."""

from dataclasses import dataclass

import numpy as np

from hengjian.evaluate.controlled import controls_of, sound_of
from hengjian.evaluate.engine import Engine
from hengjian.evaluate.ownership import Graph, Singular, graph_of, reach, rights
from hengjian.evaluate.plan import Step
from hengjian.formula.term import words
from hengjian.panel.fill import Places
from hengjian.panel.panel import Values
from hengjian.panel.scene import Frame


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One entity: its ordinal, where its figure or condition stands in the panel that is read (None: it has none), and
    the share by which it counts, of a holder its share (None: that cannot be told)."""

    ordinal: int
    place: int | None
    share: float | None


def seen(engine: Engine, step: Step, row: int, place: int) -> tuple[Seen, ...]:
    """Everyone that counts in one cell of a step, by ascending ordinal; itself first where its own figure does."""
    ordinal = int(engine.scene.panel(step.frame).ordinals[place])
    graph = graph_of(engine.who_holds(step)[row])
    at = graph.holdings.place(ordinal)
    is_down = step.op in ("look_through", "controlled", "minority")
    found, share = (_below if is_down else _above)(step, graph, at)
    ordinals = graph.holdings.ordinals[found]
    if is_down and step.op != "minority" and ordinal not in ordinals:
        ordinals, share = np.append(ordinal, ordinals), np.append(1.0, share)
    panel = engine.scene.panel(_far(step)).ordinals if step.arguments else np.empty(0, np.int64)
    places = seats_in(panel, ordinals)
    return tuple(
        Seen(ordinal=one, place=None if there < 0 else there, share=None if np.isnan(part) else part)
        for one, there, part in zip(ordinals.tolist(), places.tolist(), share.tolist(), strict=True)
        if there >= 0 or not is_down
    )


def _far(step: Step) -> Frame:
    """The frame whose figures or conditions are read: everyone of the type that the step's term names."""
    return Frame(
        type=words(step.options, "along")[1], frequency=step.frame.frequency, everyone=True, scope=step.frame.scope,
        basis=step.frame.basis,
    )  # fmt: skip


def seats_in(ordinals: Places, wanted: Places) -> Places:
    """Where entities stand among others, -1 where they do not."""
    at = np.searchsorted(ordinals, wanted)
    at[at == len(ordinals)] = 0
    return np.where(ordinals[at] == wanted, at, -1) if len(ordinals) else np.full(len(wanted), -1)


def _below(step: Step, graph: Graph, at: int | None) -> tuple[Places, Values]:
    """Those below one place whose figures count, and by how much; where a ring is closed, by how much is not told."""
    if at is None:
        return np.empty(0, np.int64), np.empty(0)
    if step.op == "look_through":
        if sound_of(graph).broken[at]:
            found = np.append(at, reach(graph, at))
            return found, np.full(len(found), np.nan)
        share = rights(sound_of(graph).graph, at)
        share[at] += 1.0
        found = np.flatnonzero(share > 0.0)
        return found, share[found]
    pairs = controls_of(graph)
    mine = slice(*np.searchsorted(pairs.holder, [at, at + 1]))
    share = pairs.part[mine]
    return pairs.held[mine], np.ones(len(share)) if step.op == "controlled" else 1.0 - share


def _above(step: Step, graph: Graph, at: int | None) -> tuple[Places, Values]:
    """Those who hold one place, and their shares; with `through: all` by their rights in it."""
    if at is None:
        return np.empty(0, np.int64), np.empty(0)
    if words(step.options, "through"):
        try:
            share = rights(graph, at, up=True)
        except Singular:
            share = rights(sound_of(graph).graph, at, up=True)
        share[at] = 0.0
        found = np.flatnonzero(share > 0.0)
        return found, share[found]
    held = graph.holdings
    theirs = np.flatnonzero(held.owned == at)
    return held.owner[theirs], held.share[theirs]
