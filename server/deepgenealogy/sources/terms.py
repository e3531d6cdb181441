"""How a graph writes what we know: the patterns of its record, filled.

A pattern in angle brackets becomes an IRI, one in quotes a literal, any other plain text (REST). Placeholders: `{id}`
as we write it, `{upper}`, `{lower}`; `{version}` stands for no version and for each of v1 to v9.
"""

from collections.abc import Iterable, Iterator
from urllib.parse import quote

#: What a key that is not known becomes, so that its block is never empty: an empty VALUES is not read by every engine.
NOBODY = "0000.00000"
_VERSIONS = ("", *(f"v{number}" for number in range(1, 10)))

#: What an IRI may hold (RFC 3986) and a DOI does.
_IN_IRI = "/:;()@!$&'*+,=~"
_IN_LITERAL = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": " ", "\r": " ", "\t": " "})


def written(patterns: Iterable[str], values: Iterable[str], *, versions: bool = True) -> list[str]:
    """Each value in each of a graph's forms, in order, each form once; without `versions`, only without a version.

    >>> written(['"{id}"', "<https://doi.org/10.48550/ARXIV.{upper}>"], ["1512.03385"])
    ['"1512.03385"', '<https://doi.org/10.48550/ARXIV.1512.03385>']
    """
    forms = tuple(patterns)
    return list(dict.fromkeys(one for value in values for pattern in forms for one in _forms(pattern, value, versions)))


def _forms(pattern: str, value: str, versions: bool) -> Iterator[str]:
    safe = _escaped(pattern, value)
    for version in _VERSIONS if versions and "{version}" in pattern else ("",):
        yield pattern.format(id=safe, upper=safe.upper(), lower=safe.lower(), version=version)


def _escaped(pattern: str, value: str) -> str:
    if pattern.startswith("<"):
        return quote(value, safe=_IN_IRI)
    return value.translate(_IN_LITERAL) if pattern.startswith('"') else value
