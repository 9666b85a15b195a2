"""One readable line for each thing that happens in a call.

`>` is heard, `*` is done by the caller, `~` is done by Plivo or the far side, `!` is a request or a fault.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from flowbuilder.simulator.events import Event

Data = Mapping[str, Any]

# Our own URLs (contract section 8) are told by what comes after the version.
OWN_URL = re.compile(r"https?://[^/]+(?:/[^?#]*)?/v1/flows/[^/]+/[^/]+/(.+)")

FAILED = 300
HEARD_BY = {"callee": "(to the callee) ", "room": "(to the room) "}


def line_for(event: Event) -> str:
    """The event in words, in one line."""
    return LINES[event.kind](event.data)


def lines_for(events: Iterable[Event]) -> list[str]:
    """The events in words, a line each."""
    return [line_for(event) for event in events]


def short_url(url: str) -> str:
    """One of our own URLs without host, flow and version; any other as it is."""
    own = OWN_URL.fullmatch(url)
    return own[1] if own else url


def _times(data: Data) -> str:
    times = data.get("times", 1)
    if times == 1:
        return ""
    return f" ({times} times)" if times else " (again and again)"


def _to(data: Data) -> str:
    return HEARD_BY.get(data.get("to", ""), "")


def _requested(data: Data) -> str:
    status = data["status"] or "no answer"
    return f"! {data['cause']} {data['method']} {short_url(data['url'])} {status}"


def _hung_up(data: Data) -> str:
    who = {"caller": "the caller hangs up", "flow": "the call ends", "plivo": "Plivo ends the call"}[data["by"]]
    sentence = f" {data['sentence']}" if data.get("sentence") else ""
    return f"~ {who}: {data['name']} ({data['code']}).{sentence}"


def _seconds(value: float) -> str:
    return f"{value:g} s"


LINES: dict[str, Callable[[Data], str]] = {
    "answered": lambda data: "~ the call is picked up",
    "said": lambda data: f"> {_to(data)}{data['text']}{_times(data)}",
    "played": lambda data: f"> {_to(data)}[{data['url']}]{_times(data)}",
    "waited": lambda data: f"~ {_seconds(data['seconds'])} pass",
    "beeped": lambda data: "> [beep]",
    "sent_digits": lambda data: f"~ sends {data['digits']}",
    "pressed": lambda data: f"* pressed {data['digits']}",
    "spoke": lambda data: f'* said "{data["text"]}"',
    "stayed_silent": lambda data: f"* stayed silent for {_seconds(data['seconds'])}",
    "dialing": lambda data: f"~ rings {', '.join(data['targets'])}",
    "dialed": lambda data: f"~ the dial ends: {data['status']} after {_seconds(data['seconds'])}",
    "recording": lambda data: "~ records a message" if data["mode"] == "message" else "~ records the call from here on",
    "recorded": lambda data: f"~ recorded {_seconds(data['seconds'])}: {data['url']}",
    "joined": lambda data: f"~ joins {data['room']}" + (f" as {data['role']}" if data["role"] else ""),
    "left": lambda data: f"~ leaves {data['room']}",
    "streaming": lambda data: f"~ streams to {data['url']}",
    "stream_ended": lambda data: "~ the stream ends",
    "messaged": lambda data: f"~ sends {data['to']} the message: {data['text']}",
    "requested": _requested,
    "doubted": lambda data: f"! doubtful XML: {data['sentence']}",
    "hung_up": _hung_up,
}
