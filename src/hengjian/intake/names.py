"""Names looked up as people write them: after NFKC and trimming, with a hint when there is none such."""

from collections.abc import Collection, Mapping
from difflib import get_close_matches

from hengjian.intake.text import QUOTED, normal, printable
from hengjian.model.declaration import Label
from hengjian.model.issue import nearest

#: Nearest names cost time: only so many different unknown names of a file are looked at, and so many known ones each.
_HINTS = 50
_CANDIDATES = 2_000


class Names:
    """The known names of one kind. `labels` are what people call them: they help in hints, and never resolve."""

    def __init__(self, known: Collection[str], labels: Mapping[str, Label] | None = None) -> None:
        self._known = known
        self._labels = {text: name for name, label in (labels or {}).items() for text in (label.zh, label.en)}
        self._normal: dict[str, str] | None = None
        self._found: dict[str, str | None] = {}
        self._hints: dict[str, str] = {}

    def find(self, text: str) -> str | None:
        """The known name that `text` writes, or None."""
        if text in self._known:
            return text
        if text not in self._found:
            if self._normal is None:
                self._normal = {normal(name): name for name in self._known}
            self._found[text] = self._normal.get(normal(text))
        return self._found[text]

    def hint(self, text: str, otherwise: str) -> str:
        """What to do about an unknown name: the nearest known ones, or `otherwise`."""
        text = normal(text[:QUOTED])
        if text not in self._hints:
            if len(self._hints) >= _HINTS:
                return otherwise
            self._hints[text] = self._nearest(text) or otherwise
        return self._hints[text]

    def _nearest(self, text: str) -> str:
        labelled = self._labels.get(text)
        if labelled is not None:
            return f"that is the label of {printable(labelled)}: write {printable(labelled)}"
        near = nearest(text, self._known if len(self._known) <= _CANDIDATES else self._alike(text))
        if near or len(self._labels) > _CANDIDATES:
            return printable(near)
        label = next(iter(get_close_matches(text, self._labels, n=1)), None)
        return f"did you mean {printable(self._labels[label])} ({printable(label)})?" if label else ""

    def _alike(self, text: str) -> list[str]:
        """Of many names, some that begin or end as `text` does."""
        start, end = text[:3], text[-3:]
        found: list[str] = []
        for name in self._known:
            if abs(len(name) - len(text)) <= 2 and (name.startswith(start) or name.endswith(end)):
                found.append(name)
                if len(found) >= _CANDIDATES:
                    break
        return found
