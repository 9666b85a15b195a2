"""A value from the store that is asked for too often to be read each time."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from threading import Lock
from typing import Generic, TypeVar

logger = logging.getLogger(__name__)

SECONDS = 30.0
Value = TypeVar("Value")


class Remembered(Generic[Value]):
    """Calls `read` at once, after `forget()`, and when the value is asked for and `seconds` old.

    A change by this process is thus seen at once, and one by another within `seconds`. When the store does not answer,
    what was read last stays: Plivo's webhooks must not stop for it.
    """

    def __init__(
        self, read: Callable[[], Value], seconds: float = SECONDS, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._read = read
        self._seconds = seconds
        self._monotonic = monotonic
        self._lock = Lock()
        self._changes = 0
        self._held = (read(), monotonic() + seconds)

    def __call__(self) -> Value:
        value, until = self._held
        if self._monotonic() < until:
            return value
        changes = self._changes
        try:
            value = self._read()
        except Exception:
            logger.exception("The store does not answer; what it said last is used")
        with self._lock:
            # Read before a change and kept after it, the value would be stale for long.
            if changes == self._changes:
                self._held = (value, self._monotonic() + self._seconds)
        return value

    def forget(self) -> None:
        """Reads anew when asked next."""
        with self._lock:
            self._changes += 1
            self._held = (self._held[0], float("-inf"))
