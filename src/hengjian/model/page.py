"""Pages that packs declare: which indicators and measures stand side by side."""

from dataclasses import dataclass

from hengjian.model.declaration import Label
from hengjian.model.issue import Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A choice of columns for the portfolio of one entity type: indicators and measures, in their order."""

    name: str
    label: Label
    type: str
    columns: tuple[str, ...]
    pack: str
    place: Place
