"""The journal of publishing: what was to be done, what has been done, by whom and how it ended."""

from __future__ import annotations

import os
import secrets
import socket
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from flowbuilder.errors import EditRefused
from flowbuilder.store.tables import publish_runs

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from flowbuilder.store.database import Database

RunKind = Literal["publish", "rollback", "unpublish"]
# What is told of without ever having been a run: it asks Plivo for nothing, and cannot break off.
ToldKind = Literal["prune", "review", "gate"]
RunState = Literal["running", "done", "put back", "stuck", "refused"]

BUSY = "This flow is being published right now. Wait for its end, then try again."

# A process id alone comes again: in a container every start has the same one.
_START = secrets.token_hex(4)


@dataclass(frozen=True, slots=True)
class PublishRunRow:
    """One run. `done` is what apply recorded, `events` what the page was told; `process` on `host` carries it out.

    `updated_at` moves with every record, so that a run that has fallen silent is seen.
    """

    id: str
    flow_id: str
    deployment: str
    kind: Any  # a RunKind, or a ToldKind once it has ended
    account: str
    version: int | None
    plan: dict[str, Any]
    done: list[Any]
    events: list[Any]
    author: str
    host: str
    process: str
    state: RunState
    started_at: datetime
    updated_at: datetime
    ended_at: datetime | None = None


class PublishRuns:
    """By id; nothing is ever taken out of it."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    def begin(
        self,
        flow_id: str,
        deployment: str,
        kind: RunKind,
        account: str,
        version: int | None,
        plan: dict[str, Any],
        author: str = "",
    ) -> str:
        """Keeps that this process begins a run, before it changes anything; gives the run's id.

        Raises EditRefused where another run of the same deployment has not ended, in whatever process.
        """
        given = {"deployment": deployment, "account": account, "version": version, "plan": plan}
        try:
            return self._add(flow_id=flow_id, kind=kind, author=author, state="running", **given)
        except IntegrityError:
            raise EditRefused(BUSY) from None

    def tell(self, flow_id: str, kind: ToldKind, sentence: str, author: str = "") -> None:
        """Keeps what somebody has done about publishing a flow, in a sentence, as something that is over."""
        nowhere: dict[str, Any] = {"deployment": "", "account": "", "version": None, "plan": {}}
        over = {"state": "done", "ended_at": self._clock(), "events": [{"state": "finished", "sentence": sentence}]}
        self._add(flow_id=flow_id, kind=kind, author=author, **nowhere, **over)

    def _add(self, **given: Any) -> str:
        now = self._clock()
        began = {"done": [], "events": [], "started_at": now, "updated_at": now}
        where = {"host": socket.gethostname(), "process": this_process()}
        row = PublishRunRow(**{"id": secrets.token_urlsafe(9), **began, **where, **given})
        with self._database.write() as connection:
            connection.execute(sa.insert(publish_runs).values({name: getattr(row, name) for name in row.__slots__}))
        return row.id

    def record(self, run_id: str, done: list[Any] | None = None, events: list[Any] | None = None) -> None:
        """Keeps the run as far as it has come: each list whole, in place of the one before; None leaves it."""
        given = {"done": done, "events": events}
        self._change(run_id, {name: value for name, value in given.items() if value is not None}, self._clock())

    def take_over(self, run: PublishRunRow) -> bool:
        """Makes this process the one that carries an unfinished run on. False where another was quicker."""
        here = (publish_runs.c.id == run.id) & (publish_runs.c.state == "running")
        same = here & (publish_runs.c.host == run.host) & (publish_runs.c.process == run.process)
        values = {"host": socket.gethostname(), "process": this_process(), "updated_at": self._clock()}
        with self._database.write() as connection:
            return connection.execute(sa.update(publish_runs).where(same).values(values)).rowcount > 0

    def end(self, run_id: str, state: RunState) -> None:
        """Keeps how the run ended, and when."""
        now = self._clock()
        self._change(run_id, {"state": state, "ended_at": now}, now)

    def get(self, run_id: str) -> PublishRunRow | None:
        query = sa.select(publish_runs).where(publish_runs.c.id == run_id)
        with self._database.read() as connection:
            row = connection.execute(query).mappings().first()
        return None if row is None else PublishRunRow(**row)

    def unfinished(self) -> list[PublishRunRow]:
        """The runs that have not ended, the oldest first: some process is at them, or was when it died."""
        query = sa.select(publish_runs).where(publish_runs.c.state == "running")
        return self._rows(query.order_by(publish_runs.c.started_at, publish_runs.c.id))

    def was_live(self, flow_id: str, deployment: str, version: int) -> bool:
        """Whether a run of that deployment has ended well with the version, at any time."""
        runs = publish_runs.c
        ended = (runs.flow_id == flow_id) & (runs.deployment == deployment) & (runs.state == "done")
        query = sa.select(runs.id).where(ended, runs.version == version).limit(1)
        with self._database.read() as connection:
            return connection.execute(query).first() is not None

    def _rows(self, query: sa.Select[Any]) -> list[PublishRunRow]:
        with self._database.read() as connection:
            return [PublishRunRow(**row) for row in connection.execute(query).mappings()]

    def _change(self, run_id: str, values: dict[str, Any], now: datetime) -> None:
        values = values | {"updated_at": now}
        with self._database.write() as connection:
            connection.execute(sa.update(publish_runs).where(publish_runs.c.id == run_id).values(values))

    def list(self, flow_id: str | None = None, limit: int = 50) -> list[PublishRunRow]:
        """The runs of all flows or of one, the newest first."""
        query = sa.select(publish_runs)
        if flow_id is not None:
            query = query.where(publish_runs.c.flow_id == flow_id)
        return self._rows(query.order_by(publish_runs.c.started_at.desc(), publish_runs.c.id).limit(limit))


def this_process() -> str:
    """What the journal calls the running process: another start is another name."""
    return f"{os.getpid()}-{_START}"
