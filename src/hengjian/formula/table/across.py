"""Functions that read finer periods, peers, linked entities or another cut."""

from hengjian.formula.function import Argument, Function, Option, Reach, ShapeRule, UnitRule
from hengjian.formula.function import label as _label
from hengjian.model.declaration import Label

_X = Argument(name="x", kind="figure")
_AT_LEAST = Option(name="at_least", kind="count")
_PER = Option(name="per", kind="frequency", needed=True)
_WITHIN = Option(name="within", kind="attributes", needed=True)
_OVER = Option(name="over", kind="link", needed=True)
_WHERE = Option(name="where", kind="truth")
_LEVELS = Option(name="levels", kind="word", choices=("all",))


def _per(written: str, argument: Argument, claim: str, meaning: Label, example: str, worked: str) -> Function:
    options = (_PER,) if written == "last" else (_PER, _AT_LEAST)
    return Function(
        name=f"{written}_per", written=written, arguments=(argument,), options=options, unit="first", shape="per",
        reach="periods", claim=claim, meaning=meaning, example=example, worked=worked,
    )  # fmt: skip


def _within(
    name: str, written: str, unit: UnitRule, meaning: Label, example: str, worked: str, *more: Argument
) -> Function:
    return Function(
        name=name, written=written, arguments=(_X, *more), options=(_WITHIN, _AT_LEAST), unit=unit, shape="none",
        reach="peers", meaning=meaning, example=example, worked=worked,
    )  # fmt: skip


def _over(
    written: str, shape: ShapeRule, options: tuple[Option, ...], meaning: Label, example: str, worked: str
) -> Function:
    reach: Reach = "links"
    arguments = () if written == "count" else (_X,)
    return Function(
        name=f"{written}_over", written=written, arguments=arguments, options=(_OVER, _WHERE, *options),
        unit="first" if arguments else "ratio", shape=shape, reach=reach, meaning=meaning, example=example,
        worked=worked,
    )  # fmt: skip


_FLOW = Argument(name="x", kind="summand")
_LEVEL = Argument(name="x", kind="level")
_TIMED = Argument(name="x", kind="timed")

ROWS = (
    _per("sum", _FLOW, "adds up the flows of finer periods",
         _label("较细频率各期流量之和", "the sum of the flows of the finer periods"),
         "sum(energy, per: month)", "the 30 days of 2024-06: their sum"),
    _per("mean", _LEVEL, "takes the mean of finer periods",
         _label("较细频率各期的均值", "the mean over the finer periods"),
         "mean(deposits, per: quarter)", "90, 100 and 110 in the months of 2024-Q2: 100"),
    _per("max", _LEVEL, "takes the greatest of finer periods",
         _label("较细频率各期的最大者", "the greatest of the finer periods"),
         "max(deposits, per: quarter)", "90, 100 and 110 in the months of 2024-Q2: 110"),
    _per("min", _LEVEL, "takes the least of finer periods",
         _label("较细频率各期的最小者", "the least of the finer periods"),
         "min(deposits, per: quarter)", "90, 100 and 110 in the months of 2024-Q2: 90"),
    _per("last", _TIMED, "takes the last of finer periods",
         _label("其中最后一期的数", "the figure of the last of the finer periods"),
         "last(deposits, per: quarter)", "90, 100 and 110 in the months of 2024-Q2: 110"),
    _per("increase", Argument(name="x", kind="counter"), "takes the growth of a counter",
         _label("计数器读数的增量；读数变小视为归零重计",
                "how much a counter grew; a lower reading is a reset to zero"),
         "increase(meter, per: month)", "readings 95 | 98, 2, 5: 3 + 2 + 3 = 8"),
    _within("median_within", "median", "first",
            _label("同组中位数", "the median of the group"),
            "median(total_liabilities / total_assets, within: industry)", "1, 2, 4, 8, 9: 4"),
    _within("quantile", "", "first",
            _label("同组 q 分位数，次序统计量间线性内插（Hyndman-Fan 第 7 类）",
                   "the q-quantile of the group, linear between order statistics (Hyndman and Fan's type 7)"),
            "quantile(net_profit, 0.75, within: industry)", "1, 2, 4, 8, 9 at 0.75: 8",
            Argument(name="q", kind="share")),
    _within("mean_within", "mean", "first",
            _label("同组均值", "the mean of the group"), "mean(net_profit, within: industry)", "1, 2, 4, 8, 10: 5"),
    _within("zscore", "", "ratio",
            _label("与同组均值之差除以同组样本标准差",
                   "the distance from the group's mean in sample standard deviations"),
            "zscore(net_profit / operating_income, within: industry)", "3 among 1, 2, 3, 4, 5: 0"),
    _within("rank", "", "ratio",
            _label("同组名次，最大者为 1，并列取较前名次",
                   "the place in the group, the largest being 1; ties share the better place"),
            "rank(net_profit, within: industry)", "8 among 1, 2, 4, 8, 9: 2"),
    _within("percentile", "", "ratio",
            _label("同组中低于本单位者所占比例（除以组内其余单位数）",
                   "the share of the others in the group that lie below"),
            "percentile(net_profit, within: industry)", "8 among 1, 2, 4, 8, 9: 3 / 4 = 0.75"),
    _over("total", "kept", (_LEVELS,),
          _label("所联各单位之和；levels: all 时含其下各级",
                 "the sum over the linked entities; with levels: all, those below too"),
          "total(net_profit, over: children)", "children with 3 and 4: 7"),
    _over("mean", "none", (), _label("所联各单位的均值", "the mean over the linked entities"),
          "mean(net_profit, over: children)", "children with 3 and 4: 3.5"),
    _over("max", "none", (), _label("所联各单位中的最大者", "the greatest among the linked entities"),
          "max(net_profit, over: children)", "children with 3 and 4: 4"),
    _over("min", "none", (), _label("所联各单位中的最小者", "the least among the linked entities"),
          "min(net_profit, over: children)", "children with 3 and 4: 3"),
    _over("count", "none", (_LEVELS,), _label("所联单位数", "how many entities are linked"),
          "count(over: children, where: net_profit < 0)", "children with 3 and -4: 1"),
    Function(
        name="of", arguments=(Argument(name="link", kind="link"), _X), unit="first", shape="kept", reach="links",
        meaning=_label("唯一所联单位的数；没有或不止一个则不适用",
                       "the figure of the one entity linked; not applicable with none or several"),
        example="net_profit / of(parent, net_profit)", worked="5 / 50 = 0.1",
    ),
    Function(
        name="on", arguments=(_X,), unit="first", shape="kept", reach="cut",
        options=(
            Option(name="basis", kind="word", choices=("flash", "audited", "assessed", "best")),
            Option(name="scope", kind="word", choices=("consolidated", "parent")),
        ),
        meaning=_label("换一种口径读取：快报、审计、考核；合并、单体",
                       "the same on another cut: flash, audited, assessed; consolidated, parent alone"),
        example="on(net_profit, basis: audited) - on(net_profit, basis: flash)", worked="98 - 100 = -2",
    ),
)  # fmt: skip
