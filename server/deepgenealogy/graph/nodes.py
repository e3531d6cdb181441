"""Records as JSON-LD nodes in the keys of the context: identity, claims of their own, and dates made comparable.

What a record says is passed on as it is. Added here is only what follows from where it says it: the IRI from the file's
name, a node with an IRI for each claim, the plain edge of each derivation, and the first and last day of each date.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

from ..sources.dates import PartialDate, parse_date
from ..sources.documents import Row
from ..sources.records import Catalogue, Record, list_of

Node = dict[str, Any]

ARTICLE_ID = "article/jiqizhixin-2017"


def dated(key: str, when: PartialDate | None) -> Node:
    """`key` with the date at its stated precision, and the first and last day that it can mean."""
    if when is None:
        return {}
    value = {"@type": f"xsd:{when.datatype}", "@value": when.text}
    return {key: value, "notBefore": when.not_before.isoformat(), "notAfter": when.not_after.isoformat()}


def _plain(record: Record, *left_out: str) -> Node:
    fields = {key: value for key, value in record.fields.items() if key not in ("type", *left_out)}
    return {"@id": record.id, **fields}


def _slug(reference: str) -> str:
    return reference.partition("/")[2]


def architecture_nodes(record: Record, catalogue: Catalogue) -> Iterator[Node]:
    """A method with its derivations, uses and rejected derivations, and the plain edges that these stand for."""
    derivations = [_derivation(record, item) for item in list_of(record.fields.get("derivation"))]
    uses = [_use(record, item) for item in list_of(record.fields.get("use"))]
    rejections = [_rejection(record, item) for item in list_of(record.fields.get("rejectedDerivation"))]
    edges: dict[str, list[str]] = {}
    for item in derivations:
        edges.setdefault("derivesFrom", []).append(item["parent"])
        edges.setdefault(item["kind"], []).append(item["parent"])
    for item in uses:
        edges.setdefault(item["kind"], []).append(item["component"])
    yield {
        **_plain(record, "introduced"),
        **dated("introduced", catalogue.introduced(record)),
        **edges,
        "@type": record.fields["type"],
        "derivation": derivations,
        "use": uses,
        "rejectedDerivation": rejections,
    }


def _derivation(record: Record, item: Node) -> Node:
    identity = f"derivation/{record.slug}--{_slug(item['parent'])}"
    return {**item, "@id": identity, "@type": "Derivation", "child": record.id}


def _use(record: Record, item: Node) -> Node:
    identity = f"use/{record.slug}--{_slug(item['component'])}"
    return {**item, "@id": identity, "@type": "ComponentUse", "child": record.id}


def _rejection(record: Record, item: Node) -> Node:
    identity = f"derivation/{record.slug}--{_slug(item['parent'])}"
    return {**item, "@id": identity, "@type": "RejectedDerivation", "child": record.id}


def paper_nodes(record: Record, catalogue: Catalogue) -> Iterator[Node]:
    """A paper with its authors in order and the pages where it is to be had."""
    authors = record.fields["author"]
    yield {
        **_plain(record, "published", "url"),
        **dated("published", parse_date(record.fields["published"])),
        "@type": ["Paper", record.fields["type"]],
        "label": {"en": record.fields["title"]},
        "authorship": [
            {"@id": f"{record.id}#author-{n}", "@type": "Authorship", "position": str(n), "name": name}
            for n, name in enumerate(authors, start=1)
        ],
        "page": list(_pages(record)),
    }


def _pages(record: Record) -> Iterator[str]:
    if "arxiv" in record.fields:
        yield f"https://arxiv.org/abs/{record.fields['arxiv']}"
    if "doi" in record.fields:
        yield f"https://doi.org/{record.fields['doi']}"
    if "url" in record.fields:
        yield record.fields["url"]


def _concept(kind: str, scheme: str) -> "Maker":
    def nodes(record: Record, catalogue: Catalogue) -> Iterator[Node]:
        types = [kind, "Concept"]
        yield {**_plain(record), "@type": types, "prefLabel": record.fields["label"], "inScheme": f"scheme/{scheme}"}

    return nodes


def work_nodes(record: Record, catalogue: Catalogue) -> Iterator[Node]:
    """An outside work that asserts something: a list, a graph, an article."""
    published = record.fields.get("published")
    node = {**_plain(record, "published", "note"), "@type": "Work", "remark": record.fields.get("note", {})}
    yield {**node, **(dated("published", parse_date(published)) if published else {})}


def article_nodes(record: Record, catalogue: Catalogue) -> Iterator[Node]:
    """The article and its sections, each with its claims, pictures and readings."""
    sections = [_section(section) for section in catalogue.of("sources/article/sections")]
    published = dated("published", parse_date(record.fields["published"]))
    yield {
        **_plain(record, "published"),
        **published,
        "@id": ARTICLE_ID,
        "@type": "Article",
        "section": sections,
    }


def _section(record: Record) -> Node:
    name = record.slug.partition("-")[2]
    identity = f"{ARTICLE_ID}#{name}"

    def parts(key: str, kind: str, label: Callable[[Node, int], str]) -> list[Node]:
        items = enumerate(list_of(record.fields.get(key)), start=1)
        return [
            {**_without(item, "id"), "@id": f"{key}/{name}-{label(item, n)}", "@type": kind, "partOf": identity}
            for n, item in items
        ]

    return {
        **_plain(record),
        "@id": identity,
        "@type": "ArticleSection",
        "label": record.fields["heading"],
        "partOf": ARTICLE_ID,
        "claim": parts("claim", "Claim", lambda item, n: str(item["id"])),
        "picture": parts("picture", "Picture", lambda item, n: str(n)),
        "reading": parts("reading", "Reading", lambda item, n: str(n)),
    }


def _without(item: Node, *names: str) -> Node:
    return {key: value for key, value in item.items() if key not in names}


Maker = Callable[[Record, Catalogue], Iterator[Node]]

#: Folder of records -> how one record becomes nodes of `dg:graph/curation` (the article's: of `dg:graph/article`).
MAKERS: dict[str, Maker] = {
    "architectures": architecture_nodes,
    "papers": paper_nodes,
    "tasks": _concept("Task", "tasks"),
    "families": _concept("Family", "families"),
    "modalities": _concept("Modality", "modalities"),
    "sources/works": work_nodes,
    "sources/article": article_nodes,
}

SCHEMES: tuple[Node, ...] = (
    {"@id": "scheme/tasks", "@type": "ConceptScheme", "label": {"en": "Tasks", "zh": "任务"}},
    {"@id": "scheme/families", "@type": "ConceptScheme", "label": {"en": "Families", "zh": "家族"}},
    {"@id": "scheme/modalities", "@type": "ConceptScheme", "label": {"en": "Modalities", "zh": "模态"}},
)


def entry_nodes(catalogue: Catalogue) -> Iterator[Node]:
    """The entries of the genealogy list as stated, with each place where a version of the list holds them."""
    for entry in catalogue.tables["entries"]:
        identity = f"entry/{entry['entry']}"
        places = [row for row in catalogue.tables["occurrences"] if row["entry"] == entry["entry"]]
        yield {
            **_cells(places[0], "inSection", "onLine"),
            **_cells(entry, "statedName", "statedDate", "statedLink"),
            "@id": identity,
            "@type": "SourceEntry",
            "inVersion": [f"source/genealogy-{row['inVersion']}" for row in places],
            "occurrence": [
                {
                    **_cells(row, "inSection", "onLine"),
                    "@id": f"{identity}#{row['inVersion']}",
                    "@type": "Occurrence",
                    "inVersion": [f"source/genealogy-{row['inVersion']}"],
                }
                for row in places
            ],
        }


def denotation_nodes(catalogue: Catalogue) -> Iterator[Node]:
    """What each entry of the list denotes, and where its link leads: our reading, not the list's statement."""
    for entry in catalogue.tables["entries"]:
        yield {"@id": f"entry/{entry['entry']}", **_cells(entry, "denotes", "leadsTo")}


