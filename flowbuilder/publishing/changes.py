"""What publishing would change in an account, as values, in words and as JSON."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Json = dict[str, Any]
Action = Literal["attach", "keep", "release"]


@dataclass(frozen=True)
class FieldChange:
    """One field of the Application; `before` is None where the Application is new."""

    field: str
    before: Any
    after: Any

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> FieldChange:
        return cls(data["field"], data["from"], data["to"])

    def to_json(self) -> Json:
        return {"field": self.field, "from": self.before, "to": self.after}


@dataclass(frozen=True)
class Holder:
    """What answers a number: an Application of the account, or nothing (`app_id` None).

    `app_id` is empty for our own Application while it does not exist; `name` is None for one that is gone.
    """

    app_id: str | None
    name: str | None = None

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Holder:
        name = data["name"]
        return cls(data["app_id"] or ("" if name is not None else None), name)

    @property
    def words(self) -> str:
        if self.app_id is None:
            return "nothing"
        return f"the Application {self.name}" if self.name else f"an Application that is gone ({self.app_id})"

    def to_json(self) -> Json:
        return {"app_id": self.app_id or None, "name": self.name}


NOTHING = Holder(None)


@dataclass(frozen=True)
class Displaced:
    """An Application that loses a mark which only one of an account can have (`default_number_app` ...) to ours."""

    field: str
    app_id: str
    name: str


@dataclass(frozen=True)
class ApplicationChange:
    """What happens to the flow's Application. `fields` is what is sent to Plivo.

    `blind`: planned from what is known, without having read the account, and not read back; drift tells the rest.
    """

    action: Literal["create", "change", "keep", "delete"]
    app_id: str | None
    app_name: str
    changes: tuple[FieldChange, ...] = ()
    fields: Mapping[str, Any] = field(default_factory=dict)
    displaced: tuple[Displaced, ...] = ()
    blind: bool = False

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> ApplicationChange:
        return cls(
            action=data["action"],
            app_id=data["app_id"],
            app_name=data["app_name"],
            changes=tuple(FieldChange.from_json(change) for change in data["changes"]),
            fields=dict(data["fields"]),
            displaced=tuple(Displaced(**item) for item in data["displaced"]),
            blind=data["blind"],
        )

    @property
    def sentence(self) -> str:
        name = self.app_name
        lost = "".join(f" {d.name} is no longer the account's {d.field}." for d in self.displaced)
        if self.action == "create":
            return f"Create the Application {name}.{lost}"
        if self.action == "delete":
            return f"Delete the Application {name}."
        if self.action == "keep":
            return f"Leave the Application {name} as it is."
        details = "; ".join(f"{c.field} from {_shown(c.before)} to {_shown(c.after)}" for c in self.changes)
        return f"Change the Application {name}: {details}.{lost}"

    def to_json(self) -> Json:
        return {
            "action": self.action,
            "app_id": self.app_id,
            "app_name": self.app_name,
            "changes": [change.to_json() for change in self.changes],
            "fields": dict(self.fields),
            "displaced": [vars(item) for item in self.displaced],
            "blind": self.blind,
            "sentence": self.sentence,
        }


class _Move:
    """What a number's change and an endpoint's have in common: how they are told."""

    action: Action
    before: Holder
    after: Holder
    previous_app_id: str | None

    @property
    def subject(self) -> str:
        raise NotImplementedError

    @property
    def sentence(self) -> str:
        if self.action == "attach":
            return f"Attach {self.subject} to {self.after.words}; {self.before.words} answers it now."
        if self.action == "keep":
            return f"Leave {self.subject} attached to {self.after.words}."
        if self.after.app_id is None:
            return f"Detach {self.subject} from {self.before.words}; nothing answers it then."
        return f"Give {self.subject} back to {self.after.words}; {self.before.words} answers it now."

    def _told(self) -> Json:
        return {
            "from": self.before.to_json(),
            "to": self.after.to_json(),
            "previous_app_id": self.previous_app_id,
            "sentence": self.sentence,
        }


@dataclass(frozen=True)
class NumberChange(_Move):
    """What happens to one number (digits only). `previous_app_id` is what unpublishing gives back to it."""

    action: Action
    number: str
    before: Holder
    after: Holder
    previous_app_id: str | None = None

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> NumberChange:
        return cls(data["action"], str(data["number"]).lstrip("+"), *_ends(data), data["previous_app_id"])

    @property
    def subject(self) -> str:
        return f"+{self.number}"

    def to_json(self) -> Json:
        return {"action": self.action, "number": f"+{self.number}", **self._told()}


@dataclass(frozen=True)
class EndpointChange(_Move):
    """What happens to one SIP endpoint; `username` is the whole one. `previous_app_id` as for a number."""

    action: Action
    endpoint_id: str
    username: str
    before: Holder
    after: Holder
    previous_app_id: str | None = None

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> EndpointChange:
        return cls(data["action"], data["endpoint_id"], data["username"], *_ends(data), data["previous_app_id"])

    @property
    def subject(self) -> str:
        return f"the SIP endpoint {self.username}"

    def to_json(self) -> Json:
        return {"action": self.action, "endpoint_id": self.endpoint_id, "username": self.username, **self._told()}


Move = NumberChange | EndpointChange
Step = ApplicationChange | Move


@dataclass(frozen=True)
class Plan:
    """All that publishing (or unpublishing) changes, in the order in which it is done.

    `notes` are sentences about what was found and is left alone.
    """

    auth_id: str
    application: ApplicationChange
    numbers: tuple[NumberChange, ...] = ()
    notes: tuple[str, ...] = ()
    endpoints: tuple[EndpointChange, ...] = ()

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Plan:
        """The plan that `to_json` told."""
        return cls(
            auth_id=data["account"],
            application=ApplicationChange.from_json(data["application"]),
            numbers=tuple(NumberChange.from_json(item) for item in data["numbers"]),
            notes=tuple(data["notes"]),
            endpoints=tuple(EndpointChange.from_json(item) for item in data["endpoints"]),
        )

    @property
    def moves(self) -> tuple[Move, ...]:
        """The numbers and endpoints, those that are left alone included."""
        return (*self.numbers, *self.endpoints)

    @property
    def steps(self) -> tuple[Step, ...]:
        """What apply does: what differs. An Application is made before its numbers move, deleted after."""
        moves: tuple[Step, ...] = tuple(change for change in self.moves if change.action != "keep")
        if self.application.action == "keep":
            return moves
        return (*moves, self.application) if self.application.action == "delete" else (self.application, *moves)

    @property
    def changes_anything(self) -> bool:
        return bool(self.steps)

    @property
    def sentences(self) -> list[str]:
        """The plan in words, what is left alone included."""
        parts: list[Step] = [self.application, *self.moves]
        return [part.sentence for part in parts] + list(self.notes)

    @property
    def fingerprint(self) -> str:
        """The same for two plans that say the same: so that what is applied is what was shown."""
        told = json.dumps(self._told(), sort_keys=True)
        return hashlib.sha256(told.encode()).hexdigest()[:20]

    def to_json(self) -> Json:
        return {
            **self._told(),
            "steps": [step.sentence for step in self.steps],
            "sentences": self.sentences,
            "changes_anything": self.changes_anything,
            "fingerprint": self.fingerprint,
        }

    def _told(self) -> Json:
        return {
            "account": self.auth_id,
            "application": self.application.to_json(),
            "numbers": [number.to_json() for number in self.numbers],
            "endpoints": [endpoint.to_json() for endpoint in self.endpoints],
            "notes": list(self.notes),
        }


def _ends(data: Mapping[str, Any]) -> tuple[Holder, Holder]:
    return Holder.from_json(data["from"]), Holder.from_json(data["to"])


def _shown(value: Any) -> str:
    return "nothing" if value in (None, "") else str(value).lower() if isinstance(value, bool) else str(value)
