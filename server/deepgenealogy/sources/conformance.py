"""Does a document have the shape of its kind? Every breach becomes a finding with its line and its cure."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ..errors import Finding
from ..vocabulary import nearest
from .dates import parse_date
from .documents import Document, Place
from .shapes import LANGUAGES, Key

_SLUG = re.compile(r"[a-z0-9]+([.-][a-z0-9]+)*")
_MISSING_TEXT = "write at least one character, or take the key away"


def breaches(document: Document, shape: Mapping[str, Key]) -> list[Finding]:
    """Everything in which `document` departs from `shape`, in no particular order."""
    slug = document.file.rpartition("/")[2].removesuffix(".yaml")
    found = list(_mapping(document, (), document.value, shape))
    if not _SLUG.fullmatch(slug):
        cure = "use lower-case ASCII letters, digits and hyphens"
        found.append(Finding(document.file, 1, "bad-slug", f"'{slug}' is not a slug", cure))
    return found


def _mapping(document: Document, place: Place, value: Any, shape: Mapping[str, Key]) -> Iterator[Finding]:
    if not isinstance(value, dict):
        yield _finding(document, place, "wrong-form", "this is not a mapping", f"its keys are {', '.join(shape)}")
        return
    for name in value.keys() - shape.keys():
        near = nearest(name, shape)
        cure = f"did you mean '{near[0]}'?" if near else f"the keys here are {', '.join(shape)}"
        yield _finding(document, (*place, name), "unknown-key", f"unknown key '{name}'", cure)
    for name, key in shape.items():
        if name in value:
            yield from _FORMS[key.form](document, (*place, name), value[name], key)
        elif key.required:
            where = f" in {'.'.join(map(str, place))}" if place else ""
            cure = _expected(name, key)
            yield _finding(document, place, "missing-key", f"key '{name}' is missing{where}", cure)


def _finding(document: Document, place: Place, rule: str, message: str, cure: str) -> Finding:
    return Finding(document.file, document.line(place), rule, message, cure)


def _expected(name: str, key: Key) -> str:
    hints = {
        "choice": f"one of {', '.join(key.choices)}",
        "languages": "a text in en and one in zh",
        "date": "YYYY-MM-DD, YYYY-MM or YYYY",
        "reference": f"such as {'/… or '.join(key.targets)}/…",
        "references": f"a list such as - {'/… or '.join(key.targets)}/…",
    }
    return f"add '{name}': {hints.get(key.form, key.form)}"


def _text(document: Document, place: Place, value: Any, key: Key) -> Iterator[Finding]:
    if not isinstance(value, str):
        yield _finding(document, place, "wrong-form", f"'{place[-1]}' must be text", "write one value, not a list")
    elif not value.strip():
        yield _finding(document, place, "empty", f"'{place[-1]}' is empty", _MISSING_TEXT)


def _date(document: Document, place: Place, value: Any, key: Key) -> Iterator[Finding]:
    try:
        parse_date(str(value))
    except ValueError as problem:
        yield _finding(document, place, "bad-date", str(problem), "write only as much of the date as is known")


def _choice(document: Document, place: Place, value: Any, key: Key) -> Iterator[Finding]:
    if value not in key.choices:
        message = f"'{place[-1]}' cannot be '{value}'"
        yield _finding(document, place, "unknown-choice", message, f"choose one of {', '.join(key.choices)}")


def _languages(document: Document, place: Place, value: Any, key: Key) -> Iterator[Finding]:
    if not isinstance(value, dict) or not all(isinstance(text, str) for text in value.values()):
        yield _finding(document, place, "wrong-form", f"'{place[-1]}' needs languages", "write it as en: … and zh: …")
        return
    for language in LANGUAGES:
        if not _is_text(value.get(language)):
            message = f"'{place[-1]}' has no text in '{language}'"
            yield _finding(document, (*place, language), "one-language", message, f"add {language}: …")
    yield from _unknown_languages(document, place, value)


def _some_languages(document: Document, place: Place, value: Any, key: Key) -> Iterator[Finding]:
    if isinstance(value, dict) and all(_is_text(text) for text in value.values()):
        yield from _unknown_languages(document, place, value)
        return
    yield _finding(document, place, "wrong-form", f"'{place[-1]}' needs languages", "write it as en: … or zh: …")


def _language_lists(document: Document, place: Place, value: Any, key: Key) -> Iterator[Finding]:
    if isinstance(value, dict) and all(_is_list_of_text(names) for names in value.values()):
        blank = [language for language, names in value.items() if not all(map(_is_text, names))]
        for language in blank:
            yield _finding(document, (*place, language), "empty", f"'{place[-1]}' holds an empty name", _MISSING_TEXT)
        yield from _unknown_languages(document, place, value)
        return
    cure = "write a list below en: and one below zh:"
    yield _finding(document, place, "wrong-form", f"'{place[-1]}' needs lists by language", cure)


def _is_list_of_text(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(text, str) for text in value)


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _unknown_languages(document: Document, place: Place, value: dict[str, Any]) -> Iterator[Finding]:
    for language in value.keys() - set(LANGUAGES):
        message = f"unknown language '{language}'"
        yield _finding(document, (*place, language), "unknown-language", message, "languages are en and zh")


def _reference(document: Document, place: Place, value: Any, key: Key) -> Iterator[Finding]:
    kind = str(value).partition("/")[0]
    if not isinstance(value, str) or kind not in key.targets:
        cure = f"write it as {'/… or '.join(key.targets)}/…"
        yield _finding(document, place, "bad-reference", f"'{value}' is not a reference that fits here", cure)


def _listed(check: Callable[[Document, Place, Any, Key], Iterator[Finding]]) -> "_Check":
    def each(document: Document, place: Place, value: Any, key: Key) -> Iterator[Finding]:
        if not isinstance(value, list):
            yield _finding(document, place, "wrong-form", f"'{place[-1]}' must be a list", "write each below it as - …")
            return
        if key.required and not value:
            yield _finding(
                document, place, "empty", f"'{place[-1]}' is an empty list", "write at least one below it as - …"
            )
        for position, item in enumerate(value):
            yield from check(document, (*place, position), item, key)

    return each


def _item(document: Document, place: Place, value: Any, key: Key) -> Iterator[Finding]:
    return _mapping(document, place, value, key.items)


_Check = Callable[[Document, Place, Any, Key], Iterator[Finding]]
_FORMS: dict[str, _Check] = {
    "text": _text,
    "texts": _listed(_text),
    "languages": _languages,
    "some-languages": _some_languages,
    "language-lists": _language_lists,
    "date": _date,
    "choice": _choice,
    "reference": _reference,
    "references": _listed(_reference),
    "items": _listed(_item),
    "mapping": _item,
}
