"""The direct holdings on which an explanation rests, as a page shows them: who holds whom, and where that is stated."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hengjian.web.figures import Figure, Figures
from hengjian.web.stated import filed_in, place_in
from hengjian.web.words import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """One row of a filing: `holder` and `company` are ids, with their names; `said`: votes that differ from the share,
    of which kind it is, since when it holds. `where`, `filed` and `filing` as of a figure that was used."""

    holder: str
    holder_name: str
    company: str
    company_name: str
    share: Figure | None
    said: tuple[str, ...]
    where: tuple[str, ...]
    filed: tuple[str, ...]
    filing: str
    claimed: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Relied:
    """The holdings that are named; `more` says how many are not."""

    holdings: tuple[Holding, ...]
    more: str


def relied(answer: Mapping[str, Any], figures: Figures, words: Words) -> Relied | None:
    """What an explanation rests on; None where nobody asked who holds whom."""
    if "holdings" not in answer:
        return None
    more = int(answer.get("holdings_more") or 0)
    return Relied(
        holdings=tuple(_holding(one, answer.get("names", {}), figures, words) for one in answer["holdings"]),
        more=words("holdings.more", count=more) if more else "",
    )


def _holding(one: Mapping[str, Any], called: Mapping[str, str], figures: Figures, words: Words) -> Holding:
    holder, company, claimed = str(one["from"]), str(one["to"]), one.get("known_from")
    share, votes, principal = one.get("share"), one.get("voting"), one.get("principal")
    said = [
        words("holdings.votes", votes=figures.figure(votes, "ratio")) if votes not in (None, share) else "",
        words.get(f"holdings.kind.{one.get('kind')}", ""),
        words("holdings.principal", name=called.get(principal, principal)) if principal else "",
        words("holdings.since", date=one["valid_from"]) if one.get("valid_from") else "",
    ]
    return Holding(
        holder=holder, holder_name=called.get(holder, holder), company=company,
        company_name=called.get(company, company), share=None if share is None else figures.figure(share, "ratio"),
        said=tuple(filter(None, said)), where=tuple(place_in(one, words)), filed=tuple(filed_in(one, words)),
        filing=str(one.get("filing") or ""), claimed=words("leaf.claimed", date=claimed) if claimed else "",
    )  # fmt: skip
