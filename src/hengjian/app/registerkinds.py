"""What an office enters around a score: the kinds of registers, their columns, their topics and the right they need."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from hengjian.model.declaration import Label
from hengjian.people import Action

#: How the cells of a column are read. A figure stays a decimal text, with the % that stood behind it, until it is known
#: in which unit it is kept; a part is a share between 0 and 1, written 35 % or 0.35.
CellKind = Literal["text", "figure", "part", "day", "period", "year", "choice", "entity", "card", "name"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column. `also`: other titles of it. `head`: in a register of which many rows make one record, the same in all
    of them, and enough to be said in the first."""

    name: str
    label: Label
    kind: CellKind = "text"
    required: bool = False
    also: tuple[str, ...] = ()
    choices: Mapping[str, Label] = field(default_factory=dict)
    head: bool = False

    def titles(self) -> tuple[str, ...]:
        """All that may stand above it."""
        return (self.name, self.label.zh, self.label.en, *self.also)


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """One kind. `topic`: the columns that tell one record from another, in their order. `right`: what it takes at the
    entity of a row, or where a row has none for the whole space. `checked_by`: the module of this room whose
    `records_of` makes records of rows. `grouped`: rows with the same topic are one record, with `lines`."""

    name: str
    label: Label
    columns: tuple[Column, ...]
    topic: tuple[str, ...]
    checked_by: str
    right: Action = "assess"
    grouped: bool = False
    note: Label | None = None

    def column(self, name: str) -> Column | None:
        """The column of this name."""
        return next((one for one in self.columns if one.name == name), None)


def _label(zh: str, en: str) -> Label:
    return Label(zh=zh, en=en)


def _column(name: str, zh: str, en: str, kind: CellKind = "text", *also: str, required: bool = False,
            head: bool = False, choices: Mapping[str, Label] | None = None) -> Column:  # fmt: skip
    return Column(name=name, label=_label(zh, en), kind=kind, also=also, required=required, head=head,
                  choices=choices or {})  # fmt: skip


SIZES: Mapping[str, Label] = {
    "all": _label("全行业", "All sizes"), "large": _label("大型", "Large"), "medium": _label("中型", "Medium"),
    "small": _label("小型", "Small"), "micro": _label("微型", "Micro"),
}  # fmt: skip
#: How attributes and books write them.
SIZE_WORDS: Mapping[str, tuple[str, ...]] = {
    name: (label.zh, label.en, f"{label.zh}企业", *(("全部", "全国") if name == "all" else ()))
    for name, label in SIZES.items()
}  # fmt: skip
#: How an enterprise's standards are chosen (国资发评价〔2006〕157号, Articles 18 to 22).
MODES: Mapping[str, Label] = {
    "chosen": _label("指定行业与规模", "Class and size chosen"),
    "weighted_standards": _label("标准值加权", "Standards weighted by shares"),
    "weighted_scores": _label("得分加权", "Scores weighted by shares"),
    "national": _label("采用国民经济大类或全国标准", "National standards, with the office's consent"),
}
STATES: Mapping[str, Label] = {
    "claimed": _label("申报", "Claimed"), "opinion": _label("部门意见", "Department's opinion"),
    "recognised": _label("认定", "Recognised"), "refused": _label("不予认定", "Refused"),
}  # fmt: skip
_PANEL: Mapping[str, Label] = {"open": _label("开评", "Open"), "closed": _label("截止", "Closed")}
_YES: Mapping[str, Label] = {"yes": _label("是", "Yes"), "no": _label("否", "No")}
_DIRECTIONS: Mapping[str, Label] = {
    "up": _label("越大越好", "Greater is better"), "down": _label("越小越好", "Less is better"),
    "free": _label("不分方向", "Neither"),
}  # fmt: skip
#: What adjusts a figure: added back as if it were profit (视同利润), taken out, or base data corrected (157号第五章).
EFFECTS: Mapping[str, Label] = {
    "add_back": _label("视同利润加回", "Added back"),
    "removal": _label("剔除", "Removed"),
    "correction": _label("基础数据调整", "Correction of base data"),
}

_CARD = _column("scorecard", "计分卡", "Scorecard", "card", "办法", required=True, head=True)
_PERIOD = _column("period", "考核期", "Period", "period", "期间", "年度", required=True, head=True)
_ENTITY = _column("entity", "企业", "Entity", "entity", "单位", "主体", "企业编号", required=True, head=True)
# of a record that is taken further, the first row says of whom it is
_OF_CARD, _OF_PERIOD, _OF_ENTITY = (replace(one, required=False) for one in (_CARD, _PERIOD, _ENTITY))
_DOCUMENT = _column("document", "依据文件", "Document", "text", "文件", "依据")
_WITHDRAWN = _column("withdrawn", "撤回", "Withdrawn", "choice", choices=_YES)

