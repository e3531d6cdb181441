"""What is asked of a text before its tokens are read changes no decision: any text is decided as without it."""

import re
from collections.abc import Callable
from unittest.mock import patch

from hypothesis import given
from hypothesis import settings as profile
from hypothesis import strategies as st

from deepgenealogy.engine import advice, forms, screening, tokens
from deepgenealogy.engine.experience import shape_of
from deepgenealogy.engine.screening import Screen
from deepgenealogy.errors import DeepGenealogyError
from deepgenealogy.web import caching

_PIECES = (
    *("FROM", "from", "SERVICE", "Service", "LOAD", "NOW", "PREFIX", "SELECT", "CONSTRUCT", "INSERT", "WHERE", "NAMED"),
    *("a", "x", "1", "é", "\ufb00", ":", ".", "-", "_", "_:", "?", "$", "%41", "\\", "\u00b7", "<", ">", "'", '"', "#"),
    *(
        " ",
        "\n",
        "{",
        "}",
        "(",
        ")",
        "[",
        "]",
        "@",
        "^^",
        "<urn:x>",
        "<a/b>",
        " 12 ",
        "(7)",
        " 3.5",
        "*",
        "dgo:derivesFrom",
        "x:",
        "'''",
        ";",
        ",",
    ),
)
TEXTS = st.lists(st.sampled_from(_PIECES), max_size=25).map("".join)
_SCREEN = Screen(length_bytes=1_000, depth=3)


def decided(decide: Callable[[], object]) -> object:
    """What is decided, or how it is refused."""
    try:
        return decide()
    except DeepGenealogyError as refusal:
        return type(refusal), str(refusal)


@given(TEXTS)
@profile(max_examples=2_000)
def test_a_text_is_decided_as_if_all_its_tokens_were_read(text: str) -> None:
    short = decided(lambda: forms.names_dataset(text)), decided(lambda: _SCREEN.admit(text))
    with (
        patch.object(forms, "_MAY_BE_CLAUSE", re.compile("")),
        patch.object(screening, "may_hold", lambda text, words: True),
        patch.object(screening, "is_deep", lambda text, depth: True),
        patch.object(screening, "may_end_anywhere", lambda text: True),
    ):
        assert (decided(lambda: forms.names_dataset(text)), decided(lambda: _SCREEN.admit(text))) == short


@given(TEXTS)
@profile(max_examples=500)
def test_whether_a_text_is_fickle_and_what_is_advised_are_decided_likewise(text: str) -> None:
    short = decided(lambda: caching.is_fickle(text)), decided(lambda: advice.advice_on(text))
    with (
        patch.object(caching, "may_hold", lambda text, words: True),
        patch.object(advice, "is_deep", lambda text, depth: True),
    ):
        assert (decided(lambda: caching.is_fickle(text)), decided(lambda: advice.advice_on(text))) == short


@given(TEXTS)
@profile(max_examples=2_000)
def test_queries_of_one_shape_have_tokens_of_the_same_kinds(text: str) -> None:
    def read(one: str) -> list[tuple[str, str]]:
        return [(token.kind, "" if token.kind in ("iri", "number", "string") else token.text) for token in read_of(one)]

    read_of = tokens.first_tokens
    assert read(shape_of(text)) == read(text)


@given(TEXTS)
@profile(max_examples=2_000)
def test_a_text_without_quotes_has_the_same_tokens_by_the_short_way(text: str) -> None:
    plain = text.replace("'", "").replace('"', "")
    assert [*tokens.first_tokens(plain)] == [*tokens._reading(plain, 0, set(), tokens._Effort.enough_for(plain))]


def test_a_wrong_shortcut_is_found_out() -> None:
    with patch.object(forms, "_MAY_BE_CLAUSE", re.compile(r"(?<![:.\w])\w*FROM")):
        short = forms.names_dataset("a:.FROM")
    assert forms.names_dataset("a:.FROM") != short
