"""Identifiers of papers in the one form in which they are compared: `arxiv:1512.03385`, `doi:10.1109/5.726791`.

An arXiv id loses its version; a DOI is lower-case, as the DOI handbook compares them (2.4 case-insensitive); a DOI of
arXiv (10.48550) is the arXiv id that it is made from (https://info.arxiv.org/help/doi.html).
"""

import re
from urllib.parse import unquote

_ARXIV_NEW = r"\d{4}\.\d{4,5}"
_ARXIV_OLD = r"[a-z-]+(?:\.[a-z]{2})?/\d{7}"
_ARXIV = re.compile(
    rf"(?:https?://(?:www\.|export\.)?arxiv\.org/(?:abs|pdf)/|arxiv:)?({_ARXIV_NEW}|{_ARXIV_OLD})(?:v\d+)?(?:\.pdf)?"
)
_DOI = re.compile(r"(?:https?://(?:dx\.)?doi\.org/|doi:\s*)?(10\.\d{4,9}/\S+)")
_OF_ARXIV = re.compile(rf"10\.48550/arxiv\.({_ARXIV_NEW}|{_ARXIV_OLD})(?:v\d+)?")


def identifier(text: str) -> str:
    """The identifier that `text` is, in whatever form a graph writes it; empty when it is none.

    >>> [identifier(text) for text in ("http://arxiv.org/abs/1512.03385v1", "10.48550/ARXIV.1512.03385", "Q183")]
    ['arxiv:1512.03385', 'arxiv:1512.03385', '']
    """
    plain = unquote(text.strip()).lower()
    if of_arxiv := _ARXIV.fullmatch(plain):
        return f"arxiv:{of_arxiv[1]}"
    doi = _DOI.fullmatch(plain)
    if not doi:
        return ""
    registered = _OF_ARXIV.fullmatch(doi[1])
    return f"arxiv:{registered[1]}" if registered else f"doi:{doi[1]}"


def identifiers(texts: "frozenset[str] | set[str] | tuple[str, ...] | list[str]") -> frozenset[str]:
    """The identifiers among `texts`."""
    return frozenset(filter(None, map(identifier, texts)))


def of_kind(found: frozenset[str], kind: str) -> frozenset[str]:
    """Those of one kind, `arxiv` or `doi`."""
    return frozenset(one for one in found if one.startswith(f"{kind}:"))
