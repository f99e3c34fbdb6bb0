"""House rules that no linter knows: sizes, and the one order of addition in the kernels."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

SRC = Path(__file__).parents[1] / "src" / "hengjian"
KERNEL = ("model", "formula", "load", "ledger", "store", "panel", "evaluate")
MODULES = sorted(SRC.rglob("*.py"))
#: A module is explained at 300 lines and split at this length; a function ends before this one.
LONGEST_MODULE, LONGEST_FUNCTION = 500, 60
LARGEST_KERNEL = 16_200  # statements; docs/design.md, "The size of the kernel", tells what for

#: Calls whose order of addition depends on shape, memory layout, processor or Python version.
#: NumPy sums in pairs and in blocks, BLAS products differ by processor, and since Python 3.12 `sum` compensates.
UNORDERED = {
    "average", "dot", "einsum", "fsum", "inner", "matmul", "matvec", "mean", "nanmean", "nanstd", "nansum", "nanvar",
    "std", "sum", "tensordot", "trace", "var", "vdot", "vecdot", "vecmat",
}  # fmt: skip


def statements(tree: ast.AST) -> int:
    """The number of statements, docstrings left out."""
    return sum(
        isinstance(node, ast.stmt) and not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
        for node in ast.walk(tree)
    )


def unordered_additions(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Line and name of each call or operator that adds in an order of its own."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(attr=name) | ast.Name(id=name)) if name in UNORDERED:
                yield node.lineno, f"{name}()"
            case ast.Attribute(value=ast.Attribute(attr="add"), attr="reduce" | "reduceat" as name):
                yield node.lineno, f"add.{name}"
            case ast.BinOp(op=ast.MatMult()) | ast.AugAssign(op=ast.MatMult()):
                yield node.lineno, "@"
            case ast.keyword(arg="fastmath"):
                yield node.lineno, "fastmath="


def parsed(path: Path) -> ast.Module:
    """The module's syntax tree."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(SRC)))
def test_modules_and_functions_stay_short(path: Path) -> None:
    length = len(path.read_text(encoding="utf-8").splitlines())
    assert length <= LONGEST_MODULE, f"{path} has {length} lines: one concept, one module"
    long = [
        f"{path}:{node.lineno} {node.name} has {node.end_lineno - node.lineno + 1} lines"
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno is not None
        and node.end_lineno - node.lineno + 1 > LONGEST_FUNCTION
    ]
    assert not long


def test_the_kernel_stays_small() -> None:
    size = sum(statements(parsed(path)) for room in KERNEL for path in (SRC / room).rglob("*.py"))
    assert size <= LARGEST_KERNEL


@pytest.mark.parametrize("room", ["panel", "evaluate"])
def test_kernels_add_in_one_order(room: str) -> None:
    """docs/design.md, "One order of addition": over time oldest to newest, over entities by ordinal."""
    found = [
        f"{path}:{line} {name}"
        for path in (SRC / room).rglob("*.py")
        for line, name in unordered_additions(parsed(path))
    ]
    assert not found


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("np.sum(x, axis=0)", "sum()"),
        ("x.sum()", "sum()"),
        ("sum(x)", "sum()"),
        ("np.add.reduce(x)", "add.reduce"),
        ("a @ b", "@"),
        ("a @= b", "@"),
        ("np.einsum('ij,j', a, b)", "einsum()"),
        ("njit(fastmath=True)", "fastmath="),
    ],
)
def test_the_lint_of_additions_sees(text: str, name: str) -> None:
    assert [found for _, found in unordered_additions(ast.parse(text))] == [name]


@pytest.mark.parametrize(
    "text",
    ["total = total + term", "np.cumsum(x, axis=0)", "np.bincount(groups, weights=x)", "np.logical_or.reduce(x)"],
)
def test_the_lint_of_additions_lets_pass(text: str) -> None:
    """One term at a time, in the order given: cumsum and bincount do that too."""
    assert not list(unordered_additions(ast.parse(text)))
