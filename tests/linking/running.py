"""The command `link` run as a user runs it, and what it wrote."""

from collections.abc import Iterator
from csv import DictReader
from pathlib import Path

from click.testing import CliRunner, Result

from deepgenealogy.cli import main
from tests.linking.gold import Pair

#: Evidence that decides, as the report names it.
DECIDING = frozenset({"identifier", "paper-and-name"})


def linked(folder: Path, graph: str, *options: str) -> Result:
    """What became of `deepgenealogy link --graph GRAPH`, its files below `folder`."""
    places = ("--output", str(folder / "out"), "--cache", str(folder / "cache"))
    return CliRunner().invoke(main, ["link", "--graph", graph, *places, *options])


def figures(result: Result) -> dict[str, str]:
    """The row of the one graph on standard output, by column."""
    assert result.exit_code == 0, result.stderr
    header, row = (line.split("\t") for line in result.stdout.splitlines())
    return dict(zip(header, row, strict=True))


def report(folder: Path, graph: str) -> list[dict[str, str]]:
    """The rows of the report of one graph."""
    with (folder / "out" / f"{graph}.report.tsv").open(encoding="utf-8") as file:
        return list(DictReader(file, delimiter="\t"))


def proposals(folder: Path, graph: str) -> list[dict[str, str]]:
    """The rows of the file for review of one graph."""
    lines = (folder / "out" / f"{graph}.review.sssom.tsv").read_text(encoding="utf-8").splitlines()
    return list(DictReader((line for line in lines if not line.startswith("#")), delimiter="\t"))


def pairs(folder: Path, graph: str, namespace: str, *, deciding: bool) -> Iterator[Pair]:
    """The pairs of the report that were found, those that are decided or the candidates, as (ours, IRI of theirs)."""
    for row in report(folder, graph):
        if row["evidence"] and (row["evidence"] in DECIDING) == deciding:
            yield row["subject_id"].removeprefix("dg:"), namespace + row["object_id"].partition(":")[2]
