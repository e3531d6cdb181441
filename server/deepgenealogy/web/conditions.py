"""Conditions of writes, so that no curator overwrites what another has just written (RFC 9110, section 13).

An ETag of ours names the snapshot that it is of, and a condition holds as long as that snapshot is in force: a write to
any other graph breaks it, too, which costs a second look and never a lost write.
"""

from flask import Request
from werkzeug.datastructures import ETags

from ..engine.writing import ANY, Conditions
from .caching import snapshot_of


def conditions_of(request: Request) -> Conditions:
    """The conditions of a write."""
    return Conditions(
        if_match=_snapshots(request.if_match) if "If-Match" in request.headers else None,
        if_none_match=_snapshots(request.if_none_match, weak=True) if "If-None-Match" in request.headers else None,
    )


def _snapshots(tags: ETags, *, weak: bool = False) -> list[str]:
    """The snapshots that some tags are of; where comparison is strong, a weak tag matches nothing."""
    if tags.star_tag:
        return [ANY]
    return sorted({snapshot_of(tag) for tag in tags.as_set(include_weak=weak) if tag})
