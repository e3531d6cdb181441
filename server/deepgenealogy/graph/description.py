"""What the dataset says about itself: `dg:graph/meta`, VoID, DCAT and schema.org, with every count counted.

Every graph is counted but this one: a description that counts itself would have to know its size before it is written.
No date stands here that nobody knows; the snapshot is named by its content.
"""

from collections.abc import Iterable, Mapping
from itertools import chain

from .. import __version__
from ..sources.questions import PublishedQuestion
from ..vocabulary import BASE, DCTERMS, DGO, FABIO, FOAF, GRAPHS, ONTOLOGY, PROV, RDF_TYPE, SKOS
from .distributions import distributions, dumps
from .examples import example_nodes, prefix_nodes
from .linksets import linkset_nodes
from .nodes import Node
from .partitions import (
    DOCUMENT,
    Census,
    census,
    classes_of,
    flat_partitions,
    nested_partitions,
    size_keys,
    together,
)
from .statements import Statement, Statements

LICENCE = "https://creativecommons.org/licenses/by/4.0/"
_TITLES = {
    "ontology": ("The ontology", "本体"),
    "article": ("What the article of 2017 states", "2017 年文章所述"),
    "genealogy": ("What the genealogy list states", "谱系列表所述"),
    "curation": ("The curated records", "经整理的记录"),
    "links": ("Links to other graphs", "与其他图谱的链接"),
    "harvest-openmmlab": ("What the code of OpenMMLab shows", "OpenMMLab 代码所示"),
    "harvest-pytorchcv": ("What the code of pytorchcv shows", "pytorchcv 代码所示"),
    "harvest-timm": ("What the code of timm shows", "timm 代码所示"),
    "harvest-transformers": ("What the code of transformers shows", "transformers 代码所示"),
    "inferred": ("What the rest entails", "由其余部分推出的内容"),
    "meta": ("What the dataset says about itself", "数据集的自我描述"),
}
_NAME = {"en": "Deep Genealogy", "zh": "深度学习架构谱系"}
_SUMMARY = {
    "en": "The family tree of deep-learning architectures: which derives from which, who says so and where. "
    "Counts are of all named graphs but graph/meta, which holds them.",
    "zh": "深度学习架构的谱系：何者源自何者，由谁、在何处指出。所列数目涵盖除 graph/meta（即本描述）之外的所有命名图。",
}
_KEYWORDS = ("deep learning", "genealogy", "knowledge graph", "linked data", "neural network architecture", "SPARQL")
_EXAMPLES = ("architecture/resnet", "paper/arxiv-1512.03385", "derivation/resnet--vggnet", "family/residual-networks")
_VOCABULARIES = (f"{BASE}ontology#", PROV, SKOS, DCTERMS, FABIO, FOAF)
_DEVELOPERS = "dataset#developers"


def description_nodes(graphs: Statements, questions: Mapping[str, PublishedQuestion]) -> list[Node]:
    """The dataset, its named graphs, its links, prefixes and published queries, the endpoint and who made all this.

    `graphs` holds the statements of each graph by its IRI, none in two.
    """
    told = {name: graphs[iri] for name, iri in GRAPHS.items() if name != "meta"}
    classes = classes_of(chain.from_iterable(told.values()))
    counts = {name: census(triples, classes) for name, triples in told.items()}
    whole = together(counts.values())
    return [
        _dataset(whole, list(counts), _sources(chain.from_iterable(told.values()))),
        *(_subset(name, counted) for name, counted in counts.items()),
        *_own_document(),
        *linkset_nodes(told["links"]),
        *_service(),
        *prefix_nodes(),
        *example_nodes(questions.values()),
        {"@id": _DEVELOPERS, "@type": ["foaf:Agent", "schema:Organization"], "name": "Deep Genealogy developers"},
    ]


def _dataset(whole: Census, graphs: list[str], sources: list[str]) -> Node:
    examples = [name for name in _EXAMPLES if f"<{BASE}{name}>" in whole.subjects]
    return {
        "@id": "dataset",
        "@type": ["void:Dataset", "dcat:Dataset", "schema:Dataset"],
        **_described(_NAME, _SUMMARY),
        **_made(),
        "dcat:version": __version__,
        "version": __version__,
        "source": [{"@id": iri} for iri in sources],
        "dcterms:conformsTo": {"@id": ONTOLOGY},
        "dcat:keyword": [{"@language": "en", "@value": word} for word in _KEYWORDS],
        "dcat:landingPage": {"@id": BASE},
        "schema:url": {"@id": BASE},
        "foaf:homepage": {"@id": BASE},
        "rdfs:seeAlso": {"@id": DOCUMENT},
        "dcat:distribution": distributions("all", LICENCE),
        "schema:distribution": [{"@id": row["@id"]} for row in distributions("all", LICENCE)],
        "void:dataDump": dumps("all"),
        "void:sparqlEndpoint": {"@id": "sparql"},
        "void:uriSpace": BASE,
        "void:uriRegexPattern": f"^{BASE.replace('.', chr(92) + '.')}",
        "void:exampleResource": [{"@id": name} for name in examples],
        "void:vocabulary": [{"@id": iri} for iri in _VOCABULARIES],
        "void:subset": [{"@id": GRAPHS[name]} for name in graphs],
        **size_keys(whole),
        **flat_partitions(f"{DOCUMENT}#all", whole),
    }


