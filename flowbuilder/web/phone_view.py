"""What the phone shows: the log, what can be done now, the values so far, and the node where the call is."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from flowbuilder.runtime.hiding import hidden
from flowbuilder.web.call_keeping import call_to_look_at
from flowbuilder.web.phone_log import Line, log_lines

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from flowbuilder.runtime import Call
    from flowbuilder.simulator.events import Awaiting
    from flowbuilder.simulator.player import Player
    from flowbuilder.store import Store
    from flowbuilder.web.seal import Seal

MOST_DIGITS = 99
MESSAGE_SECONDS = 8
MOST_VALUE_LETTERS = 400
# How a dial can end, in the order in which the phone offers it, and what each means.
DIAL_RESULTS = {
    "completed": "Somebody answers; they talk, and it is over",
    "busy": "The line is busy",
    "no_answer": "Nobody answers",
    "timeout": "It rings until the dial gives up",
    "failed": "The number cannot be reached",
    "cancel": "The dial is cancelled",
}


@dataclass(frozen=True)
class Value:
    """A value in scope of the flow's expressions. Fresh: the last request brought it."""

    name: str
    text: str
    is_fresh: bool = False


@dataclass(frozen=True)
class Choice:
    """A button: what it sends, what stands on it, and what it means."""

    value: str
    words: str
    meaning: str = ""


@dataclass(frozen=True)
class Asks:
    """What only the author can say, because there is no far side: how a dial or a recording ends."""

    question: str
    does: str
    answers: Sequence[Choice]
    seconds: int | None = None
    most_seconds: int = 0


@dataclass(frozen=True)
class PhoneView:
    """Everything that templates/phone shows of one call; without a call, an idle phone."""

    call_key: str = ""
    version: str = ""
    from_number: str = ""
    to_number: str = ""
    seconds: float = 0
    is_over: bool = False
    lines: Sequence[Line] = ()
    values: Sequence[Value] = ()
    node: str | None = None
    takes_keys: bool = False
    takes_star: bool = False
    takes_speech: bool = False
    may_stay_silent: bool = False
    is_secret: bool = False
    digits_wanted: int = 1
    finish_key: str = ""
    asks: Asks | None = None
    doubts: Sequence[str] = field(default_factory=tuple)


IDLE = PhoneView()


def phone_view(store: Store, seal: Seal, player: Player) -> PhoneView:
    """The phone of a call that the sandbox plays: what the player did, and what the runtime has kept of it."""
    setup, awaiting = player.state.setup, player.awaiting
    row = store.calls.load(setup.uuid)
    call = call_to_look_at(row.state, seal) if row else None
    trace = store.calls.events(setup.uuid)
    return PhoneView(
        call_key=setup.uuid,
        version=row.version if row and not row.version.startswith("draft") else "",
        from_number=setup.from_number,
        to_number=setup.to_number,
        seconds=player.state.seconds,
        is_over=player.ended,
        lines=log_lines(player.events, exits_by_turn(trace)),
        values=values_of(call, trace) if call else [],
        node=node_at(call, player) if call else None,
        asks=asks_of(awaiting) if awaiting else None,
        **_keys(awaiting),
    )


def _keys(awaiting: Awaiting | None) -> dict[str, Any]:
    if awaiting is None:
        return {}
    takes_digits = awaiting.takes_digits
    return {
        "takes_keys": takes_digits,
        "takes_star": awaiting.takes_star,
        "takes_speech": awaiting.takes_speech,
        "may_stay_silent": awaiting.kind == "input" and awaiting.may_stay_silent,
        "is_secret": awaiting.secret,
        "digits_wanted": min(awaiting.num_digits or MOST_DIGITS, MOST_DIGITS) if takes_digits else 1,
        "finish_key": awaiting.finish_on_key if takes_digits else "",
    }


def asks_of(awaiting: Awaiting) -> Asks | None:
    """The question that the author answers for the far side, if there is one now."""
    if awaiting.kind == "dial":
        known = [result for result in DIAL_RESULTS if result in awaiting.results]
        others = [result for result in awaiting.results if result not in DIAL_RESULTS]
        answers = [Choice(one, one.replace("_", " "), DIAL_RESULTS.get(one, "")) for one in [*known, *others]]
        return Asks("How does the dial end?", "dial_ends", answers)
    if awaiting.kind == "record":
        answers = [Choice("silence", "Fall silent")]
        keys = awaiting.finish_on_key
        if keys:
            key = "#" if "#" in keys else keys[0]
            answers.insert(0, Choice(key, f"Then press {key}"))
        seconds = min(MESSAGE_SECONDS, awaiting.max_length or MESSAGE_SECONDS)
        return Asks("A message is being recorded", "record_ends", answers, seconds, awaiting.max_length)
    if awaiting.kind in ("conference", "stream"):
        question = "In the room " + awaiting.room if awaiting.room else "The stream goes on"
        return Asks(question, "leave", [Choice("leave", "Leave and stay on the line")])
    if awaiting.kind == "endless":
        return Asks("This is said for ever: a caller can only hang up.", "", [])
    return None


def node_at(call: Call, player: Player) -> str | None:
    """The node whose element is being performed; None once the call is over."""
    if player.ended:
        return None
    index = player.position.path[0]
    return call.owners[index] if index < len(call.owners) else None


def exits_by_turn(trace: Sequence[dict[str, Any]]) -> dict[int, list[str]]:
    """Which exits our server took, in words and with the reason, by the turn of the document that they led to."""
    taken: dict[int, list[str]] = {}
    for event in trace:
        if event.get("kind") in ("took", "decided") and event.get("exit") and event.get("turn"):
            taken.setdefault(int(event["turn"]), []).append(exit_in_words(event))
    return taken


def exit_in_words(event: Mapping[str, Any]) -> str:
    """An exit that the trace tells of, and what there is to know of it."""
    words = str(event["exit"]).replace("_", " ")
    if event.get("if_silent"):
        words += " if the caller is silent"
    return f"{words} ({event['reason']})" if event.get("reason") else words


def values_of(call: Call, trace: Sequence[dict[str, Any]]) -> list[Value]:
    """What expressions can use now: who calls, what each node gave, and the variables; empty ones left out.

    Dots stand for what a caller entered in secret.
    """
    last = max((int(event.get("turn") or 0) for event in trace), default=0)
    fresh = {event.get("node") for event in trace if event.get("turn") == last}
    new_variables = {name for event in trace if event.get("turn") == last for name in event.get("variables") or {}}
    values = [Value("call.from_number", str(call.facts.get("from_number", "")))]
    for node, outputs in hidden(call.outputs, call.secrets).items():
        values += [Value(f"{node}.{name}", _text(value), node in fresh) for name, value in outputs.items()]
    variables = hidden(call.variables, call.secrets)
    values += [Value(f"vars.{name}", _text(value), name in new_variables) for name, value in variables.items()]
    return [value for value in values if value.text]


def _text(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False) if value is not None else ""
    return text if len(text) <= MOST_VALUE_LETTERS else text[:MOST_VALUE_LETTERS] + "…"
