"""Publishing as it happens: one thread per run, and what it has told so far, for the page to look at."""

from __future__ import annotations

import logging
import secrets
from collections import OrderedDict
from dataclasses import dataclass, field
from threading import Condition, Lock, Thread
from typing import TYPE_CHECKING

from flowbuilder.errors import FlowbuilderError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flowbuilder.web.carrying_out import Event

logger = logging.getLogger(__name__)

MOST_KEPT = 100
BUG = "Something went wrong in Flowbuilder. The server's log says what it was."


@dataclass
class Run:
    """One publishing, unpublishing or going back. `refusal` is a sentence where it was refused before it began."""

    key: str
    flow_id: str
    kind: str
    deployment: str = "production"
    events: list[Event] = field(default_factory=list)
    refusal: str | None = None
    is_over: bool = False
    news: Condition = field(default_factory=Condition)

    @property
    def end(self) -> Event | None:
        """The last event of a run that came to its end."""
        return self.events[-1] if self.events and self.events[-1].state == "finished" else None

    @property
    def progress(self) -> tuple[int, bool]:
        """Grows with every event, and at the end."""
        return len(self.events), self.is_over

    def wait(self, seen: tuple[int, bool] | None, seconds: float) -> tuple[int, bool]:
        """The progress as soon as it is another than was `seen`, at the latest after so many seconds."""
        with self.news:
            self.news.wait_for(lambda: self.progress != seen, seconds)
            return self.progress

    def wait_for_end(self, seconds: float) -> None:
        with self.news:
            self.news.wait_for(lambda: self.is_over, seconds)

    def tell(self, event: Event | None) -> None:
        """Adds an event; None is the end."""
        with self.news:
            if event is None:
                self.is_over = True
            else:
                self.events.append(event)
            self.news.notify_all()


class Runs:
    """The runs of this process. A run goes on when nobody looks, so that none stops half way."""

    def __init__(self) -> None:
        self._runs: OrderedDict[str, Run] = OrderedDict()
        self._lock = Lock()

    def start(
        self, flow_id: str, kind: str, events: Iterator[Event], deployment: str = "production", patience: float = 0.3
    ) -> Run:
        """Begins the run and waits up to `patience` seconds for its end, so that a quick one needs no second look."""
        run = Run(secrets.token_urlsafe(9), flow_id, kind, deployment)
        with self._lock:
            self._runs[run.key] = run
            while len(self._runs) > MOST_KEPT:
                self._runs.popitem(last=False)
        Thread(target=_follow, args=(run, events), name=f"publish {flow_id}", daemon=False).start()
        run.wait_for_end(patience)
        return run

    def get(self, flow_id: str, key: str) -> Run | None:
        with self._lock:
            run = self._runs.get(key)
        return run if run and run.flow_id == flow_id else None


def _follow(run: Run, events: Iterator[Event]) -> None:
    try:
        for event in events:
            run.tell(event)
    except FlowbuilderError as refusal:
        run.refusal = str(refusal)
    except Exception:
        logger.exception("A publishing run of %s broke off", run.flow_id)
        run.refusal = BUG
    finally:
        run.tell(None)
