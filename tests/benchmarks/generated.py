"""A generated graph in the shape of ours, of any size: methods with papers, tasks, families and derivations.

    python -m tests.benchmarks.generated 100000 > big.nq

writes N-Quads with 100,000 architectures, about 90 quads each; `--seed` gives another world, `--store DIR` a published
snapshot in place of N-Quads, which `deepgenealogy serve --store DIR` takes. The same count and seed give the same
bytes; of the same seed, the first architectures are the same whatever the count. Memory does not grow with the count.

Like ours: predicates, classes, graphs, and the entailments that a build makes (`hasAncestor` among them); one to three
parents, never younger than their child; a few ancestors have very many descendants.
"""

import argparse
import datetime
import hashlib
import json
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from functools import lru_cache
from itertools import chain
from pathlib import Path

from pyoxigraph import NamedNode, Quad, RdfFormat, parse, serialize

from deepgenealogy import __version__
from deepgenealogy.engine.bulk import Loading
from deepgenealogy.engine.lines import graphs_of
from deepgenealogy.engine.publication import Manifest, Snapshot, sort_store
from deepgenealogy.engine.snapshot import fingerprint
from deepgenealogy.settings import resolve
from deepgenealogy.vocabulary import (
    BASE,
    DCTERMS,
    DERIVATION_KINDS,
    DGO,
    FABIO,
    FOAF,
    GRAPHS,
    PROV,
    RDF_TYPE,
    RDFS,
    SKOS,
    XSD,
)

CITO, DC, SCHEMA = "http://purl.org/spar/cito/", "http://purl.org/dc/elements/1.1/", "https://schema.org/"

_STATED, _INFERRED = f"<{GRAPHS['curation']}> .", f"<{GRAPHS['inferred']}> ."
_TYPE = f"<{RDF_TYPE}>"
_FIRST_DAY = datetime.date(1958, 1, 1)
_DAYS = 25_000
_KINDS_OF_PAPER = ("ConferencePaper", "JournalArticle", "Preprint")
_PIECE_LETTERS = 1_000_000
_CERTAINTIES = ("high", "high", "high", "medium", "disputed")
_WORDS = ("Deep", "Residual", "Recurrent", "Gated", "Sparse", "Dilated", "Adversarial", "Attentive", "Dense", "Memory")
_HANZI = ("深度", "残差", "循环", "门控", "稀疏", "空洞", "对抗", "注意力", "稠密", "记忆")


