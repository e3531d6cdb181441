"""Where a query stops making sense: Oxigraph's place of a syntax error, set right.

Its parser compares as many characters as a keyword has, and names the place behind them: of `FILTR(?o)`, where OPTIONAL
could stand, the eighth character on, often on another line. Expected keywords give their lengths, and so the place.
"""

import re

_EXPECTED = re.compile(r"expected (?:one of )?(.*)", re.DOTALL)
_KEYWORDS = re.compile(r"[A-Z][A-Z_]*(?:, [A-Z][A-Z_]*)*")


def place_of(text: str, line: int, column: int, words: str) -> tuple[int, int]:
    """Line and column, both from 1, where `text` goes wrong; as they are where anything but keywords is expected.

    >>> place_of("SELECT * {\\n FILTR(?o > 3)\\n ?x ?y ?z }", 2, 10, "expected OPTIONAL")
    (2, 2)
    """
    expected = _EXPECTED.fullmatch(words.strip())
    if not expected or not _KEYWORDS.fullmatch(expected[1]):
        return line, column
    compared = min(len(keyword) for keyword in expected[1].split(", "))
    before = "\n".join([*text.split("\n")[: line - 1], ""])
    offset = max(len(before) + column - 1 - compared, 0)
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)
