"""What of back-tests and of rules' quality is withheld from whoever does not read restricted data of everybody."""

from collections.abc import Iterable, Mapping
from typing import Any

from hengjian.app.reader import Reader

#: What tells of single figures, or where among them a line stands; and what stands in its place.
_FIGURES: Mapping[str, object] = {"curve": [], "bins": [], "auc": None, "brier": None, "brier_reference": None}


def rule_part(reader: Reader, ids: Iterable[str], one: Mapping[str, Any]) -> dict[str, Any]:
    """One rule of an answer over the entities `ids`: that it stood raised is told, as of alerts; of a restricted figure
    neither how it is spread nor where its line would be elsewhere."""
    if one["rule"] not in reader.figures:
        return dict(one)
    given = [reader.gives(entity, one["rule"]) for entity in ids]
    if all(given):
        return dict(one)
    compared = one.get("comparison")
    silent = {name: filler for name, filler in _FIGURES.items() if name in one}
    if one.get("kind") == "indicator":
        silent |= {"entities": None, "untold": None}
    kept = {} if not isinstance(compared, Mapping) else {"comparison": {**compared, "line": None}}
    earlier = {} if "backtests" not in one else {"backtests": [{**each, **_FIGURES} for each in one["backtests"]]}
    return {**one, **silent, **kept, **earlier, "withheld": True}