class World:
    """Who derives from whom, when, and what for: everything follows from the seed and a number, nothing is kept."""

    def __init__(self, count: int, seed: int = 1) -> None:
        self.count, self.seed = count, seed
        self.tasks = self.families = 40
        self.parents: Callable[[int], tuple[int, ...]] = lru_cache(200_000)(self._parents)

    def dice(self, number: int, purpose: int) -> int:
        """64 bits that follow from the seed, a number and a purpose (splitmix64)."""
        mixed = (self.seed * 0xD1342543DE82EF95 + number * 0x9E3779B97F4A7C15 + purpose * 0xBF58476D1CE4E5B9) & _64_BITS
        mixed = ((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9) & _64_BITS
        mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & _64_BITS
        return mixed ^ (mixed >> 31)

    def _parents(self, number: int) -> tuple[int, ...]:
        """The parents of a method, none for the first ones; the older a method, the more children it has."""
        if number < 5:
            return ()
        wanted = (1, 1, 1, 1, 1, 1, 1, 2, 2, 3)[self.dice(number, 1) % 10]
        shares = [self.dice(number, 2 + place) / 2**64 for place in range(wanted)]
        return tuple(sorted({int(number * share * share) for share in shares}))

    def ancestors(self, number: int) -> list[int]:
        """All ancestors of a method, sorted."""
        found: set[int] = set()
        todo = list(self.parents(number))
        while todo:
            one = todo.pop()
            if one not in found:
                found.add(one)
                todo += self.parents(one)
        return sorted(found)

    def day(self, number: int) -> str:
        """The day on which a method was published; later for each."""
        share = number / (number + 2_000)  # does not depend on the count
        return (_FIRST_DAY + datetime.timedelta(days=int(_DAYS * share))).isoformat()

    def name(self, number: int) -> str:
        """The English name of a method, unlike every other one."""
        return f"{_WORDS[self.dice(number, 9) % len(_WORDS)]}Net-{number}"


_64_BITS = 2**64 - 1


def slug(number: int) -> str:
    """The slug of a method."""
    return f"net-{number}"


def iri(kind: str, name: str) -> str:
    """The IRI of a thing, as a term of N-Quads."""
    return f"<{BASE}{kind}/{name}>"


def lines(world: World) -> Iterator[str]:
    """N-Quads, in pieces of many lines: tasks, families, then one method after the other with what is its own."""
    yield _concept("modality", "Modality", "modalities", 0)
    for number in range(world.tasks):
        modality = f"{iri('task', f'task-{number}')} {_d('modality')} {iri('modality', 'modality-0')} {_STATED}\n"
        yield _concept("task", "Task", "tasks", number) + modality
    for number in range(world.families):
        yield _concept("family", "Family", "families", number)
    for number in range(world.count):
        yield _method(world, number) + _paper(world, number)
        for parent in world.parents(number):
            yield _derivation(world, number, parent)
        if ancestors := world.ancestors(number):
            yield _descent(number, ancestors)


def _d(name: str) -> str:
    return f"<{DGO}{name}>"


def _dates(node: str, key: str, day: str) -> str:
    value = f'"{day}"^^<{XSD}date> {_STATED}\n'
    return f"{node} {key} {value}{node} {_d('notBefore')} {value}{node} {_d('notAfter')} {value}"


def _concept(kind: str, of_class: str, scheme: str, number: int) -> str:
    node, name = iri(kind, f"{kind}-{number}"), f"{of_class} {number}"
    stated = (
        f"{_TYPE} {_d(of_class)}",
        f"{_TYPE} <{SKOS}Concept>",
        f"<{SKOS}inScheme> {iri('scheme', scheme)}",
        *(
            f'<{label}> "{name}"@{language}'
            for label in (f"{RDFS}label", f"{SKOS}prefLabel")
            for language in ("en", "zh")
        ),
        f'<{SKOS}definition> "The {name.lower()} of a generated graph."@en',
        f'<{SKOS}definition> "生成图谱中的{name}。"@zh',
    )
    return "".join(f"{node} {fact} {_STATED}\n" for fact in stated)


def _method(world: World, number: int) -> str:
    node, name = iri("architecture", slug(number)), world.name(number)
    hanzi = f"{_HANZI[world.dice(number, 9) % len(_HANZI)]}网络{number}"
    stated = (
        f"{_TYPE} {_d('Architecture')}",
        f'<{RDFS}label> "{name}"@en',
        f'<{RDFS}label> "{hanzi}"@zh',
        f'<{SKOS}altLabel> "Network {number}"@en',
        f'<{SKOS}definition> "A network, number {number}, that exists in no paper: it is made to measure with."@en',
        f'<{SKOS}definition> "编号{number}的网络，不见于任何论文，只用于测量。"@zh',
        f"{_d('addressesTask')} {iri('task', f'task-{world.dice(number, 5) % world.tasks}')}",
        f"{_d('memberOf')} {iri('family', f'family-{world.dice(number, 6) % world.families}')}",
        f"{_d('introducedIn')} {iri('paper', f'made-{number}')}",
    )
    inferred = (f"<{PROV}Entity>", f"<{SCHEMA}DefinedTerm>", _d("Method"))
    return (
        "".join(f"{node} {fact} {_STATED}\n" for fact in stated)
        + _dates(node, _d("introduced"), world.day(number))
        + "".join(f"{node} {_TYPE} {kind} {_INFERRED}\n" for kind in inferred)
    )


def _paper(world: World, number: int) -> str:
    node, day = iri("paper", f"made-{number}"), world.day(number)
    title = f"{world.name(number)}: a network made to measure with"
    authors = [
        f"Author {world.dice(number, 20 + n) % (world.count // 3 + 10)}" for n in range(1 + world.dice(number, 7) % 4)
    ]
    stated = [
        f"{_TYPE} {_d('Paper')}",
        f"{_TYPE} <{FABIO}{_KINDS_OF_PAPER[number % 3]}>",
        f'<{DCTERMS}title> "{title}"',
        f'<{RDFS}label> "{title}"@en',
        f'<{FABIO}hasPublicationYear> "{day[:4]}"^^<{XSD}gYear>',
        f'{_d("venue")} "Venue {number % 30}"',
        f'{_d("publishedBasis")} "generated"',
        f'{_d("checkedAgainst")} "none"',
        f"<{FOAF}page> <https://example.org/paper/{number}>",
        *(f'<{DC}creator> "{author}"' for author in sorted(set(authors))),
        *(f"{_d('authorship')} {_author(number, place)}" for place in range(1, len(authors) + 1)),
    ]
    return (
        "".join(f"{node} {fact} {_STATED}\n" for fact in stated)
        + _dates(node, f"<{DCTERMS}issued>", day)
        + "".join(_authorship(number, place, author) for place, author in enumerate(authors, start=1))
        + "".join(f"{node} {_TYPE} <{kind}> {_INFERRED}\n" for kind in (f"{PROV}Entity", f"{SCHEMA}ScholarlyArticle"))
        + f"{node} {_d('introduces')} {iri('architecture', slug(number))} {_INFERRED}\n"
    )


def _author(number: int, place: int) -> str:
    return iri("paper", f"made-{number}#author-{place}")


def _authorship(number: int, place: int, name: str) -> str:
    node = _author(number, place)
    return (
        f"{node} {_TYPE} {_d('Authorship')} {_STATED}\n"
        f'{node} <{FOAF}name> "{name}" {_STATED}\n'
        f'{node} {_d("position")} "{place}"^^<{XSD}integer> {_STATED}\n'
    )


def _derivation(world: World, number: int, parent: int) -> str:
    node = iri("derivation", f"{slug(number)}--{slug(parent)}")
    child, older = iri("architecture", slug(number)), iri("architecture", slug(parent))
    paper, dice = iri("paper", f"made-{number}"), world.dice(number * 7 + parent, 8)
    kind = _d(DERIVATION_KINDS[dice % len(DERIVATION_KINDS)])
    stated = (
        f"{node} {_TYPE} {_d('Derivation')}",
        f"{node} {_d('child')} {child}",
        f"{node} {_d('parent')} {older}",
        f"{node} {_d('kind')} {kind}",
        f"{node} {_d('statedIn')} {paper}",
        f'{node} {_d("locator")} "Section {1 + dice % 5}"',
        f'{node} {_d("certainty")} "{_CERTAINTIES[dice // 10 % len(_CERTAINTIES)]}"',
        f'{node} {_d("checkedAgainst")} "passage"',
        f'{node} {_d("checkedAt")} "https://example.org/paper/{number}"',
        f'{node} {_d("rationale")} "Takes over the design of number {parent} and changes one part of it."@en',
        f'{node} {_d("rationale")} "沿用编号{parent}的设计，只改动一处。"@zh',
        f"{child} {_d('derivesFrom')} {older}",
        f"{child} {kind} {older}",
        f"{child} {_d('qualifiedDerivation')} {node}",
    )
    inferred = (
        f"{node} {_TYPE} <{PROV}Derivation>",
        f"{node} <{PROV}entity> {older}",
        f"{node} <{CITO}citesAsEvidence> {paper}",
        f"{child} <{PROV}wasDerivedFrom> {older}",
        f"{child} <{PROV}qualifiedDerivation> {node}",
        f"{child} <{SCHEMA}isBasedOn> {older}",
    )
    return "".join(f"{fact} {_STATED}\n" for fact in stated) + "".join(f"{fact} {_INFERRED}\n" for fact in inferred)


def _descent(number: int, ancestors: list[int]) -> str:
    node, up, down = iri("architecture", slug(number)), _d("hasAncestor"), _d("hasDescendant")
    older = [iri("architecture", slug(ancestor)) for ancestor in ancestors]
    return "".join(f"{node} {up} {one} {_INFERRED}\n{one} {down} {node} {_INFERRED}\n" for one in older)


def ontology_lines(root: Path) -> str:
    """The ontology, in its graph, as N-Quads: published questions ask for the names of its properties."""
    found = parse(path=root / "ontology" / "deepgenealogy.ttl", format=RdfFormat.TURTLE)
    graph = NamedNode(GRAPHS["ontology"])
    quads = (Quad(quad.subject, quad.predicate, quad.object, graph) for quad in found)
    return (serialize(quads, format=RdfFormat.N_QUADS) or b"").decode()


def published(world: World, store: Path, root: Path, more: str = "") -> Snapshot:
    """A snapshot of the world in force in `store`, as of the sources in `root`, so that no server builds another.

    It also holds `more` lines of N-Quads.
    """
    building = store / "snapshots" / "generated"
    building.mkdir(parents=True)
    graphs: Counter[str] = Counter()
    digest = hashlib.sha256()
    with (building / "dataset.nq").open("wb") as file, Loading(building / "loading") as loading:
        for piece in _joined(chain(lines(world), [more])):
            graphs += graphs_of(piece.splitlines(keepends=True))
            digest.update(piece)
            file.write(piece)
            loading.take(piece)
        loading.settle(building / "oxigraph")
    if graphs.total() > resolve("memory_store_limit_quads"):
        sort_store(building / "oxigraph")
    name = digest.hexdigest()[:16]
    manifest = Manifest(name, fingerprint(root), graphs.total(), dict(sorted(graphs.items())), __version__)
    (building / "manifest.json").write_text(json.dumps(asdict(manifest)), encoding="utf-8")
    folder = building.rename(building.with_name(name))
    (store / "current").write_text(name, encoding="ascii")
    return Snapshot(folder, manifest)


def _joined(pieces: Iterable[str]) -> Iterator[bytes]:
    """The same in pieces of about a megabyte."""
    held: list[str] = []
    size = 0
    for piece in pieces:
        held.append(piece)
        size += len(piece)
        if size > _PIECE_LETTERS:
            yield "".join(held).encode()
            held, size = [], 0
    yield "".join(held).encode()


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("architectures", type=int, help="how many")
    parser.add_argument("--seed", type=int, default=1, help="another number, another world (1)")
    parser.add_argument("--store", type=Path, help="publish a snapshot in this folder in place of writing N-Quads")
    chosen = parser.parse_args()
    world = World(chosen.architectures, chosen.seed)
    if chosen.store:
        snapshot = published(world, chosen.store, Path(__file__).resolve().parents[2])
        print(f"{snapshot.manifest.quads} quads in {snapshot.folder}")
        return
    for piece in lines(world):
        sys.stdout.buffer.write(piece.encode())


if __name__ == "__main__":
    main()
