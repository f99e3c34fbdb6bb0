"""What a verification says."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Whether the bundle holds, and each thing that was found, in order."""

    ok: bool
    messages: tuple[str, ...]
