"""All that one simulated call is made of, as plain data that survives JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from flowbuilder.simulator.causes import Ending
from flowbuilder.simulator.events import Awaiting, Event


@dataclass(frozen=True)
class CallSetup:
    """Who calls whom, and the URLs of the application that answers.

    Numbers go out as they stand here. `headers` are custom SIP headers without their prefix. An inbound call
    rings until an element picks it up; an outbound one has been picked up already.
    """

    uuid: str
    from_number: str
    to_number: str
    answer_url: str
    answer_method: str = "POST"
    fallback_url: str = ""
    fallback_method: str = "POST"
    hangup_url: str = ""
    hangup_method: str = "POST"
    direction: str = "inbound"
    forwarded_from: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    recordings_url: str = "https://recordings.invalid"

    def facts(self, status: str) -> dict[str, Any]:
        """The facts that every request carries, as `protocol.webhooks.write_call` takes them."""
        return {
            "uuid": self.uuid,
            "from_number": self.from_number,
            "to_number": self.to_number,
            "direction": self.direction,
            "status": status,
            "forwarded_from": self.forwarded_from,
            "headers": self.headers,
        }


@dataclass(frozen=True)
class Position:
    """Where a call is: the document, the element in it (and in a PreAnswer), and where its answer goes.

    `path` counts the children of Response from 0; a second number counts within a PreAnswer.
    """

    document_url: str
    path: tuple[int, ...]
    element: str
    action: str

    def to_json(self) -> dict[str, Any]:
        """The position as plain data."""
        return {**asdict(self), "path": list(self.path)}


@dataclass
class CallState:
    """One call as it stands. `seconds` is simulated time since the first ring.

    `secrets` are what the caller entered where nothing of it may be logged: reports show dots in their place.
    """

    setup: CallSetup
    document: str = ""
    document_url: str = ""
    path: list[int] = field(default_factory=lambda: [0])
    answered_at: float | None = None
    seconds: float = 0.0
    hang_up_at: float | None = None
    fetches: int = 0
    tries: int = 0
    ids_made: int = 0
    background: list[dict[str, Any]] = field(default_factory=list)
    secrets: list[str] = field(default_factory=list)
    awaiting: Awaiting | None = None
    ending: Ending | None = None
    events: list[Event] = field(default_factory=list)

    @property
    def status(self) -> str:
        """Plivo's CallStatus."""
        if self.ending:
            return "completed"
        return "ringing" if self.answered_at is None else "in-progress"

    @property
    def duration(self) -> int:
        """Seconds since the call was picked up; 0 where it was not."""
        return 0 if self.answered_at is None else round(self.seconds - self.answered_at)

    def new_id(self) -> str:
        """A UUID that no other thing of this call has; the same call makes the same ones."""
        self.ids_made += 1
        return str(uuid5(NAMESPACE_URL, f"call:{self.setup.uuid}/{self.ids_made}"))

    def to_json(self) -> dict[str, Any]:
        """The state as plain data."""
        plain = {name: value for name, value in vars(self).items() if name not in TYPED}
        return {
            **plain,
            "path": list(self.path),
            "secrets": list(self.secrets),
            "background": [dict(one) for one in self.background],
            "setup": {**vars(self.setup), "headers": dict(self.setup.headers)},
            "awaiting": self.awaiting.to_json() if self.awaiting else None,
            "ending": self.ending.to_json() if self.ending else None,
            "events": [event.to_json() for event in self.events],
        }

    @classmethod
    def from_json(cls, given: Mapping[str, Any]) -> CallState:
        """The state that `to_json` gave."""
        plain = {name: value for name, value in given.items() if name not in TYPED}
        awaiting, ending = given["awaiting"], given["ending"]
        return cls(
            **{**plain, "path": list(given["path"]), "background": [dict(one) for one in given["background"]]},
            setup=CallSetup(**given["setup"]),
            awaiting=Awaiting.from_json(awaiting) if awaiting else None,
            ending=Ending(**ending) if ending else None,
            events=[Event.from_json(event) for event in given["events"]],
        )


TYPED = frozenset({"setup", "awaiting", "ending", "events"})
