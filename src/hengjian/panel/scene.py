"""What formulas see: the panel that is asked for, and the panels and links around it that they reach.

A frame says what one panel is about. All frames of one frequency have the same periods.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from hengjian.model.cut import BasisChoice, Cut, Scope
from hengjian.model.period import Frequency
from hengjian.panel.fill import Places
from hengjian.panel.holdings import Holdings
from hengjian.panel.links import Edges
from hengjian.panel.panel import Panel
from hengjian.panel.series import Kind

#: A span of so many periods: all there are. What is added to it looks back beyond their start.
WHOLE = 1 << 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """Entities of a type, by a frequency: everyone of the type, else those that were asked for.

    `scope` and `basis` are those of `on(…)`; None: those of the question.
    """

    type: str
    frequency: Frequency
    everyone: bool = False
    scope: Scope | None = None
    basis: BasisChoice | None = None

    def cut(self, cut: Cut) -> Cut:
        """The question's cut as this frame reads it."""
        return replace(cut, scope=self.scope or cut.scope, basis=self.basis or cut.basis)


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkKey:
    """A link type walked one way between everyone of two types, over the periods of a frequency."""

    link: str
    back: bool
    near: str
    far: str
    frequency: Frequency


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """A measure of a fine frequency that is added up as it comes out of the store; `at_least` readings, None: all."""

    measure: str
    kind: Kind
    at_least: int | None

    @property
    def column(self) -> str:
        """What its column is called in a panel: no name of a measure, for it holds a bracket."""
        return f"{self.kind}({self.measure}, at_least: {self.at_least})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What formulas read in one frame. `series` are read over everyone, already by the frame's own frequency."""

    measures: frozenset[str] = frozenset()
    attributes: frozenset[str] = frozenset()
    series: frozenset[Series] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Needs:
    """What must be loaded for some formulas of one frequency: in their own frame, and in `others` that they reach.

    `spans`: for each frequency, how many periods before those wanted. The periods wanted of a finer frequency are those
    within all periods that are loaded of the frequencies `above` it. `links`: along which they read. `beyond`: whether
    a formula may find something, or a reason of another kind, before the first report of all that is read. `holdings`:
    the frequencies over whose periods it is asked who holds whom; `holders`: the entity types of holders named.
    """

    frame: Frame
    measures: frozenset[str]
    attributes: frozenset[str]
    spans: Mapping[Frequency, int]
    above: Mapping[Frequency, frozenset[Frequency]]
    others: Mapping[Frame, Read]
    links: frozenset[LinkKey]
    beyond: bool = True
    series: frozenset[Series] = frozenset()
    holdings: frozenset[Frequency] = frozenset()
    holders: frozenset[str] = frozenset()

    @property
    def frequency(self) -> Frequency:
        return self.frame.frequency

    @property
    def span(self) -> int:
        """How many periods before those wanted, of the formulas' own frequency; WHOLE or more: all there are."""
        return self.spans[self.frequency]

    @property
    def reaches(self) -> bool:
        """Whether more is read than measures and attributes of the formulas' own frame."""
        return bool(self.others or self.links or self.series or self.holdings)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ownership:
    """Who holds whom at the end of each period of a frequency; `ids` of all entities, by ordinal; `holders`: by the
    entity types that formulas name, the ordinals of theirs, ascending."""

    holdings: Mapping[Frequency, tuple[Holdings, ...]] = field(default_factory=dict)
    ids: tuple[str, ...] = ()
    holders: Mapping[str, Places] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """`home`: the panel asked for, which `frame` is about; `others` by frame; `links`: the edges of each period.

    The places of edges are those of the panels of everyone of the two types. `is_led`: the periods to which formulas
    look back are part of it, also those before the first report; else it begins with that report.
    """

    frame: Frame
    home: Panel
    others: Mapping[Frame, Panel] = field(default_factory=dict)
    links: Mapping[LinkKey, tuple[Edges, ...]] = field(default_factory=dict)
    is_led: bool = True
    ownership: Ownership = field(default_factory=Ownership)

    def panel(self, frame: Frame) -> Panel:
        """The panel of a frame. ValueError when the scene was loaded without it."""
        if frame == self.frame:
            return self.home
        if frame not in self.others:
            raise ValueError(f"the scene was loaded without {frame}")
        return self.others[frame]
