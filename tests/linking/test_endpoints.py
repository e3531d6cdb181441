"""The records of external graphs: what is read, what is refused, and that adding a graph is adding two files."""

import re
from pathlib import Path

import pytest

from deepgenealogy.errors import SourcesRefused
from deepgenealogy.graph.checks import run_checks
from deepgenealogy.sources.endpoints import Endpoint, read_endpoints
from deepgenealogy.sources.terms import written
from tests.conftest import CHECKOUT
from tests.linking.running import figures, linked, report
from tests.protocol.peers import oxigraph_binary, second_engine

RECORD, QUERY = "data/endpoints/pebbles.yaml", "queries/links/pebbles.rq"

PEBBLES = """\
label: Graph of pebbles
homepage: https://example.org/pebbles
license: https://creativecommons.org/publicdomain/zero/1.0/
protocol: sparql
endpoint: https://example.org/pebbles/sparql
subject: paper
prefix: pebbles
namespace: https://example.org/pebbles/
predicate: skos:exactMatch
candidate: skos:closeMatch
limits:
  batch: 2
  page: 100
  pauseS: 0
  timeoutS: 120
  tries: 2
  backoffS: 0.1
  patienceS: 1
  sizeBytes: 100000
keys:
  doi:
    - '"doi:{upper}"'
documentedAt:
  - https://example.org/pebbles/documentation
"""
PEBBLES_QUERY = """\
# Works of the graph of pebbles by DOI.
SELECT ?thing ?doi { VALUES ?doiKey { "doi:10.5555/NOTHING" } ?thing <https://example.org/doi> ?doiKey, ?doi }
"""
PEBBLES_DATA = '<https://example.org/pebbles/p1> <https://example.org/doi> "doi:10.5555/GAMMA" .'


@pytest.fixture
def pebbles_root(fabricated_root: Path) -> Path:
    """The invented world with one more graph: two files."""
    (fabricated_root / "data" / "endpoints").mkdir(exist_ok=True)
    (fabricated_root / RECORD).write_text(PEBBLES, encoding="utf-8")
    (fabricated_root / QUERY).write_text(PEBBLES_QUERY, encoding="utf-8")
    for query in (fabricated_root / "queries" / "federated").glob("*.rq"):
        query.unlink()  # they ask graphs that the invented world does not know
    return fabricated_root


