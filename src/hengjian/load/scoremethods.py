"""How items are scored and what is done to their points, as scorecards/*.yaml says it."""

from decimal import Decimal
from typing import TypeVar, get_args

from hengjian.load import scoreshapes as shapes
from hengjian.load.fields import Field, Reading
from hengjian.load.kinds import Written
from hengjian.load.shapes import CONFIDENCE, LABEL_FIELD, SOURCE
from hengjian.load.strict import Desk, Scalar
from hengjian.load.strict import Mapping as MappingNode
from hengjian.model.declaration import Confidence, FormulaText
from hengjian.model.scorecard import (
    Adjust,
    AwardKind,
    Awards,
    Bonus,
    Cap,
    CapGrade,
    Couple,
    Efficacy,
    Floor,
    If,
    Losses,
    Method,
    Modification,
    PastScores,
    Points,
    ProRata,
    Rating,
    RatingGrade,
    Rescale,
    Round,
    Rounding,
    Row,
    Setting,
    Side,
    Sign,
    Special,
    Standing,
    Step,
    Steps,
    Table,
    TargetTier,
    Times,
    Veto,
    Where,
)

Word = TypeVar("Word", bound=str)


def word(words: tuple[Word, ...], said: str | None) -> Word | None:
    """What is said, as one of these words."""
    return next((one for one in words if one == said), None)


def confidence(reading: Reading) -> Confidence | None:
    """How sure its figures are."""
    return word(get_args(Confidence), reading.get(CONFIDENCE))


def written(found: Written, source: str) -> FormulaText:
    """A formula that holds at all times."""
    return FormulaText(valid_from=None, source=source, text=found.text, place=found.place)


def text(reading: Reading, of: Field[Written], source: str) -> FormulaText | None:
    """The formula of a key, where it is written."""
    found = reading.get(of)
    return None if found is None else written(found, source)


def setting(reading: Reading, of: Field[dict[str, tuple[Scalar, str]]], desk: Desk) -> Setting | None:
    """One switch and its choice."""
    found = reading.get(of)
    if found is None:
        return None
    if len(found) != 1:
        desk.fault(reading.nodes[of.name], f"{of.name} must name one switch", "write it as {clamp: on}")
    return next(((name, chosen) for name, (_, chosen) in found.items()), None)


def rows(reading: Reading, desk: Desk, what: str, *, percent: bool) -> tuple[Row, ...]:
    """Rows that ascend; `percent`: 80% may be written for 0.8."""
    made: list[Row] = []
    for number, one in enumerate(reading.need(shapes.ROWS), 1):
        figure, points = one.get(shapes.AT_LEAST), one.need(shapes.ROW_POINTS)
        if figure is not None and figure.percent and not percent:
            hint = "write the number alone, in the unit of what is looked up"
            desk.fault(figure.place, f"row {number} of {what} is written in percent", hint)
        at_least = None if figure is None else shapes.decimal(figure) if percent else figure.value
        before = made[-1].at_least if made else None
        if made and (at_least is None or (before is not None and at_least <= before)):
            hint = "rows ascend by at_least; only the first may stand without one"
            desk.fault(one.node, f"row {number} of {what} does not begin above the row before it", hint)
        made.append(Row(at_least=at_least, points=points, beyond=one.need(shapes.BEYOND) == "true"))
    node = reading.nodes["rows"]
    if not made and not getattr(node, "items", ()):
        desk.fault(node, f"{what} has no row", "write rows: [{points: 0}, {at_least: 60, points: 5}]")
    return tuple(made)


def read_method(item: str, reading: Reading, source: str, desk: Desk) -> Method | None:
    """The one method that is written; None where its fault is told."""
    for of in shapes.METHODS:
        one = reading.get(of)
        if one is not None:
            return _METHODS[of.name](f"{of.name} of {item!r}", one, source, desk)
    return None


def _special(reading: Reading, source: str) -> tuple[Special, ...]:
    return tuple(
        Special(
            when=written(one.need(shapes.WHEN), source), amount=one.need(shapes.SPECIAL_AMOUNT),
            reason=one.need(shapes.SPECIAL_REASON),
        )
        for one in reading.need(shapes.SPECIAL)
    )  # fmt: skip


def _efficacy(_what: str, one: Reading, source: str, _desk: Desk) -> Method:
    return Efficacy(
        standard=one.need(shapes.STANDARD), special=_special(one, source),
        absent=word(("left_out", "zero"), one.get(shapes.ABSENT)),
    )  # fmt: skip


