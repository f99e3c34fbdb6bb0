"""How many entities each rule is about is counted by type, however many entities there are."""

from types import SimpleNamespace
from typing import Any

from hengjian.app import rules


def test_a_family_is_looked_up_once_a_type() -> None:
    asked: list[str] = []
    families = {"unit": {"unit", "enterprise", "branch"}, "enterprise": {"enterprise", "branch"}, "branch": {"branch"}}

    def family(name: str) -> set[str]:
        asked.append(name)
        return families[name]

    kinds = {f"E{at}": "enterprise" for at in range(500)} | {"B1": "branch", "U1": "unit", "X1": "gone"}
    desk: Any = SimpleNamespace(seen_types=lambda: kinds)
    programme: Any = SimpleNamespace(catalogue=SimpleNamespace(types=dict.fromkeys(families), family=family))
    assert rules._about(desk, programme) == {"unit": 502, "enterprise": 501, "branch": 1}
    assert sorted(asked) == ["branch", "enterprise", "unit"]
