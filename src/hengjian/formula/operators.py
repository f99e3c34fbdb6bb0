"""The operators: sign, name in the functions table, and how tightly each binds."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Operator:
    """`binding` is higher where an operator binds tighter; `is_prefix` has one operand; comparisons do not chain."""

    op: str
    sign: str
    binding: int
    is_prefix: bool = False
    chains: bool = True


_ALL = (
    Operator(op="or", sign="or", binding=1),
    Operator(op="and", sign="and", binding=2),
    Operator(op="not", sign="not", binding=3, is_prefix=True),
    Operator(op="equal", sign="=", binding=4, chains=False),
    Operator(op="unequal", sign="!=", binding=4, chains=False),
    Operator(op="less", sign="<", binding=4, chains=False),
    Operator(op="at_most", sign="<=", binding=4, chains=False),
    Operator(op="greater", sign=">", binding=4, chains=False),
    Operator(op="at_least", sign=">=", binding=4, chains=False),
    Operator(op="one_of", sign="in", binding=4, chains=False),
    Operator(op="add", sign="+", binding=5),
    Operator(op="subtract", sign="-", binding=5),
    Operator(op="multiply", sign="*", binding=6),
    Operator(op="divide", sign="/", binding=6),
    Operator(op="negate", sign="-", binding=7, is_prefix=True),
)
#: Binding of what needs no parentheses: numbers, names, texts, calls.
ATOM = 8

OPERATORS: Mapping[str, Operator] = {operator.op: operator for operator in _ALL}
INFIX: Mapping[str, Operator] = {operator.sign: operator for operator in _ALL if not operator.is_prefix}
PREFIX: Mapping[str, Operator] = {operator.sign: operator for operator in _ALL if operator.is_prefix}
