"""Web requests that take longer than a caller should hear silence: each goes on in a thread while the call waits."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from concurrent.futures import Future, wait
from dataclasses import dataclass
from threading import Lock, Thread
from typing import TYPE_CHECKING, Any

from flowbuilder.runtime import HttpAnswer

if TYPE_CHECKING:
    from flowbuilder.steps.world import HttpReply, WebRequests

    Begun = Future[HttpReply]

logger = logging.getLogger(__name__)

# How long one webhook waits for an answer before the caller hears something.
SECONDS_AT_ONCE = 2.0
MOST_AT_ONCE = 64
# For how long an answer stays to be fetched, once its request is over.
SECONDS_KEPT = 60.0


def _wait(begun: Begun, seconds: float) -> None:
    wait([begun], seconds)


@dataclass(frozen=True, slots=True)
class _Kept:
    begun: Begun
    until: float


class LongRequests:
    """The requests that this process has begun, by key. An answer can be asked for as often as Plivo asks us.

    They live in this process alone. A thread of each is a daemon: a server that stops waits for none of them.
    """

    def __init__(
        self,
        services: WebRequests,
        *,
        wait: Callable[[Begun, float], None] = _wait,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """`wait` waits until the answer is there, but no longer than so many seconds."""
        self._services = services
        self._wait = wait
        self._monotonic = monotonic
        self._lock = Lock()
        self._kept: dict[str, _Kept] = {}

    def begin(self, key: str, method: str, url: str, *, timeout: float, **request: Any) -> None:
        """Begins one, which has `timeout` seconds. With too many under way it is not made: its answer has status 0."""
        begun: Begun = Future()
        with self._lock:
            now = self._monotonic()
            self._kept = {each: kept for each, kept in self._kept.items() if kept.until > now}
            full = sum(not kept.begun.done() for kept in self._kept.values()) >= MOST_AT_ONCE
            self._kept[key] = _Kept(begun, now + timeout + SECONDS_KEPT)
        if full:
            logger.error("A web request was not made; %s are under way already", MOST_AT_ONCE)
            begun.set_result(HttpAnswer(0))
            return
        given = {"timeout": timeout, **request}
        Thread(target=self._run, args=(begun, method, url, given), name="long-request", daemon=True).start()

    def answer(self, key: str, seconds: float = SECONDS_AT_ONCE) -> HttpReply | None:
        """The answer, or None where it has not come in so many seconds. Raises LookupError for a key not known here."""
        with self._lock:
            begun = self._kept[key].begun
        self._wait(begun, seconds)
        return begun.result() if begun.done() else None

    def _run(self, begun: Begun, method: str, url: str, request: dict[str, Any]) -> None:
        try:
            begun.set_result(self._services.http(method, url, **request))
        except Exception as error:
            # The address and the error's own words may carry a secret: the log has neither.
            logger.error("A long web request failed unexpectedly: %s", type(error).__name__)
            begun.set_result(HttpAnswer(0))