def _modification(_what: str, one: Reading, source: str, _desk: Desk) -> Method:
    return Modification(standard=one.need(shapes.STANDARD), special=_special(one, source))


def _positive(reading: Reading, of: Field[Decimal], what: str, desk: Desk) -> None:
    found = reading.get(of)
    if found is not None and found < 0:
        desk.fault(reading.nodes[of.name], f"{of.name} of {what} is negative", "write it without the sign")


def _side(reading: Reading, of: Field[Reading], what: str, desk: Desk) -> Side | None:
    one = reading.get(of)
    if one is None:
        return None
    _positive(one, shapes.SIDE_POINTS, f"{of.name} of {what}", desk)
    _positive(one, shapes.MOST, f"{of.name} of {what}", desk)
    per = one.need(shapes.PER)
    if per <= 0:
        desk.fault(one.nodes["per"], f"{of.name} of {what} has steps of {per}", "a step is more than 0")
        per = Decimal(1)
    return Side(points=one.need(shapes.SIDE_POINTS), per=per, most=one.get(shapes.MOST))


def _steps(what: str, one: Reading, source: str, desk: Desk) -> Method:
    losses = one.get(shapes.LOSSES)
    found = Steps(
        above=_side(one, shapes.ABOVE, what, desk), below=_side(one, shapes.BELOW, what, desk),
        absolute=one.need(shapes.ABSOLUTE) == "true", target=text(one, shapes.TARGET, source),
        base=text(one, shapes.BASE, source),
        tiers=tuple(
            TargetTier(
                at_least=each.need(shapes.TIER_FROM), most=each.need(shapes.TIER_MOST),
                beyond=each.need(shapes.BEYOND) == "true",
            )
            for each in one.need(shapes.TIERS)
        ),
        losses=None if losses is None
        else Losses(part=losses.need(shapes.LOSS_PART), most=losses.need(shapes.TIER_MOST)),
        whole_if=setting(one, shapes.WHOLE_IF, desk),
    )  # fmt: skip
    if "above" not in one.nodes and "below" not in one.nodes:
        desk.fault(one.node, f"{what} adds nothing and takes nothing away", "add above: {points: 1, per: 3, most: 6}")
    return found


def _pro_rata(what: str, one: Reading, source: str, desk: Desk) -> Method:
    least, most = one.get(shapes.LEAST_SHARE), one.get(shapes.MOST_SHARE)
    if least is not None and most is not None and least > most:
        desk.fault(one.nodes["most"], f"{what} lies between {least} and {most}", "least is the lesser of the two")
    return ProRata(least=least, most=most, target=text(one, shapes.TARGET, source))


def _table(what: str, one: Reading, source: str, desk: Desk) -> Method:
    percent = one.need(shapes.OF) != "value"
    return Table(
        rows=rows(one, desk, what, percent=percent),
        of=word(("value", "attainment", "deviation"), one.need(shapes.OF)) or "value",
        linear=one.need(shapes.LINEAR) == "true", target=text(one, shapes.TARGET, source),
    )  # fmt: skip


def _some(one: Reading, key: str, what: str, hint: str, desk: Desk) -> None:
    """Tell a mapping that is written and empty."""
    node = one.nodes[key]
    if isinstance(node, MappingNode) and not node.entries:
        desk.fault(node, f"{key} of {what} is empty", hint)


def _standing(what: str, one: Reading, _source: str, desk: Desk) -> Method:
    _some(one, "points", what, "write points: {excellent: 5}", desk)
    points = {name: amount for name, (_, amount) in one.need(shapes.BY_BAND).items()}
    return Standing(standard=one.need(shapes.STANDARD), points=points)


def _rating(what: str, one: Reading, _source: str, desk: Desk) -> Method:
    grades = []
    for name, (_, grade) in one.need(shapes.RATING_GRADES).items():
        share = grade.need(shapes.RATING_SHARE)
        if not 0 <= share <= 1:
            hint = "a share of the weight lies between 0 and 1"
            desk.fault(grade.nodes["share"], f"the word {name!r} of {what} gives {share} of the weight", hint)
        grades.append(RatingGrade(name=name, label=grade.need(LABEL_FIELD), share=share))
    _some(one, "grades", what, "write grades: {good: {label: {zh: …, en: …}, share: 0.8}}", desk)
    return Rating(
        by=word(("experts", "departments"), one.need(shapes.RATED_BY)) or "experts", grades=tuple(grades),
        raters=one.need(shapes.RATERS),
    )  # fmt: skip


