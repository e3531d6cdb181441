"""Who may write: whoever sends the token of the operator's file; nobody, unless the server was started for it.

The token is compared in constant time and stands in no log, answer or setting. RFC 6750 (bearer tokens).
"""

import hmac
from dataclasses import dataclass, field

from flask import current_app, request
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import Forbidden, Unauthorized

from ..engine.writer import Movable, Writer
from ..errors import SettingRefused
from ..settings import Settings

EXTENSION = "deepgenealogy.writing"

_OFF = (
    "this server takes no writes: it was not started to. Its operator turns them on with "
    "'deepgenealogy serve --writable --token-file FILE'"
)
_MISSING = "a write needs the operator's token: send the header 'Authorization: Bearer TOKEN'"
_WRONG = "the token is not the one that this server was started with; ask its operator for it"


@dataclass(frozen=True)
class Writing:
    """That a server is written: its writer, and the token that writes must carry."""

    writer: Writer
    token: bytes = field(repr=False)


def writing_with(token: bytes | None, engine: Movable, settings: Settings) -> Writing | None:
    """The writing of a server whose writes carry `token`, with a process of its own; None without a token."""
    return Writing(Writer(engine, settings), token) if token else None


def token_of(settings: Settings) -> bytes | None:
    """The token for writes, None when none are taken. Raises SettingRefused without a file that holds one."""
    path = settings.token_file
    if not settings.writable:
        return None
    if path == type(path)():
        raise SettingRefused("token_file", "", "--writable needs --token-file FILE, which holds the token of writes")
    try:
        token = path.read_bytes().strip()
    except OSError as problem:
        raise SettingRefused("token_file", str(path), f"it cannot be read ({problem.strerror})") from problem
    if not token:
        raise SettingRefused("token_file", str(path), "it is empty; write a long random token into it")
    return token


def authorised() -> Writer:
    """The writer, if the present request may write. Raises Forbidden (403) or Unauthorized (401)."""
    writing: Writing | None = current_app.extensions.get(EXTENSION)
    if writing is None:
        raise Forbidden(_OFF)
    scheme, _, given = request.headers.get("Authorization", "").strip().partition(" ")
    if scheme.lower() != "bearer" or not given.strip():
        challenge = WWWAuthenticate("bearer", {"realm": "deepgenealogy"})
        raise Unauthorized(_MISSING, www_authenticate=challenge)
    if not hmac.compare_digest(given.strip().encode("latin-1"), writing.token):
        raise Forbidden(_WRONG)
    return writing.writer
