"""Pages that packs declare: which indicators and measures stand side by side, and what a number of entities come to."""

from dataclasses import dataclass

from hengjian.model.declaration import Label
from hengjian.model.issue import Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Headline:
    """One figure of a page of totals, by the names of indicators and measures.

    Of the page's type: `total`, and about it its growth over a year ago, the same over those who are linked now
    (`like_for_like`), its target, the share of the target reached (`progress`), the share that is due by now
    (`schedule`) and how far it is `ahead` of that. Of the linked entities: `member` is what is added up, `before` the
    same a year ago, `columns` what stands beside it.
    """

    total: str
    member: str
    growth: str | None = None
    like_for_like: str | None = None
    target: str | None = None
    progress: str | None = None
    schedule: str | None = None
    ahead: str | None = None
    before: str | None = None
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """What makes a page one of totals: the link to those who are added up, their attributes to divide them `by`, and
    the `columns` that stand beside each of them whatever the headline.

    `over` is the link as written, `link` its type, walked against its direction where `is_back`; `members` is the type
    that it leads to.
    """

    over: str
    link: str
    is_back: bool
    members: str
    by: tuple[str, ...]
    columns: tuple[str, ...]
    figures: tuple[Headline, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A choice of columns for the portfolio of one entity type: indicators and measures, in their order.

    With `totals` it has a page of its own too: what linked entities come to.
    """

    name: str
    label: Label
    type: str
    columns: tuple[str, ...]
    pack: str
    place: Place
    totals: Totals | None = None
