"""LightGBM's text of a model, looked through before the library reads it: what it may say, and that it fits together.

The library trusts its texts: a child that points outside a tree would be read from wherever it points. Here every key
is known, each list is as long as it must be, and each child is one of its tree's own, reached once.
"""

import math
from collections.abc import Iterator

from hengjian.model.issue import Failure

MOST_TREES, MOST_LEAVES = 1_000, 255
_HEAD = frozenset(
    "version num_class num_tree_per_iteration label_index max_feature_idx objective feature_names "
    "monotone_constraints feature_infos tree_sizes".split()
)
_SPLITS = ("split_feature", "split_gain", "threshold", "decision_type", "left_child", "right_child", "internal_value",
           "internal_weight", "internal_count")  # fmt: skip
_LEAVES = ("leaf_value", "leaf_weight", "leaf_count")
_WHOLE = frozenset({"split_feature", "decision_type", "left_child", "right_child", "internal_count", "leaf_count"})
_PLAIN = ("num_leaves", "num_cat", "is_linear", "shrinkage")
#: Kinds of decisions that are not by category: whether missing goes left, and what counts as missing.
_DECISIONS = frozenset({0, 2, 4, 6, 8, 10})


def check_text(text: str, inputs: int) -> None:
    """Failure where a text is no ensemble of trees over so many inputs."""
    try:
        _check(text, inputs)
    except ValueError as error:
        raise Failure(
            f"the trees of a learned score are damaged: {error}", "run `hengjian audit SPACE`, and train it again"
        ) from None


def _check(text: str, inputs: int) -> None:
    head, *trees = text.split("\nTree=")
    if not trees or len(trees) > MOST_TREES or not text.endswith("end of trees\n"):
        raise ValueError("it does not hold trees alone")
    last = trees.pop()
    trees.append(last.removesuffix("end of trees\n"))
    lines = head.split("\n")
    if lines[0] != "tree":
        raise ValueError("it does not begin as one")
    said = dict(line.partition("=")[::2] for line in lines[1:] if line and line != "average_output")
    if not said.keys() <= _HEAD or not said.keys() >= _HEAD - {"monotone_constraints"}:
        raise ValueError("its head says something else")
    expected = {
        "version": "v4", "num_class": "1", "num_tree_per_iteration": "1", "label_index": "0",
        "max_feature_idx": str(inputs - 1), "objective": "binary sigmoid:1",
    }  # fmt: skip
    if any(said[name] != word for name, word in expected.items()):
        raise ValueError("it is made for something else")
    for name in ("feature_names", "monotone_constraints", "feature_infos"):
        if name in said and len(said[name].split(" ")) != inputs:
            raise ValueError(f"{name} is not of {inputs} inputs")
    sizes = [int(one) for one in said["tree_sizes"].split(" ")]
    # each tree with the words that were split off, and the line that ends it
    if sizes != [len(f"Tree={tree}".encode()) + (place < len(trees) - 1) for place, tree in enumerate(trees)]:
        raise ValueError("its trees are not as long as it says")
    for number, tree in enumerate(trees):
        _check_tree(number, tree, inputs)


def _check_tree(number: int, text: str, inputs: int) -> None:
    lines = text.rstrip("\n").split("\n")
    if lines[0] != str(number):
        raise ValueError("its trees are not in order")
    said = dict(line.partition("=")[::2] for line in lines[1:] if line)
    leaves = int(said["num_leaves"]) if said.get("num_leaves", "").isdecimal() else 0
    if not 1 <= leaves <= MOST_LEAVES or said.get("num_cat") != "0" or said.get("is_linear", "0") != "0":
        raise ValueError(f"tree {number} is of no known kind")
    if not said.keys() <= {*_SPLITS, *_LEAVES, *_PLAIN}:
        raise ValueError(f"tree {number} says something else")
    _finite(said.get("shrinkage", "1"))
    if leaves == 1:
        _numbers(said, "leaf_value", 1)
        return
    found = {name: list(_numbers(said, name, leaves - 1)) for name in _SPLITS}
    for name in _LEAVES:
        _numbers(said, name, leaves)
    if not all(0 <= one < inputs for one in found["split_feature"]) or not _DECISIONS.issuperset(
        found["decision_type"]
    ):
        raise ValueError(f"tree {number} splits by no input")
    children = sorted(int(one) for one in (*found["left_child"], *found["right_child"]))
    if children != [*range(-leaves, 0), *range(1, leaves - 1)]:
        raise ValueError(f"tree {number} is no tree")
    for node, pair in enumerate(zip(found["left_child"], found["right_child"], strict=True)):
        if any(0 <= one <= node for one in pair):
            raise ValueError(f"tree {number} goes in a circle")


def _numbers(said: dict[str, str], name: str, count: int) -> Iterator[float]:
    words = said.get(name, "").split(" ")
    if len(words) != count:
        raise ValueError(f"{name} is not of {count} parts")
    if name == "threshold":  # an infinite one parts what is missing from all else
        return iter([_number(one) for one in words])
    return iter([float(int(one)) if name in _WHOLE else _finite(one) for one in words])


def _number(word: str) -> float:
    found = float(word)
    if math.isnan(found):
        raise ValueError(f"{word!r} is no number")
    return found


def _finite(word: str) -> float:
    found = _number(word)
    if math.isinf(found):
        raise ValueError(f"{word!r} is no number")
    return found