@pytest.mark.skipif(oxigraph_binary() is None, reason="needs the package oxigraph of PyPI")
def test_adding_a_graph_is_adding_two_files(
    pebbles_root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DEEPGENEALOGY_SOURCES", str(pebbles_root))
    with second_engine(PEBBLES_DATA) as address:
        row = figures(linked(tmp_path, "pebbles", "--endpoint", f"{address}/query"))
    assert (row["asked"], row["new"]) == ("5", "1")
    (found,) = report(tmp_path, "pebbles")
    assert (found["subject_id"], found["object_id"], found["evidence"]) == (
        "dg:paper/doi-gamma",
        "pebbles:p1",
        "identifier",
    )


def test_a_graph_that_was_added_passes_the_check(pebbles_root: Path) -> None:
    assert run_checks(pebbles_root).findings == []


DECOYS: dict[str, tuple[str, str, str, str]] = {
    "unknown-key": (
        "prefix: pebbles",
        "prefx: pebbles",
        r"pebbles\.yaml:\d+: unknown key 'prefx'",
        "did you mean 'prefix'",
    ),
    "missing-key": ("label: Graph of pebbles\n", "", r"pebbles\.yaml:1: key 'label' is missing", "add 'label'"),
    "unknown-choice": ("protocol: sparql", "protocol: soap", r"pebbles\.yaml:4: 'protocol' cannot be 'soap'", "sparql"),
    "endpoint-limit": ("batch: 2", "batch: some", r"pebbles\.yaml:12: batch cannot be 'some'", "a whole number"),
    "endpoint-limit ": ("timeoutS: 120", "timeoutS: 120s", r"pebbles\.yaml:15: timeoutS cannot be '120s'", "seconds"),
    "endpoint-address": (
        "endpoint: https://example.org/pebbles/sparql",
        "endpoint: example.org/sparql",
        r"pebbles\.yaml:5: endpoint cannot be 'example.org/sparql'",
        "https://",
    ),
    "endpoint-part": (
        "endpoint: https://example.org/pebbles/sparql\n",
        "",
        r"pebbles\.yaml:4: a graph of protocol 'sparql' needs 'endpoint'",
        "add 'endpoint'",
    ),
    "endpoint-pattern": ("{upper}", "{capital}", r"pebbles\.yaml:22: '\"doi:{capital}\"' cannot be filled", "{upper}"),
    "endpoint-query": ("  doi:", "  arxiv:", r"do not agree on \?arxivKey", "VALUES ?arxivKey"),
}


@pytest.mark.parametrize(("old", "new", "words", "cure"), DECOYS.values(), ids=DECOYS)
def test_a_wrong_record_is_refused_with_file_line_and_cure(
    old: str, new: str, words: str, cure: str, pebbles_root: Path
) -> None:
    record = pebbles_root / RECORD
    text = record.read_text(encoding="utf-8")
    assert text.count(old) == 1
    record.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(SourcesRefused, match=words) as caught:
        read_endpoints(pebbles_root)
    assert cure in str(caught.value)
    assert [finding.file for finding in run_checks(pebbles_root).findings if finding.file == RECORD]


def test_a_record_without_its_query_is_refused(pebbles_root: Path) -> None:
    (pebbles_root / QUERY).unlink()
    with pytest.raises(SourcesRefused, match=r"there is no query queries/links/pebbles\.rq"):
        read_endpoints(pebbles_root)


@pytest.fixture(scope="module")
def real() -> dict[str, Endpoint]:
    """The graphs of the project."""
    return read_endpoints(CHECKOUT)


#: What the project promises to link.
PROMISED = {
    "wikidata", "semopenalex", "dblp", "linked-papers-with-code", "orkg", "cso", "aio", "mlso",
    "openalex", "semantic-scholar", "crossref",
}  # fmt: skip


def test_every_promised_graph_has_its_record(real: dict[str, Endpoint]) -> None:
    assert set(real) >= PROMISED


def test_every_prefix_of_a_mapping_set_is_that_of_its_graph(real: dict[str, Endpoint]) -> None:
    """What is proposed can be copied into data/mappings as it stands: the same prefix for the same namespace."""
    wrong = []
    for endpoint in real.values():
        file = CHECKOUT / "data" / "mappings" / f"{endpoint.mappings}.sssom.tsv"
        if file.is_file():
            found = re.search(rf'(?m)^#  {endpoint.prefix}: "([^"]*)"$', file.read_text(encoding="utf-8"))
            wrong += [] if found and found[1] == endpoint.namespace else [endpoint.name]
    assert wrong == []


@pytest.mark.parametrize(
    ("patterns", "value", "terms"),
    [
        (['"{id}"'], "1512.03385", ['"1512.03385"']),
        (['"{upper}"'], "10.1109/iccv.2017.322", ['"10.1109/ICCV.2017.322"']),
        (["<https://doi.org/{lower}>"], "10.3115/v1/D14-1179", ["<https://doi.org/10.3115/v1/d14-1179>"]),
        (["<https://doi.org/{id}>"], "10.1002/(SICI)1<1::AID>3", ["<https://doi.org/10.1002/(SICI)1%3C1::AID%3E3>"]),
        (['"{id}"@en'], 'A "quoted" \\ title', ['"A \\"quoted\\" \\\\ title"@en']),
        (["ARXIV:{id}"], 'a"b', ['ARXIV:a"b']),
    ],
)
def test_a_key_is_written_as_the_graph_writes_it(patterns: list[str], value: str, terms: list[str]) -> None:
    assert written(patterns, [value]) == terms


def test_a_version_stands_for_none_and_for_each_of_nine() -> None:
    found = written(['"{id}{version}"'], ["1505.04597"])
    assert (found[0], found[3], len(found)) == ('"1505.04597"', '"1505.04597v3"', 10)
