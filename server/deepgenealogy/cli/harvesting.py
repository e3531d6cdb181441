"""`harvest` and `review`: facts read from packages, and the decisions of people about what they show."""

from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

import click

from ..harvest.checkout import checkout, kept, with_documentation
from ..harvest.decisions import FATES, FILE_COLUMNS, Decision, decide, import_decisions
from ..harvest.derived import claims_of, write_claims
from ..harvest.interface import Package, Source
from ..harvest.judgement import SEED, blind_precision, judged_row, precision, recall, sample, sample_of_all, share_true
from ..harvest.packages import wheels
from ..harvest.registry import SOURCES, source_named
from ..harvest.replay import replay
from ..harvest.review import BLIND, blind_rows, candidates
from ..harvest.tables import Change, folder_of, pinned, texts_of, write
from ..locations import sources_root, wheel_folder
from ..sources.decided import READINGS, VERDICTS
from ..sources.harvested import read_reviews

_SOURCE = click.option("--source", type=click.Choice(sorted(SOURCES)), default="transformers", show_default=True)
_DOCS = click.Path(path_type=Path, exists=True, file_okay=False)


@click.command()
@click.argument("source", type=click.Choice(sorted(SOURCES)))
@click.option("--file", "files", multiple=True, type=click.Path(path_type=Path, exists=True), help="a wheel at hand")
@click.option("--folder", type=click.Path(path_type=Path), help="where wheels lie, and are put by pip")
@click.option(
    "--docs", type=click.Path(path_type=Path, exists=True, file_okay=False), help="a checkout with documentation"
)
@click.option("--replay", is_flag=True, help="only look whether every row still stands in the packages")
@click.option("--may-lose", is_flag=True, help="write even when a table loses more than a tenth of its rows")
@click.option("--differences", is_flag=True, help="show every row that came or went")
def harvest(source: str, files: tuple[Path, ...], folder: Path | None, docs: Path | None, **how: bool) -> None:
    """Read the facts of a source from its pinned packages into data/harvested, and tell what changed.

    Documentation that is in no package is read from a checkout (--docs); without it, what was read from it stays.

    \b
    Examples:
      deepgenealogy harvest transformers
      deepgenealogy harvest transformers --docs ~/transformers
      deepgenealogy harvest transformers --replay
    """
    chosen, root = source_named(source), sources_root()
    tables = folder_of(root, source)
    pages = checkout(chosen, docs) if docs else None
    packages = wheels(pinned(tables, chosen.pins), folder or wheel_folder(), files)
    if how["replay"]:
        _replay(root, chosen, packages, pages)
    facts, read = (
        with_documentation(chosen, chosen.read(packages), pages, tables),
        [*packages, *([pages] if pages else [])],
    )
    for change in write(tables, texts_of(read, facts), may_lose=how["may_lose"]):
        _tell(change, how["differences"])
    click.echo(f"{write_claims(root, source).relative_to(root)} written; 'deepgenealogy review' lists what to decide")


def _replay(root: Path, source: Source, packages: list[Package], pages: Package | None) -> None:
    looked, findings = replay(root, source, packages, pages)
    for finding in findings:
        click.echo(str(finding))
    click.echo(f"{looked} rows, {looked - len(findings)} stand in the packages as they say")
    facts = kept(folder_of(root, source.name))
    if not pages and (passed := sum(len(rows) for table, rows in facts.items() if table != "packages")):
        click.echo(f"{passed} rows of documentation were not looked at; give a checkout with --docs")
    raise SystemExit(1 if findings else 0)


def _tell(change: Change, differences: bool) -> None:
    click.echo(f"{change.table}: {change.after} rows (+{len(change.added)} -{len(change.removed)})")
    for sign, lines in (("-", change.removed), ("+", change.added)) if differences else ():
        for line in lines:
            click.echo(f"{sign} {line}")


@click.group(invoke_without_command=True)
@click.option("--limit", default=20, show_default=True, help="how many candidates to list")
@_SOURCE
@click.pass_context
def review(context: click.Context, source: str, limit: int) -> None:
    """List harvested candidates for descent with their evidence, those that reuse most first; decide on them.

    \b
    Examples:
      deepgenealogy review --limit 5
      deepgenealogy review decide deit vit --verdict derivesFrom --by 'A. R.' --reason '…' \\
        --evidence arXiv:2012.12877 --read abstract
      deepgenealogy review import decisions.tsv --by 'A. R.'
      deepgenealogy review scores
    """
    if context.invoked_subcommand is None:
        for candidate in islice(candidates(sources_root(), source), limit):
            click.echo(str(candidate))


