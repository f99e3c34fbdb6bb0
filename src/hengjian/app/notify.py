"""Notices: `collect_notices` looks through the ledger, `notices` lists what is to be told, `notice_message` is one of
them as its recipient sees it, `retry_notices` tries what was given up again.

What is sent, and that it was, is no entry: the outbox says so. See `app.outbox` for who sends.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from hengjian.app.desk import Desk
from hengjian.app.events import record_of
from hengjian.app.notifysettings import MAIL, Notify
from hengjian.app.notifytext import Writer, posted
from hengjian.app.notifytold import event_at, late_cases, seen_at, seen_case, told_to
from hengjian.app.notifywho import Audience
from hengjian.app.standing import standing_of
from hengjian.app.wire import Answer
from hengjian.ledger.clock import parse_rfc3339, rfc3339
from hengjian.model.cut import Cut
from hengjian.model.issue import Issue, nearest, refuse
from hengjian.people.outbox import FILE, STATES, Delivery, Found, Outbox

#: So many entries are looked through at a time: meanwhile nobody else is answered.
AT_ONCE = 100
#: So many deliveries are listed at a time.
A_LIST = 100
#: Of what a delivery tells so much is listed with it.
_SHOWN = 3


def outbox_of(desk: Desk) -> Outbox:
    """The space's outbox, open; to be closed by the caller."""
    return Outbox.open(desk.config.folder / FILE)


def collect_notices(desk: Desk, question: Mapping[str, Any]) -> Answer:
    """Look through entries that nobody looked through yet, and note who is to be told of them; `left`: how many remain.

    A space that has not told anybody yet begins with what comes now, and so does one whose settings were taken away
    meanwhile.
    """
    del question
    settings, size = desk.config.notify, desk.log.size
    if settings is None:
        if (desk.config.folder / FILE).exists():
            with outbox_of(desk) as outbox:
                if outbox.mark is not None:
                    outbox.forget()
        return {"looked": 0, "left": 0}
    with outbox_of(desk) as outbox:
        mark = outbox.mark
        if mark is None or mark > size:  # of an older copy of the space
            outbox.forget()
            outbox.begin(size)
            mark = size
        until = min(size, mark + AT_ONCE)
        today = desk.config.current_day()
        is_new_day = until == size and today.isoformat() > (outbox.day or "")
        if until > mark or is_new_day:
            audience = Audience(desk, settings)
            found = [*_happened(desk, audience, mark, until), *(_late(desk, audience) if is_new_day else ())]
            outbox.take_in(mark, until, found, day=today.isoformat() if is_new_day else None)
    return {"looked": until - mark, "left": size - until}


def _happened(desk: Desk, audience: Audience, first: int, last: int) -> Iterator[Found]:
    found = [(index, seen) for index in range(first, last) if (seen := seen_at(desk, index)) is not None]
    audience.bring(seen.case for _, seen in found if seen.case is not None)
    for index, seen in found:
        for channel, person in audience.of(seen):
            yield Found(channel=channel, person=person, event={"entry": index})


def _late(desk: Desk, audience: Audience) -> Iterator[Found]:
    """What deadlines tell: no entry says it, so that each is told once by its key."""
    late = list(late_cases(desk, desk.config.current_day()))
    audience.bring(one.case for one, _, _ in late)
    for one, happening, key in late:
        event = {"event": happening, "case": one.case}
        for channel, person in audience.of(seen_case(desk, one, happening)):
            yield Found(channel=channel, person=person, event=event, key=key)


def notices(desk: Desk, question: Mapping[str, Any]) -> Answer:
    """The channels, how many deliveries there are in each state, and those themselves, the newest first: of a `state`,
    and created `before` a moment, where these are given. `next`: where the list goes on."""
    settings, state, before = desk.config.notify, question.get("state"), question.get("before")
    if state is not None and state not in STATES:
        raise refuse(f"no delivery is ever {state!r}", nearest(str(state), STATES, otherwise=f"{', '.join(STATES)}"))
    try:
        moment = None if before is None else parse_rfc3339(str(before))
    except ValueError:
        raise refuse(f"{before!r} is no moment of a list", "go on from `next` of the last one") from None
    found: Sequence[Delivery] = ()
    counts: dict[str, int] = dict.fromkeys(STATES, 0)
    if (desk.config.folder / FILE).exists():
        with outbox_of(desk) as outbox:
            found, counts = outbox.listed(state, before=moment, limit=A_LIST + 1), outbox.counts()
    shown = [_shown(desk, settings, one) for one in found[:A_LIST]]
    following = shown[-1]["created"] if len(found) > A_LIST else None
    channels = () if settings is None else settings.channels
    return {"channels": list(channels), "counts": counts, "deliveries": shown, "next": following}


