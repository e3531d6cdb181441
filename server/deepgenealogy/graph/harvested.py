"""Harvests as nodes in the keys of the context: architectures, papers, tasks, and claims with their evidence in code.

A curated record wins: of a thing that has one, a harvest adds only what it is called there, its components and what its
code reuses; a derivation that the record states or rejects is not stated again. Descent is asserted only where it runs
forward in time and in no circle with all that is asserted already.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from ..sources.dates import PartialDate, parse_date
from ..sources.decided import READINGS, address_of
from ..sources.documents import Row
from ..sources.harvested import Harvest, first_dates, read_harvests, read_reviews
from ..sources.identity import Identity, aliases_of, own_papers, register_of, slug_of
from ..sources.records import Catalogue, list_of
from .nodes import Node, dated

Pair = tuple[str, str]


@dataclass
class Family:
    """Who descends from whom, as asserted so far, and when each was introduced; by slug."""

    parents: dict[str, set[str]] = field(default_factory=dict)
    verdicts: set[Pair] = field(default_factory=set)
    days: dict[str, PartialDate] = field(default_factory=dict)

    def allows(self, child: str, parent: str) -> bool:
        """Whether descent of `child` from `parent` is new, runs forward in time, and closes no circle."""
        if child == parent or (child, parent) in self.verdicts or (parent, child) in self.verdicts:
            return False
        born, before = self.days.get(child), self.days.get(parent)
        is_late = born is not None and before is not None and born.not_after < before.not_before
        return not is_late and child not in self._ancestors(parent)

    def _ancestors(self, slug: str) -> set[str]:
        found, front = {slug}, [slug]
        while front:
            front = [parent for one in front for parent in self.parents.get(one, ()) if parent not in found]
            found |= set(front)
        return found

    def add(self, child: str, parent: str) -> None:
        """Descent that is asserted from now on."""
        self.parents.setdefault(child, set()).add(parent)
        self.verdicts.add((child, parent))


def harvest_nodes(catalogue: Catalogue) -> dict[str, list[Node]]:
    """Named graph (`harvest-transformers`) -> its nodes; sources in the order of their names."""
    reviews, register, family = read_reviews(catalogue.root), register_of(catalogue), family_of(catalogue)
    papers = {record.id for record in catalogue.of("papers")}
    made: dict[str, list[Node]] = {}
    for harvest in read_harvests(catalogue.root):
        identities = register.enter(harvest, reviews)
        things = list(_things(harvest, identities, reviews, family, papers))
        made[f"harvest-{harvest.source}"] = [
            *things,
            *_components(harvest, identities),
            *_claims(harvest, identities, family, reviews),
        ]
    return made


def family_of(catalogue: Catalogue) -> Family:
    """What the records assert and reject, and when each method was introduced."""
    family = Family()
    for record in catalogue.of("architectures"):
        if when := catalogue.introduced(record):
            family.days[record.slug] = when
        for item in list_of(record.fields.get("derivation")):
            family.add(record.slug, _slug(item["parent"]))
        for group, key in (("rejectedDerivation", "parent"), ("use", "component")):
            family.verdicts |= {(record.slug, _slug(item[key])) for item in list_of(record.fields.get(group))}
    return family


def _slug(reference: str) -> str:
    return reference.partition("/")[2]


def _things(
    harvest: Harvest, identities: dict[str, Identity], reviews: dict[str, list[Row]], family: Family, known: set[str]
) -> Iterator[Node]:
    names = {row["architecture"]: row["name"] for row in harvest.rows("names")}
    papers, tasks, aliases = own_papers(harvest, reviews), _tasks(harvest, reviews), aliases_of(harvest)
    evaluated = _data_sets(harvest)
    released = first_dates(harvest.rows("dates"))
    for row in harvest.rows("architectures"):
        key = row["architecture"]
        identity = identities[key]
        node: Node = {"@id": f"architecture/{identity.slug}", "nameInSource": f"{harvest.source}/{key}"}
        node |= {"evaluatedOn": evaluated[key]} if key in evaluated else {}
        if not identity.is_known:
            when, basis = _introduced(papers.get(key), released.get(key))
            family.days[identity.slug] = when
            name = label_of(names.get(key, row["prefix"]), key, identity)
            node |= _described(harvest, row, name, tasks.get(key, []))
            node |= {"alias": {"en": aliases[key]}} if key in aliases else {}
            node |= {**dated("introduced", when), "dateBasis": basis}
            if key in papers:
                yield from _paper(harvest, *papers[key], known)
                node["introducedIn"] = f"paper/arxiv-{papers[key][0]}"
        yield node


def label_of(name: str, key: str, identity: Identity) -> str:
    """The name of a harvested architecture, told apart as a reviewer's slug tells it apart.

    >>> label_of("DINO", "dino", Identity("dino-detection", "reviewed", is_known=False))
    'DINO (detection)'
    >>> label_of("Swin", "swin", Identity("video-swin-transformer", "reviewed", is_known=False))
    'Video Swin Transformer'
    """
    if identity.ground != "reviewed" or identity.slug == slug_of(key):
        return name
    rest = identity.slug.removeprefix(f"{slug_of(key)}-")
    words = rest.replace("-", " ")
    if words in name.casefold():
        return name
    return words.title() if rest == identity.slug else f"{name} ({words})"


def _introduced(paper: tuple[str, str] | None, released: Row | None) -> tuple[PartialDate, str]:
    if paper:
        return parse_date(f"20{paper[0][:2]}-{paper[0][2:4]}"), "paper"
    assert released is not None  # the harvester leaves out what is in no release
    return parse_date(released["date"][:7]), released["basis"]


def _described(harvest: Harvest, row: Row, name: str, tasks: list[str]) -> Node:
    package, _, version = harvest.place(row).partition(",")[0].partition(" ")
    return {
        "@type": "Architecture",
        "harvestedFrom": f"source/{harvest.source}",
        "label": {"en": name, "zh": name},
        "definition": {
            "en": f"A network that the package {package} {version} implements under the name {row['prefix']}.",
            "zh": f"软件包 {package} {version} 以 {row['prefix']} 之名实现的网络。",
        },
        "addressesTask": tasks,
    }


def _tasks(harvest: Harvest, reviews: dict[str, list[Row]]) -> dict[str, list[str]]:
    mine = [row for row in reviews.get("tasks", []) if row["source"] == harvest.source and row.get("slug")]
    meant = {row["task"]: f"task/{row['slug']}" for row in mine}
    found: dict[str, set[str]] = {}
    for row in harvest.rows("tasks"):
        if task := meant.get(row["task"]):
            found.setdefault(row["architecture"], set()).add(task)
    return {key: sorted(tasks) for key, tasks in found.items()}


def _data_sets(harvest: Harvest) -> dict[str, list[str]]:
    """Architecture -> the names of the data sets that its source reports results on, sorted."""
    found: dict[str, set[str]] = {}
    for row in harvest.rows("datasets"):
        found.setdefault(row["architecture"], set()).add(row["dataset"])
    return {key: sorted(names) for key, names in found.items()}


def _paper(harvest: Harvest, arxiv: str, title: str, known: set[str]) -> Iterator[Node]:
    identity = f"paper/arxiv-{arxiv}"
    if identity not in known:
        known.add(identity)
        yield {
            "@id": identity,
            "@type": ["Paper", "ResearchPaper"],
            "harvestedFrom": f"source/{harvest.source}",
            "title": title,
            "label": {"en": title},
            "arxiv": arxiv,
            **dated("published", parse_date(f"20{arxiv[:2]}-{arxiv[2:4]}")),
            "publishedBasis": "arXiv id",
            "checkedAgainst": "none",
            "page": [f"https://arxiv.org/abs/{arxiv}"],
        }


def _components(harvest: Harvest, identities: dict[str, Identity]) -> Iterator[Node]:
    for row in harvest.rows("claims"):
        if row["claim"] == "hasDefaultComponent":
            whole, part = identities[row["child"]].slug, identities[row["parent"]].slug
            if whole != part:
                yield {"@id": f"architecture/{whole}", "hasDefaultComponent": [f"architecture/{part}"]}


def _claims(
    harvest: Harvest, identities: dict[str, Identity], family: Family, reviews: dict[str, list[Row]]
) -> Iterator[Node]:
    mine = (row for row in reviews.get("decisions", []) if row["source"] == harvest.source)
    decisions = {(row["child"], row["parent"]): row for row in mine}
    for row in harvest.rows("claims"):
        child, parent = identities[row["child"]].slug, identities[row["parent"]].slug
        if row["claim"] == "hasDefaultComponent" or child == parent:
            continue
        claim = row["claim"]
        if claim == "derivesFrom" and not family.allows(child, parent):
            claim = "" if (child, parent) in family.verdicts else "candidateDerivation"
        if claim == "candidateDerivation" and (child, parent) in family.verdicts:
            claim = ""
        decision = decisions.get((row["child"], row["parent"])) if row["rule"] == "reviewed" else None
        yield _reuse(harvest, row, (child, parent), claim, reading_of(decision) if decision else {})
        if claim == "derivesFrom":
            family.add(child, parent)
            yield _derivation(harvest, row, (child, parent), decision)


def reading_of(decision: Row) -> Node:
    """How much of the paper was read for a decision, and where.

    >>> reading_of(Row("", 0, {"evidence": "arXiv:1512.03385", "read": "abstract"}))
    {'checkedAgainst': 'abstract', 'checkedAt': 'https://arxiv.org/abs/1512.03385'}
    """
    if decision["read"] == "none":
        return {"checkedAgainst": "none"}
    return {"checkedAgainst": READINGS[decision["read"]], "checkedAt": address_of(decision["evidence"])}


def _reuse(harvest: Harvest, row: Row, pair: Pair, claim: str, reading: Node) -> Node:
    """The reuse, as a node of its own, and the plain edge of what is claimed; none where a record has its say."""
    child, parent = pair
    identity = f"reuse/{harvest.source}--{child}--{parent}"
    reuse: Node = {
        "@id": identity,
        "@type": "CodeReuse",
        "child": f"architecture/{child}",
        "reusedFrom": f"architecture/{parent}",
        "byRule": row["rule"],
        "tier": row["certainty"],
        "coreClassesReused": row["core"],
        "coreClasses": row["of"],
        "harvestedFrom": f"source/{harvest.source}",
        "locator": harvest.place(row),
        **reading,
    }
    edge = {claim: [f"architecture/{parent}"]} if claim else {}
    return {"@id": f"architecture/{child}", "codeReuse": [reuse | ({"claims": claim} if claim else {})], **edge}


def _derivation(harvest: Harvest, row: Row, pair: Pair, decision: Row | None) -> Node:
    child, parent = pair
    core, of = row["core"], row["of"]
    by = f"in review: {decision['reason']}" if decision else f"by rule {row['rule']}"
    by_zh = "经审核断言" if decision else f"依据规则 {row['rule']} 断言"
    derivation: Node = {
        "@id": f"derivation/{child}--{parent}",
        "@type": "Derivation",
        "child": f"architecture/{child}",
        "parent": f"architecture/{parent}",
        "kind": "derivesFrom",
        "harvestedFrom": f"source/{harvest.source}",
        "evidence": [f"reuse/{harvest.source}--{child}--{parent}"],
        "locator": harvest.place(row),
        "rationale": {
            "en": f"Its code takes {core} of its {of} core classes from the parent's; asserted {by}.",
            "zh": f"其代码的 {of} 个核心类中有 {core} 个取自父方法的代码；{by_zh}。",
        },
        "certainty": "medium",
        **(reading_of(decision) if decision else {"checkedAgainst": "none"}),
    }
    return {"@id": f"architecture/{child}", "derivation": [derivation]}
