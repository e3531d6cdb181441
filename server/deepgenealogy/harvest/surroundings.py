"""What a line stands in, for the replay: the key of YAML that it opens, a paragraph, the class around it."""

import re
from collections.abc import Iterable, Iterator
from itertools import takewhile

#: A reference in a docstring, or the head of a class, goes on for so many lines at most.
_LINES = 4
_QUOTES = str.maketrans("", "", "'\"")


def surroundings(file: str, lines: list[str], number: int) -> str:
    """The text that begins on a line (counted from 1), blanks made one.

    In YAML the line, without quotes, has an end, and then follows what is below; in Python the head of the class around
    the line comes first.
    """
    if not 0 < number <= len(lines):
        return ""
    first, rest = lines[number - 1], lines[number:]
    if file.endswith((".yml", ".yaml")):
        return f"{_plain([first]).translate(_QUOTES)}\n{_plain(_block(first, rest))}"
    return _plain([_head(lines[:number]), first, *_paragraph(rest)])


def _plain(lines: Iterable[str]) -> str:
    return " ".join(" ".join(lines).split())


def _block(first: str, rest: list[str]) -> Iterator[str]:
    """The lines below a key of YAML that are indented deeper, or are the items of its list."""
    margin, is_item = _margin(first), first.lstrip().startswith("- ")
    return takewhile(lambda line: _margin(line) > margin or (not is_item and line[margin : margin + 2] == "- "), rest)


def _margin(line: str) -> int:
    return len(line) - len(line.lstrip())


def _paragraph(rest: list[str]) -> Iterator[str]:
    """The lines below one of Python, up to a blank one."""
    return takewhile(lambda line: line.strip() not in ("", '"""'), rest[: _LINES - 1])


def _head(lines: list[str]) -> str:
    """The head of the class or function around the last of the lines; nothing where that stands at the margin."""
    if not lines[-1].startswith((" ", "\t")):
        return ""
    return next((line for line in reversed(lines) if re.match(r"(class|def) ", line)), "")
