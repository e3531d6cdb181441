"""Links as nodes in the keys of the context: what names or shows a paper elsewhere, and the reviewed mappings.

Computed here is only what an identifier of a record fixes by a published rule. Three properties keep them apart:
`schema:identifier` for names that a registry gave the paper, as IRIs; `foaf:page` for pages that show it;
`dgo:lookUp` for addresses that ask another graph for what it holds, and may find nothing. None is `owl:sameAs` or
`schema:sameAs`: a DOI of arXiv names a preprint and one of a publisher its later version, and our paper is both.
"""

import re
from collections.abc import Iterable, Iterator
from urllib.parse import quote

from ..sources.documents import Row
from ..sources.mappings import MappingSet, seen_in
from ..sources.records import Catalogue, Record
from ..vocabulary import BASE, XSD
from .nodes import Node

#: From this month on (YYMM), dblp's key of an arXiv paper is made from its id alone; before, from its authors.
_DBLP_KEYS_FROM = 1708
_ARXIV_ID = re.compile(r"([0-9]{4})\.([0-9]{4,5})")


def link_nodes(catalogue: Catalogue) -> Iterator[Node]:
    """Everything of `dg:graph/links`: the links of papers, then each mapping set that is not of refusals."""
    for paper in catalogue.of("papers"):
        yield from _paper_links(paper)
    for mappings in catalogue.mappings.values():
        if not mappings.is_refused:
            yield from mapping_nodes(mappings)


def _paper_links(paper: Record) -> Iterator[Node]:
    found = {"identifier": identifiers(paper), "page": pages(paper), "lookUp": look_ups(paper)}
    if any(found.values()):
        yield {"@id": paper.id, **{key: iris for key, iris in found.items() if iris}}


def identifiers(paper: Record) -> list[str]:
    """The IRIs of a paper's own identifiers: arXiv, its DOI there in both spellings, dblp, the published DOI."""
    return _identifiers(paper.fields.get("arxiv"), paper.fields.get("doi"))


def harvested_links(nodes: Iterable[Node]) -> Iterator[Node]:
    """The links of the papers among the nodes of a harvest, which have arXiv ids and no records."""
    for node in nodes:
        if arxiv := node.get("arxiv"):
            yield {"@id": node["@id"], "identifier": _identifiers(arxiv, None), "lookUp": _look_ups(arxiv, None)}


def _identifiers(arxiv: str | None, doi: str | None) -> list[str]:
    found = [doi_iri(doi)] if doi else []
    if arxiv:
        # DataCite writes "arXiv", dblp the whole DOI in capitals: one DOI, two IRIs, and a join needs the right one.
        spellings = [doi_iri(f"10.48550/{name}.{arxiv}") for name in ("arXiv", "ARXIV")]
        found += [f"https://arxiv.org/abs/{arxiv}", *spellings, *dblp_record(arxiv)]
    return found


def doi_iri(doi: str) -> str:
    """The IRI of a DOI; characters that no IRI holds are escaped.

    >>> doi_iri("10.1162/neco.1997.9.8.1735")
    'https://doi.org/10.1162/neco.1997.9.8.1735'
    """
    return f"https://doi.org/{quote(doi, safe='/:;()')}"


def dblp_record(arxiv: str) -> list[str]:
    """The IRI of dblp's record of an arXiv paper, where its key can be computed; else nothing.

    >>> dblp_record("1709.01507")
    ['https://dblp.org/rec/journals/corr/abs-1709-01507']
    >>> dblp_record("1512.03385")
    []
    """
    match = _ARXIV_ID.fullmatch(arxiv)
    if not match or not _DBLP_KEYS_FROM <= int(match[1]) < 9100:  # ids such as 9905.… are of the last century
        return []
    return [f"https://dblp.org/rec/journals/corr/abs-{match[1]}-{match[2]}"]


def pages(paper: Record) -> list[str]:
    """The pages that show a paper at the places that gave it an id of their own."""
    return [pattern.format(paper.fields[key]) for key, pattern in _PAGES.items() if key in paper.fields]


_PAGES = {
    "openReview": "https://openreview.net/forum?id={}",
    "pmlr": "https://proceedings.mlr.press/{}.html",
    "acl": "https://aclanthology.org/{}/",
}


def look_ups(paper: Record) -> list[str]:
    """The addresses that ask OpenAlex (by DOI) and Semantic Scholar (by DOI or arXiv id) for a paper."""
    return _look_ups(paper.fields.get("arxiv"), paper.fields.get("doi"))


def _look_ups(arxiv: str | None, doi: str | None) -> list[str]:
    dois = [doi_iri(name) for name in (doi, arxiv and f"10.48550/arXiv.{arxiv}") if name]
    keys = [f"ARXIV:{arxiv}"] if arxiv else [f"DOI:{doi_iri(doi).removeprefix('https://doi.org/')}"] if doi else []
    return [
        *(f"https://api.openalex.org/works/{name}" for name in dois),
        *(f"https://api.semanticscholar.org/graph/v1/paper/{key}" for key in keys),
    ]


def mapping_nodes(mappings: MappingSet) -> Iterator[Node]:
    """A mapping set, and of each row the plain link and the mapping with its metadata."""
    rows = [(mapping_id(mappings, row), row) for row in mappings.rows]
    yield {
        "@id": f"mapping/{mappings.name}",
        "@type": "MappingSet",
        "title": mappings.metadata.get("mapping_set_title", ""),
        "version": mappings.metadata.get("mapping_set_version", ""),
        "license": mappings.metadata.get("license", ""),
        "mapping": [identity for identity, _ in rows],
    }
    for identity, row in rows:
        yield {
            "@id": mappings.expand(row.get("subject_id")),
            row.get("predicate_id"): _thing(mappings, row, "object_id"),
        }
        yield {"@id": identity, "@type": "Mapping", **_metadata(mappings, row)}


def mapping_id(mappings: MappingSet, row: Row) -> str:
    """The IRI of a mapping relative to the base: its set, our thing and theirs, on which no two rows of a set agree.

    `mapping/wikidata/architecture-resnet--Q43744058`
    """
    ours = mappings.expand(row.get("subject_id")).removeprefix(BASE)
    theirs = row.get("object_id").partition(":")[2]
    return f"mapping/{mappings.name}/{ours.replace('/', '-')}--{theirs.replace('/', '-')}"


def _thing(mappings: MappingSet, row: Row, column: str) -> Node:
    return {"@id": mappings.expand(row.get(column))}


#: Column of SSSOM -> the property that the specification gives it, for cells that are CURIEs and for texts.
_CURIES = {
    "subject_id": "sssom:subject_id",
    "predicate_id": "sssom:predicate_id",
    "object_id": "sssom:object_id",
    "mapping_justification": "sssom:mapping_justification",
    "subject_source": "sssom:subject_source",
    "object_source": "sssom:object_source",
}
_TEXTS = {
    "subject_label": "sssom:subject_label",
    "object_label": "sssom:object_label",
    "author_label": "sssom:author_label",
    "match_string": "sssom:match_string",
}


def _metadata(mappings: MappingSet, row: Row) -> Node:
    texts = {name: row.get(column) for column, name in _TEXTS.items() if row.get(column)}
    remark = {"remark": {"en": row.get("comment")}} if row.get("comment") else {}
    return {
        **{name: _thing(mappings, row, column) for column, name in _CURIES.items()},
        **texts,
        **remark,
        "confidence": row.get("confidence"),
        "dcterms:created": {"@type": f"{XSD}date", "@value": row.get("mapping_date")},
        "source": seen_in(row),
    }
