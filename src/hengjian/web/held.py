"""Files that were checked and are not submitted yet, kept for a while so that nobody has to choose them twice."""

import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

from hengjian.web.posting import HandedFile

#: So many bytes are kept at most, the latest ones, and for so long.
ROOM = 256 * 1024 * 1024
KEPT_S = 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """Files with what was chosen for them; `entity` and `period` are empty where the files say it."""

    files: tuple[HandedFile, ...]
    form: str
    entity: str
    period: str
    actor: str

    def question(self) -> dict[str, object]:
        """The question of `submit` and of `trial`."""
        return {
            "files": [{"name": file.name, "data": file.data} for file in self.files], "form": self.form,
            "entity": self.entity or None, "period": self.period or None, "actor": self.actor, "key": None,
            "known_from": None,
        }  # fmt: skip

    @property
    def size(self) -> int:
        return sum(len(file.data) for file in self.files)


class Held:
    """Uploads by a token that nobody guesses. For several threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, room: int = ROOM) -> None:
        self._clock, self._room = clock, room
        self._kept: OrderedDict[str, tuple[float, Upload]] = OrderedDict()
        self._lock = Lock()

    def put(self, upload: Upload) -> str:
        """Keep an upload; the oldest ones make room."""
        token = secrets.token_urlsafe(18)
        with self._lock:
            self._kept[token] = self._clock(), upload
            self._drop_old()
            while len(self._kept) > 1 and sum(kept.size for _, kept in self._kept.values()) > self._room:
                self._kept.popitem(last=False)
        return token

    def get(self, token: str) -> Upload | None:
        """The upload of a token; None when it is not kept any more."""
        with self._lock:
            self._drop_old()
            kept = self._kept.get(token)
        return None if kept is None else kept[1]

    def _drop_old(self) -> None:
        until = self._clock() - KEPT_S
        while self._kept and next(iter(self._kept.values()))[0] < until:
            self._kept.popitem(last=False)
