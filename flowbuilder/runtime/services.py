"""What a step may ask of the world in the middle of a call: the interface, and a world that answers nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flowbuilder.steps.base import HttpReply, Services

__all__ = ["HttpAnswer", "HttpReply", "NoServices", "Services"]


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """The answer to a web request. `status` is 0 where none came; `json` is None where the text is not JSON."""

    status: int
    text: str = ""
    json: Any = None


class NoServices:
    """A world in which no web request is answered."""

    def http(self, method: str, url: str, **request: Any) -> HttpReply:
        return HttpAnswer(0)
