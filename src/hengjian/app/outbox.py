"""Who sends notices: a thread for each channel beside the server, or `hengjian notices SPACE --send` once.

The ledger is asked for a moment each time, and never while a server of mail is waited for: nothing that is slow there
delays a filing or a page.
"""

import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from os import getpid
from pathlib import Path
from secrets import token_hex
from typing import Any

from hengjian.app.client import ask_space
from hengjian.app.config import Config, read_config
from hengjian.app.lock import process_start
from hengjian.app.notify import must_be_configured
from hengjian.app.notifysend import Undelivered, post, send_mail
from hengjian.app.notifysettings import MAIL, Notify, must_have_secrets
from hengjian.app.wire import Answer
from hengjian.ledger.clock import now
from hengjian.model.issue import Failure, Refused
from hengjian.people.outbox import FILE, GATHERING, SECOND, Delivery, Outbox

Ask = Callable[[str, Mapping[str, Any]], Answer]
#: Who asks, where nobody else does.
NOTICES = "hengjian:notices"
#: The ledger is looked at so often, and a channel without anything due.
_LOOK_S = 0.5
#: Between two looks through a part of a long stretch.
_TURN_S = 0.02
#: A server that cannot be spoken to is left alone for so long, then for twice as long, and so on up to the longest.
_PAUSE_S, _LONGEST_PAUSE_S = 5.0, 300.0
#: A server that ends waits so long for what is being sent; what is not done then is sent by the next one.
_ENDING_S = 3.0


class Sender:
    """Sends what is due, one delivery at a time. `owner` tells its leases from those of others, and whether they live:
    the process, when that began, and which of its senders it is."""

    def __init__(self, folder: Path, settings: Notify, ask: Ask) -> None:
        self._settings, self._ask = settings, ask
        self._outbox = Outbox.open(folder / FILE)
        self.owner = f"{getpid()} {process_start(getpid())} {token_hex(4)}"

    def close(self) -> None:
        """Close the outbox."""
        self._outbox.close()

    def collect(self) -> None:
        """Look through all that the ledger got meanwhile."""
        while self._ask("collect_notices", {"actor": NOTICES})["left"]:
            time.sleep(_TURN_S)  # others are answered in between

    def await_gathered(self) -> None:
        """Wait, at most as long as one message gathers, until what was just found may be sent."""
        due = [self._outbox.due(channel) for channel in self._settings.channels]
        waits = [moment - now() for moment in due if moment is not None]
        time.sleep(max((one for one in waits if 0 < one <= GATHERING), default=0) / SECOND)

    def step(self, channel: str) -> tuple[Delivery, Undelivered | None] | None:
        """Send the delivery of a channel that is due next, and why it was not taken, if so; None where none is due."""
        one = self._outbox.claim(channel, self.owner, _lives)
        if one is None:
            return None
        failure = self._sent(one)
        if failure is not None:
            self._outbox.failed(one, self.owner, failure.reason, is_final=failure.is_final)
        return one, failure

    def _sent(self, one: Delivery) -> Undelivered | None:
        try:
            message = self._ask("notice_message", {"id": one.id, "actor": NOTICES})
            if "withdrawn" in message:
                self._outbox.withdrawn(one.id, str(message["withdrawn"]))
                return None
            self._hand_over(one, message)
        except Undelivered as failure:
            return failure
        except (Refused, Failure) as error:  # of the space itself: it is told again later
            issue = error.issue if isinstance(error, Failure) else error.issues[0]
            return Undelivered(issue.message)
        self._outbox.sent(one.id)
        return None

    def _hand_over(self, one: Delivery, message: Mapping[str, Any]) -> None:
        mail = self._settings.mail
        if mail is not None and one.channel == MAIL:
            send_mail(mail, one.id, **message["mail"])
        else:
            post(self._settings.webhooks[one.channel], one.id, **message["post"])

    def until_due(self, channel: str) -> float:
        """How many seconds there are until something of a channel is due, as far as is known; at most the time after
        which one looks again anyway."""
        moment = self._outbox.due(channel)
        return _LOOK_S if moment is None else min(max((moment - now()) / SECOND, 0.05), _LOOK_S)


def _lives(owner: str) -> bool:
    """Whether the process of a lease is still there."""
    pid, started, _ = owner.split(" ")
    return process_start(int(pid)) == started


def send_notices(question: Mapping[str, Any]) -> Answer:
    """Send once what is due in a space, by every channel, for whoever keeps the space up; what each delivery came
    to."""
    folder = Path(question["space"])
    settings = must_be_configured(read_config(folder).notify)
    must_have_secrets(settings)
    who = {name: question[name] for name in ("actor", "token") if question.get(name)}

    def ask(method: str, asked: Mapping[str, Any]) -> Answer:
        return ask_space(folder, method, {**asked, **who} if who else asked)

    if who:
        ask("notices", {})  # refused before anything is sent, and before the outbox is opened
    sender, told = Sender(folder, settings, ask), []
    try:
        sender.collect()
        sender.await_gathered()
        for channel in settings.channels:
            while (done := sender.step(channel)) is not None:
                one, failure = done
                told.append({"id": one.id, "channel": channel, "error": None if failure is None else failure.reason})
                if failure is not None and failure.is_down:
                    break
    finally:
        sender.close()
    return {"sent": sum(one["error"] is None for one in told), "tried": told}


@contextmanager
def notifying(ask: Ask, config: Config) -> Iterator[None]:
    """For the length of a block, send notices beside it, where the settings name anybody who is told."""
    settings = config.notify
    if settings is None:
        ask("collect_notices", {"actor": NOTICES})  # nothing is told later of what happens now
        yield
        return
    must_have_secrets(settings)
    sender, ending = Sender(config.folder, settings, ask), threading.Event()
    work = [lambda: _look(sender, ending), *(_channel(sender, one, ending) for one in settings.channels)]
    threads = [threading.Thread(target=_guarded(one, ending), name="notices", daemon=True) for one in work]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        ending.set()
        for thread in threads:
            thread.join(_ENDING_S)
        if not any(thread.is_alive() for thread in threads):
            sender.close()


def _guarded(work: Callable[[], None], ending: threading.Event) -> Callable[[], None]:
    """A mistake of ours, or a disk that fails, ends no channel: it is told, and tried again after a while."""

    def done() -> None:
        while not ending.is_set():
            try:
                work()
            except Exception:
                if ending.is_set():
                    return
                traceback.print_exc(file=sys.stderr)
                ending.wait(_LONGEST_PAUSE_S / 10)

    return done


def _look(sender: Sender, ending: threading.Event) -> None:
    while not ending.wait(_LOOK_S):
        sender.collect()


def _channel(sender: Sender, channel: str, ending: threading.Event) -> Callable[[], None]:
    def work() -> None:
        pause = _PAUSE_S
        while not ending.is_set():
            done = sender.step(channel)
            if done is None:
                ending.wait(sender.until_due(channel))
            elif done[1] is not None and done[1].is_down:
                ending.wait(pause)
                pause = min(pause * 2, _LONGEST_PAUSE_S)
            else:
                pause = _PAUSE_S

    return work
