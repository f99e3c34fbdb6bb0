"""`alerts SPACE`: what the declared rules warn of."""

import argparse
from collections.abc import Iterator, Mapping
from typing import Any

from hengjian.cli.arguments import add_space
from hengjian.cli.look_through import percent
from hengjian.cli.main import DONE, Ask, print_answer


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the command's options."""
    add_space(parser)
    parser.add_argument("--entity", metavar="ID", help="of this entity only")
    parser.add_argument("--rule", metavar="R", help="of this rule only")
    parser.add_argument("--level", choices=("red", "orange", "yellow", "blue"), help="of this level only")
    parser.add_argument("--below", metavar="ID", help="of whom this entity holds or controls through every layer")
    parser.add_argument("--state", choices=("raised", "cleared"), help="those that stand, or those that are cleared")
    parser.add_argument("--as-known-at", metavar="T", help="as known then: a date, an RFC 3339 date-time, or entry:N")
    parser.add_argument("--owners", action="store_true", help="with the owners above each alert's lowest entity")


def run(options: argparse.Namespace, ask: Ask) -> int:
    """Ask, print, and give the exit code."""
    names = ("space", "entity", "rule", "level", "below", "state", "as_known_at", "owners")
    question = {name: getattr(options, name) for name in names}
    answer = ask("alerts", question)
    lines = [line for alert in answer["alerts"] for line in (alert_line(alert), *_more(alert), *_owners(alert))]
    print_answer(options, answer, lines or ["no alerts"])
    return DONE


def alert_line(alert: Mapping[str, Any]) -> str:
    """One alert as people read it."""
    message = alert["message"]
    case = f"  {alert['case']}" if alert.get("case") else ""
    return (
        f"{alert['alert']}  {alert['state']:7}  {alert['level']:6}  {alert['entity']}  {alert['rule']}  "
        f"{alert['period']}  since {alert['since']}{case}  {message['zh']} / {message['en']}"
    )


def _more(alert: Mapping[str, Any]) -> Iterator[str]:
    """Why it stands, where that is not because its level holds; the way down to its cause; how it is held."""
    if alert["missing"] is not None:
        missing = alert["missing"]
        whose = f" of {missing['entity']}" if missing["entity"] is not None else ""
        yield f"         cannot be told: {missing['input']}{whose} in {missing['period']} is {missing['reason']}"
    if alert["held"]:
        yield "         no level holds any more: it stands until it may clear"
    if len(alert["path"]) > 1:
        yield f"         caused by {alert['cause'] or 'somebody out of sight'}:  {' > '.join(alert['path'])}"
    below = alert.get("below")
    if below is not None:
        held = "" if below["cash_flow"] is None else f"  {percent(below['cash_flow'])}"
        yield f"         held at level {below['level']}{held}{'  controlled' if below['control'] else ''}"


def _owners(alert: Mapping[str, Any]) -> Iterator[str]:
    """The owners above its lowest entity, each with what it holds there."""
    for owner in alert.get("owners", ()):
        held = "" if owner["cash_flow"] is None else f"  {percent(owner['cash_flow'])}"
        controls = "  controls it" if owner["control"] else ""
        yield f"         owner of {alert['cause']}, level {owner['level']}:  {owner['entity']}{held}{controls}"
