"""Where a query goes wrong: Oxigraph's own words about it, and the place that its asker is told."""

import pytest
from pyoxigraph import Store

from deepgenealogy.engine.evaluation import syntax_refusal
from deepgenealogy.engine.misfits import place_of


@pytest.mark.parametrize(
    ("before", "wrong", "after"),
    [
        ("SELECT * {\n ?s ?p ?o .\n ", "FILTR", "(?o > 3)\n ?x ?y ?z .\n}"),
        ("", "SELEC", " * {\n ?s ?p ?o .\n}"),
        ("SELECT * {\n ?s ?p ?o ", "?q", " .\n ?x ?y ?z .\n}"),
        ("SELECT * {\n ?s ?p ?o\n ", "?x", " ?y ?z .\n}"),
        ("SELECT ?s ", "WERE", " {\n ?s ?p ?o }"),
        ("SELECT * { ?s ?p '\u4f60\U0001f600' ", "]", " .\n ?x ?y ?z .\n}"),
        ("SELECT * {\n ?s ?p ?o }\nLIMIT ", "ten", ""),
    ],
)
def test_a_query_is_refused_at_the_word_that_does_not_fit(before: str, wrong: str, after: str) -> None:
    with pytest.raises(SyntaxError) as caught:
        Store().query(before + wrong + after)
    refusal = syntax_refusal(str(caught.value), before + wrong + after)
    line, column = before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1
    assert (refusal.line, refusal.column) == (line, column)


def test_a_place_where_more_than_keywords_could_stand_is_left() -> None:
    assert place_of("SELECT * { ?s ?p", 1, 17, 'expected one of "$", "?", OPTIONAL') == (1, 17)
    assert place_of("SELECT * { ?s ?p", 1, 17, "expected one of GRAPH, [_]") == (1, 17)
