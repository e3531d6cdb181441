"""Normal forms: names that are written alike, the parts of a composite name, and identifiers in all their spellings."""

import re
import unicodedata
from functools import lru_cache

from ...vocabulary import BASE

#: What is compared of a name; nothing of ours is longer, and comparing takes time in proportion.
LONGEST_NAME = 400

#: Signs between words. `+` is none of them: DCN+ is not DCN, and PixelCNN++ is not PixelCNN.
_SIGNS = re.compile(r"[^\w+]|_")

_ARXIV = re.compile(
    r"(?:(?:https?://)?(?:www\.|export\.)?arxiv\.org/(?:abs|pdf|html)/|(?:https?://)?(?:dx\.)?(?:doi\.org/)?10\.48550/arxiv\."
    r"|arxiv:)?(\d{4}\.\d{4,5}|[a-z-]+(?:\.[a-z]{2})?/\d{7})(?:v\d+)?(?:\.pdf)?",
    re.IGNORECASE | re.ASCII,
)
_DOI = re.compile(r"(?:https?://(?:dx\.)?doi\.org/|doi:\s*)?(10\.\d{4,9}/\S+)", re.IGNORECASE | re.ASCII)

#: `S2S: RNN Encoder-Decoder`, `Long Short-Term Memory (LSTM)`: parts that are names by themselves.
_WITH_COLON = re.compile(r"([^:：]+)[:：]\s+(.+)")
_WITH_VERSION = re.compile(r"(.+?)[\s_-]*(?:[vV]?\d[\d.]*[a-zA-Z]?\+*|\+{1,2})", re.ASCII)
_WITH_BRACKETS = re.compile(r"([^()（）]+?)\s*[(（]([^()（）]+)[)）]")


@lru_cache(maxsize=20_000)
def words_of(name: str) -> str:
    """The words of a name in plain letters, with one blank between them.

    >>> words_of("Mask R-CNN"), words_of("ＲｅｓＮｅｔ")
    ('mask r cnn', 'resnet')
    """
    plain = unicodedata.normalize("NFKD", name[:LONGEST_NAME]).casefold()
    letters = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return " ".join(_SIGNS.sub(" ", unicodedata.normalize("NFKC", letters)).split())[:LONGEST_NAME]


def normal(name: str) -> str:
    """The form that names which differ in case, hyphens, blanks, accents and width share.

    >>> normal("AC-GAN") == normal("acgan") == normal("AC GAN")
    True
    >>> normal("DCN") == normal("DCN+")
    False
    """
    return words_of(name).replace(" ", "")


def parts_of(name: str) -> tuple[str, ...]:
    """The names in a composite name; nothing for a plain one.

    >>> parts_of("S2S: RNN Encoder-Decoder"), parts_of("Long Short-Term Memory (LSTM)"), parts_of("LSTM")
    (('S2S', 'RNN Encoder-Decoder'), ('Long Short-Term Memory', 'LSTM'), ())
    """
    stripped = name[:LONGEST_NAME].strip()
    found = _WITH_COLON.fullmatch(stripped) or _WITH_BRACKETS.fullmatch(stripped)
    return tuple(part.strip() for part in found.groups()) if found else ()


def without_version(name: str) -> str:
    """A name without the size or version at its end; '' when it has none.

    >>> without_version("ResNet-50"), without_version("YOLOv3"), without_version("U-Net++"), without_version("ResNet")
    ('ResNet', 'YOLO', 'U-Net', '')
    """
    found = _WITH_VERSION.fullmatch(name[:LONGEST_NAME].strip())
    return found.group(1) if found else ""


def arxiv_id(text: str) -> str | None:
    """The arXiv identifier that a text is, without its version: an id, an address or a DOI of arXiv; None for others.

    >>> arxiv_id("https://arxiv.org/pdf/1512.03385v2.pdf"), arxiv_id("arXiv:1512.03385"), arxiv_id("ResNet")
    ('1512.03385', '1512.03385', None)
    """
    found = _ARXIV.fullmatch(text.strip()[:LONGEST_NAME])
    return found.group(1).lower() if found else None


def doi(text: str) -> str | None:
    """The DOI that a text is, in small letters, as DOIs do not differ in case; None for others.

    >>> doi("https://doi.org/10.1162/NECO.1997.9.8.1735")
    '10.1162/neco.1997.9.8.1735'
    """
    found = _DOI.fullmatch(text.strip()[:LONGEST_NAME])
    return found.group(1).lower() if found else None


def local_id(text: str) -> str:
    """An IRI of ours relative to the base; other texts as they stand.

    >>> local_id("https://w3id.org/deepgenealogy/architecture/resnet")
    'architecture/resnet'
    """
    return text.strip().removeprefix(BASE)
