"""Which truth is asked for: the valid day, the moment of knowing, the scope and the basis."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

Scope = Literal["consolidated", "parent"]
Basis = Literal["flash", "audited", "assessed"]
BasisChoice = Literal["best", "flash", "audited", "assessed"]

#: Order of trust, lowest first; codes of the arrays: 0 is "none", then these from 1.
BASES: tuple[Basis, ...] = ("flash", "audited", "assessed")
SCOPE_WORDS: dict[str, Scope] = {
    "consolidated": "consolidated", "合并": "consolidated",
    "parent": "parent", "单体": "parent",
}  # fmt: skip
BASIS_WORDS: dict[str, Basis] = {
    "flash": "flash", "快报": "flash",
    "audited": "audited", "审计": "audited",
    "assessed": "assessed", "考核": "assessed",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownAt:
    """Either a moment (aware, UTC) or a number of ledger entries; exactly one is set."""

    moment: datetime | None = None
    entries: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """One question to the store. `as_of` None: each period as of its own end; `known_at` None: all that is known."""

    as_of: date | None = None
    known_at: KnownAt | None = None
    scope: Scope = "consolidated"
    basis: BasisChoice = "best"
    proven: bool = False
