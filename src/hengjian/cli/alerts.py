"""`alerts SPACE`: what the declared rules warn of."""

import argparse
from collections.abc import Mapping
from typing import Any

from hengjian.cli.arguments import add_space
from hengjian.cli.main import DONE, Ask, print_answer


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the command's options."""
    add_space(parser)
    parser.add_argument("--entity", metavar="ID", help="of this entity only")
    parser.add_argument("--rule", metavar="R", help="of this rule only")
    parser.add_argument("--state", choices=("raised", "cleared"), help="those that stand, or those that are cleared")
    parser.add_argument("--as-known-at", metavar="T", help="as known then: a date, an RFC 3339 date-time, or entry:N")


def run(options: argparse.Namespace, ask: Ask) -> int:
    """Ask, print, and give the exit code."""
    question = {name: getattr(options, name) for name in ("space", "entity", "rule", "state", "as_known_at")}
    answer = ask("alerts", question)
    print_answer(options, answer, [alert_line(alert) for alert in answer["alerts"]] or ["no alerts"])
    return DONE


def alert_line(alert: Mapping[str, Any]) -> str:
    """One alert as people read it."""
    message = alert["message"]
    case = f"  {alert['case']}" if alert.get("case") else ""
    return (
        f"{alert['alert']}  {alert['state']:7}  {alert['level']:6}  {alert['entity']}  {alert['rule']}  "
        f"{alert['period']}  since {alert['since']}{case}  {message['zh']} / {message['en']}"
    )
