"""Titles and names in the form in which they are compared, and years."""

import re
import unicodedata

#: Everything that is no letter and no digit, in any script.
_BETWEEN = re.compile(r"[\W_]+")
_YEAR = re.compile(r"(?<!\d)(1[89]\d\d|20\d\d)(?!\d)")


def folded(text: str) -> str:
    """`text` without case, accents, punctuation and doubled spaces; two titles are the same when these are.

    >>> folded("U-Net: Convolutional Networks for Biomedical Image Segmentation.")
    'u net convolutional networks for biomedical image segmentation'
    """
    plain = unicodedata.normalize("NFKD", text)
    bare = "".join(character for character in plain if not unicodedata.combining(character))
    return _BETWEEN.sub(" ", bare.casefold()).strip()


def year_in(text: str) -> int | None:
    """The year that a date, in whatever form, begins with or holds.

    >>> year_in("2015-12-10T00:00:00Z"), year_in("soon")
    (2015, None)
    """
    found = _YEAR.search(text)
    return int(found[1]) if found else None
