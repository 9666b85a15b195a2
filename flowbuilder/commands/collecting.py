"""The garbage collector, kept out of the answers: a full look through a large flow takes longer than an edit of it."""

from __future__ import annotations

import gc
import threading
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

# The two younger generations are looked through as ever: that takes a few milliseconds. The oldest never by itself.
YOUNG, MIDDLE, NEVER = 20_000, 20, 1_000_000
QUIET_SECONDS = 2.0
MOST_REQUESTS = 20_000


class CollectsBetween:
    """A WSGI application like the one it is given, which collects all garbage once nobody has asked for a while.

    Where somebody always asks, it does so after every `MOST_REQUESTS` requests.
    """

    def __init__(self, app: Wsgi, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._app = app
        self._monotonic = monotonic
        self._asked = 0
        self._last = monotonic()

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        try:
            return self._app(environ, start_response)
        finally:
            self._asked += 1
            self._last = self._monotonic()

    def collect_if_quiet(self) -> bool:
        """Collects where it is time to; tells whether it did."""
        is_quiet = self._monotonic() - self._last >= QUIET_SECONDS
        if not self._asked or not (is_quiet or self._asked >= MOST_REQUESTS):
            return False
        self._asked = 0
        gc.collect()
        return True

    def start(self) -> None:
        """From here on, in a thread of its own, until the process ends. What stands now is not looked at again."""
        gc.collect()
        gc.freeze()
        gc.set_threshold(YOUNG, MIDDLE, NEVER)
        threading.Thread(target=self._watch, name="collector", daemon=True).start()

    def _watch(self) -> None:
        while True:
            time.sleep(QUIET_SECONDS / 4)
            self.collect_if_quiet()
