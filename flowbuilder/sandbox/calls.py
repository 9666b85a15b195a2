"""The sandbox's switchboard: places calls, asks the webhooks that answer them, and keeps a record of each."""

from __future__ import annotations

import threading
import uuid as _uuid
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar

from flowbuilder.errors import FlowbuilderError, NotFound
from flowbuilder.sandbox.holdings import Holdings, random_digits
from flowbuilder.sandbox.messages import TextMessages
from flowbuilder.sandbox.numbers import find_number
from flowbuilder.sandbox.webhook_requests import WebhookRequests
from flowbuilder.simulator import causes
from flowbuilder.simulator.player import Player
from flowbuilder.simulator.session import Session
from flowbuilder.simulator.state import CallSetup

if TYPE_CHECKING:
    import httpx

    from flowbuilder.simulator.events import Event
    from flowbuilder.store import Store

Json = dict[str, Any]
Told = TypeVar("Told")
# What a caller and the far side can do: the Player's methods of these names.
ACTIONS = frozenset({"press", "say", "stay_silent", "dial_ends", "record_ends", "leave", "hang_up"})
# So many calls are kept in memory; the oldest make room, and a live one among them is hung up.
MOST_CALLS = 500
MINUTE_SECONDS = 60


class LiveCall:
    """One call of the sandbox, from its first ring on; it can still be read when it is over.

    Several threads may use it: everything that acts goes through one lock. `session` and `player` are for
    reading; acting is `act`, so that the end of the call is recorded.
    """

    def __init__(self, player: Player, started_at: datetime, keep_record: Callable[[LiveCall], None]) -> None:
        self.player = player
        self.session = Session(player)
        self.started_at = started_at
        self.lock = threading.RLock()
        self._keep_record = keep_record
        self._recorded = False

    @property
    def uuid(self) -> str:
        return self.player.state.setup.uuid

    @property
    def from_number(self) -> str:
        return self.player.state.setup.from_number

    @property
    def to_number(self) -> str:
        return self.player.state.setup.to_number

    @property
    def direction(self) -> str:
        return self.player.state.setup.direction

    @property
    def status(self) -> str:
        """Plivo's CallStatus: ringing, in-progress or completed."""
        return self.player.state.status

    @property
    def is_over(self) -> bool:
        return self.player.ended

    def begin(self) -> list[Event]:
        """Lets the call arrive. Called once, by the switchboard."""
        return self._do(self.player.begin)

    def act(self, action: str, *values: Any) -> list[Event]:
        """Does one of the Player's actions (press, say, stay_silent, dial_ends, record_ends, leave, hang_up).

        Gives the events that it caused. Raises NotNow where the call does not wait for that.
        """
        if action not in ACTIONS:
            raise FlowbuilderError(f"A caller cannot do {action!r}.")
        return self._do(lambda: getattr(self.player, action)(*values))

    def type(self, command: str) -> list[str]:
        """Does what a person typed (see Session.act); gives the lines of what then happens."""
        return self._do(lambda: self.session.act(command))

    def end_by_api(self) -> None:
        """Ends the call as the REST API does; a call that is over stays as it ended."""
        with self.lock:
            if not self.is_over:
                self._do(lambda: self.player.hang_up(ending=causes.API_HUNG_UP))

    def _do(self, act: Callable[[], Told]) -> Told:
        with self.lock:
            try:
                return act()
            finally:
                if self.is_over and not self._recorded:
                    self._recorded = True
                    self._keep_record(self)