def _awards(what: str, one: Reading, _source: str, desk: Desk) -> Method:
    kinds = []
    for name, (at, kind) in one.need(shapes.KINDS).items():
        least, most = kind.need(shapes.AWARD_LEAST), kind.need(shapes.AWARD_MOST)
        if not 0 <= least <= most:
            hint = "both are positive, also of deductions, and least is the lesser"
            desk.fault(at, f"the ground {name!r} gives between {least} and {most} points", hint)
        kinds.append(AwardKind(
            name=name, label=kind.need(LABEL_FIELD), least=least, most=most, source=kind.need(SOURCE),
            confidence=confidence(kind),
        ))  # fmt: skip
    _some(one, "kinds", what, "write kinds: {NAME: {label, least, most, source}}", desk)
    _positive(one, shapes.MOST, what, desk)
    return Awards(kinds=tuple(kinds), minus=one.need(shapes.MINUS) == "true", most=one.get(shapes.MOST))


def _points(_what: str, _one: Reading, _source: str, _desk: Desk) -> Method:
    return Points()


def _past(_what: str, one: Reading, _source: str, _desk: Desk) -> Method:
    return PastScores(
        scorecard=one.need(shapes.PAST_CARD), item=one.get(shapes.PAST_ITEM), years=one.need(shapes.YEARS),
        relation=word(("mean", "change"), one.need(shapes.RELATION)) or "mean",
    )  # fmt: skip


_METHODS = {
    "efficacy": _efficacy, "modification": _modification, "steps": _steps, "pro_rata": _pro_rata, "table": _table,
    "standing": _standing, "rating": _rating, "awards": _awards, "points": _points, "past": _past,
}  # fmt: skip


def read_steps(reading: Reading, source: str, desk: Desk) -> tuple[Adjust, ...]:
    """The steps of `adjust`, in their order."""
    return tuple(
        Adjust(
            step=_step(one, source), given=_given(one, source, desk), reason=one.get(shapes.REASON),
            place=desk.place(one.node),
        )
        for one in reading.need(shapes.ADJUST)
    )  # fmt: skip


def _given(reading: Reading, source: str, desk: Desk) -> If:
    where = reading.get(shapes.WHERE)
    found = None
    if where is not None:
        found = Where(
            item=where.need(shapes.WHERE_ITEM), target=word(get_args(Sign), where.get(shapes.WHERE_TARGET)),
            value=word(get_args(Sign), where.get(shapes.WHERE_VALUE)), short=where.need(shapes.SHORT) == "true",
            below_base=where.need(shapes.BELOW_BASE) == "true",
        )  # fmt: skip
        if found.target is None and found.value is None and not found.short and not found.below_base:
            hint = "add target: negative, value: negative, short: true or below_base: true"
            desk.fault(where.node, f"where names {found.item!r}, but not how it must stand", hint)
    return If(
        when=text(reading, shapes.STEP_WHEN, source), where=found, setting=setting(reading, shapes.SETTING, desk),
        unless_coupled=reading.need(shapes.UNLESS_COUPLED) == "true",
    )  # fmt: skip


def _step(reading: Reading, source: str) -> Step:
    """The one step that is written."""
    of = next(of for of in shapes.STEP_KINDS if reading.get(of) is not None)
    one = reading.need(of)
    match of.name:
        case "floor":
            return Floor(at=one.need(shapes.FLOOR_AT))
        case "cap":
            return Cap(at=one.get(shapes.CAP_AT))
        case "times":
            return Times(by=one.get(shapes.TIMES_BY), formula=text(one, shapes.TIMES_FORMULA, source))
        case "rescale":
            return Rescale(source=one.need(shapes.RESCALE_FROM), target=one.need(shapes.RESCALE_TO))
        case "round":
            rule: Rounding | None = word(get_args(Rounding), one.need(shapes.ROUNDING))
            return Round(digits=one.need(shapes.DIGITS), rule=rule or "half_up")
        case "couple":
            return Couple(others_than=one.need(shapes.OTHERS_THAN))
        case "bonus":
            return Bonus(
                items=one.need(shapes.BONUS_ITEMS), most=one.get(shapes.MOST), damped_from=one.get(shapes.DAMPED_FROM),
                factor=one.get(shapes.FACTOR),
            )  # fmt: skip
        case "cap_grade":
            return CapGrade(grade=one.need(shapes.GRADE), digits=one.need(shapes.CARD_DIGITS))
        case _:
            return Veto(grade=one.need(shapes.GRADE), grounds=one.need(shapes.GROUNDS))