STANDARD = Register(
    name="standard", label=_label("标准值", "Standard values"), checked_by="standardsbook",
    topic=("book", "year", "class", "size", "key"),
    columns=(
        _column("book", "标准值体系", "Book", "name", "书目", required=True),
        _column("year", "年度", "Year", "year", "版本年度", required=True),
        _column("class", "行业", "Class", "text", "行业分类", "类别", required=True),
        _column("size", "规模", "Size", "choice", "企业规模", choices=SIZES),
        _column("key", "指标", "Item", "name", "项目", "指标名称", required=True),
        _column("unit", "单位", "Unit", "text", "计量单位"), _DOCUMENT, _WITHDRAWN,
    ),
    note=_label("五档由优到差；行业写成路径，如 工业/机械工业/通用设备", "Bands from the best; a class is a path"),
)  # fmt: skip
STANDARD_CHOICE = Register(
    name="standard_choice", label=_label("标准值选用", "Choice of standards"), checked_by="standardsmix", grouped=True,
    topic=("book", "entity", "year"),
    columns=(
        _column("book", "标准值体系", "Book", "name", required=True, head=True), _ENTITY,
        _column("year", "年度", "Year", "year", required=True, head=True),
        _column("mode", "选用方式", "How", "choice", "方式", required=True, head=True, choices=MODES),
        _column("class", "行业", "Class", "text", "行业分类"),
        _column("size", "规模", "Size", "choice", "企业规模", choices=SIZES),
        _column("member", "所属企业", "Member", "entity", "成员企业"),
        _column("share", "权重", "Share", "part", "占比", "资产占比"),
        _column("measure", "权重依据指标", "Shares by measure", "name", "权重指标", head=True),
        _column("reason", "理由", "Reason", "text", "选用理由", required=True, head=True),
        _column("document", "依据文件", "Document", "text", "文件", "依据", head=True), _WITHDRAWN,
    ),
)  # fmt: skip
LETTER = Register(
    name="letter", label=_label("责任书", "Responsibility letters"), checked_by="letters", grouped=True,
    topic=("scorecard", "period", "entity"),
    columns=(
        _CARD, _PERIOD, _ENTITY,
        _column("class", "企业分类", "Class", "text", "功能分类", "类别", head=True),
        _column("term", "任期", "Term", "text", head=True),
        _column("factor", "经营难度系数", "Factor", "figure", "难度系数", head=True),
        _column("item", "考核项目", "Item", "name", "项目", "指标项", required=True),
        _column("key", "指标编号", "Key", "text", "编号"),
        _column("title", "指标名称", "Title", "text", "名称"),
        _column("title_en", "英文名称", "Title in English", "text"),
        _column("weight", "权重", "Weight", "figure", "权数", "分值"),
        _column("target", "目标值", "Target", "figure", "考核目标", "年度目标"),
        _column("base", "基准值", "Base", "figure", "上年实际"),
        _column("indicator", "取数指标", "Indicator", "name", "系统指标"),
        _column("unit", "单位", "Unit", "text", "计量单位"),
        _column("direction", "方向", "Direction", "choice", choices=_DIRECTIONS),
        _column("department", "确认部门", "Department", "text", "责任部门", "考核部门"),
        _column("document", "责任书文号", "Document", "text", "文号", "依据文件", head=True),
        _column("signed_office", "委签字人", "Signed for the office", "text", "国资委签字", head=True),
        _column("signed_enterprise", "企业签字人", "Signed for the enterprise", "text", "企业签字", head=True),
        _column("signed_on", "签订日期", "Signed on", "day", "签字日期", head=True), _WITHDRAWN,
    ),
    note=_label(
        "不考的项目那一行留空；功能类指标各项一行一个，自己写名称，可以加行。写在第一行的企业、分类、文号、签字到下一家为止都有效",
        "Leave the row of an item empty that the letter does not weigh; a line of function a row, with a title of its"
        " own, and more rows where there are more. What stands in an enterprise's first row holds for its other rows",
    ),
)  # fmt: skip
CONFIRMATION = Register(
    name="confirmation", label=_label("部门确认", "Confirmations"), checked_by="confirmations", right="confirm",
    topic=("scorecard", "period", "entity", "key"),
    columns=(
        _CARD, _PERIOD, _ENTITY, _column("key", "指标", "Item", "name", "指标名称", "指标编号", required=True),
        _column("value", "实际值", "Value", "figure", "完成值", "确认值", required=True),
        _column("unit", "单位", "Unit", "text", "计量单位"),
        _column("evidence", "佐证材料", "Evidence", "text", "依据", "证明材料", required=True),
        _column("note", "说明", "Note", "text", "备注"), _WITHDRAWN,
    ),
)  # fmt: skip
RATING = Register(
    name="rating", label=_label("评议打分", "Ratings"), checked_by="panels", right="rate",
    topic=("scorecard", "period", "entity", "key", "rater"),
    columns=(
        _CARD, _PERIOD, _ENTITY, _column("key", "评议指标", "Item", "name", "指标", "指标名称", required=True),
        _column("rating", "评议结果", "Rating", "text", "等级", "得分率", "评分", required=True),
        _column("rater", "评议人", "Rater", "text", "专家编号", "专家"),
        _column("note", "说明", "Note", "text", "评语"), _WITHDRAWN,
    ),
)  # fmt: skip
PANEL = Register(
    name="panel", label=_label("专家评议", "Panels"), checked_by="panels", topic=("scorecard", "period"),
    columns=(_CARD, _PERIOD, _column("state", "状态", "State", "choice", required=True, choices=_PANEL), _DOCUMENT),
)  # fmt: skip
AWARD = Register(
    name="award", label=_label("加减分", "Awards and deductions"), checked_by="awards", topic=("id",),
    columns=(
        _column("id", "编号", "Id", "text", "加减分编号", required=True), _OF_CARD, _OF_PERIOD, _OF_ENTITY,
        _column("item", "加减分项", "Item", "name", "项目"),
        _column("ground", "事由", "Ground", "name", "加减分事由"),
        _column("points", "分值", "Points", "figure", "分数"),
        _column("evidence", "证明材料", "Evidence", "text", "佐证材料", "依据"),
        _column("state", "环节", "State", "choice", "状态", required=True, choices=STATES),
        _column("opinion", "意见", "Opinion", "text"), _DOCUMENT, _WITHDRAWN,
    ),
)  # fmt: skip
ADJUSTMENT = Register(
    name="adjustment", label=_label("调整事项", "Adjustments"), checked_by="adjustments", topic=("id",),
    columns=(
        _column("id", "编号", "Id", "text", "事项编号", required=True), _OF_ENTITY, _OF_PERIOD,
        _column("measure", "调整科目", "Measure", "name", "科目", "指标"),
        _column("effect", "调整方向", "Effect", "choice", "类型", choices=EFFECTS),
        _column("ground", "事由", "Ground", "text", "费用类别"),
        _column("claim", "申报额", "Claimed", "figure", "申报金额", "金额"),
        _column("unit", "单位", "Unit", "text", "金额单位"),
        _column("evidence", "佐证材料", "Evidence", "text", "依据", "证明材料"),
        _column("project", "项目", "Project", "text", "所属项目"),
        _column("listed", "列入清单", "On the list", "choice", "清单内", choices=_YES),
        _column("capitalised", "已资本化金额", "Capitalised", "figure", "资本化金额"),
        _column("part", "认定比例", "Part recognised", "part"), _column("cap", "认定上限", "Cap", "figure", "上限"),
        _column("recognised", "认定额", "Recognised", "figure", "认定金额"),
        _column("state", "环节", "State", "choice", "状态", required=True, choices=STATES),
        _column("opinion", "意见", "Opinion", "text"), _DOCUMENT, _WITHDRAWN,
    ),
)  # fmt: skip
SETTING = Register(
    name="setting", label=_label("口径选择", "Settings"), checked_by="settings",
    topic=("scorecard", "period", "switch"),
    columns=(
        _CARD, _PERIOD, _column("switch", "开关", "Switch", "name", "口径", required=True),
        _column("choice", "取值", "Choice", "name", "选择", required=True),
        _column("reason", "理由", "Reason", "text", required=True), _DOCUMENT, _WITHDRAWN,
    ),
)  # fmt: skip
#: Which of its figures companies are compared by: all of them, those of one business, or single ones.
CUTS: Mapping[str, Label] = {
    "company": _label("企业整体", "Whole companies"), "segment": _label("业务板块", "One segment"),
    "indicator": _label("核心指标", "Single indicators"),
}  # fmt: skip
PERCENTILES: Mapping[str, Label] = {
    "mid_rank": _label("中位秩", "Mid-rank"), "hazen": _label("哈森", "Hazen"),
    "inclusive": _label("含端点", "Inclusive"),
}  # fmt: skip

