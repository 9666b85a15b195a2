"""The garbage collector works between requests, not during one."""

from __future__ import annotations

import gc
import weakref
from typing import Any

from flowbuilder.commands.collecting import MOST_REQUESTS, QUIET_SECONDS, CollectsBetween


class Ring:
    """What only the garbage collector finds: it leads back to itself."""

    def __init__(self) -> None:
        self.me = self


def asked(app: CollectsBetween) -> None:
    assert list(app({}, lambda *_: None)) == [b"answer"]


def answer(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    return [b"answer"]


def test_garbage_is_collected_once_nobody_has_asked_for_a_while() -> None:
    now = [0.0]
    app = CollectsBetween(answer, monotonic=lambda: now[0])
    ring = weakref.ref(Ring())
    asked(app)
    now[0] = QUIET_SECONDS / 2
    assert not app.collect_if_quiet()
    now[0] = QUIET_SECONDS
    assert app.collect_if_quiet()
    assert ring() is None
    assert not app.collect_if_quiet()  # nothing has happened since


def test_garbage_is_collected_where_somebody_always_asks() -> None:
    app = CollectsBetween(answer, monotonic=lambda: 0.0)
    for _ in range(MOST_REQUESTS):
        asked(app)
    assert app.collect_if_quiet()


def test_a_request_that_fails_counts_too() -> None:
    def failing(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        raise KeyError("broken")

    now = [0.0]
    app = CollectsBetween(failing, monotonic=lambda: now[0])
    try:
        app({}, lambda *_: None)
    except KeyError:
        now[0] = QUIET_SECONDS
    assert gc.isenabled()
    assert app.collect_if_quiet()
