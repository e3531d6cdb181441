"""Tokens: a keyword is seen where it is one, and nowhere else."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import Store

from deepgenealogy.engine.tokens import keywords, tokens

KEYWORDS = st.sampled_from(["FROM", "SERVICE", "LOAD", "from", "Service", "NAMED"])
_WORDS = st.text("abcXYZ é残0-9_", max_size=6)
#: Wrappings in which a keyword is none, and after which the text goes on as before.
WRAPPINGS = st.sampled_from(
    [
        '"{0}"',
        "'{0}'",
        '"\\"{0}"',
        "'\\'{0}'",
        '"""{0}"""',
        "'''{0}'''",
        '"""\n"{0}" \'\'\' """',
        "'''\n'{0}' \"\"\" '''",
        "<http://example.org/{0}>",
        "<{0}>",
        "# {0}\n",
        "#'{0}\n",
        '# "{0}\r',
        "#<{0}\n",
        "?{0}",
        "${0}",
        "ex:{0}",
        ":{0}",
        "{0}:x",
        "ex:a.{0}",
        "ex:%20{0}",
        "ex:\\#{0}",
        "_:{0}",
        '"x"@{0}',
    ]
)


@settings(deadline=None)
@given(st.lists(st.tuples(WRAPPINGS, KEYWORDS), max_size=6))
def test_a_wrapped_keyword_is_never_seen(pieces: list[tuple[str, str]]) -> None:
    text = "ASK { " + " ".join(wrapping.format(word) for wrapping, word in pieces) + " }"
    assert keywords(text) == {"ASK"}


@settings(deadline=None)
@given(
    st.lists(st.tuples(WRAPPINGS, KEYWORDS), max_size=4), KEYWORDS, st.lists(st.tuples(WRAPPINGS, KEYWORDS), max_size=4)
)
def test_a_bare_keyword_between_wrapped_ones_is_always_seen(
    before: list[tuple[str, str]], word: str, after: list[tuple[str, str]]
) -> None:
    pieces = [*(w.format(k) for w, k in before), word, *(w.format(k) for w, k in after)]
    assert keywords(" ".join(pieces)) == {word.upper()}


@settings(deadline=None)
@given(_WORDS, KEYWORDS)
def test_a_keyword_in_a_string_with_any_words_is_never_seen(words: str, word: str) -> None:
    assert keywords(f'"{words} {word} {words}"') == set()


@settings(deadline=None)
@given(st.text(max_size=60))
def test_any_text_is_cut_into_tokens_that_stand_where_they_say(text: str) -> None:
    assert [text[offset : offset + len(token)] for _, token, offset in tokens(text)] == [t for _, t, _ in tokens(text)]


@settings(deadline=None)
@given(st.text(max_size=60))
def test_no_character_is_in_two_tokens(text: str) -> None:
    ends = [(offset, offset + len(token)) for _, token, offset in tokens(text)]
    assert all(end <= start for (_, end), (start, _) in pairwise(ends))


@pytest.mark.parametrize(
    "text",
    [
        "SELECT*FROM<urn:g>{}",
        "SELECT * FROM\n<urn:g> {}",
        "SELECT (1 AS ?x)FROM <urn:g> {}",
        "PREFIX a:<urn:a>SELECT * FROM a:g {}",
        "SELECT ?x#\nFROM <urn:g> {}",
        "SELECT ?x FROM NAMED <urn:g> {}",
        "BASE <urn:x#y> SELECT * FROM <g> {}",
    ],
)
def test_a_clause_that_the_engine_reads_is_seen(text: str) -> None:
    Store().query(text)
    assert "FROM" in keywords(text)


@pytest.mark.parametrize(
    "text",
    [
        "ASK { FILTER(1<2 && 'FROM'>'A') }",
        "ASK { ?a ?b '''it's FROM''' }",
        'ASK { ?a ?b """say "FROM" """ }',
        "ASK { ?a ?b 'it\\'s FROM' } # FROM",
        "PREFIX FROM: <urn:x> ASK { FROM:a FROM:FROM ?FROM }",
        "ASK { ?a ?b 1.5e3 , .5 , 'x'^^<urn:FROM> , 'FROM'@en-gb }",
        "ASK { ?a <urn:x#FROM> ?b }",
        "ASK { _:FROM ?p ?o }",
    ],
)
def test_what_the_engine_reads_as_no_clause_is_not_seen(text: str) -> None:
    Store().query(text)
    assert "FROM" not in keywords(text)


def test_words_are_given_in_upper_case() -> None:
    assert keywords("select * where {} limit 1") == {"SELECT", "WHERE", "LIMIT"}


def test_a_string_that_never_ends_hides_nothing() -> None:
    assert "FROM" in keywords("ASK { 'open FROM <urn:g>")