PEER_SET = Register(
    name="peer_set", label=_label("对标组", "Peer sets"), checked_by="peerregister", grouped=True, topic=("id",),
    columns=(
        _column("id", "编号", "Id", "text", "对标组编号", required=True, head=True),
        _column("title", "名称", "Title", "text", "对标组", "对标组名称", required=True, head=True),
        _column("cut", "口径", "Cut", "choice", "对标口径", required=True, head=True, choices=CUTS),
        _column("segment", "业务板块", "Segment", "text", "板块", head=True),
        _column("entity", "适用企业", "For", "entity", head=True),
        _column("indicators", "对标指标", "Indicators", "text", "指标", head=True),
        _column("method", "百分位方法", "Percentile by", "choice", head=True, choices=PERCENTILES),
        _column("minimum", "最小样本", "Fewest companies", "text", head=True),
        _column("short_below", "短板线", "Short below", "text", "短板线（百分位）", required=True, head=True),
        _column("named", "标杆企业", "Measured against", "text", head=True),
        _column("workflow", "改进流程", "Workflow", "name", head=True),
        _column("frozen", "冻结日期", "Frozen on", "day", "冻结日", head=True),
        _column("company", "对标企业", "Company", "text", "企业", "公司", required=True),
        _column("name", "企业名称", "Name", "text", "公司名称"),
        _column("included", "是否纳入", "In or out", "choice", choices=_YES),
        _column("reason", "理由", "Reason", "text", "选取理由", "剔除理由", required=True),
        _column("industry", "行业", "Industry"), _column("size_ratio", "规模比", "Size ratio", "text", "收入规模比"),
        _column("region", "地区", "Region"), _column("listed", "是否上市", "Listed"),
        _column("mix", "业务相似度", "Business mix"), _column("accounting", "会计准则", "Accounting"),
        _column("currency", "币种", "Currency"), _column("year_end", "财年截止", "Year end"),
        _column("source", "资料来源", "Source", "text", "来源"), _WITHDRAWN,
    ),
    note=_label("一行一家企业；整组的栏目写在第一行即可", "A row a company; the first says what holds for all"),
)  # fmt: skip
PEER_FIGURE = Register(
    name="peer_figure", label=_label("对标数据", "Figures of peers"), checked_by="peerregister",
    topic=("set", "company", "indicator", "period"),
    columns=(
        _column("set", "对标组", "Set", "text", "对标组编号", required=True),
        _column("company", "对标企业", "Company", "text", "企业", "公司", required=True),
        _column("indicator", "指标", "Indicator", "name", "对标指标", required=True),
        _column("period", "期间", "Period", "period", "年度", required=True),
        _column("value", "数值", "Value", "figure", "值", required=True),
        _column("unit", "单位", "Unit", "text", "计量单位"),
        _column("source", "资料来源", "Source", "text", "来源", required=True), _WITHDRAWN,
    ),
)  # fmt: skip
PRACTICE = Register(
    name="practice", label=_label("示范标杆", "Good practice"), checked_by="peerregister", topic=("id",),
    columns=(
        _column("id", "编号", "Id", "text", "案例编号", required=True),
        _column("title", "名称", "Title", "text", "案例名称", required=True),
        _column("entity", "企业", "Entity", "entity", "本系统企业"), _column("company", "外部企业", "Company", "text"),
        _column("indicator", "指标", "Indicator", "name", "相关指标"),
        _column("done", "主要做法", "What was done", "text", "做法", required=True),
        _column("evidence", "成效与佐证", "Evidence", "text", "成效", "佐证材料", required=True),
        _column("day", "日期", "Day", "day", "总结日期", required=True),
        _column("source", "资料来源", "Source", "text", "来源"), _WITHDRAWN,
    ),
)  # fmt: skip

REGISTERS: Mapping[str, Register] = {
    one.name: one
    for one in (
        STANDARD, STANDARD_CHOICE, LETTER, CONFIRMATION, RATING, PANEL, AWARD, ADJUSTMENT, SETTING,
        PEER_SET, PEER_FIGURE, PRACTICE,
    )
}  # fmt: skip
