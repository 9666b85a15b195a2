"""What is remembered of an edit after it is saved: that it has been made, and by which tab.

A page that never got the answer to an edit sends it again, under the same `once`: it is answered, and not made twice.
Which tab (`by`) made it is told to another that takes it back. Both are kept in this process, for a while.
"""

from __future__ import annotations

from collections import OrderedDict
from functools import wraps
from threading import Lock
from typing import TYPE_CHECKING, TypeVar

from flask import g, request

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Response

MOST = 20_000
LONGEST_NAME = 40

Key = TypeVar("Key")
Kept = TypeVar("Kept")


class Lately(OrderedDict[Key, Kept]):
    """A dictionary that keeps the latest `MOST` entries. Safe to share between threads."""

    def __init__(self) -> None:
        super().__init__()
        self._lock = Lock()

    def note(self, key: Key, kept: Kept) -> None:
        with self._lock:
            self[key] = kept
            while len(self) > MOST:
                self.popitem(last=False)


MADE: Lately[str, bool] = Lately()
MAKERS: Lately[tuple[str, int], str] = Lately()


def once(again: Callable[[str], Response]) -> Callable[[Callable[..., Response]], Callable[..., Response]]:
    """For a view that makes an edit: one that has been made already is answered by `again(flow_id)` instead.

    The answer leaves the revision that it shows in `flask.g.revision`.
    """

    def guard(view: Callable[..., Response]) -> Callable[..., Response]:
        @wraps(view)
        def guarded(flow_id: str, **rest: str) -> Response:
            name = request.form.get("once", "")[:LONGEST_NAME]
            if name and name in MADE:
                return again(flow_id)
            response = view(flow_id, **rest)
            if response.status_code == 200:
                if name:
                    MADE.note(name, True)
                by = request.form.get("by", "")[:LONGEST_NAME]
                MAKERS.note((flow_id, g.revision), by)
            return response

        return guarded

    return guard


def made_elsewhere(flow_id: str, revision: int) -> bool:
    """Whether another tab than the one that asks is known to have made the edit that led to this revision."""
    maker = MAKERS.get((flow_id, revision), "")
    return bool(maker) and maker != request.form.get("by", "")[:LONGEST_NAME]
