"""Functions that look through ownership: all that an entity holds, and all who hold it, by the links `owns`."""

from hengjian.formula.function import Argument, Function, Option
from hengjian.formula.function import label as _label
from hengjian.model.declaration import Label

_X = Argument(name="x", kind="figure")
_WHO = Argument(name="c", kind="truth", optional=True)
_ALSO = Option(name="also", kind="type")
_THROUGH = Option(name="through", kind="word", choices=("all",))


def _down(name: str, meaning: Label, example: str, worked: str) -> Function:
    return Function(
        name=name, arguments=(_X,), unit="first", shape="kept", reach="holdings", meaning=meaning, example=example,
        worked=worked,
    )  # fmt: skip


ROWS = (
    _down("look_through",
          _label("穿透合计：本单位之数，加直接与间接持有的各单位之数乘以穿透持股比例（含环形持股，V = (I − D)⁻¹e）",
                 "its own figure and, times the effective share, that of all whom it holds directly or indirectly, "
                 "rings included: V = (I − D)⁻¹e"),
          "look_through(net_profit)", "own 10, 80% of S (0), S holds 70% of SS (100): 10 + 0.8 * 0.7 * 100 = 66"),
    _down("controlled",
          _label("控制范围合计：本单位之数，加所控制（表决权合计过半，逐级）各单位之数的全额",
                 "its own figure and the full figures of all whom it controls (more than half of the votes, held by it "
                 "and those that it controls)"),
          "controlled(net_profit)", "80% of S (0), S holds 70% of SS (100): 100"),
    _down("minority",
          _label("少数股东部分：所控制各单位之数乘以控制范围以外持有的比例，逐级计算",
                 "what others hold in those whom it controls: their figures times the part that is not its own through "
                 "those whom it controls, layer by layer"),
          "minority(net_profit)", "80% of S (0), S holds 70% of SS (100): 44"),
    Function(
        name="held", arguments=(_WHO,), options=(_ALSO, _THROUGH), unit="ratio", shape="none", reach="holdings",
        meaning=_label("被满足条件的（或某类型的）持有人持有的比例之和；through: all 时含间接持有",
                       "the shares of it that are held by those who meet the condition or are of the type; with "
                       "through: all, indirectly too"),
        example="held(net_profit < 0, through: all) > 50%", worked="20% and 15% held by such: 0.35",
    ),
    Function(
        name="largest_held", arguments=(_WHO,), options=(_ALSO,), unit="ratio", shape="none", reach="holdings",
        meaning=_label("满足条件的（或某类型的）持有人中最大一家直接持有的比例；没有则为 0",
                       "the largest share held directly by one of those who meet the condition or are of the type; 0 "
                       "without any"),
        example="largest_held(net_profit < 0) >= largest_held()", worked="20% and 15% held by such: 0.2",
    ),
)  # fmt: skip