class Switchboard:
    """Places calls and knows those in progress; `messages` are the text messages to and from the same numbers.

    `transport` reaches the webhooks, which are asked with requests signed with `auth_token`. `ids` gives call
    UUIDs, `nonce` the strings of digits that go into signatures.
    """

    def __init__(
        self,
        store: Store,
        transport: httpx.BaseTransport,
        auth_id: str,
        auth_token: str,
        clock: Callable[[], datetime],
        ids: Callable[[], str] = lambda: str(_uuid.uuid4()),
        *,
        nonce: Callable[[], str] = lambda: random_digits(20),
        deliveries: int = 1,
    ) -> None:
        self._documents = store.sandbox
        self._holdings = Holdings(store.sandbox, auth_id, clock)
        self._requests = WebhookRequests(transport, auth_token, nonce, deliveries)
        self.messages = TextMessages(self._holdings, self._requests)
        self._clock = clock
        self._ids = ids
        self._calls: dict[str, LiveCall] = {}
        self._lock = threading.Lock()

    def dial(self, to_number: str, from_number: str, headers: Mapping[str, str] | None = None) -> LiveCall:
        """Somebody rings one of the sandbox's numbers; the Application attached to it answers.

        `headers` are custom SIP headers without their prefix. Raises NotFound for a number that is not the
        sandbox's, FlowbuilderError for one that nothing answers.
        """
        number = find_number(self._holdings, to_number)
        if number is None:
            raise NotFound(f"{to_number} is not a number of the sandbox. Dial one that the publish page lists.")
        shown = f"+{number['number']}"
        app = self._documents.get("application", number["application"]) if number["application"] else None
        if not number["voice_enabled"]:
            raise FlowbuilderError(f"{shown} takes no calls: voice is not enabled. Dial another number.")
        if app is None:
            raise FlowbuilderError(f"Nothing answers {shown}. Publish a flow to it first.")
        return self.dial_application(
            app["answer_url"],
            app["fallback_answer_url"] or "",
            app["hangup_url"] or "",
            from_number,
            number["number"],
            answer_method=app["answer_method"],
            fallback_method=app["fallback_method"],
            hangup_method=app["hangup_method"],
            headers=headers,
        )

    def dial_application(
        self,
        answer_url: str,
        fallback_url: str,
        hangup_url: str,
        from_number: str,
        to_number: str,
        *,
        direction: str = "inbound",
        answer_method: str = "POST",
        fallback_method: str = "POST",
        hangup_method: str = "POST",
        headers: Mapping[str, str] | None = None,
    ) -> LiveCall:
        """A call that these URLs answer, no matter what is attached to the numbers; begun when it is given."""
        setup = CallSetup(
            uuid=self._ids(),
            from_number=_bare(from_number),
            to_number=_bare(to_number),
            answer_url=answer_url,
            answer_method=answer_method,
            fallback_url=fallback_url,
            fallback_method=fallback_method,
            hangup_url=hangup_url,
            hangup_method=hangup_method,
            direction=direction,
            headers=dict(headers or {}),
        )
        call = LiveCall(Player(self._requests.fetch, setup), self._clock(), self._keep_record)
        self._admit(call)
        call.begin()
        return call

    def get(self, call_uuid: str) -> LiveCall | None:
        """A call in progress, or one that ended not long ago."""
        return self._calls.get(call_uuid)

    def live(self) -> list[LiveCall]:
        """The calls in progress, the oldest first."""
        with self._lock:
            return [call for call in self._calls.values() if not call.is_over]

    def _admit(self, call: LiveCall) -> None:
        with self._lock:
            self._calls[call.uuid] = call
            crowded = list(self._calls)[:-MOST_CALLS]
            gone = [self._calls.pop(uuid) for uuid in crowded]
        for old in gone:
            old.end_by_api()

    def _keep_record(self, call: LiveCall) -> None:
        self._documents.put("call", call.uuid, record_of(call))


def record_of(call: LiveCall) -> Json:
    """The record of a finished call, as Plivo's CDR has it (plivo-api.md 5.3); nothing costs anything here."""
    state, ending = call.player.state, call.player.ending
    assert ending is not None
    answered = None if state.answered_at is None else call.started_at + timedelta(seconds=state.answered_at)
    return {
        "call_uuid": call.uuid,
        "parent_call_uuid": None,
        "conference_uuid": None,
        "call_direction": call.direction,
        "call_state": "ANSWER" if answered else "NO_ANSWER",
        "from_number": call.from_number,
        "to_number": call.to_number,
        "initiation_time": _time(call.started_at),
        "answer_time": _time(answered) if answered else None,
        "end_time": _time(call.started_at + timedelta(seconds=state.seconds)),
        "call_duration": state.duration,
        "bill_duration": state.duration,
        "billed_duration": -(-state.duration // MINUTE_SECONDS) * MINUTE_SECONDS,
        "hangup_cause_code": ending.code,
        "hangup_cause_name": ending.name,
        "hangup_source": ending.source,
        "source_ip": None,
        "stir_attestation": "",
        "stir_verification": "Not Applicable",
        "total_amount": "0.00000",
        "total_rate": "0.00000",
        "voice_network_group": "",
    }


def _time(moment: datetime) -> str:
    """`2026-11-23 10:00:00+00:00`, as records have times."""
    return moment.isoformat(sep=" ", timespec="seconds")


def _bare(number: str) -> str:
    """A number as Plivo's requests carry it, without a plus; a SIP address as it is."""
    return number if number.startswith("sip:") else number.strip().lstrip("+")
