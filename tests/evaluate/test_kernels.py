"""The functions table of the language and the kernels stand for the same things under the same names."""

from hengjian.evaluate.backward import BACKWARD
from hengjian.evaluate.elementwise import ELEMENTWISE
from hengjian.evaluate.evaluate import KERNELS
from hengjian.formula.functions import FUNCTIONS


def test_each_function_has_its_kernel_and_each_kernel_its_function() -> None:
    assert set(FUNCTIONS) == KERNELS
    assert not set(ELEMENTWISE) & set(BACKWARD)
