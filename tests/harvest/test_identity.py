"""Which harvested architecture is which thing: reviewers, papers, then names, never without their digits."""

from deepgenealogy.sources.documents import Row
from deepgenealogy.sources.harvested import Harvest
from deepgenealogy.sources.identity import Identity, Register, Thing, normal_names

KNOWN = {
    "pebble": Thing("pebble", normal_names(["pebble", "Pebble Network"]), "2101.00001"),
    "dino": Thing("dino", normal_names(["dino", "DINO"]), "2104.14294"),
    "twin-a": Thing("twin-a", normal_names(["twin-a"]), "2102.00002"),
    "twin-b": Thing("twin-b", normal_names(["twin-b"]), "2102.00002"),
}


def row(**cells: str) -> Row:
    """A row of an invented table."""
    return Row("invented.tsv", 1, cells)


def identity_of(key: str, *, name: str = "", arxiv: str = "", verdict: str = "") -> Identity:
    """The identity of one architecture of an invented source among the known things."""
    tables = {
        "architectures": [row(architecture=key, prefix=key)],
        "names": [row(architecture=key, name=name)] if name else [],
        "papers": [row(architecture=key, arxiv=arxiv, title="Any")] if arxiv else [],
    }
    reviews = {"identity": [row(source="acme", architecture=key, verdict="same", slug=verdict)]} if verdict else {}
    return Register(dict(KNOWN)).enter(Harvest("acme", tables), reviews)[key]


def test_one_paper_with_one_method_on_each_side_is_one_thing() -> None:
    assert identity_of("rolling_stone", arxiv="2101.00001") == Identity("pebble", "paper", True)


def test_a_paper_that_introduces_two_decides_nothing_alone() -> None:
    assert identity_of("twins", arxiv="2102.00002").ground == "new"
    assert identity_of("twin_b", arxiv="2102.00002") == Identity("twin-b", "name", True)


def test_names_agree_without_case_blanks_and_hyphens() -> None:
    assert identity_of("pn", name="pebble-network") == Identity("pebble", "name", True)


def test_digits_are_never_stripped() -> None:
    assert identity_of("pebble2", arxiv="2101.00001") == Identity("pebble2", "new", False)


def test_a_name_with_another_paper_is_another_thing_of_its_own_slug() -> None:
    assert identity_of("dino", arxiv="2203.03605") == Identity("dino-of-acme", "new", False)


def test_a_reviewer_comes_before_paper_and_name() -> None:
    assert identity_of("dino", arxiv="2203.03605", verdict="dino-detr") == Identity("dino-detr", "reviewed", False)


def test_a_second_source_meets_what_the_first_made_known() -> None:
    register = Register(dict(KNOWN))
    tables = {"architectures": [row(architecture="gravel", prefix="Gravel")]}
    first = register.enter(Harvest("acme", tables), {})["gravel"]
    second = register.enter(Harvest("other", tables), {})["gravel"]
    assert (first, second) == (Identity("gravel", "new", False), Identity("gravel", "name", True))
