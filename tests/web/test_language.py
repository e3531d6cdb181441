"""The words of the pages: one table, whole in every language; the language of a request."""

import re

import pytest
from flask import Flask

from deepgenealogy.web.language import LANGUAGES, chosen, language, table, words


@pytest.mark.parametrize("key", sorted(table()))
def test_every_key_has_words_in_every_language_with_the_same_places_to_fill(key: str) -> None:
    row = table()[key]
    assert all(row[name] for name in LANGUAGES)
    assert len({tuple(sorted(re.findall(r"{(\w+)}", text))) for text in row.values()}) == 1


@pytest.mark.parametrize(
    ("address", "header", "spoken"),
    [
        ("/", None, "en"),
        ("/", "zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("/", "de, fr", "en"),
        ("/", "nonsense;;q=x", "en"),
        ("/?lang=zh", "en", "zh"),
        ("/?lang=tlh", "zh", "zh"),
    ],
)
def test_the_language_is_that_asked_for_else_the_best_accepted_else_english(
    address: str, header: str | None, spoken: str
) -> None:
    headers = {"Accept-Language": header} if header else {}
    with Flask("site").test_request_context(address, headers=headers):
        assert language() == spoken


def test_a_text_that_is_there_in_one_language_only_is_shown_in_that_and_says_so() -> None:
    with Flask("site").test_request_context("/?lang=zh"):
        assert chosen({"en": "network"}) == ("network", "en")
        assert chosen({"en": "network", "zh": "网络"}) == ("网络", "zh")
        assert chosen({}) == ("", "zh")


def test_a_key_that_is_not_in_the_table_is_an_error() -> None:
    with pytest.raises(KeyError):
        words("no.such.key")