def _shown(desk: Desk, settings: Notify | None, one: Delivery) -> dict[str, Any]:
    """A delivery as its administrator sees it: to whom, and of what, but not what it says."""
    person = None if one.person is None else standing_of(desk).persons.get(one.person)
    address = settings.addresses.get(one.person or "") if settings is not None and one.channel == MAIL else None
    told = [found for found in (_about(desk, event) for event in one.events[:_SHOWN]) if found is not None]
    return {
        "id": one.id, "channel": one.channel, "person": one.person, "address": address,
        "name": one.person if person is None else person.name, "state": one.state, "tries": one.tries,
        "error": one.error, "created": rfc3339(one.created), "next": rfc3339(one.next),
        "done": None if one.done is None else rfc3339(one.done), "events": len(one.events), "about": told,
    }  # fmt: skip


def _about(desk: Desk, event: Mapping[str, Any]) -> dict[str, Any] | None:
    """What an event is about; None where whoever lists it does not see the entity."""
    if "entry" in event:
        found = event_at(desk, int(event["entry"]))
    else:
        latest = desk.store.latest_events("case", [str(event["case"])])
        found = ("case", record_of(latest[0])) if latest else None
    if found is None or found[1]["entity"] not in desk.sight:
        return None
    kind, record = found
    entity = record["entity"]
    states = desk.store.entities(Cut(), desk.config.current_day(), [entity])
    happening = record["event"] if kind == "alert" else event.get("event", "moved")
    return {
        "alert": record["alert"] if kind == "alert" else None, "case": record["case"], "event": happening,
        "name": states[0].name if states else entity,
    }  # fmt: skip


def notice_message(desk: Desk, question: Mapping[str, Any]) -> Answer:
    """The message of a delivery (`id`) as its recipient sees it now: `mail` with address, subject and text, or `post`
    with its body; `withdrawn` says why nobody is to be told of it any more."""
    settings = desk.config.notify
    with outbox_of(desk) as outbox:
        one = outbox.one(str(question["id"]))
    if one is None:
        raise refuse(f"there is no delivery {question['id']!r}", "`hengjian notices SPACE` lists them")
    if settings is None or one.channel not in settings.channels:
        return _withdrawn(Issue(place=None, message=f"there is no channel {one.channel} any more", hint=""))
    if one.person is not None and (why := standing_of(desk).why_not(one.person)) is not None:
        return _withdrawn(Issue(place=None, message=f"the account of {one.person} is {why}", hint=""))
    telling = told_to(desk, one.person, one.events)
    if not telling.events:
        return _withdrawn(Issue(place=None, message="its recipient sees nothing of it any more", hint=""))
    if one.channel != MAIL:
        space = {"name": desk.config.name, "origin": desk.config.origin}
        return {"post": {"body": posted(telling, space, one.created)}}
    address = settings.addresses.get(one.person or "")
    if address is None:
        return _withdrawn(Issue(place=None, message=f"{one.person} has no address any more", hint=""))
    writer = Writer(settings, desk.config.name)
    return {"mail": {"to": address, "subject": writer.subject(telling), "text": writer.body(telling, one.id)}}


def _withdrawn(why: Issue) -> Answer:
    return {"withdrawn": why.message}


def retry_notices(desk: Desk, question: Mapping[str, Any]) -> Answer:
    """Try a delivery (`id`) again now, or with `all` every one that was given up; how many that are (`retried`)."""
    name = None if question.get("all") else str(question["id"])
    if not (desk.config.folder / FILE).exists():
        count = 0
    else:
        with outbox_of(desk) as outbox:
            count = outbox.retry(name)
    if name is not None and not count:
        raise refuse(f"there is no delivery {name!r} that waits or was given up", "`hengjian notices SPACE` lists them")
    return {"retried": count}


def must_be_configured(settings: Notify | None) -> Notify:
    """The settings; Refused where nobody is told anything here."""
    if settings is None:
        raise refuse("hengjian.toml names nobody who is to be told", "docs/notifications.md says how: [notify]")
    return settings
