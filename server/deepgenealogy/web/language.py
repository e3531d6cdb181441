"""The words of the pages in their languages: one table, `language.tsv`, a row for each key.

A template says `{{ t("nav.questions") }}`; a script gets its rows as JSON by `words_under("map.")`; texts of the graph
come by language and are chosen by `chosen(texts)`. No other module holds words that a reader of pages sees.
"""

import csv
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from flask import Flask, has_request_context, request

#: Languages of the pages, the default first.
LANGUAGES = ("en", "zh")

_TABLE = Path(__file__).with_name("language.tsv")


@cache
def table() -> dict[str, dict[str, str]]:
    """Key -> language -> words."""
    with _TABLE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    return {row["key"]: {language: row[language] for language in LANGUAGES} for row in rows}


def language() -> str:
    """The language of the present request: `?lang=`, else the best of Accept-Language, else English."""
    if not has_request_context():
        return LANGUAGES[0]
    asked = request.args.get("lang", "")
    return asked if asked in LANGUAGES else request.accept_languages.best_match(LANGUAGES) or LANGUAGES[0]


def words(key: str, /, **values: object) -> str:
    """The words for `key` in the language of the request, with `{name}`s filled in. Raises KeyError."""
    return table()[key][language()].format_map(values)


def words_under(prefix: str) -> dict[str, str]:
    """The words in the language of the request whose keys begin with `prefix`, by the rest of their keys."""
    spoken = language()
    return {key.removeprefix(prefix): row[spoken] for key, row in table().items() if key.startswith(prefix)}


def chosen(texts: Mapping[str, str]) -> tuple[str, str]:
    """The text to show and its language: that of the request where there is one, else what there is."""
    spoken = language()
    found = next((name for name in (spoken, *LANGUAGES) if name in texts), None) or next(iter(texts), spoken)
    return texts.get(found, ""), found


def known(key: str) -> bool:
    """Whether the table has words for `key`."""
    return key in table()


def carried(address: str) -> str:
    """An address of this server for a link: with `lang=`, where the present request was made with it.

    Who chose a language by the address stays in it from page to page, and nothing is kept about him.
    """
    asked = _carried_language()
    if not asked or not address.startswith("/"):
        return address
    path, mark, fragment = address.partition("#")
    return f"{path}{'&' if '?' in path else '?'}lang={asked}{mark}{fragment}"


def here_in(spoken: str) -> str:
    """The address of the present page in another language, relative to the page."""
    given = [(name, value) for name, value in request.args.items(multi=True) if name != "lang"]
    return f"?{urlencode([*given, ('lang', spoken)])}"


def _carried_language() -> str:
    asked = request.args.get("lang", "") if has_request_context() else ""
    return asked if asked in LANGUAGES else ""


def _carry(endpoint: str, values: dict[str, Any]) -> None:
    """The same as `carried`, for addresses that `url_for` makes."""
    if endpoint != "static" and (asked := _carried_language()):
        values.setdefault("lang", asked)


def capital(text: str) -> str:
    """The words with a capital at their beginning, but for names that have theirs elsewhere (`arXiv id`).

    >>> capital("introduced on"), capital("arXiv id")
    ('Introduced on', 'arXiv id')
    """
    first = text.partition(" ")[0]
    return text[:1].upper() + text[1:] if first == first.lower() else text


def teach_words(app: Flask) -> None:
    """Give templates `t`, `language`, `languages`, `words_under`, `chosen`, and links that keep the language."""
    app.url_defaults(_carry)
    app.jinja_env.filters |= {"carried": carried, "capital": capital}
    app.jinja_env.globals |= {
        "t": words,
        "language": language,
        "languages": LANGUAGES,
        "words_under": words_under,
        "chosen": chosen,
        "known": known,
        "carried_language": _carried_language,
        "here_in": here_in,
    }
