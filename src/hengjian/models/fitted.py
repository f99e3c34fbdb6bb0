"""A fitted score as JSON, and back: what is read is checked part by part, and runs nothing."""

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from hengjian.model.issue import Failure
from hengjian.models.logistic import KNOTS, Logistic, Scale
from hengjian.models.recipe import METHODS, Fitted, Line, Member
from hengjian.models.trees import Trees
from hengjian.models.treetext import check_text

VERSION = 1
_MOST_INPUTS = 500


def fitted_record(fitted: Fitted) -> dict[str, object]:
    """The JSON value of a fitted score."""
    return {
        "v": VERSION, "inputs": list(fitted.inputs), "line": _line_record(fitted.line),
        "members": [
            {"line": _line_record(one.line), **(
                _trees_record(one.fitted) if isinstance(one.fitted, Trees) else _logistic_record(one.fitted)
            )}
            for one in fitted.members
        ],
    }  # fmt: skip


def _line_record(line: Line) -> dict[str, float]:
    return {"shift": line.shift, "factor": line.factor}


def _trees_record(trees: Trees) -> dict[str, object]:
    fill = [None if math.isnan(one) else one for one in trees.fill]
    return {"kind": trees.kind, "text": trees.text, "fill": fill}


def _logistic_record(found: Logistic) -> dict[str, object]:
    return {
        "kind": "logistic", "intercept": found.intercept, "coefficients": list(found.coefficients),
        "missing": list(found.missing), "strength": found.strength,
        "scales": [{"x": list(one.x), "z": list(one.z)} for one in found.scales],
    }  # fmt: skip


def fitted_of(value: object) -> Fitted:
    """The fitted score of a JSON value; Failure for any other shape."""
    try:
        return _fitted(value)
    except ValueError as error:
        raise Failure(
            f"a learned score is damaged: {error}", "run `hengjian audit SPACE`, and train it again"
        ) from None


def _fitted(value: object) -> Fitted:
    said = _object(value, {"v", "inputs", "line", "members"})
    if said["v"] != VERSION:
        raise ValueError(f"its version is {said['v']!r}, known is {VERSION}")
    inputs = _list(said["inputs"], None)
    if (
        not 0 < len(inputs) <= _MOST_INPUTS
        or not all(type(one) is str for one in inputs)
        or len({*inputs}) < len(inputs)
    ):
        raise ValueError("its inputs are no names")
    members = tuple(_member(one, len(inputs)) for one in _list(said["members"], None))
    kinds = tuple(one.fitted.kind if isinstance(one.fitted, Trees) else "logistic" for one in members)
    if kinds not in METHODS.values():
        raise ValueError("its members make no method")
    return Fitted(inputs=tuple(inputs), members=members, line=_line(said["line"]))


def _line(value: object) -> Line:
    said = _object(value, {"shift", "factor"})
    line = Line(shift=_number(said["shift"]), factor=_number(said["factor"]))
    if line.factor <= 0:
        raise ValueError("a line of it does not rise")
    return line


def _member(value: object, count: int) -> Member:
    kind = value.get("kind") if isinstance(value, dict) else None
    if kind == "logistic":
        keys = {"kind", "line", "intercept", "coefficients", "missing", "strength", "scales"}
        said = _object(value, keys)
        fitted = Logistic(
            intercept=_number(said["intercept"]), coefficients=_numbers(said["coefficients"], count),
            missing=_numbers(said["missing"], count), strength=_number(said["strength"]),
            scales=tuple(_scale(one) for one in _list(said["scales"], count)),
        )  # fmt: skip
        return Member(fitted=fitted, line=_line(said["line"]))
    if kind not in ("boosting", "forest"):
        raise ValueError(f"it has a member of the kind {kind!r}")
    said = _object(value, {"kind", "line", "text", "fill"})
    if type(said["text"]) is not str:
        raise ValueError("its trees are no text")
    check_text(said["text"], count)
    fill = tuple(math.nan if one is None else _number(one) for one in _list(said["fill"], count))
    trees = Trees(kind="boosting" if kind == "boosting" else "forest", text=said["text"], fill=fill)
    return Member(fitted=trees, line=_line(said["line"]))


def _scale(value: object) -> Scale:
    said = _object(value, {"x", "z"})
    x = _numbers(said["x"], None)
    z = _numbers(said["z"], len(x))
    if not 0 < len(x) <= KNOTS or any(a >= b for a, b in pairwise(x)) or any(a > b for a, b in pairwise(z)):
        raise ValueError("the knots of an input do not ascend")
    return Scale(x=x, z=z)


def _object(value: object, keys: set[str]) -> Mapping[str, Any]:
    if not isinstance(value, dict) or value.keys() != keys:
        raise ValueError(f"it lacks one of {', '.join(sorted(keys))}, or has others")
    return value


def _list(value: object, count: int | None) -> Sequence[Any]:
    if not isinstance(value, list) or (count is not None and len(value) != count):
        raise ValueError("a list of it is of another length")
    return value


def _numbers(value: object, count: int | None) -> tuple[float, ...]:
    return tuple(map(_number, _list(value, count)))


def _number(value: object) -> float:
    if type(value) not in (int, float) or not math.isfinite(float(value)):  # type: ignore[arg-type]  # looked at here
        raise ValueError(f"{value!r} is no number")
    return float(value)  # type: ignore[arg-type]  # it is one
