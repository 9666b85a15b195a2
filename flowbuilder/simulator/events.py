"""What the player reports, and what it waits for: plain data that survives JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Literal

from flowbuilder.errors import FlowbuilderError

EventKind = Literal[
    "answered",  # the call is picked up
    "said",  # text, voice, language, times, to (caller, callee or room)
    "played",  # url, times, to
    "waited",  # seconds
    "beeped",
    "sent_digits",  # digits
    "pressed",  # digits, secret: dots stand for the digits
    "spoke",  # text, confidence, secret: dots stand for the text
    "stayed_silent",  # seconds
    "dialing",  # targets, timeout, caller_id
    "dialed",  # status, seconds
    "recording",  # mode (message or background), recording_id
    "recorded",  # seconds, url, recording_id
    "joined",  # room, role
    "left",  # room
    "streaming",  # url
    "stream_ended",  # url
    "messaged",  # from, to, text
    "requested",  # method, url, status, milliseconds, cause, params
    "doubted",  # sentence: a fault in a document that does not stop the call
    "hung_up",  # by, code, name, source, sentence
]


@dataclass(frozen=True)
class Event:
    """One thing that happened in a call."""

    kind: EventKind
    data: Mapping[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """The event as one flat object, its kind under `kind`."""
        return {"kind": self.kind, **self.data}

    @classmethod
    def from_json(cls, given: Mapping[str, Any]) -> Event:
        """The event that `to_json` gave."""
        data = {name: value for name, value in given.items() if name != "kind"}
        return cls(given["kind"], data)


AwaitingKind = Literal["input", "dial", "record", "conference", "stream", "endless"]


@dataclass(frozen=True)
class Awaiting:
    """What the call waits for: the caller, the far side of a dial, or nothing that will ever come.

    For `input`: which input is taken, how many digits at most, the key that ends them, and the seconds of
    silence it bears. For `dial`: who rings, and how it may end. For `record`: the longest recording in
    seconds. `secret` input is kept out of every log. `endless` is a prompt that never ends: the caller can
    only hang up.
    """

    kind: AwaitingKind
    input_type: str = ""
    num_digits: int = 0
    finish_on_key: str = ""
    timeout: int = 0
    targets: tuple[str, ...] = ()
    results: tuple[str, ...] = ()
    max_length: int = 0
    room: str = ""
    takes_star: bool = False
    may_stay_silent: bool = False
    secret: bool = False

    @property
    def takes_digits(self) -> bool:
        """Whether keys are listened for."""
        return self.kind == "input" and "dtmf" in self.input_type

    @property
    def takes_speech(self) -> bool:
        """Whether speech is listened for."""
        return self.kind == "input" and "speech" in self.input_type

    def to_json(self) -> dict[str, Any]:
        """The state as plain data."""
        return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(self).items()}

    @classmethod
    def from_json(cls, given: Mapping[str, Any]) -> Awaiting:
        """The state that `to_json` gave."""
        known = {one.name for one in fields(cls)}
        values: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value for name, value in given.items()
        }
        return cls(**{name: value for name, value in values.items() if name in known})


class NotNow(FlowbuilderError):
    """The caller cannot do that at this point of the call."""
