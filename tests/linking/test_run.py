"""Runs of `link`: what is kept, how a run goes on, what is told, and that nothing is written where it should not be."""

import json
import subprocess
import sys
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from tests.conftest import CHECKOUT
from tests.linking.conftest import set_limits
from tests.linking.engines import SLICES, needs_oxigraph, oxigraph
from tests.linking.running import figures, linked, proposals, report
from tests.linking.test_calling import EMPTY, busy
from tests.protocol.peers import answering, peer

small, haste = pytest.mark.usefixtures("small"), pytest.mark.usefixtures("haste")

SSSOM = CHECKOUT / "tests" / "sources" / "sssom_report.py"


def rows_of(folder: Path, graph: str, status: str) -> list[tuple[str, str]]:
    """The pairs of the report with one status."""
    return [(row["subject_id"], row["object_id"]) for row in report(folder, graph) if row["status"] == status]


def one_row(thing: str, **values: str) -> bytes:
    """An answer with one row."""
    row = {"thing": {"type": "uri", "value": thing}}
    row |= {name: {"type": "literal", "value": value} for name, value in values.items()}
    return json.dumps({"head": {"vars": list(row)}, "results": {"bindings": [row]}}).encode()


@small
def test_a_second_run_asks_nobody(tmp_path: Path) -> None:
    with peer(answering(EMPTY)) as other:
        first = figures(linked(tmp_path, "orkg", "--endpoint", other.address, "--limit", "5"))
        second = figures(linked(tmp_path, "orkg", "--endpoint", other.address, "--limit", "5"))
        assert (first["calls"], first["kept"], second["calls"], second["kept"]) == ("3", "0", "0", "3")
        assert len(other.asked) == 3


@small
def test_a_run_that_was_stopped_goes_on_where_it_was(tmp_path: Path) -> None:
    seen: list[bytes] = []

    def at_first(handler: BaseHTTPRequestHandler) -> None:
        seen.append(b"")
        (answering(EMPTY) if len(seen) != 3 else busy(400))(handler)

    with peer(at_first) as other:
        stopped = linked(tmp_path, "orkg", "--endpoint", other.address, "--limit", "5")
        assert (stopped.exit_code, (tmp_path / "out").exists()) == (1, False)
        row = figures(linked(tmp_path, "orkg", "--endpoint", other.address, "--limit", "5"))
    assert (row["calls"], row["kept"]) == ("1", "2")


KILLED = """
import os, sys
from deepgenealogy.linking import answers
from deepgenealogy.cli import main
whole, count = answers.write_whole, [0]
def dying(path, text):
    count[0] += 1
    if count[0] == 2:
        (path.with_name("." + path.name + ".half")).write_text(text[: len(text) // 2])
        os._exit(9)
    whole(path, text)
answers.write_whole = dying
main(sys.argv[1:])
"""


@small
def test_a_run_that_was_killed_while_it_wrote_goes_on_where_it_was(tmp_path: Path, small_root: Path) -> None:
    with peer(answering(EMPTY)) as other:
        places = ["--output", str(tmp_path / "out"), "--cache", str(tmp_path / "cache")]
        command = [sys.executable, "-c", KILLED, "link", "--graph", "orkg", "--endpoint", other.address]
        path = {"PYTHONPATH": ":".join([str(CHECKOUT / "server"), *filter(None, sys.path)])}
        environment = {**path, "DEEPGENEALOGY_SOURCES": str(small_root), "HOME": str(tmp_path)}
        done = subprocess.run(
            [*command, "--limit", "5", *places], env=environment, capture_output=True, check=False, timeout=1_200
        )
        assert done.returncode == 9, done.stderr
        assert not (tmp_path / "out").exists()
        row = figures(linked(tmp_path, "orkg", "--endpoint", other.address, "--limit", "5"))
    assert (row["calls"], row["kept"]) == ("2", "1")


@small
def test_an_answer_that_is_broken_on_disk_is_asked_for_again(tmp_path: Path) -> None:
    with peer(answering(EMPTY)) as other:
        linked(tmp_path, "orkg", "--endpoint", other.address, "--limit", "1")
        (kept,) = (tmp_path / "cache" / "orkg").iterdir()
        kept.write_text(kept.read_text(encoding="utf-8")[:50], encoding="utf-8")
        assert figures(linked(tmp_path, "orkg", "--endpoint", other.address, "--limit", "1"))["calls"] == "1"