@review.command("decide")
@click.argument("child")
@click.argument("parent")
@click.option("--verdict", type=click.Choice(VERDICTS), required=True)
@click.option("--by", required=True, help="who decides")
@click.option("--reason", required=True)
@click.option("--evidence", required=True, help="the address of what shows it: arXiv:<id>, or a page")
@click.option("--read", type=click.Choice(list(READINGS)), required=True, help="what was read there")
@_SOURCE
def decide_pair(child: str, parent: str, source: str, **said: str) -> None:
    """Write a decision on one pair, with name, date and reason; it comes before every rule and outlives a harvest.

    `--read` is doc (documentation of the code), abstract, page, text (of the paper), or none for what is only known;
    such a claim is of tier medium.
    """
    told = (said["verdict"], said["by"], _today(), said["reason"], said["evidence"], said["read"])
    path = decide(sources_root(), Decision(source, child, parent, *told))
    write_claims(sources_root(), source)
    click.echo(f"{child} {said['verdict']} {parent}: written to {path.relative_to(sources_root())}")


@review.command("import", epilog=f"Columns: {', '.join(FILE_COLUMNS)}; others are passed over.")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--by", required=True, help="who decides")
@click.option("--date", "day", type=click.DateTime(["%Y-%m-%d"]), help="when it was decided, if not today")
@_SOURCE
def import_files(files: tuple[Path, ...], by: str, day: datetime | None, source: str) -> None:
    """Write the decisions of TSV files, one row a pair; where one row is wrong, nothing is written.

    What was not read, or decides nothing on a pair without a decision, is counted and not written.
    """
    date = f"{day:%Y-%m-%d}" if day else _today()
    fates = import_decisions(sources_root(), files, source=source, reviewer=by, day=date)
    for fate, words in FATES.items():
        click.echo(f"{fates[fate]} {words}")
    click.echo(f"{write_claims(sources_root(), source).relative_to(sources_root())} written")


def _today() -> str:
    return datetime.now(UTC).date().isoformat()


@review.command("sample")
@click.argument("size", type=int)
@click.option("--all", "of_all", is_flag=True, help="of all descent asserted in any source, decisions included, as TSV")
@click.option("--seed", default=SEED, show_default=True, help="where the drawing begins")
@_SOURCE
def draw(size: int, of_all: bool, seed: str, source: str) -> None:
    """Draw a random sample of what the rules assert, without rule, tier or reason, for somebody to judge."""
    root = sources_root()
    if of_all:
        drawn = sample_of_all({name: claims_of(root, name) for name in SOURCES}, size, seed)
        for row in (BLIND, *blind_rows(root, drawn)):
            click.echo("\t".join(row))
        return
    for child, parent in sample(claims_of(root, source), size, seed):
        click.echo(f"{child}\t{parent}")


@review.command("scores")
@_SOURCE
def scores(source: str) -> None:
    """Tell the precision on the judged sample and the recall on the list of well-known pairs."""
    reviews = read_reviews(sources_root())
    judged = [row for row in reviews.get("sample", []) if row["source"] == source]
    verdicts = {(row["child"], row["parent"]): row["verdict"] for row in judged}
    for kind, with_decisions in (("by the rules alone", False), ("as asserted", True)):
        found = claims_of(sources_root(), source, with_decisions=with_decisions)
        for group, score in precision(found, verdicts).items():
            click.echo(f"precision {kind}, {group}: {score}")
    if judged_blind := [judged_row(row) for row in reviews.get("blind", [])]:
        everything = {name: claims_of(sources_root(), name) for name in SOURCES}
        for group, score in blind_precision(judged_blind, everything).items():
            click.echo(f"judged blind, all sources, {group}: {score}")
    if anew := reviews.get("anew"):
        click.echo(f"judged anew by another, all sources, tier high as it stood then: {share_true(anew)}")
    wanted = {(row["child"], row["parent"]) for row in reviews.get("recall", [])}
    for way, score in recall(claims_of(sources_root(), source), wanted).items():
        click.echo(f"recall {way}: {score}")


COMMANDS = (harvest, review)
