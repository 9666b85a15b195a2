"""What the phone shows of a call: the events of the simulator as bubbles and facts, in the words of a person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

from flowbuilder.web.wording import listed, phone_number, plural

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from flowbuilder.simulator.events import Event

Data = dict[str, Any]
# The css class of what somebody else hears than the caller.
HEARD_BY = {"callee": "callee", "room": "callee room"}


@dataclass(frozen=True)
class Line:
    """One line of the log.

    `kind` is its css class: heard, played, callee (with room: those in the room), me, fact, doubt, bad or end.
    """

    kind: str
    text: str


def log_lines(events: Iterable[Event], exits: Mapping[int, list[str]] | None = None) -> list[Line]:
    """The lines for a call's events. Requests in a row become one fact: `2 requests · 31 ms · appointments`.

    `exits` says, by the turn of the document that came back, which exits our server took on the way to it.
    """
    lines: list[Line] = []
    waiting: list[Data] = []
    for event in events:
        if event.kind == "requested":
            waiting.append(dict(event.data))
            continue
        if waiting:
            lines.append(_requests(waiting, exits or {}))
        waiting = []
        line = _line(event)
        if line is not None:
            lines.append(line)
    if waiting and (_failed(waiting) or not _is_over(lines)):
        lines.append(_requests(waiting, exits or {}))
    return lines


def turn_after(url: str) -> int:
    """The turn of the document that a request to this URL brings: an answer URL brings the first."""
    turn = dict(parse_qsl(urlsplit(url).query)).get("turn", "0")
    return int(turn) + 1 if turn.isdecimal() else 1


def _is_over(lines: list[Line]) -> bool:
    return bool(lines) and "end" in lines[-1].kind.split()


def _failed(requests: list[Data]) -> list[Data]:
    return [one for one in requests if not 200 <= int(one.get("status") or 0) < 300]


def _requests(requests: list[Data], exits: Mapping[int, list[str]]) -> Line:
    milliseconds = sum(float(one.get("milliseconds") or 0) for one in requests)
    taken = [exit for one in requests for exit in exits.get(turn_after(str(one.get("url", ""))), []) if exit != "next"]
    parts = [plural(len(requests), "request"), f"{milliseconds:,.0f} ms", *taken]
    failed = _failed(requests)
    if failed:
        return Line("fact bad", " · ".join([*parts, f"status {failed[0].get('status') or 'none'}"]))
    return Line("fact", " · ".join(parts))


def _line(event: Event) -> Line | None:
    write = WRITERS.get(event.kind)
    return write(dict(event.data)) if write else None


def _said(data: Data) -> Line:
    times = int(data.get("times", 1))
    again = "" if times == 1 else f" ({times} times)" if times else " (again and again)"
    text = str(data.get("text", "")) + again
    return Line(HEARD_BY.get(str(data.get("to")), "heard"), text)


def _played(data: Data) -> Line:
    name = urlsplit(str(data.get("url", ""))).path.rpartition("/")[2] or str(data.get("url", ""))
    return Line(f"played {HEARD_BY.get(str(data.get('to')), '')}".rstrip(), name)


def _dialing(data: Data) -> Line:
    targets = [phone_number(str(target)) for target in data.get("targets") or []]
    seconds = int(data.get("timeout") or 0)
    return Line("fact", f"Ringing {listed(targets)}" + (f", for {seconds} s at most" if seconds else ""))


def _dialed(data: Data) -> Line:
    status = str(data.get("status", "")).replace("-", "_")
    seconds = int(data.get("seconds") or 0)
    talked = f" after {seconds} s" if seconds and status == "completed" else ""
    return Line("fact", f"The dial ends: {status.replace('_', ' ')}{talked}")


def _hung_up(data: Data) -> Line:
    by = {"caller": "You hung up.", "flow": "The flow ended the call."}.get(str(data.get("by")), "The call ended.")
    sentence = str(data.get("sentence") or "")
    if data.get("by") == "plivo":
        return Line("fact bad end", sentence or f"{data.get('name', '')} ({data.get('code', '')})")
    return Line("fact end", sentence or by)


def _hidden(data: Data) -> Line | None:
    return None


def _fact(words: Callable[[Data], str]) -> Callable[[Data], Line]:
    return lambda data: Line("fact", words(data))


def _me(words: Callable[[Data], str]) -> Callable[[Data], Line]:
    return lambda data: Line("me", words(data))


WRITERS: dict[str, Callable[[Data], Line | None]] = {
    "answered": _hidden,
    "said": _said,
    "played": _played,
    "waited": _fact(lambda data: f"A pause of {data.get('seconds', 0)} s"),
    "beeped": _fact(lambda data: "Beep"),
    "sent_digits": _fact(lambda data: f"Keys sent: {data.get('digits', '')}"),
    "pressed": _me(lambda data: f"pressed {data.get('digits', '')}"),
    "spoke": _me(lambda data: f"“{data.get('text', '')}”"),
    "stayed_silent": _me(lambda data: f"said nothing for {data.get('seconds', 0)} s"),
    "dialing": _dialing,
    "dialed": _dialed,
    "recording": lambda data: Line("fact", "Recording in the background") if data.get("mode") == "background" else None,
    "recorded": _me(lambda data: f"left a message of {data.get('seconds', 0)} s"),
    "joined": _fact(lambda data: f"In the room {data.get('room', '')}"),
    "left": _fact(lambda data: f"Left the room {data.get('room', '')}"),
    "streaming": _fact(lambda data: f"Streaming to {data.get('url', '')}"),
    "stream_ended": _fact(lambda data: "The stream ended"),
    "messaged": _fact(lambda data: f"Text message to {phone_number(str(data.get('to', '')))}: {data.get('text', '')}"),
    "doubted": lambda data: Line("fact doubt", str(data.get("sentence", ""))),
    "hung_up": _hung_up,
}
