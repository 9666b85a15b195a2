"""Faults on command: what the sandbox does instead of, or after, doing what it was asked."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

# Statuses that are answered before anything is done.
STATUSES = ("401", "403", "404", "429", "500", "502", "503", "504")
# The connection fails; "... after" means after the request took effect.
BROKEN = ("refused", "reset", "reset after", "time-out", "time-out after")
OTHERS = ("500 after", "503 after", "broken json", "broken json after", "slow")
# How many requests are remembered.
MOST_SEEN = 10_000
KINDS = (*STATUSES, *BROKEN, *OTHERS)


@dataclass
class _Due:
    kind: str
    at: int
    times: int
    method: str | None
    path: str


@dataclass
class Faults:
    """The faults that are due, and every request that was `seen` (method, path under the account).

    `slow` pauses for `seconds` with the injected `sleep`, then does as asked.
    """

    sleep: Callable[[float], None] = time.sleep
    seconds: float = 11.0
    seen: list[tuple[str, str]] = field(default_factory=list)
    _due: list[_Due] = field(default_factory=list)

    def add(self, kind: str, at: int = 1, times: int = 1, method: str | None = None, path: str = "") -> None:
        """Lets the `at`-th request from now that matches fail, and the `times - 1` after it."""
        if kind not in KINDS:
            raise ValueError(f"no such fault: {kind}")
        self._due.append(_Due(kind, at, times, method, path))

    @property
    def due(self) -> list[dict[str, Any]]:
        """The faults that have not happened yet, or not as often as they shall."""
        return [dict(vars(due)) for due in self._due if due.times > 0]

    def clear(self) -> None:
        self._due.clear()
        self.seen.clear()

    def next(self, method: str, path: str) -> str | None:
        """The fault for this request, if one is due."""
        self.seen.append((method, path))
        del self.seen[:-MOST_SEEN]
        kind = None
        for due in self._due:
            if (due.method and due.method != method) or due.path not in path:
                continue
            due.at -= 1
            if due.at <= 0 and due.times > 0:
                due.times -= 1
                kind = kind or due.kind
        return kind
