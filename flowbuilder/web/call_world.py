"""What one webhook's call may ask of the world: web requests, the time, switches, other published flows."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from flowbuilder.runtime import HttpAnswer, Published

if TYPE_CHECKING:
    from datetime import datetime

    from flowbuilder.compiler import Program
    from flowbuilder.runtime.services import HttpReply
    from flowbuilder.web import Flowbuilder

# Plivo gives up after 40 s, and a caller long before.
SECONDS_OF_PATIENCE = 25.0
SHORTEST_SECONDS = 1.0


class CallWorld:
    """A runtime.Services for one webhook of a flow.

    All its web requests together may take no longer than Plivo waits for us.
    """

    def __init__(self, parts: Flowbuilder, flow_id: str, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._parts = parts
        self._flow_id = flow_id
        self._monotonic = monotonic
        self._until: float | None = None

    def http(self, method: str, url: str, *, timeout: float, **request: Any) -> HttpReply:
        """Makes one web request; no answer (status 0) where there is no time left for one."""
        now = self._monotonic()
        self._until = self._until or now + SECONDS_OF_PATIENCE
        left = self._until - now
        if left < SHORTEST_SECONDS:
            return HttpAnswer(0)
        return self._parts.services.http(method, url, timeout=min(timeout, left), **request)

    def now(self) -> datetime:
        return self._parts.clock()

    def override(self, node_id: str) -> str | None:
        """What an operator has switched the node to without publishing."""
        return self._parts.store.switches.get(self._flow_id, node_id)

    def published(self, flow: str) -> Published | None:
        """The newest published version of the flow with that id or name; None where there is none."""
        store = self._parts.store
        row = store.flows.find_by_name(flow)
        flow_id = row.id if row is not None else flow
        versions = store.versions.list(flow_id)
        if not versions:
            return None
        number = str(max(version.number for version in versions))
        return Published(flow_id, number, self.program(flow_id, number))

    def program(self, flow_id: str, version: str) -> Program:
        """The program of a version. Raises NotFound where there is none."""
        return self._parts.programs.get(flow_id, version)