def repair_nodes(catalogue: Catalogue) -> Iterator[Node]:
    """What was wrong in the list, and what holds instead."""
    for row in catalogue.tables["repairs"]:
        yield {
            **_cells(row, "field", "category", "statedValue", "repairedValue", "source"),
            "@id": f"repair/{row['entry']}--{row['field']}",
            "@type": "Repair",
            "repairs": f"entry/{row['entry']}",
            "reason": {"en": row["reason@en"], "zh": row["reason@zh"]},
        }


def heading_slug(section: str, heading: str) -> str:
    """The slug of a heading, made from the whole path to it.

    >>> heading_slug("CNN", "Object Detection")
    'cnn--object-detection'
    """
    parts = [*section.split(" > "), heading] if section else [heading]
    return "--".join("-".join(re.findall(r"[a-z0-9]+", part.lower())) for part in parts)


def heading_nodes(catalogue: Catalogue) -> Iterator[Node]:
    """The headings of the list, and what kind of thing each one really names."""
    for row in catalogue.tables["headings"]:
        yield {
            **_cells(row, "inSection"),
            **({"denotes": row["means"]} if row.get("means") else {}),
            "@id": f"heading/{heading_slug(row.get('inSection'), row['heading'])}",
            "@type": "Heading",
            "statedName": row["heading"],
            "headingKind": row["kind"],
            "inVersion": [f"source/genealogy-{version}" for version in row["versions"].split(";")],
            "remark": {"en": row["remark@en"], "zh": row["remark@zh"]},
        }


def retired_nodes(catalogue: Catalogue) -> Iterator[Node]:
    """The IRIs that name nothing any more, since when, why, and what stands in their place."""
    for row in catalogue.tables["retired"]:
        successor = row.get("successor")
        yield {
            "@id": row["iri"],
            "owl:deprecated": True,
            **({"dcterms:isReplacedBy": {"@id": successor}} if successor else {}),
            "dcterms:modified": {"@type": "xsd:date", "@value": row["date"]},
            "remark": {"en": row["reason@en"], "zh": row["reason@zh"]},
        }


def _cells(row: Row, *names: str) -> Node:
    return {name: row[name] for name in names if row.get(name)}
