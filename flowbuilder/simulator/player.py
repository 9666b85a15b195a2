"""Plays Plivo: performs documents element by element, fetches the next, and stops where somebody must act.

    player = Player(fetch, CallSetup(uuid=..., from_number=..., to_number=..., answer_url=...))
    player.begin()
    player.press("1")

Follows plivo-xml.md sections 2 to 8. It knows nothing of flows: it sees what Plivo would see.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

from lxml import etree

from flowbuilder.protocol import webhooks
from flowbuilder.simulator import asking, causes, dialing, recording, rooms
from flowbuilder.simulator.documents import FetchResult, flag_value
from flowbuilder.simulator.events import Awaiting, AwaitingKind, Event, NotNow
from flowbuilder.simulator.line import Clock, Fetch, Line, Outcome
from flowbuilder.simulator.performing import PERFORMERS, Performer
from flowbuilder.simulator.state import CallSetup, CallState, Position

__all__ = ["Awaiting", "CallSetup", "Event", "Fetch", "FetchResult", "NotNow", "Player", "Position"]

PERFORM: dict[str, Performer] = {
    **PERFORMERS,
    "GetInput": asking.perform_input,
    "GetDigits": asking.perform_input,
    "Dial": dialing.perform_dial,
    "Record": recording.perform_record,
    "Conference": rooms.perform_conference,
    "MultiPartyCall": rooms.perform_party,
    "Stream": rooms.perform_stream,
}

HANG_UP_DURING_RECORDING_SECONDS = 5


class Player:
    """One simulated call, as Plivo performs it.

    `fetch(method, url, params)` asks a webhook and gives a FetchResult (status 0: nothing answered); it signs
    the request and, for a GET, puts the parameters into the query. `clock` gives seconds and is only used to
    measure requests. Every method that acts gives the events that it caused.
    """

    def __init__(self, fetch: Fetch, setup: CallSetup | CallState, *, clock: Clock = time.perf_counter) -> None:
        state = setup if isinstance(setup, CallState) else CallState(setup)
        self._line = Line(fetch, state, clock)

    @property
    def state(self) -> CallState:
        """All that is known of the call."""
        return self._line.state

    @property
    def events(self) -> list[Event]:
        """Everything that happened so far."""
        return self.state.events

    @property
    def awaiting(self) -> Awaiting | None:
        """What the call waits for; None before it begins and after it ended."""
        return self.state.awaiting

    @property
    def ending(self) -> causes.Ending | None:
        """How the call ended; None while it lasts."""
        return self.state.ending

    @property
    def ended(self) -> bool:
        """Whether the call is over."""
        return self.state.ending is not None

    @property
    def position(self) -> Position:
        """The document and the element in it where the call is."""
        return self._line.position()

    def to_json(self) -> dict[str, Any]:
        """The whole call as plain data."""
        return self.state.to_json()

    @classmethod
    def from_json(cls, given: Mapping[str, Any], fetch: Fetch, *, clock: Clock = time.perf_counter) -> Player:
        """The player that `to_json` was asked of, ready to go on."""
        return cls(fetch, CallState.from_json(given), clock=clock)

    def begin(self) -> list[Event]:
        """The call arrives: asks the answer URL and performs until somebody has to act."""
        before = len(self.events)
        self._line.begin()
        return self._run_from(before)

    def press(self, digits: str) -> list[Event]:
        """The caller presses these keys and no more, until they count as entered."""

        def act(line: Line, node: etree._Element, awaiting: Awaiting) -> Outcome:
            if awaiting.kind == "input":
                return asking.press(line, node, awaiting, digits)
            if awaiting.kind == "record" and len(digits) == 1 and digits in awaiting.finish_on_key:
                return recording.record_ends(line, node, awaiting, HANG_UP_DURING_RECORDING_SECONDS, digits)
            if digits == "*" and awaiting.takes_star:
                line.report("pressed", digits=digits)
                if awaiting.kind == "dial":
                    return dialing.dial_ends(line, node, awaiting, "completed", None)
                return rooms.leave(line, node)
            raise NotNow("Nothing listens for these keys now.")

        return self._act(None, act)

    def say(self, text: str, confidence: float = 0.9) -> list[Event]:
        """The caller says something, which is understood with that confidence (0 to 1)."""
        return self._act("input", lambda line, node, awaiting: asking.say(line, node, awaiting, text, confidence))

    def stay_silent(self) -> list[Event]:
        """The caller does nothing until the time for it is over."""

        def act(line: Line, node: etree._Element, awaiting: Awaiting) -> Outcome:
            if awaiting.kind == "record":
                return recording.record_ends(line, node, awaiting, awaiting.timeout)
            if awaiting.kind == "input":
                return asking.stay_silent(line, node, awaiting)
            raise NotNow("Silence changes nothing now.")

        return self._act(None, act)

    def dial_ends(self, status: str, seconds: int | None = None) -> list[Event]:
        """The far side ends the dial: completed, busy, failed, timeout, no_answer or cancel."""
        return self._act("dial", lambda line, node, awaiting: dialing.dial_ends(line, node, awaiting, status, seconds))

    def record_ends(self, seconds: int, digits: str = "") -> list[Event]:
        """The caller's message is over after that many seconds, with a finish key or by silence."""
        return self._act(
            "record", lambda line, node, awaiting: recording.record_ends(line, node, awaiting, seconds, digits)
        )

    def leave(self) -> list[Event]:
        """The caller is out of the room (or the stream is over) and stays on the line."""

        def act(line: Line, node: etree._Element, awaiting: Awaiting) -> Outcome:
            if awaiting.kind not in ("conference", "stream"):
                raise NotNow("The caller is in no room.")
            return rooms.leave(line, node)

        return self._act(None, act)

    def hang_up(
        self, seconds: int = HANG_UP_DURING_RECORDING_SECONDS, ending: causes.Ending | None = None
    ) -> list[Event]:
        """The caller hangs up; `seconds` is the length of a message that is being recorded.

        With `ending` it is not the caller but somebody else who ends the call, as the REST API can.
        """
        if self.ended:
            raise NotNow("The call is over.")
        before, line, awaiting = len(self.events), self._line, self.awaiting
        node = line.current() if self.state.document else None
        if ending is None:
            ending = causes.CALLER_CANCELLED if self.state.answered_at is None else causes.CALLER_HUNG_UP
        last_words: tuple[etree._Element, dict[str, str]] | None = None
        if node is not None and awaiting:
            if awaiting.kind == "record":
                facts = recording.keep_message(line, node, awaiting, seconds)
                last_words = (node, webhooks.write_reply("recorded", facts))
            elif awaiting.kind == "dial":
                facts = dialing.tell(line, node, awaiting, "cancel", None)
                if not flag_value(node, "redirect"):
                    last_words = (node, webhooks.write_reply("dialed", facts))
            elif awaiting.kind == "conference":
                rooms.go_out(line, node)
        line.end(ending, last_words)
        return self.events[before:]

    def _act(self, kind: AwaitingKind | None, act: Callable[[Line, etree._Element, Awaiting], Outcome]) -> list[Event]:
        awaiting, node = self.awaiting, self._line.current()
        if self.ended:
            raise NotNow("The call is over.")
        if awaiting is None or node is None or (kind and awaiting.kind != kind):
            raise NotNow("The call does not wait for that now.")
        before = len(self.events)
        outcome = act(self._line, node, awaiting)
        if outcome is not Outcome.STOP:
            self.state.awaiting = None
        if outcome is Outcome.NEXT:
            self._line.advance()
        return self._run_from(before)

    def _run_from(self, before: int) -> list[Event]:
        line, state = self._line, self.state
        while state.ending is None and state.awaiting is None:
            if state.hang_up_at is not None and state.seconds >= state.hang_up_at:
                line.end(causes.SCHEDULED)
                break
            node = line.current()
            if node is None:
                line.end(causes.END_OF_XML)
                break
            if PERFORM[str(node.tag)](line, node) is Outcome.NEXT:
                line.advance()
        return self.events[before:]
