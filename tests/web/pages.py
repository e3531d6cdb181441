"""Pages through a strict HTML5 parser, as trees to look into."""

from collections.abc import Iterable
from xml.etree.ElementTree import Element

import html5lib


class HtmlError(AssertionError):
    """What is no HTML5: the errors, each with the line and column."""


def read_page(text: str) -> Element:
    """The tree of a page. Raises HtmlError when anything in it is not as HTML5 says."""
    parser = html5lib.HTMLParser(tree=html5lib.getTreeBuilder("etree"), namespaceHTMLElements=False)
    tree: Element = parser.parse(text)
    if parser.errors:
        raise HtmlError([(place, code) for place, code, _ in parser.errors])
    return tree


def words(element: Element) -> str:
    """The text of an element and all in it, blanks as one."""
    return " ".join("".join(element.itertext()).split())


def attributes(elements: Iterable[Element], name: str) -> list[str]:
    """The values of an attribute, of those that have it."""
    return [value for element in elements if (value := element.get(name)) is not None]
