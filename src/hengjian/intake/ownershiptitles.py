"""The titles of the form `ownership`, in both languages."""

from collections.abc import Mapping

from hengjian.model.declaration import Label

#: The form's name.
OWNERSHIP = "ownership"
OWNER, OWNED = "owner", "owned"
#: The form's own titles: what each is called, and other names of it.
TITLES: Mapping[str, tuple[Label, tuple[str, ...]]] = {
    "owner": (Label(zh="持股单位", en="Owner"), ("股东", "出资人", "股东名称", "投资方", "shareholder")),
    "owned": (Label(zh="被投资企业", en="Owned"), ("企业", "企业名称", "被投资单位", "标的企业", "company")),
    "share": (Label(zh="持股比例", en="Share"), ("出资比例", "股权比例")),
    "voting": (Label(zh="表决权比例", en="Voting"), ("表决权", "votes")),
    "kind": (Label(zh="持股性质", en="Kind"), ("持有方式",)),
    "principal": (Label(zh="实际权利人", en="Principal"), ("实际出资人", "被代持人")),
    "subscribed": (Label(zh="认缴出资额", en="Subscribed"), ("认缴额", "认缴")),
    "paid": (Label(zh="实缴出资额", en="Paid"), ("实缴额", "实缴")),
    "evidence": (Label(zh="依据", en="Evidence"), ("依据文件", "证明材料")),
    "valid_from": (Label(zh="生效日期", en="Valid from"), ("起始日期", "开始日期")),
    "valid_to": (Label(zh="失效日期", en="Valid to"), ("终止日期", "结束日期")),
    "known_from": (Label(zh="知悉日期", en="Known from"), ()),
}  # fmt: skip
