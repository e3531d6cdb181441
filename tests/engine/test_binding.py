"""Binding: an argument is one term in its own VALUES block, whatever it is made of."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, QuerySolutions, Store

from deepgenealogy.engine.binding import bound_text, term_of
from deepgenealogy.errors import ParameterRefused
from deepgenealogy.sources.questions import Parameter, PublishedQuestion, read_questions
from deepgenealogy.vocabulary import BASE

ARCHITECTURE = Parameter("method", "architecture", {}, "<architecture/u-net>")
YEAR = Parameter("year", "integer", {}, "2015")
FIRST = Parameter("first", "text", {}, '"one"')
SECOND = Parameter("second", "text", {}, '"two"')

#: Ways out of a term that have worked on somebody's service.
ATTACKS = [
    "x> } . ?s ?p ?o } #",
    '" } UNION { ?s ?p ?o } #',
    "resnet> <paper/x",
    "resnet } DROP ALL",
    "../../etc/passwd",
    "resnet\n",
    "\\u003E",
    "resnet#x",
    "resnet?x",
    "",
    " ",
    "\x00",
]


def question(*parameters: Parameter) -> PublishedQuestion:
    """A question with these parameters, which selects what they are bound to."""
    blocks = " ".join(f"VALUES ?{p.name} {{ {p.example} }}" for p in parameters)
    return PublishedQuestion("made", {}, {}, parameters, f"BASE <{BASE}> SELECT * {{ {blocks} }}")


def bound(text: str) -> dict[str, object]:
    """What each variable of the one solution is bound to. Raises SyntaxError or ValueError when the text was broken."""
    solutions = Store().query(text)
    assert isinstance(solutions, QuerySolutions)
    names = [variable.value for variable in solutions.variables]
    (row,) = list(solutions)
    return {name: row[name] for name in names}


def test_without_arguments_the_text_stands_as_it_is() -> None:
    assert bound_text(question(ARCHITECTURE), {}) == question(ARCHITECTURE).text


@pytest.mark.parametrize("name", ["resnet", "architecture/resnet", f"{BASE}architecture/resnet"])
def test_a_thing_is_named_by_slug_by_relative_iri_or_by_iri(name: str) -> None:
    assert bound(bound_text(question(ARCHITECTURE), {"method": name})) == {
        "method": NamedNode(f"{BASE}architecture/resnet")
    }


@pytest.mark.parametrize("slug", ["arxiv-1512.03385", "doi-10.1162_neco.1997.9.8.1735"])
def test_the_key_of_a_paper_may_have_dots(slug: str) -> None:
    assert term_of(Parameter("paper", "paper", {}, ""), slug) == f"<{BASE}paper/{slug}>"


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_slug_that_is_none_is_refused(attack: str) -> None:
    with pytest.raises(ParameterRefused, match="must be the slug or IRI of a"):
        term_of(ARCHITECTURE, attack)


def test_a_thing_of_another_kind_is_refused() -> None:
    with pytest.raises(ParameterRefused):
        term_of(ARCHITECTURE, "paper/arxiv-1512.03385")


@pytest.mark.parametrize("value", ["", "x", "2015.5", "1e3", "0x10", "1 OR 1", "2015\n", "--1", "9" * 10, "2015 }"])
def test_an_integer_that_is_none_is_refused(value: str) -> None:
    with pytest.raises(ParameterRefused, match="must be a whole number"):
        term_of(YEAR, value)


@pytest.mark.parametrize(("value", "term"), [("2016", "2016"), ("-3", "-3"), ("007", "7")])
def test_an_integer_is_written_in_its_plain_form(value: str, term: str) -> None:
    assert term_of(YEAR, value) == term


def test_an_unknown_parameter_is_refused_with_the_nearest_names() -> None:
    with pytest.raises(ParameterRefused, match="it has method"):
        bound_text(question(ARCHITECTURE), {"metod": "resnet"})


def test_a_refusal_carries_the_name_of_the_parameter() -> None:
    with pytest.raises(ParameterRefused) as refusal:
        bound_text(question(YEAR), {"year": "soon"})
    assert refusal.value.name == "year"


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_arrives_as_it_was_sent(value: str) -> None:
    assert bound(bound_text(question(FIRST), {"first": value})) == {"first": Literal(value)}


@settings(deadline=None)
@given(st.text(alphabet="\"'\\{}?<>#\n\r\tVALUES second", max_size=40))
def test_a_text_made_of_syntax_arrives_as_it_was_sent(value: str) -> None:
    assert bound(bound_text(question(FIRST), {"first": value})) == {"first": Literal(value)}


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_in_a_text_arrives_as_it_was_sent(attack: str) -> None:
    assert bound(bound_text(question(FIRST, SECOND), {"first": attack, "second": attack})) == {
        "first": Literal(attack),
        "second": Literal(attack),
    }


def test_an_argument_that_looks_like_the_block_of_another_is_not_taken_for_it() -> None:
    arguments = {"first": "VALUES ?second { x }", "second": "injected"}
    assert bound(bound_text(question(FIRST, SECOND), arguments)) == {
        "first": Literal("VALUES ?second { x }"),
        "second": Literal("injected"),
    }


def test_an_argument_with_backslashes_is_no_template_of_a_replacement() -> None:
    assert bound(bound_text(question(FIRST), {"first": r"\1 \g<0> \\"})) == {"first": Literal(r"\1 \g<0> \\")}


def test_every_published_question_still_parses_when_its_examples_are_bound_to_it(real_root: Path) -> None:
    for published in read_questions(real_root).values():
        examples = {p.name: p.example.strip('<>"') for p in published.parameters}
        Store().query(bound_text(published, examples))
