"""The parameters by which a JSON-LD answer is wished for in another form."""

from ...graph.frames import read_frames
from ..desk import desk
from ..profiles import CONTEXTS, FORMS
from .pieces import Json, in_query, one_of


def wishes() -> list[Json]:
    """`profile`, `frame` and `context`, with what they may be."""
    frames = read_frames(desk().root)
    return [
        in_query("profile", one_of(FORMS)),
        in_query("frame", one_of(frames)),
        in_query("context", one_of(CONTEXTS)),
    ]
