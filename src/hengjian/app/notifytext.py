"""Messages as people and programs read them: one text in mail, one JSON object for a webhook."""

import json
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from hengjian.app.notifysettings import Language, Notify
from hengjian.app.notifytold import Telling
from hengjian.ledger.clock import rfc3339
from hengjian.model.declaration import Label
from hengjian.model.workflow import LEVELS

#: So many events are told in full by one mail; of the rest it says how many there are.
_IN_FULL = 50
_LONGEST_SUBJECT, _LONGEST_NAME = 120, 60
_TEXTS: Mapping[str, Label] = {
    "raised": Label(zh="发出", en="raised"), "escalated": Label(zh="升级", en="escalated"),
    "de_escalated": Label(zh="降级", en="less grave"), "cleared": Label(zh="解除", en="cleared"),
    "moved": Label(zh="处置有进展", en="case moved on"), "overdue": Label(zh="处置逾期", en="case overdue"),
    "red": Label(zh="红色", en="red"), "orange": Label(zh="橙色", en="orange"),
    "yellow": Label(zh="黄色", en="yellow"), "blue": Label(zh="蓝色", en="blue"),
    "alert": Label(zh="{level}预警{event}", en="{level} alert {event}"),
    "one": Label(zh="【{what}】{name}：{label}", en="[{what}] {name}: {label}"),
    "many": Label(zh="【{space}】{count} 条预警与处置通知", en="[{space}] {count} notices of alerts and cases"),
    "period": Label(zh="期间 {period}，起始日 {since}", en="Period {period}, since {since}"),
    "cause": Label(zh="起因：{cause}", en="Cause: {cause}"),
    "beyond": Label(zh="（其中有您看不到的单位的数据）", en="(Figures of others, whom you do not see, stand in it.)"),
    "withheld": Label(zh="内容受限，请登录查看。", en="The rest is restricted: sign in to read it."),
    "restricted": Label(zh="受限单位，请登录查看。", en="Of a restricted entity: sign in to read it."),
    "state": Label(zh="处置：{state}，期限 {due}", en="Case: {state}, due {due}"),
    "ended": Label(zh="处置：{state}", en="Case: {state}"),
    "step": Label(zh="{actor} 办理：{step}", en="{actor} took the step: {step}"),
    "more": Label(zh="另有 {count} 条，请登录查看。", en="{count} more: sign in to read them."),
    "sent": Label(
        zh="本邮件由衡鉴自动发出，请勿回复。编号 {id}", en="Sent by Hengjian; please do not answer. Delivery {id}"
    ),
}  # fmt: skip


def plain(text: object, longest: int = 400) -> str:
    """A text on one line: without controls, turns of writing direction and other marks that hide what is written."""
    kept = (
        " " if unicodedata.category(letter) in ("Cc", "Zl", "Zp") else letter
        for letter in str(text)
        if unicodedata.category(letter) not in ("Cf", "Cs", "Co", "Cn")
    )
    found = " ".join("".join(kept).split())
    return found if len(found) <= longest else found[: longest - 1] + "…"


class Writer:
    """Writes in one language."""

    def __init__(self, settings: Notify, space: str) -> None:
        self._language: Language = settings.language
        self._link, self._space = settings.link, space

    def subject(self, telling: Telling) -> str:
        """The subject of a mail."""
        if len(telling.events) != 1 or telling.events[0].get("restricted"):
            return self._text("many", space=plain(self._space, _LONGEST_NAME), count=len(telling.events))
        one = telling.events[0]
        told = self._text("one", what=self._what(one), name=self._name(one), label=self._label(one))
        return plain(told, _LONGEST_SUBJECT)

    def body(self, telling: Telling, delivery: str) -> str:
        """The text of a mail, the gravest first."""
        events = sorted(telling.events, key=_gravity)
        told = ["\n".join(self._lines(one)) for one in events[:_IN_FULL]]
        if len(events) > _IN_FULL:
            told.append(self._text("more", count=len(events) - _IN_FULL))
        if self._link:
            told.append(f"{self._link}/alerts")
        return "\n\n".join([*told, "-- \n" + self._text("sent", id=delivery)]) + "\n"

    def _lines(self, one: Mapping[str, Any]) -> Iterator[str]:
        number = one.get("alert") if one["event"] not in ("moved", "overdue") else one.get("case")
        if one.get("restricted"):
            yield f"{self._what(one)}  {number or one.get('case')}"
            yield self._text("restricted")
        else:
            yield f"{self._what(one)}  {self._name(one)}（{plain(one['entity'], _LONGEST_NAME)}）  {self._label(one)}"
            yield from self._alert(one) if "period" in one else self._case(one)
        if self._link and number:
            yield f"{self._link}/{'alert' if str(number).startswith('A') else 'case'}/{number}"

    def _alert(self, one: Mapping[str, Any]) -> Iterator[str]:
        yield self._text("withheld") if one.get("withheld") else plain(self._said(one["message"]))
        yield self._text("period", period=one["period"], since=one["since"])
        if one["cause"] is not None and one["cause"] != one["entity"]:
            yield self._text("cause", cause=plain(one["cause_name"], _LONGEST_NAME))
        if one.get("beyond"):
            yield self._text("beyond")

    def _case(self, one: Mapping[str, Any]) -> Iterator[str]:
        if one["event"] == "moved" and one["step_label"] is not None:
            yield self._text("step", actor=plain(one["actor"], _LONGEST_NAME), step=self._said(one["step_label"]))
        state = self._said(one["state_label"]) if one["state_label"] else one["state"]
        yield self._text("ended" if one["ended"] else "state", state=state, due=one["due"])

    def _what(self, one: Mapping[str, Any]) -> str:
        event, level = self._text(one["event"]), one.get("level")
        if one["event"] in ("moved", "overdue") or "state_label" in one:
            return event
        return self._text("alert", event=event, level=self._text(level) if level in LEVELS else plain(level))

    def _name(self, one: Mapping[str, Any]) -> str:
        return plain(one["name"], _LONGEST_NAME)

    def _label(self, one: Mapping[str, Any]) -> str:
        return plain(self._said(one["label"]) if one["label"] else one.get("rule") or one.get("workflow"))

    def _said(self, label: Mapping[str, str]) -> str:
        return label.get(self._language) or label["zh"]

    def _text(self, key: str, **values: object) -> str:
        label = _TEXTS[key]
        return (label.zh if self._language == "zh" else label.en).format_map(values)


def _gravity(one: Mapping[str, Any]) -> int:
    return LEVELS.index(one["level"]) if one.get("level") in LEVELS else len(LEVELS)


def posted(telling: Telling, space: Mapping[str, str], created: int) -> str:
    """The body of a webhook's message: what Standard Webhooks call type, timestamp and data."""
    events: Sequence[Mapping[str, Any]] = telling.events
    data = {"space": space["name"], "origin": space["origin"], "events": [dict(one) for one in events]}
    more = {"withheld": telling.withheld} if telling.withheld else {}
    body = {"type": "hengjian.notices", "timestamp": rfc3339(created), "data": {**data, **more}}
    return json.dumps(body, ensure_ascii=False, allow_nan=False, sort_keys=True)
