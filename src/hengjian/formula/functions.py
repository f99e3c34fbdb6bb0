"""The one table of what a formula can do, operators included. Kernels of the same names stand in `evaluate`.

`docs/reference/formulas.md` is made from it by `hengjian.formula.reference`.
"""

from collections.abc import Container, Mapping

from hengjian.formula.function import Function
from hengjian.formula.table import across, figures, holdings, inputs, operators, time

#: By name of `Term.op`.
FUNCTIONS: Mapping[str, Function] = {
    row.name: row
    for rows in (operators.ROWS, figures.ROWS, time.ROWS, across.ROWS, holdings.ROWS, inputs.ROWS)
    for row in rows
}


def _by_name() -> dict[str, tuple[Function, ...]]:
    found: dict[str, tuple[Function, ...]] = {}
    for function in FUNCTIONS.values():
        if not function.sign:
            found[function.called] = (*found.get(function.called, ()), function)
    return found


#: The functions (no operators) by what formulas call them; rows of one name differ by the option that they need.
BY_NAME: Mapping[str, tuple[Function, ...]] = _by_name()


#: By name: the rows that need an option (one each), and the one that needs none.
_NEEDING = {name: [(row.needed[0], row) for row in rows if row.needed] for name, rows in BY_NAME.items()}
_PLAIN = {name: row for name, rows in BY_NAME.items() for row in rows if not row.needed}


def chosen(name: str, options: Container[str]) -> Function | None:
    """The row that a call with these options means: the one whose needed options are said, else the one that needs
    none; None where no row is called so, or each needs an option that is not said."""
    for option, row in _NEEDING.get(name, ()):
        if option in options:
            return row
    return _PLAIN.get(name)