@small
@pytest.mark.parametrize(("age", "calls"), [("2026-01-01T00:00:00+00:00", "1"), ("2999-01-01T00:00:00+00:00", "0")])
def test_an_answer_is_kept_for_a_week(age: str, calls: str, tmp_path: Path) -> None:
    with peer(answering(EMPTY)) as other:
        linked(tmp_path, "orkg", "--endpoint", other.address, "--limit", "1")
        (kept,) = (tmp_path / "cache" / "orkg").iterdir()
        text = {**json.loads(kept.read_text(encoding="utf-8")), "on": age}
        kept.write_text(json.dumps(text), encoding="utf-8")
        assert figures(linked(tmp_path, "orkg", "--endpoint", other.address, "--limit", "1"))["calls"] == calls


@small
def test_refresh_asks_again_for_what_is_kept(tmp_path: Path) -> None:
    with peer(answering(EMPTY)) as other:
        for _ in range(2):
            linked(tmp_path, "orkg", "--endpoint", other.address, "--limit", "1", "--refresh")
        assert len(other.asked) == 2


@small
def test_a_dry_run_asks_nobody_writes_nothing_and_shows_the_query(tmp_path: Path) -> None:
    with peer(answering(EMPTY)) as other:
        result = linked(tmp_path, "orkg", "--endpoint", other.address, "--dry-run", "--limit", "5")
        assert (result.exit_code, other.asked, list(tmp_path.iterdir())) == (0, [], [])
    assert f"orkg: 5 things in 3 requests to {other.address}, 0 of them answered already" in result.stdout
    assert "VALUES ?doiKey {" in result.stdout


@small
def test_a_page_that_is_full_is_followed_by_the_next(tmp_path: Path, small_root: Path) -> None:
    set_limits(small_root, page="1")
    pages = [one_row("http://orkg.org/orkg/resource/R9900000001"), EMPTY]

    def behave(handler: BaseHTTPRequestHandler) -> None:
        answering(pages.pop(0))(handler)

    with peer(behave) as other:
        linked(tmp_path, "orkg", "--endpoint", other.address, "--limit", "1")
    assert [body.split(b"OFFSET+")[1] for _, body, _ in other.asked] == [b"0", b"1"]


HELD = "https://linkedpaperswithcode.com/paper/deep-residual-learning-for-image-recognition"
RESNET = "dg:paper/arxiv-1512.03385"


@haste
@pytest.mark.parametrize(
    ("thing", "status"),
    [(HELD, "found"), ("https://linkedpaperswithcode.com/paper/invented-move", "changed")],
)
def test_a_work_is_found_again_or_has_changed(thing: str, status: str, tmp_path: Path) -> None:
    with peer(answering(one_row(thing, arxiv="1512.03385v2", title="Deep Residual Learning"))) as other:
        linked(tmp_path, "linked-papers-with-code", "--endpoint", other.address)
    found = {
        row["object_id"]: row for row in report(tmp_path, "linked-papers-with-code") if row["subject_id"] == RESNET
    }
    assert found[f"lpwc:paper/{thing.rpartition('/')[2]}"]["status"] == status
    if status == "changed":
        assert HELD in found["lpwc:paper/invented-move"]["note"]


@haste
def test_what_is_held_and_not_there_any_more_is_lost(tmp_path: Path) -> None:
    with peer(answering(EMPTY)) as other:
        row = figures(linked(tmp_path, "linked-papers-with-code", "--endpoint", other.address))
    assert (RESNET, f"lpwc:paper/{HELD.rpartition('/')[2]}") in rows_of(tmp_path, "linked-papers-with-code", "lost")
    assert int(row["lost"]) == len(report(tmp_path, "linked-papers-with-code"))
    assert proposals(tmp_path, "linked-papers-with-code") == []


@haste
def test_of_things_that_were_not_asked_for_nothing_is_lost(tmp_path: Path) -> None:
    with peer(answering(EMPTY)) as other:
        row = figures(linked(tmp_path, "linked-papers-with-code", "--endpoint", other.address, "--limit", "1"))
    assert row["lost"] == "0"


@haste
def test_what_was_refused_is_not_proposed_again(tmp_path: Path) -> None:
    """FCN and the paper of the journal version: refused as an exact match in refused.sssom.tsv."""
    thing = "https://linkedpaperswithcode.com/paper/fully-convolutional-networks-for-semantic"
    with peer(answering(one_row(thing, arxiv="1411.4038"))) as other:
        linked(tmp_path, "linked-papers-with-code", "--endpoint", other.address)
    pair = ("dg:paper/arxiv-1411.4038", "lpwc:paper/fully-convolutional-networks-for-semantic")
    assert pair in {*rows_of(tmp_path, "linked-papers-with-code", "found")}  # held as a close match, with its reason
    assert pair[1] not in {row["object_id"] for row in proposals(tmp_path, "linked-papers-with-code")}


