"""What one webhook's call may ask of the world: web requests, the time, switches, other published flows."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from flowbuilder.runtime import HttpAnswer, Published
from flowbuilder.store import PRODUCTION
from flowbuilder.web.deployed import deployment_of
from flowbuilder.web.long_requests import SECONDS_AT_ONCE, LongRequests

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

    All its web requests together may take no longer than Plivo waits for us. A call may go on in other flows: which
    one it is in follows from what is asked here, for a switch is one flow's own.
    """

    def __init__(
        self,
        parts: Flowbuilder,
        flow_id: str,
        monotonic: Callable[[], float] = time.monotonic,
        long_requests: LongRequests | None = None,
        deployment: str = "",
    ) -> None:
        self._parts = parts
        self._long_requests = long_requests or LongRequests(parts.services)
        self._flow_id = flow_id
        self._deployment = deployment or PRODUCTION
        self._monotonic = monotonic
        self._until: float | None = None

    def http(self, method: str, url: str, *, timeout: float, **request: Any) -> HttpReply:
        """Makes one web request; no answer (status 0) where there is no time left for one."""
        left = self._seconds_left()
        if left < SHORTEST_SECONDS:
            return HttpAnswer(0)
        return self._parts.services.http(method, url, timeout=min(timeout, left), **request)

    def begin_http(self, key: str, method: str, url: str, *, timeout: float, **request: Any) -> None:
        """Begins a web request that may outlast this webhook."""
        self._long_requests.begin(key, method, url, timeout=timeout, **request)

    def http_begun(self, key: str) -> HttpReply | None:
        """Its answer; None where it has not come within two seconds, or there is no time left to wait for it.

        Raises LookupError where this process has begun no such request.
        """
        return self._long_requests.answer(key, min(SECONDS_AT_ONCE, max(self._seconds_left(), 0.0)))

    def _seconds_left(self) -> float:
        """How long this webhook may still take over web requests; the time runs from the first one on."""
        now = self._monotonic()
        self._until = self._until or now + SECONDS_OF_PATIENCE
        return self._until - now

    def now(self) -> datetime:
        return self._parts.clock()

    def override(self, node_id: str) -> str | None:
        """What an operator has switched the node to without publishing."""
        return self._parts.store.switches.get(self._flow_id, node_id)

    def secret(self, name: str) -> str | None:
        """A secret that authors have kept for web requests; None where there is none of that name."""
        return self._parts.vault.get(name)

    def published(self, flow: str) -> Published | None:
        """The published version of the flow with that id or name, which the call is in from now on.

        That is the one that is live on the call's deployment, else in production, else the newest; None where there
        is none.
        """
        store = self._parts.store
        row = store.flows.find_by_name(flow)
        flow_id = row.id if row is not None else flow
        there = deployment_of(self._parts, flow_id, self._deployment)
        live = there or deployment_of(self._parts, flow_id)
        versions = [live.version] if live else [version.number for version in store.versions.list(flow_id)]
        if not versions:
            return None
        number = str(max(versions))
        self._flow_id = flow_id
        env = self._parts.variables.of(flow_id, live.name if live else PRODUCTION)
        return Published(flow_id, number, self.program(flow_id, number), env)

    def program(self, flow_id: str, version: str) -> Program:
        """The program of a version, which the call comes back to. Raises NotFound where there is none."""
        self._flow_id = flow_id
        return self._parts.programs.get(flow_id, version)
