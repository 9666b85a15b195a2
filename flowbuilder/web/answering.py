"""From a webhook that may be trusted to its answer: load the call, ask the engine, keep the call."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from flowbuilder.protocol.webhooks import begins_call, read_call, read_dial_event, read_hangup, read_message, read_reply
from flowbuilder.runtime import Answer, Call, Links, arrive, begins_finished, reply, resume, sound
from flowbuilder.store import PRODUCTION, CallRow
from flowbuilder.web.call_keeping import answer_in, call_in, kept_answer, kept_state, without_secrets
from flowbuilder.web.call_world import CallWorld
from flowbuilder.web.long_requests import LongRequests

if TYPE_CHECKING:
    from flowbuilder.compiler import Program
    from flowbuilder.web import Flowbuilder
    from flowbuilder.web.reports import Reports

TRIES_TO_NOTE = 5
LONGEST_NAME = 64


@dataclass(frozen=True, slots=True)
class Asked:
    """One webhook, read: where it came to and what it says. `event` is None at a node endpoint."""

    flow_id: str
    version: str
    base: str
    node: str
    event: str | None
    query: Mapping[str, str]
    params: Mapping[str, str]

    @property
    def turn(self) -> int | None:
        """The number of the document that the address stood in; None for an answer URL."""
        return _whole(self.query.get("turn"))

    @property
    def deployment(self) -> str:
        """The deployment whose Application the address stands in; empty for production."""
        return self.query.get("deployment", "")[:LONGEST_NAME]

    @property
    def key(self) -> str:
        """What a repeated request has in common with the first one."""
        parts = [self.flow_id, self.version, self.node, self.event or ""]
        return "/".join([*parts, self.query.get("turn", ""), self.query.get("attempt", "")])


class MissingCall(ValueError):
    """A webhook that does not say which call it is about."""


class Answering:
    """Answers the voice webhooks of one Flowbuilder."""

    def __init__(self, parts: Flowbuilder, reports: Reports) -> None:
        self._parts = parts
        self._reports = reports
        self.long_requests = LongRequests(parts.services)

    def answer(self, asked: Asked) -> tuple[bytes, bool]:
        """The document, and whether it is one that was given before (a repeated webhook).

        Raises NotFound for an unknown flow, version, node or event, and whatever the store raises.
        """
        program = self._parts.programs.get(asked.flow_id, asked.version)
        if asked.event is not None and program.has_sound(asked.node, asked.event):
            return self._sound(program, asked), False
        facts = read_call(asked.params)
        if not facts["uuid"]:
            raise MissingCall("The request names no CallUUID.")
        # A call that begins with a document kept for all is new nearly always: to keep it tells whether it was.
        if asked.turn is None and asked.event is None and begins_finished(program, asked.node, asked.base):
            answer, is_old = self._go_on(program, None, facts, asked)
            if not is_old:
                return answer, False
        row = self._parts.store.calls.load(facts["uuid"])
        if row is not None and _is_repeated(row, asked):
            return answer_in(row.last_answer, self._parts.seal), True
        return self._go_on(program, row, facts, asked)

    def _go_on(self, program: Program, row: CallRow | None, facts: dict[str, Any], asked: Asked) -> tuple[bytes, bool]:
        """Asks the engine and keeps the call; the answer that another request was given where that was quicker."""
        calls, uuid = self._parts.store.calls, facts["uuid"]
        call = self._call_of(row, facts, asked)
        answer = self._run(program, call, asked)
        kept = self._row(row, call, asked, answer)
        if not calls.save(kept, None if row is None else row.turn, self._dated(answer.events, call.turn)):
            winner = calls.load(uuid)
            return (answer.body if winner is None else answer_in(winner.last_answer, self._parts.seal)), True
        if row is None:
            self._parts.figures.count_call_begun()
        if answer.reports:
            self._reports.send(answer.reports, uuid)
        return answer.body, False

    def _sound(self, program: Program, asked: Asked) -> bytes:
        """Prompts that Plivo plays beside the call; the call stays where it is."""
        row = self._parts.store.calls.load(asked.params.get("CallUUID", ""))
        call = self._call_of(row, read_call(asked.params), asked)
        if row is not None and row.turn == asked.turn:
            # A copy that is not kept: what the caller has passed in this document holds for the prompts too.
            call.pass_nodes(asked.node)
        return sound(program, call, asked.node, asked.event or "", Links(asked.base))

    def _call_of(self, row: CallRow | None, facts: dict[str, Any], asked: Asked) -> Call:
        if row is None or not row.state:
            env = self._parts.variables.of(asked.flow_id, asked.deployment or PRODUCTION)
            return Call(facts, turn=asked.turn or 0, env=env, deployment=asked.deployment)
        call = call_in(row.state, self._parts.seal)
        call.update_facts(facts)
        return call

    def _run(self, program: Any, call: Call, asked: Asked) -> Answer:
        links = Links(asked.base)
        services = CallWorld(self._parts, asked.flow_id, long_requests=self.long_requests, deployment=call.deployment)
        if asked.event is None:
            return arrive(program, call, asked.node, links, services)
        facts = read_reply(asked.event, asked.params)
        attempt = _whole(asked.query.get("attempt")) or 1
        return resume(program, call, asked.node, asked.event, facts, links, services, attempt=attempt)

    def _row(self, row: CallRow | None, call: Call, asked: Asked, answer: Answer) -> CallRow:
        facts = call.facts
        changed: dict[str, Any] = {
            "turn": call.turn,
            "state": kept_state(call, self._parts.seal),
            "last_key": asked.key,
            "last_answer": kept_answer(answer.body, call, self._parts.seal),
            "status": facts["status"],
        }
        if row is not None:
            return replace(row, **changed)
        return CallRow(
            uuid=call.uuid,
            flow_id=asked.flow_id,
            version=asked.version,
            from_number=facts["from_number"],
            to_number=facts["to_number"],
            direction=facts["direction"],
            **changed,
        )

    def hang_up(self, asked: Asked) -> None:
        """Records the end of the call that Plivo tells of; a repeated one changes nothing."""
        facts, end = read_call(asked.params), read_hangup(asked.params)
        if not facts["uuid"]:
            raise MissingCall("The request names no CallUUID.")
        known = {
            **end,
            **{name: facts[name] for name in ("from_number", "to_number", "direction")},
            "flow_id": asked.flow_id,
            "version": asked.version,
            "hangup_cause": end["cause"],
        }
        if self._parts.store.calls.finish(facts["uuid"], known, self._dated([{"kind": "hangup", **end}], None)):
            self._parts.figures.count_call_ended()
        self._forget_secrets(facts["uuid"])

    def _forget_secrets(self, uuid: str) -> None:
        """Puts dots in the place of what a caller has entered in secret: the call is over."""
        calls = self._parts.store.calls
        for _ in range(TRIES_TO_NOTE):
            row = calls.load(uuid)
            left = None if row is None else without_secrets(row.state, self._parts.seal)
            if row is None or left is None or calls.save(replace(row, state=left, last_answer=b""), row.turn):
                return

    def note_dial_event(self, asked: Asked) -> None:
        """Adds what happens to a callee's leg to the call's trace."""
        self.note(asked.params.get("CallUUID", ""), {"kind": "dial_event", **read_dial_event(asked.params)})

    def answer_message(self, asked: Asked) -> bytes:
        """The answer to a text message that came in; empty where the flow has none."""
        program = self._parts.programs.get(asked.flow_id, asked.version)
        env = self._parts.variables.of(asked.flow_id, asked.deployment or PRODUCTION)
        message = Call(read_message(asked.params), env=env, deployment=asked.deployment)
        services = CallWorld(self._parts, asked.flow_id, deployment=asked.deployment)
        answer = reply(program, message, Links(asked.base), services)
        if answer.reports:
            self._reports.send(answer.reports, message.uuid)
        return answer.body

    def note(self, uuid: str, event: dict[str, Any]) -> None:
        """Adds one event to the trace of a call that we know; of another call there is none to add to."""
        calls = self._parts.store.calls
        for _ in range(TRIES_TO_NOTE):
            row = calls.load(uuid) if uuid else None
            if row is None or calls.save(row, row.turn, self._dated([event], row.turn)):
                return

    def _dated(self, events: list[dict[str, Any]], turn: int | None) -> list[dict[str, Any]]:
        at = self._parts.clock().isoformat()
        return [{**event, "at": at, "turn": turn} for event in events]


def _is_repeated(row: CallRow, asked: Asked) -> bool:
    """Whether the request has been answered already, or comes from a document that the call has left behind."""
    if row.last_key == asked.key:
        return True
    if asked.turn is None:
        # A call comes once: told of it again, late, we must not throw the caller back to the start.
        return asked.event is None and begins_call(asked.params)
    return asked.turn < row.turn


def _whole(text: str | None) -> int | None:
    return int(text) if text is not None and re.fullmatch(r"[0-9]{1,9}", text, re.ASCII) else None
