"""Who holds whom on one day, read without arrays: shares and votes in dicts, rights by elimination in exact fractions,
control by trying everybody again until nobody joins."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

Pairs = Mapping[tuple[str, str], Fraction]


@dataclass(frozen=True)
class Owners:
    """`shares` by owner and owned, `votes` by voter and company, more than nothing each; `pooled`: of these votes,
    those cast in concert for which nobody is named. `everyone`: by ascending ordinal."""

    everyone: Sequence[str]
    shares: Pairs
    votes: Pairs
    pooled: Collection[tuple[str, str]]
    _controlled: dict[str, list[str]] = field(default_factory=dict)

    def key(self) -> tuple[object, ...]:
        """Equal where the same is held."""
        return tuple(sorted(self.shares.items())), tuple(sorted(self.votes.items())), tuple(sorted(self.pooled))

    def held_by(self, owner: str) -> list[str]:
        return [owned for one, owned in self.shares if one == owner]

    def holders_of(self, owned: str) -> list[str]:
        return [owner for owner, one in self.shares if one == owned]

    def below(self, owner: str, inside: Collection[str] | None = None) -> set[str]:
        """All whom it holds by shares, itself only where a ring leads back to it; by shares of and in `inside` only."""
        return reached([owner], lambda one: [each for each in self.held_by(one) if inside is None or each in inside])

    def controlled_by(self, owner: str) -> list[str]:
        """By ascending ordinal."""
        if owner not in self._controlled:
            found = self._control(owner)
            self._controlled[owner] = [each for each in self.everyone if each in found]
        return self._controlled[owner]

    def _control(self, owner: str) -> set[str]:
        found = {owner}
        while True:
            others = [each for each in self.everyone if each not in found]
            joining = {each for each in others if self._counted(found, each) > Fraction(1, 2)}
            if not joining:
                return found - {owner}
            found |= joining

    def _counted(self, members: Collection[str], company: str) -> Fraction:
        """The votes that some have in a company; where one of them is in concert there, those of all in concert."""
        has_pool = any((one, company) in self.pooled for one in members)
        return sum(
            (
                votes for (voter, one), votes in self.votes.items()
                if one == company and (voter in members or (has_pool and (voter, one) in self.pooled))
            ),
            Fraction(0),
        )  # fmt: skip

    def controllers_of(self, company: str) -> list[str]:
        return [each for each in self.everyone if company in self.controlled_by(each)]

    def ultimate_owner(self, company: str) -> str:
        """Of those who control it, or itself where nobody does, the first whom nobody controls that it does not control
        in turn."""
        among = [company, *self.controllers_of(company)]
        tops = [each for each in among if set(self.controllers_of(each)) <= set(self.controlled_by(each))]
        return min(tops, key=list(self.everyone).index)

    def level(self, company: str) -> int:
        """How many links, of shares or votes, it stands below its ultimate owner."""
        links = {*self.shares, *self.votes}
        level, here = 0, {self.ultimate_owner(company)}
        while company not in here:
            level, here = level + 1, here | {far for near, far in links if near in here}
        return level


def reached(starts: Iterable[str], following: Callable[[str], Iterable[str]]) -> set[str]:
    """Everyone reached from some; of these themselves those to whom something leads back."""
    found: set[str] = set()
    waiting = list(starts)
    while waiting:
        for one in following(waiting.pop()):
            if one not in found:
                found.add(one)
                waiting.append(one)
    return found


def solved(
    members: Sequence[str], links: Mapping[tuple[str, str], Fraction], right: Mapping[str, Fraction]
) -> dict[str, Fraction] | None:
    """v = right + L v over some members, L being `links` by (row, column). None where no finite v is right: where I - L
    is no M-matrix, which is so where a pivot of the elimination in order is not above 0."""
    rows = [
        [Fraction(int(one == other)) - links.get((one, other), Fraction(0)) for other in members] + [right[one]]
        for one in members
    ]
    for pivot, row in enumerate(rows):
        if row[pivot] <= 0:
            return None
        for other in rows:
            if other is not row and other[pivot]:
                factor = other[pivot] / row[pivot]
                other[:] = [cell - factor * top for cell, top in zip(other, row, strict=True)]
    return {one: row[-1] / row[place] for place, (one, row) in enumerate(zip(members, rows, strict=True))}
