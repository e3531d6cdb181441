"""How good the claims are: a random sample judged one by one, and well-known pairs written down beforehand."""

import random
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from math import sqrt

from ..sources.documents import Row
from .rules import Claim, Pair, ancestors

#: The normal quantile of a 95 % interval.
_Z = 1.959964
#: Where the drawing of the sample begins; another day, another seed, another sample.
SEED = "2026-11-23"
_TIERS = ("high", "medium")


@dataclass(frozen=True)
class Score:
    """How many of how many, with the 95 % interval of Wilson (1927)."""

    right: int
    of: int

    @property
    def interval(self) -> tuple[float, float]:
        """The lower and upper bound of the share.

        >>> [round(bound, 3) for bound in Score(32, 36).interval]
        [0.747, 0.956]
        """
        if not self.of:
            return 0.0, 1.0
        share, n = self.right / self.of, self.of
        middle, spread = share + _Z**2 / (2 * n), _Z * sqrt(share * (1 - share) / n + _Z**2 / (4 * n**2))
        return (middle - spread) / (1 + _Z**2 / n), (middle + spread) / (1 + _Z**2 / n)

    def __str__(self) -> str:
        low, high = self.interval
        share = self.right / self.of if self.of else 0.0
        return f"{self.right} of {self.of}, {share:.1%} (95 % interval {low:.1%} to {high:.1%})"


def asserted(claims: Iterable[Claim]) -> dict[Pair, Claim]:
    """The claims of descent that a rule makes, and no reviewer, by pair."""
    return {
        (claim.reuse.child, claim.reuse.parent): claim
        for claim in claims
        if claim.claim == "derivesFrom" and claim.rule != "reviewed"
    }


def sample(claims: Iterable[Claim], size: int, seed: str = SEED) -> list[Pair]:
    """A random sample of what the rules assert, in random order, without the rule: the judge is not to see it."""
    return random.Random(seed).sample(sorted(asserted(claims)), size)


def sample_of_all(claims: Mapping[str, Iterable[Claim]], size: int, seed: str) -> list[tuple[str, str, str]]:
    """A random sample of all descent that is asserted, decisions included: source, child and parent, in random order.

    All of it, where there is no more than was asked for.
    """
    every = {
        (source, claim.reuse.child, claim.reuse.parent)
        for source, found in claims.items()
        for claim in found
        if claim.claim == "derivesFrom"
    }
    return random.Random(seed).sample(sorted(every), min(size, len(every)))


def precision(claims: Iterable[Claim], verdicts: Mapping[Pair, str]) -> dict[str, Score]:
    """The share of judged claims that are true, over all, by tier and by rule; only of what is still asserted."""
    every = {(claim.reuse.child, claim.reuse.parent): claim for claim in claims if claim.claim == "derivesFrom"}
    judged = {pair: claim for pair, claim in every.items() if pair in verdicts}
    groups: dict[str, list[bool]] = {"all": []}
    for pair, claim in judged.items():
        for group in ("all", f"tier {claim.certainty}", f"rule {claim.rule}"):
            groups.setdefault(group, []).append(verdicts[pair] == "true")
    return {name: Score(sum(found), len(found)) for name, found in groups.items()}


@dataclass(frozen=True)
class Judged:
    """A claim that was judged blind: what it is on, its tier when it was drawn, and whether it was found true."""

    source: str
    pair: Pair
    tier: str
    is_true: bool


def judged_row(row: Row) -> Judged:
    """A row of the table `blind`."""
    return Judged(row["source"], (row["child"], row["parent"]), row["tier"], row["verdict"] == "true")


def blind_precision(judged: Iterable[Judged], claims: Mapping[str, Iterable[Claim]]) -> dict[str, Score]:
    """The share of what was judged blind that is true: as it was drawn, by tier, and of that what is still asserted.

    Tiers of today would say nothing, since they follow from these verdicts.
    """
    drawn = list(judged)
    now = {
        (source, claim.reuse.child, claim.reuse.parent)
        for source, found in claims.items()
        for claim in found
        if claim.claim == "derivesFrom"
    }
    groups = {"as drawn, all": drawn}
    groups |= {f"as drawn, tier {tier}": [one for one in drawn if one.tier == tier] for tier in _TIERS}
    groups["still asserted"] = [one for one in drawn if (one.source, *one.pair) in now]
    return {name: Score(sum(one.is_true for one in found), len(found)) for name, found in groups.items()}


def share_true(rows: Iterable[Row]) -> Score:
    """How many of the rows of a judged table are true; what is undecided is not."""
    verdicts = [row["verdict"] for row in rows]
    return Score(verdicts.count("true"), len(verdicts))


def recall(claims: Collection[Claim], wanted: Collection[Pair]) -> dict[str, Score]:
    """How many of the well-known pairs are found: by the rules, with the decisions, and over several steps."""
    descent = {(c.reuse.child, c.reuse.parent) for c in claims if c.claim == "derivesFrom"}
    parents: dict[str, set[str]] = {}
    for child, parent in descent:
        parents.setdefault(child, set()).add(parent)
    found = {
        "by the rules": asserted(claims).keys() & set(wanted),
        "with decisions": descent & set(wanted),
        "over any number of steps": {(c, p) for c, p in wanted if p in ancestors(c, parents)},
    }
    return {name: Score(len(pairs), len(wanted)) for name, pairs in found.items()}
