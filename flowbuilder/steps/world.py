"""What a step may ask of the world in the middle of a call: web requests, the time, secrets, switches."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime


class HttpReply(Protocol):
    """The answer to a web request: `status` 0 where there was none."""

    @property
    def status(self) -> int: ...

    @property
    def text(self) -> str: ...

    @property
    def json(self) -> Any: ...

    @property
    def reason(self) -> str:
        """Why there was no answer, in words for the flow's author; empty where one came."""


class WebRequests(Protocol):
    """Asks web addresses."""

    def http(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str],
        query: Mapping[str, str] | None = None,
        json: Any = None,
        form: Mapping[str, str] | None = None,
        timeout: float,
    ) -> HttpReply:
        """Makes one web request, bounded in time (seconds) and size. It never raises."""


class Services(WebRequests, Protocol):
    """What a step may ask of the world in the middle of a call."""

    def begin_http(
        self,
        key: str,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str],
        query: Mapping[str, str] | None = None,
        json: Any = None,
        form: Mapping[str, str] | None = None,
        timeout: float,
    ) -> None:
        """Begins a web request that may take long. `http_begun` gives its answer. It never raises."""

    def http_begun(self, key: str) -> HttpReply | None:
        """The answer to a request that was begun under the key; None where it has not come within a moment.

        Raises LookupError where no such request is known: it was begun in another process, or before a restart.
        """

    def now(self) -> datetime:
        """The present moment, with its time zone."""

    def secret(self, name: str) -> str | None:
        """A secret by its name, such as a key of a service; None where there is none. Never to be kept."""

    def override(self, node_id: str) -> str | None:
        """What somebody has switched a node to without publishing (`open` or `closed`); None where nobody has."""