@haste
def test_a_name_that_was_judged_and_refused_stays_refused(tmp_path: Path) -> None:
    thing = "https://linkedpaperswithcode.com/method/cvae"
    with peer(answering(one_row(thing, name="CVAE"))) as other:
        linked(tmp_path, "linked-papers-with-code-methods", "--endpoint", other.address)
    graph = "linked-papers-with-code-methods"
    assert ("dg:architecture/cvae", "lpwc:method/cvae") in rows_of(tmp_path, graph, "refused")
    assert ("dg:architecture/cvae", "lpwc:method/cvae") not in {
        (row["subject_id"], row["object_id"]) for row in proposals(tmp_path, graph)
    }


@small
def test_a_thing_outside_of_the_graphs_namespace_is_left_out_and_told(tmp_path: Path) -> None:
    with peer(answering(one_row("http://example.org/R1", doi="10.5555/gamma"))) as other:
        result = linked(tmp_path, "orkg", "--endpoint", other.address)
    assert "1 matches lie outside of http://orkg.org/orkg/resource/" in result.stderr
    assert report(tmp_path, "orkg") == []


@small
def test_a_cell_cannot_break_out_of_its_row(tmp_path: Path) -> None:
    title = "Pebbles\tby\nColour"
    row = one_row("http://orkg.org/orkg/resource/R9900000001", doi="10.5555/GAMMA", title=title)
    with peer(answering(row)) as other:
        linked(tmp_path, "orkg", "--endpoint", other.address)
    (proposal,) = proposals(tmp_path, "orkg")
    assert proposal["object_label"] == "Pebbles by Colour"


@haste
@needs_oxigraph
def test_the_proposals_are_sssom_sorted_and_say_what_they_rest_on(tmp_path: Path) -> None:
    with oxigraph("wikidata") as address:
        linked(tmp_path, "wikidata", "--endpoint", address)
    rows = proposals(tmp_path, "wikidata")
    assert rows == sorted(rows, key=lambda row: (row["subject_id"], row["object_id"]))
    by_identifier = [row for row in rows if row["subject_match_field"] == "datacite:hasIdentifier"]
    by_title = [row for row in rows if row["subject_match_field"] == "dcterms:title"]
    assert (len(by_identifier), len(by_title)) == (6, 1)
    assert {row["predicate_id"] for row in by_identifier} == {"skos:exactMatch"}
    assert {row["predicate_id"] for row in by_title} == {"skos:closeMatch"}
    assert min(float(row["confidence"]) for row in by_identifier) > max(float(row["confidence"]) for row in by_title)
    assert {row["other"] for row in rows} == {f"seen_in={address}"}
    files = [str(tmp_path / "out" / "wikidata.review.sssom.tsv")]
    done = subprocess.run([sys.executable, str(SSSOM), *files], capture_output=True, text=True, check=True)
    told = json.loads(done.stdout)
    assert (told["mappings"], told["findings"]) == (len(rows), [])


@small
def test_nothing_is_written_into_the_sources(tmp_path: Path, small_root: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in small_root.rglob("*")}
    result = linked(tmp_path, "mlso", "--dump", str(SLICES / "mlso.ttl"))
    assert result.exit_code == 0
    assert {path: path.stat().st_mtime_ns for path in small_root.rglob("*")} == before


@small
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("aio",), "aio has no endpoint; fetch https://raw.githubusercontent.com/"),
        (("openalex", "--dump", "works.nt"), "which no file answers"),
        (("dblp", "--graph", "orkg", "--endpoint", "http://127.0.0.1/"), "are of one graph"),
    ],
)
def test_a_mistake_in_usage_says_what_to_do(arguments: tuple[str, ...], words: str, tmp_path: Path) -> None:
    result = linked(tmp_path, *arguments)
    assert (result.exit_code, words in result.stderr) == (2, True)


@small
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("wikidate",), "did you mean 'wikidata'"),
        (("dblp", "--endpoint", "ftp://127.0.0.1/"), "it must be http or https"),
        (("dblp", "--endpoint", "http://me:secret@127.0.0.1/"), "is not a host"),
        (("mlso", "--dump", "nowhere.ttl"), "nowhere.ttl"),
        (("mlso", "--dump", "nowhere.xlsx"), "syntax"),
    ],
)
def test_a_mistake_ends_with_one_line_that_says_why(arguments: tuple[str, ...], words: str, tmp_path: Path) -> None:
    result = linked(tmp_path, *arguments)
    errors = [line for line in result.stderr.splitlines() if line.startswith("Error: ")]
    assert (result.exit_code, len(errors)) == (1, 1)
    assert words in errors[0]


@small
def test_a_file_that_is_no_turtle_is_told_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "bad.ttl"
    file.write_text("<a:b> <a:c> .\n", encoding="utf-8")
    result = linked(tmp_path, "mlso", "--dump", str(file))
    assert (result.exit_code, "bad.ttl:1:" in result.stderr) == (1, True)
