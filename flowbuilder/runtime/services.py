"""What a step may ask of the world in the middle of a call: the interface, and a world that answers nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

from flowbuilder.errors import NotFound
from flowbuilder.steps import world
from flowbuilder.steps.world import HttpReply

if TYPE_CHECKING:
    from flowbuilder.compiler import Program

__all__ = ["HttpAnswer", "HttpReply", "NoServices", "Published", "Services"]


@dataclass(frozen=True, slots=True)
class Published:
    """A published flow that a call may go on in: its id, its version, its program, what its deployment has set."""

    flow_id: str
    version: str
    program: Program
    env: Mapping[str, str] = field(default_factory=dict)


class Services(world.Services, Protocol):
    """What a call may ask of the world: what steps may, and the other flows."""

    def published(self, flow: str) -> Published | None:
        """The published flow of that id or name; None where there is none."""

    def program(self, flow_id: str, version: str) -> Program:
        """The program of a version that a call is to come back to."""


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """The answer to a web request. `status` is 0 where none came; `json` is None where the text is not JSON.

    `reason` is why none came.
    """

    status: int
    text: str = ""
    json: Any = None
    reason: str = field(default="", compare=False)


class NoServices:
    """A world in which no web request is answered."""

    def http(self, method: str, url: str, **request: Any) -> HttpReply:
        return HttpAnswer(0)

    @cached_property
    def begun(self) -> dict[str, HttpReply]:
        """The answers to long requests, by key: each is there as soon as it is asked for."""
        return {}

    def begin_http(self, key: str, method: str, url: str, **request: Any) -> None:
        self.begun[key] = self.http(method, url, **request)

    def http_begun(self, key: str) -> HttpReply | None:
        return self.begun[key]

    def now(self) -> datetime:
        return datetime(2026, 1, 1, 12, 0, tzinfo=UTC)

    def secret(self, name: str) -> str | None:
        return None

    def override(self, node_id: str) -> str | None:
        return None

    def published(self, flow: str) -> Published | None:
        return None

    def program(self, flow_id: str, version: str) -> Program:
        raise NotFound(f"There is no flow {flow_id}.")
