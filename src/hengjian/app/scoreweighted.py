"""The score of a group of several businesses: its members' scores, each by its own standards, weighted by shares.

国资发评价〔2006〕157号, Articles 18 to 22: a group without a dominant business may be given its subsidiaries' scores,
weighted by their total assets.
"""

from collections.abc import Mapping
from decimal import Decimal, localcontext

from hengjian.app.desk import Desk
from hengjian.app.scoregiven import Asked
from hengjian.model.cut import Cut
from hengjian.model.declaration import Label
from hengjian.model.scorecard import Scorecard
from hengjian.supervise.scored import Assessed, Reason, Scored, Told
from hengjian.supervise.scoregrade import grade_of, uses_of
from hengjian.supervise.scorenumber import CONTEXT, ZERO, points, rounded, total

#: What stands for the members whom the reader does not see, in one part.
_OTHERS = Label(zh="其他成员企业", en="Other members")


def weighted(desk: Desk, asked: Asked, members: Mapping[str, Decimal], scores: Mapping[str, Assessed]) -> Assessed:
    """The weighted score: a part a member, which add up to it. None where any member has no score, which is named."""
    with localcontext(CONTEXT):
        names = _names(desk, asked, members)
        parts = [_part(desk, one, names, share, scores.get(one)) for one, share in members.items()]
        unknown = tuple(dict.fromkeys(one.item for one in parts if one.score is None))
        if unknown:
            labels = tuple(dict.fromkeys(one.label for one in parts if one.score is None))
            whole = _whole(asked.card, None, "members_unknown", {"unknown": labels}, parts)
            missing = tuple((one, "member_unknown") for one in unknown)
            return Assessed(root=whole, score=None, grade=None, missing=missing)
        exact = total(one.score for one in parts if one.score is not None)
        whole = _whole(asked.card, exact, "members_weighted", {"score": exact}, parts)
        published = rounded(exact, asked.card.digits)
        grade = grade_of(asked.card, published)
        name = None if grade is None else grade.name
        return Assessed(root=whole, score=published, grade=name, uses=uses_of(asked.card, published, name))


def _whole(
    card: Scorecard, score: Decimal | None, code: str, data: Mapping[str, Decimal | tuple[Label, ...]],
    parts: list[Scored],
) -> Scored:  # fmt: skip
    label = card.label
    return Scored(
        item=card.root.name, label=label, score=score, reason=Reason(code=code, data={"label": label, **data}),
        parts=_merged(parts),
    )  # fmt: skip


def _part(desk: Desk, member: str, names: Mapping[str, str], share: Decimal, assessed: Assessed | None) -> Scored:
    is_seen = member in desk.sight
    name = names.get(member, member)
    label = Label(zh=name, en=name) if is_seen else _OTHERS
    exact = None if assessed is None else assessed.root.score
    item = member if is_seen else ""
    if exact is None:
        return Scored(item=item, label=label, kind="member", score=None,
                      reason=Reason(code="member_unknown", data={"label": label}))  # fmt: skip
    score = points(exact * share)
    data: dict[str, Told] = {"label": label, "before": exact, "share": share, "score": score}
    return Scored(
        item=item, label=label, kind="member", score=score, reason=Reason(code="member_weighted", data=data),
        value=exact, weight=points(share * 100),
    )  # fmt: skip


def _merged(parts: list[Scored]) -> tuple[Scored, ...]:
    """Members whom the reader does not see as one part, which tells of none of them."""
    seen = [one for one in parts if one.item]
    hidden = [one for one in parts if not one.item]
    if not hidden:
        return tuple(seen)
    known = [one.score for one in hidden if one.score is not None]
    if len(known) < len(hidden):
        return (*seen, Scored(item="", label=_OTHERS, kind="member", score=None,
                              reason=Reason(code="member_unknown", data={"label": _OTHERS})))  # fmt: skip
    score = total(known)
    weight = total(one.weight or ZERO for one in hidden)
    data: dict[str, Told] = {"label": _OTHERS, "score": score}
    return (*seen, Scored(item="", label=_OTHERS, kind="member", score=score, weight=weight,
                          reason=Reason(code="members_hidden", data=data)))  # fmt: skip


def _names(desk: Desk, asked: Asked, members: Mapping[str, Decimal]) -> dict[str, str]:
    cut = Cut(known_at=asked.cut.known_at)
    return {state.id: state.name for state in desk.store.entities(cut, asked.period.end, sorted(members))}
