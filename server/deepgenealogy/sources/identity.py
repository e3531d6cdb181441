"""Which harvested architecture is which thing: the reviewers' word first, then the own paper, then names with care.

One arXiv id may introduce many architectures, so a paper decides only where it has one on each side, or where the names
agree too. Names agree as a whole and with every digit: gemma2 is not gemma. Names that agree while the papers differ
are two things (DINO is), until a reviewer says otherwise in `data/harvested/review/identity.tsv`.
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from .documents import Row
from .harvested import Harvest
from .records import Catalogue, Record, list_of


@dataclass(frozen=True)
class Thing:
    """An architecture as far as its identity goes: slug, all its names in normal form, and its own paper's arXiv id."""

    slug: str
    names: frozenset[str]
    arxiv: str


@dataclass(frozen=True)
class Identity:
    """What one harvested architecture is: the slug, on what ground, and whether something else knew it before."""

    slug: str
    ground: str
    is_known: bool


@dataclass
class Register:
    """The things known so far; sources are entered one after the other."""

    things: dict[str, Thing] = field(default_factory=dict)

    def enter(self, harvest: Harvest, reviews: dict[str, list[Row]]) -> dict[str, Identity]:
        """The identity of each architecture of a harvest; what is new is known from now on."""
        found: dict[str, Identity] = {}
        verdicts = {row["architecture"]: row for row in reviews.get("identity", []) if row["source"] == harvest.source}
        harvested = list(harvested_things(harvest, reviews))
        papers = Counter(thing.arxiv for thing in harvested)
        for thing in harvested:
            found[thing.slug] = self._identity(thing, verdicts.get(thing.slug), papers, harvest.source)
        for thing in harvested:
            slug = found[thing.slug].slug
            self.things.setdefault(slug, Thing(slug, thing.names, thing.arxiv))
        return found

    def _identity(self, thing: Thing, verdict: Row | None, papers: Counter[str], source: str) -> Identity:
        if verdict:
            return Identity(verdict["slug"], "reviewed", verdict["slug"] in self.things)
        same_paper = [
            known
            for known in self.things.values()
            if thing.arxiv and known.arxiv == thing.arxiv and digits(known.names) & digits(thing.names)
        ]
        if len(same_paper) == 1 and papers[thing.arxiv] == 1:
            return Identity(same_paper[0].slug, "paper", True)
        alike = [known for known in self.things.values() if known.names & thing.names]
        agreeing = [known for known in alike if not (known.arxiv and thing.arxiv and known.arxiv != thing.arxiv)]
        if len(agreeing) == 1:
            return Identity(agreeing[0].slug, "name", True)
        slug = slug_of(thing.slug)
        taken = slug in self.things
        return Identity(f"{slug}-of-{source}" if taken else slug, "new", False)


def register_of(catalogue: Catalogue) -> Register:
    """The curated architectures and learning algorithms as things to be met again."""
    return Register({record.slug: _curated(record, catalogue) for record in catalogue.of("architectures")})


def _curated(record: Record, catalogue: Catalogue) -> Thing:
    fields = record.fields
    names = [record.slug, *fields["label"].values(), *fields.get("fullName", {}).values()]
    names += [name for names in fields.get("alias", {}).values() for name in list_of(names)]
    paper = catalogue.records.get(fields["introducedIn"])
    return Thing(record.slug, normal_names(names), paper.fields.get("arxiv", "") if paper else "")


def harvested_things(harvest: Harvest, reviews: dict[str, list[Row]]) -> Iterable[Thing]:
    """The architectures of one harvest, under their keys."""
    named = {row["architecture"]: row["name"] for row in harvest.rows("names")}
    papers, aliases = own_papers(harvest, reviews), aliases_of(harvest)
    for row in harvest.rows("architectures"):
        key = row["architecture"]
        names = [key, named.get(key, ""), *aliases.get(key, [])]
        yield Thing(key, normal_names(names), papers[key][0] if key in papers else "")


def aliases_of(harvest: Harvest) -> dict[str, list[str]]:
    """Architecture -> what else it is called there."""
    found: dict[str, list[str]] = {}
    for row in harvest.rows("aliases"):
        found.setdefault(row["architecture"], []).append(row["alias"])
    return found


def own_papers(harvest: Harvest, reviews: dict[str, list[Row]]) -> dict[str, tuple[str, str]]:
    """Architecture -> arXiv id and title of its own paper: as the source lists it, or as a reviewer knows it."""
    rows = [*harvest.rows("papers"), *(row for row in reviews.get("papers", []) if row["source"] == harvest.source)]
    return {row["architecture"]: (row["arxiv"], row["title"]) for row in rows}


def normal_names(names: Iterable[str]) -> frozenset[str]:
    """Names without case, blanks, hyphens and underscores; every digit and every other sign stays.

    >>> sorted(normal_names(["GPT-2", "gpt_2", "PixelCNN++"]))
    ['gpt2', 'pixelcnn++']
    """
    return frozenset(re.sub(r"[\s_-]", "", name).casefold() for name in names) - {""}


def digits(names: Iterable[str]) -> frozenset[str]:
    """The digits of each name: who has one paper and other digits is another version until a reviewer says no.

    >>> sorted(digits(["qwen2", "qwen"]))
    ['', '2']
    """
    return frozenset(re.sub(r"[^0-9]", "", name) for name in names)


def slug_of(key: str) -> str:
    """The slug of a harvested key.

    >>> slug_of("qwen2_moe"), slug_of("HTC++")
    ('qwen2-moe', 'htc-plus-plus')
    """
    return re.sub(r"[^a-z0-9.]+", "-", key.lower().replace("+", "-plus")).strip("-.")
