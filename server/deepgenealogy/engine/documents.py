"""A document of the user's own as its parser reads it: decompressed, without a byte-order mark, not nested too deeply.

The compression is told by the first bytes, whatever the name says.
"""

import bz2
import gzip
import io
import lzma
import re
import sys
import zlib
from collections.abc import Callable
from typing import Any, BinaryIO, cast

from pyoxigraph import RdfFormat

from ..errors import FileRefused
from .parsing import JSON_DEPTH_LIMIT

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

COMPRESSED_EXTENSIONS = (".gz", ".bz2", ".xz", ".zst", ".zstd")
_COMPRESSIONS: dict[bytes, Callable[[Any], Any]] = {
    b"\x1f\x8b": gzip.open,
    b"BZh": bz2.open,
    b"\xfd7zXZ\x00": lzma.open,
    b"\x28\xb5\x2f\xfd": zstd.open,
}
#: What is raised when compressed content is cut off or damaged.
DAMAGE = (EOFError, gzip.BadGzipFile, zlib.error, lzma.LZMAError, zstd.ZstdError)
_BOM, _UTF_16 = b"\xef\xbb\xbf", (b"\xff\xfe", b"\xfe\xff")
_ESCAPE, _BRACKETS = re.compile(rb"\\.", re.DOTALL), re.compile(rb"[][{}]")


class Document(io.RawIOBase):
    """What the parser reads: decompressed, without a byte-order mark; knows how far it is."""

    def __init__(self, raw: BinaryIO, name: str, rdf_format: RdfFormat) -> None:
        self._name, self._depth = name, _Depth() if rdf_format.file_extension == "jsonld" else None
        self._raw, self._taken = cast(io.BufferedReader, raw), 0
        head = self._raw.peek(8)
        opener = next((opener for magic, opener in _COMPRESSIONS.items() if head.startswith(magic)), None)
        self._plain: BinaryIO = io.BufferedReader(opener(self._raw)) if opener else raw
        #: Lines that were handed out so far.
        self.lines = 1
        self._begin(name)

    def _begin(self, name: str) -> None:
        try:
            start = cast(io.BufferedReader, self._plain).peek(3)[:3]
        except (*DAMAGE, OSError) as problem:
            raise FileRefused(name, f"it cannot be decompressed ({problem}); fetch it again") from problem
        if start.startswith(_UTF_16):
            raise FileRefused(name, "it is written in UTF-16; save it as UTF-8", 1)
        if start == _BOM:
            self._plain.read(len(_BOM))

    def readable(self) -> bool:
        """It is read."""
        return True

    def read(self, size: int | None = -1) -> bytes:
        """The next bytes."""
        content = self._plain.read(-1 if size is None else size)
        self._taken += len(content)
        if self._depth and self._depth.is_too_deep(content):
            cure = "write its nodes side by side"
            raise FileRefused(self._name, f"it is nested deeper than {JSON_DEPTH_LIMIT}; {cure}", self.lines)
        self.lines += content.count(b"\n")
        return content

    @property
    def position(self) -> int:
        """Bytes read of the file as it lies on disk; of what cannot tell, bytes handed out."""
        return self._raw.tell() if self._raw.seekable() else self._taken


class _Depth:
    """How deeply the JSON that went by is nested; a parser of Oxigraph dies of JSON-LD that is nested too deeply."""

    def __init__(self) -> None:
        self._depth, self._in_text, self._carried = 0, False, b""

    def is_too_deep(self, content: bytes) -> bool:
        """Whether it is nested too deeply, with `content` next."""
        held = self._carried + content
        whole = len(held) - (len(held) - len(held.rstrip(b"\\"))) % 2
        self._carried = held[whole:]
        for number, part in enumerate(_ESCAPE.sub(b"", held[:whole]).split(b'"')):
            self._in_text ^= number > 0
            for bracket in () if self._in_text else _BRACKETS.findall(part):
                self._depth += 1 if bracket in b"[{" else -1
                if self._depth > JSON_DEPTH_LIMIT:
                    return True
        return False
