"""The gate: before a question is answered, whether who asks may ask it, and whom they see in the answer.

Every question of every door (pages, API, socket, command line) passes here, once. One that has no rule is refused.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal

from hengjian.app.desk import Desk
from hengjian.app.restricted import sight_of
from hengjian.app.standing import reach, standing_of
from hengjian.app.wire import Answer
from hengjian.app.withholding import check_named, passed
from hengjian.model.issue import Failure, forbid, nearest, refuse
from hengjian.people import Action, Actor

#: `cut`: the answer is cut to where the action may be done, and may be empty. `somewhere`: it must be allowed at some
#: node, and the question itself checks at which. `space`: it must be allowed for the space as a whole. `person`: any
#: person who is known. `anyone`: before anybody has signed in too.
Where = Literal["cut", "somewhere", "space", "person", "anyone"]


@dataclass(frozen=True, slots=True)
class Rule:
    """What one question needs: an action, and where it must be allowed."""

    action: Action
    where: Where


SEEN = Rule("see", "cut")

#: Each question of a space (`app.local`) with its rule.
RULES: Mapping[str, Rule] = {
    "status": Rule("see", "anyone"),
    "declarations": Rule("see", "person"),
    "forms": Rule("see", "person"),
    **dict.fromkeys(
        (
            "show", "explain", "evaluate", "values", "prove", "entities", "template", "calendar", "filings", "filing",
            "blob", "recognise", "ledger", "portfolio", "relations", "export_bods", "look_through", "holding_faults",
            "ownership_chart", "ownership_tops", "alerts", "alert", "alert_board", "cases", "case",
            "contagion", "stress",
            "attachment",
        ),
        SEEN,
    ),
    **dict.fromkeys(("backtest", "rules", "rule_quality"), SEEN),
    "keep_backtest": Rule("handle", "space"),  # it stands on everybody
    # each row by itself: `app.rights`
    **dict.fromkeys(("submit", "trial"), Rule("submit", "person")),
    **dict.fromkeys(("proposals", "proposal"), SEEN),
    "decide": Rule("approve", "person"),  # or the right to what was asked for; who proposed it takes it back
    # the right to handle, or the roles that the step itself asks for
    **dict.fromkeys(("move", "move_all", "open_case"), Rule("see", "somewhere")),
    "workflows": Rule("see", "person"),
    **dict.fromkeys(("persons", "person", "me", "let_at_folder"), Rule("see", "person")),
    **dict.fromkeys(("sign_in", "visitor", "sign_out", "vouched"), Rule("see", "anyone")),
    **dict.fromkeys(
        (
            "session_for", "sign_out_everywhere", "change_password", "sessions", "tokens", "issue_token", "end_token",
        ),
        Rule("see", "person"),
    ),
    "set_password": Rule("grant", "somewhere"),
    **dict.fromkeys(("enrol", "amend_person", "give_role", "end_role"), Rule("grant", "somewhere")),
    "reads": Rule("trace", "person"),
    "changes": Rule("trace", "somewhere"),
    **dict.fromkeys(("models", "model_score"), SEEN),
    "train_model": Rule("train", "space"),
    **dict.fromkeys(("score", "scores", "what_if", "goals"), SEEN),
    "scorecards": Rule("see", "person"),
    **dict.fromkeys(("assessments", "assessment", "assessment_file", "assessment_draft", "objections"), SEEN),
    # who reports for the enterprise objects, or who has a role of the workflow's step
    "object": Rule("see", "somewhere"),
    **dict.fromkeys(("publish", "answer_objection"), Rule("assess", "somewhere")),
    **dict.fromkeys(("register", "bridge"), SEEN),
    "bridge_effect": SEEN,
    "assess_figures": Rule("assess", "somewhere"),
    **dict.fromkeys(("benchmark", "peers"), SEEN),
    "register_template": Rule("see", "person"),
    "enter_register": Rule("see", "somewhere"),  # each row by itself: what its kind asks for
    "upgrade": Rule("upkeep", "space"),
    "rebuild": Rule("upkeep", "space"),
    **dict.fromkeys(("notices", "notice_message", "collect_notices", "retry_notices"), Rule("upkeep", "space")),
}  # fmt: skip

#: What works on the folder's files, where no question reaches: a person who runs it asks `let_at_folder` before.
AT_FOLDER: Mapping[str, Rule] = {
    "audit": Rule("audit", "space"), "backup": Rule("upkeep", "space"), "recover": Rule("upkeep", "space"),
}  # fmt: skip


def let_at_folder(desk: Desk, question: Mapping[str, Any]) -> Answer:
    """Nothing, where the one who asks may run `command` at the folder itself; else forbidden."""
    _check(desk, desk.actor, AT_FOLDER[str(question["command"])])
    return {}


def actor_of(desk: Desk, question: Mapping[str, Any]) -> Actor:
    """Who asks. A page says it by `who`, an Actor, which no frame and no command line can carry; a program by `token`;
    else `actor` is the name of a person of the space, who is taken at their word, or a label of the operator.

    A space that has persons knows no other names than theirs and those of its machine (`local:…`).
    """
    who = question.get("who")
    if isinstance(who, Actor):
        return who
    if question.get("token") is not None:
        return _by_token(desk, str(question["token"]))
    name = str(question.get("actor") or desk.config.actor or "")
    persons = standing_of(desk).persons
    if name in persons:
        return Actor(name=name, person=name)
    if persons and name and not name.startswith(("local:", "hengjian:")) and name != desk.config.actor:
        raise refuse(
            f"no person is called {name!r}", nearest(name, persons, otherwise="`hengjian person SPACE` lists them")
        )
    return Actor(name=name or "local:operator")


def _by_token(desk: Desk, secret: str) -> Actor:
    """The person of a token, as far as it is good; one refusal for whatever is wrong with it."""
    from hengjian.people.tokens import find  # most questions do without

    found = find(desk.accounts(), secret)
    if found is None or standing_of(desk).why_not(found.person) is not None:
        raise forbid("the token is not good, or no more", "`hengjian token SPACE issue` gives a new one")
    return Actor(name=found.person, person=found.person, proof="token", scope=found.scope)


@contextmanager
def let_in(desk: Desk, method: str, question: Mapping[str, Any]) -> Iterator[None]:
    """Let one question in, as its rule says; within the block `desk.actor` asks and sees `desk.sight`."""
    rule = RULES.get(method)
    if rule is None:
        raise Failure(f"no rule says who may ask {method!r}", "this is a mistake of ours; please report it")
    actor = actor_of(desk, question)
    _check(desk, actor, rule)
    with desk.asked_by(actor, sight_of(desk, actor)):
        yield


def _check(desk: Desk, actor: Actor, rule: Rule) -> None:
    """Refused where the rule does not let the actor in."""
    if actor.person is None or rule.where == "anyone":
        return
    why = standing_of(desk).why_not(actor.person)
    if why is not None:
        raise forbid(f"{actor.name} may not sign in: {why}", "an administrator opens accounts")
    if rule.where in ("cut", "person"):
        return
    where = reach(desk, actor, rule.action)
    if not where or (rule.where == "space" and not where.is_everything):
        at = " for the whole space" if rule.where == "space" else ""
        raise forbid(
            f"{actor.name} may not {rule.action}{at}", "an administrator gives roles: `hengjian role SPACE` lists them"
        )


def gated(
    method: str, answer: Callable[[Desk, Mapping[str, Any]], Answer]
) -> Callable[[Desk, Mapping[str, Any]], Answer]:
    """A question's function behind the gate."""

    def asked(desk: Desk, question: Mapping[str, Any]) -> Answer:
        with let_in(desk, method, question):
            check_named(desk, method, question)
            return passed(desk, method, question, answer(desk, question))

    return asked
