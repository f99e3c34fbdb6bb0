"""One order of addition (DESIGN decision 7): nothing in this room adds in any other."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import hengjian.evaluate

ROOM = Path(hengjian.evaluate.__file__).parent

#: NumPy's own sums go pairwise and by vector width, products of matrices through BLAS; compilers may reorder.
FORBIDDEN = frozenset(
    "sum nansum cumsum nancumsum mean nanmean average std nanstd var nanvar prod nanprod cumprod trapezoid "
    "reduce reduceat accumulate fsum fmean dot vdot inner matmul tensordot einsum convolve correlate fastmath njit jit"
    " prange numexpr".split()
)


#: Compiled loops keep the order that they say: the one module that compiles, without leave to reorder.
ALLOWED = {"ownership/kernel.py": {"njit"}}


def faults(source: str) -> Iterator[str]:
    """Forbidden names as attributes or calls, `@`, and the built-in `sum`."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Attribute(attr=name) | ast.Call(func=ast.Name(id=name)) | ast.keyword(arg=str(name)):
                if name in FORBIDDEN:
                    yield f"line {node.lineno}: {name}"
            case ast.ImportFrom(names=names) | ast.Import(names=names):
                for alias in names:
                    if FORBIDDEN & {*alias.name.split("."), alias.asname}:
                        yield f"line {node.lineno}: {alias.name}"
            case ast.BinOp(op=ast.MatMult()) | ast.AugAssign(op=ast.MatMult()):
                yield f"line {node.lineno}: @"


@pytest.mark.parametrize("path", sorted(ROOM.rglob("*.py")), ids=lambda path: path.name)
def test_no_kernel_adds_in_another_order(path: Path) -> None:
    allowed = ALLOWED.get(str(path.relative_to(ROOM)), set())
    assert [each for each in faults(path.read_text(encoding="utf-8")) if each.split()[-1] not in allowed] == []


@pytest.mark.parametrize(
    "source",
    ["np.sum(x, axis=0)", "x.sum()", "sum(x)", "np.add.reduce(x)", "x @ y", "x @= y", "np.nanmean(x)",
     "from math import fsum", "np.cumsum(x)", "np.einsum('i,i', x, y)", "numba.njit(f)", "f(fastmath=True)"],
)  # fmt: skip
def test_the_lint_sees(source: str) -> None:
    assert list(faults(source)) != []
