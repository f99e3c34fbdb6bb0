"""The records of an explanation, and how CONTRACT section 3 prints them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from hengjian.model.cut import BASES, Basis, Scope
from hengjian.model.missing import Cause, Missing
from hengjian.model.period import Period
from hengjian.model.unit import Unit

#: What has no children because it is an input, not because nothing was read.
LEAVES = frozenset({"measure", "parameter", "number", "lookup", "attribute", "one_of", "days_until", "age"})

#: A printed tree is no deeper, so that every reader of JSON can take it in.
DEPTH = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One sub-expression of one entity at one period: `value` in base units, None when `missing` says why.

    `op` is that of its term ("indicator" for a reference, whose one child is its formula), `name` that of an input or
    indicator. `children` are what was read, in formula order: of a function that looks back its argument at each
    period read, of `if` the condition and the branch taken, of links each linked entity's. A measure has `basis` and
    `scope`. `note`: who was in the group, which link was walked, between which points of a table the figure lies.
    """

    op: str
    name: str
    text: str
    entity: str
    period: Period
    unit: Unit
    truth: bool
    value: float | None
    missing: Missing
    children: tuple["Node", ...]
    basis: Basis | None = None
    scope: Scope | None = None
    note: Mapping[str, object] = field(default_factory=dict, hash=False)

    def walk(self) -> Iterator["Node"]:
        """This node and all below it, in formula order, each once."""
        seen: set[int] = set()
        stack = [self]
        while stack:
            node = stack.pop()
            if id(node) not in seen:
                seen.add(id(node))
                yield node
                stack.extend(reversed(node.children))

    def record(self) -> dict[str, object]:
        """The tree. A deep part that stands above already, or lies `DEPTH` levels down, is `shortened`: not opened.

        A node names its entity where that is not the one of the node above it.
        """
        return _record(self, set(), DEPTH, self.entity)

    @property
    def is_deep(self) -> bool:
        return any(child.children for child in self.children)


def _record(node: Node, opened: set[int], depth: int, whose: str) -> dict[str, object]:
    head = {"leaf": node.name or node.text} if node.op in LEAVES else {"op": node.op}
    value: object = bool(node.value) if node.truth and node.value is not None else node.value
    is_shortened = node.is_deep and (id(node) in opened or not depth)
    opened.add(id(node))
    return {
        **head, "value": value,
        "children": [] if is_shortened else [_record(child, opened, depth - 1, node.entity) for child in node.children],
        "text": node.text, "period": str(node.period), "unit": str(node.unit),
        "missing": node.missing.word if node.missing else None,
        **({"shortened": True} if is_shortened else {}), **({"entity": node.entity} if node.entity != whose else {}),
        **({"note": dict(node.note)} if node.note else {}),
    }  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """One observed figure that was read; `basis` None where nothing is reported."""

    measure: str
    entity: str
    period: Period
    value: float | None
    missing: Missing
    unit: Unit
    basis: Basis | None
    scope: Scope | None = None

    def record(self) -> dict[str, object]:
        return {
            "measure": self.measure, "entity": self.entity, "period": str(self.period), "value": self.value,
            "unit": str(self.unit), "basis": self.basis, "scope": self.scope,
            "missing": self.missing.word if self.missing else None,
        }  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class UsedParameter:
    """One parameter value that was read, and the document that sets it."""

    name: str
    value: float
    unit: Unit
    valid_from: date
    source: str

    def record(self) -> dict[str, object]:
        return {
            "name": self.name, "value": self.value, "unit": str(self.unit),
            "from": self.valid_from.isoformat(), "source": self.source,
        }  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """One cell. `formula` is the text in force at the period's end, `source` its document, `declaration` its digest.

    All figures are in base units, and `unit` is theirs. `cause` is None where there is a value.
    """

    entity: str
    indicator: str
    period: Period
    value: float | None
    missing: Missing
    unit: Unit
    formula: str
    source: str
    declaration: str
    tree: Node
    leaves: tuple[Leaf, ...]
    parameters: tuple[UsedParameter, ...]
    cause: Cause | None

    @property
    def basis(self) -> Basis | None:
        """The basis of all figures read, the least trusted where they differ; None when none was read."""
        used = [leaf.basis for leaf in self.leaves if leaf.basis is not None]
        return min(used, key=BASES.index, default=None)

    def record(self) -> dict[str, object]:
        """The object of `explain`; filing, file, sheet, cell and entry of each leaf are the store's to add."""
        value: object = bool(self.value) if self.tree.truth and self.value is not None else self.value
        return {
            "entity": self.entity, "indicator": self.indicator, "period": str(self.period), "value": value,
            "unit": str(self.unit), "basis": self.basis, "missing": self.cause.record() if self.cause else None,
            "formula": self.formula, "source": self.source, "declaration": self.declaration,
            "tree": self.tree.record(), "leaves": [leaf.record() for leaf in self.leaves],
            "parameters": [parameter.record() for parameter in self.parameters],
        }  # fmt: skip
