"""One call on a compiled flow, webhook by webhook, with a world that remembers what it was asked."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from flowbuilder.compiler import compile_flow
from flowbuilder.flow.model import Flow
from flowbuilder.protocol.xml import parse
from flowbuilder.runtime import Answer, Call, HttpAnswer, Links, NoServices, arrive, resume

BASE = "https://x.test/v1/flows/f/1"
FACTS = {"uuid": "u", "from_number": "12025550123", "to_number": "14155550000", "direction": "inbound"}


@dataclass
class World(NoServices):
    """Answers every web request with the same, and keeps what was asked."""

    answer: HttpAnswer = field(default_factory=lambda: HttpAnswer(200, "{}", {}))
    asked: list[dict[str, Any]] = field(default_factory=list)

    def http(self, method: str, url: str, **request: Any) -> HttpAnswer:
        self.asked.append({"method": method, "url": url, **request})
        return self.answer


class Line:
    """The call; after each webhook it is kept as JSON and read again, as between two requests."""

    def __init__(self, *, entry: str = "a", answer: Any = None, **nodes: Any) -> None:
        self.program = compile_flow(Flow("Line", entry, nodes))
        self.call = Call(dict(FACTS))
        self.world = World(answer) if answer else World()
        self.last: Answer = Answer(b"")

    def arrive(self, node: str) -> etree._Element:
        return self._answered(arrive(self.program, self.call, node, Links(BASE), self.world))

    def resume(self, node: str, event: str, attempt: int = 1, **reply: Any) -> etree._Element:
        answer = resume(self.program, self.call, node, event, reply, Links(BASE), self.world, attempt=attempt)
        return self._answered(answer)

    def _answered(self, answer: Answer) -> etree._Element:
        self.last = answer
        self.call = Call.from_json(json.loads(json.dumps(self.call.to_json())))
        return parse(answer.body)

    def told(self, kind: str) -> list[dict[str, Any]]:
        """The events of a kind in the trace of the last webhook."""
        return [event for event in self.last.events if event["kind"] == kind]


def tags(document: etree._Element) -> list[str]:
    return [str(child.tag) for child in document]


def spoken(document: etree._Element) -> list[str]:
    """Every text that the document speaks, in order."""
    return [speak.text or "" for speak in document.iter("Speak")]
