"""Figures about the webhooks since the start, in the text format that Prometheus reads."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from threading import Lock

# Upper bounds in seconds. Plivo's caller hears silence while we think: beyond half a second it is felt.
SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
OUTCOMES = ("answered", "repeated", "refused", "failed")


class Figures:
    """Counts of one process. Safe to share between threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._requests: Counter[tuple[str, str]] = Counter()
        self._buckets = [0] * (len(SECONDS) + 1)
        self._seconds = 0.0
        self._calls_begun = 0
        self._calls_ended = 0

    def count_request(self, kind: str, outcome: str, seconds: float) -> None:
        """One webhook: `kind` is the last part of its address, `outcome` one of OUTCOMES."""
        with self._lock:
            self._requests[kind, outcome] += 1
            self._buckets[bisect_left(SECONDS, seconds)] += 1
            self._seconds += seconds

    def count_call_begun(self) -> None:
        with self._lock:
            self._calls_begun += 1

    def count_call_ended(self) -> None:
        with self._lock:
            self._calls_ended += 1

    def text(self) -> str:
        """All figures, as Prometheus's text format 0.0.4."""
        with self._lock:
            return "".join(f"{line}\n" for line in self._lines())

    def _lines(self) -> Iterator[str]:
        yield from _head("flowbuilder_webhook_requests_total", "counter", "Webhook requests, by kind and outcome.")
        for (kind, outcome), count in sorted(self._requests.items()):
            yield f'flowbuilder_webhook_requests_total{{kind="{kind}",outcome="{outcome}"}} {count}'
        yield from _head("flowbuilder_webhook_seconds", "histogram", "Time taken to answer a webhook request.")
        running = 0
        for bound, count in zip((*SECONDS, "+Inf"), self._buckets, strict=True):
            running += count
            yield f'flowbuilder_webhook_seconds_bucket{{le="{bound}"}} {running}'
        yield f"flowbuilder_webhook_seconds_sum {self._seconds:.6f}"
        yield f"flowbuilder_webhook_seconds_count {running}"
        yield from _head("flowbuilder_calls_begun_total", "counter", "Calls that were answered for the first time.")
        yield f"flowbuilder_calls_begun_total {self._calls_begun}"
        yield from _head("flowbuilder_calls_ended_total", "counter", "Calls whose hangup was reported.")
        yield f"flowbuilder_calls_ended_total {self._calls_ended}"


def _head(name: str, kind: str, meaning: str) -> Iterator[str]:
    yield f"# HELP {name} {meaning}"
    yield f"# TYPE {name} {kind}"
