"""Publishing as it happens: one thread per run, and what it has told so far, for the page to look at."""

from __future__ import annotations

import logging
import secrets
from collections import OrderedDict
from dataclasses import dataclass, field
from threading import Event as Signal
from threading import Lock, Thread
from typing import TYPE_CHECKING

from flowbuilder.errors import FlowbuilderError
from flowbuilder.web.publishing_steps import Event

if TYPE_CHECKING:
    from collections.abc import Iterator

logger = logging.getLogger(__name__)

MOST_KEPT = 100
BUG = "Something went wrong in Flowbuilder. The server's log says what it was."


@dataclass
class Run:
    """One publishing, or unpublishing. `refusal` is a sentence where it was refused before anything happened."""

    key: str
    flow_id: str
    kind: str
    events: list[Event] = field(default_factory=list)
    refusal: str | None = None
    ended: Signal = field(default_factory=Signal)

    @property
    def is_over(self) -> bool:
        return self.ended.is_set()

    @property
    def end(self) -> Event | None:
        """The last event of a run that came to its end."""
        return self.events[-1] if self.events and self.events[-1].state == "finished" else None


class Runs:
    """The runs of this process. A run goes on when nobody looks, so that none stops half way."""

    def __init__(self) -> None:
        self._runs: OrderedDict[str, Run] = OrderedDict()
        self._lock = Lock()

    def start(self, flow_id: str, kind: str, events: Iterator[Event], patience: float = 0.3) -> Run:
        """Begins the run and waits up to `patience` seconds for its end, so that a quick one needs no second look."""
        run = Run(secrets.token_urlsafe(9), flow_id, kind)
        with self._lock:
            self._runs[run.key] = run
            while len(self._runs) > MOST_KEPT:
                self._runs.popitem(last=False)
        Thread(target=_follow, args=(run, events), name=f"publish {flow_id}", daemon=False).start()
        run.ended.wait(patience)
        return run

    def get(self, flow_id: str, key: str) -> Run | None:
        with self._lock:
            run = self._runs.get(key)
        return run if run and run.flow_id == flow_id else None

    def busy(self, flow_id: str) -> Run | None:
        """The run of this flow that has not ended yet, if there is one."""
        with self._lock:
            return next((run for run in self._runs.values() if run.flow_id == flow_id and not run.is_over), None)


def _follow(run: Run, events: Iterator[Event]) -> None:
    try:
        for event in events:
            run.events.append(event)
    except FlowbuilderError as refusal:
        run.refusal = str(refusal)
    except Exception:
        logger.exception("A publishing run of %s broke off", run.flow_id)
        run.refusal = BUG
    finally:
        run.ended.set()