def _subset(name: str, counted: Census) -> Node:
    titles = dict(zip(("en", "zh"), _TITLES.get(name, (name, name)), strict=True))
    return {
        "@id": GRAPHS[name],
        "@type": ["void:Dataset", "dcat:Dataset", "sd:Graph"],
        **_described(titles, {}),
        "dcterms:license": {"@id": LICENCE},
        "dcterms:isPartOf": {"@id": "dataset"},
        "dcat:distribution": distributions(name, LICENCE),
        **size_keys(counted),
        "void:classPartition": nested_partitions(f"{DOCUMENT}#{name}", counted),
    }


def _own_document() -> list[Node]:
    """The graph that holds all this, and the document that says it."""
    titles = dict(zip(("en", "zh"), _TITLES["meta"], strict=True))
    about = {**_described(titles, {}), "dcterms:license": {"@id": LICENCE}, "foaf:primaryTopic": {"@id": "dataset"}}
    return [
        {"@id": "graph/meta", "@type": "sd:Graph", **about},
        {"@id": DOCUMENT, "@type": "void:DatasetDescription", **about},
    ]


def _described(title: Mapping[str, str], summary: Mapping[str, str]) -> Node:
    titles = [{"@language": code, "@value": text} for code, text in sorted(title.items())]
    texts = [{"@language": code, "@value": text} for code, text in sorted(summary.items())]
    return {
        "label": dict(title),
        "dcterms:title": titles,
        **({"description": dict(summary), "schema:name": titles, "schema:description": texts} if texts else {}),
    }


def _made() -> Node:
    developers = {"@id": _DEVELOPERS}
    return {
        "dcterms:license": {"@id": LICENCE},
        "schema:license": {"@id": LICENCE},
        **dict.fromkeys(("dcterms:creator", "dcterms:publisher", "schema:creator", "schema:publisher"), developers),
        "dcterms:language": ["en", "zh"],
        "schema:inLanguage": ["en", "zh"],
    }


def _sources(triples: Iterable[Statement]) -> list[str]:
    """The works that all this starts from: the articles, and the versions of the list that entries were read in."""
    found = set()
    for subject, predicate, value in triples:
        if predicate == RDF_TYPE and value == f"<{DGO}Article>":
            found.add(subject[1:-1])
        elif predicate == f"{DGO}inVersion":
            found.add(value[1:-1])
    return sorted(found)


def _service() -> list[Node]:
    """The endpoint, and the graphs that it holds, as both Service Description and DCAT say it."""
    return [
        {
            "@id": "sparql",
            "@type": ["sd:Service", "dcat:DataService"],
            **_described({"en": "SPARQL endpoint", "zh": "SPARQL 端点"}, {}),
            "sd:endpoint": {"@id": "sparql"},
            "dcat:endpointURL": {"@id": "sparql"},
            "dcat:endpointDescription": {"@id": "openapi.json"},
            "dcat:servesDataset": {"@id": "dataset"},
            "sd:availableGraphs": {"@id": "sparql#dataset"},
            "sd:defaultDataset": {"@id": "sparql#dataset"},
        },
        {
            "@id": "sparql#dataset",
            "@type": ["sd:Dataset", "sd:GraphCollection"],
            "sd:defaultGraph": {"@id": "sparql#default-graph", "@type": "sd:Graph"},
            "sd:namedGraph": [named_graph(iri) for iri in GRAPHS.values()],
        },
    ]


def named_graph(iri: str) -> Node:
    """A graph of ours as the Service Description names it; its `sd:graph` is the dataset that is counted here."""
    name = iri.removeprefix(f"{BASE}graph/").replace("/", "-")
    node: Node = {"@type": "sd:NamedGraph", "sd:name": {"@id": iri}, "sd:graph": {"@id": iri, "@type": "sd:Graph"}}
    return {"@id": f"sparql#graph--{name}", **node} if iri in GRAPHS.values() else node
