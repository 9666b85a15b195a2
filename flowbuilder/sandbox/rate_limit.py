"""Plivo's limit on API requests: 300 in 5 seconds per account, then 429 (plivo-api.md 1.5)."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock

REQUESTS = 300
SECONDS = 5.0


@dataclass
class RateLimit:
    """Counts requests; `monotonic` gives seconds. Safe to share between threads."""

    requests: int = REQUESTS
    seconds: float = SECONDS
    monotonic: Callable[[], float] = time.monotonic
    _asked: deque[float] = field(default_factory=deque)
    _lock: Lock = field(default_factory=Lock)

    def admits(self) -> bool:
        """Whether one more request may be answered now; one that may not does not count."""
        now = self.monotonic()
        with self._lock:
            while self._asked and now - self._asked[0] >= self.seconds:
                self._asked.popleft()
            if len(self._asked) >= self.requests:
                return False
            self._asked.append(now)
            return True
