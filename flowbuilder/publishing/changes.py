"""What publishing would change in an account, as values, in words and as JSON."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Json = dict[str, Any]


@dataclass(frozen=True)
class FieldChange:
    """One field of the Application; `before` is None where the Application is new."""

    field: str
    before: Any
    after: Any

    def to_json(self) -> Json:
        return {"field": self.field, "from": self.before, "to": self.after}


@dataclass(frozen=True)
class Holder:
    """What answers a number: an Application of the account, or nothing (`app_id` None).

    `app_id` is empty for our own Application while it does not exist; `name` is None for one that is gone.
    """

    app_id: str | None
    name: str | None = None

    @property
    def words(self) -> str:
        if self.app_id is None:
            return "nothing"
        return f"the Application {self.name}" if self.name else f"an Application that is gone ({self.app_id})"

    def to_json(self) -> Json:
        return {"app_id": self.app_id or None, "name": self.name}


NOTHING = Holder(None)


@dataclass(frozen=True)
class ApplicationChange:
    """What happens to the flow's Application. `fields` is what is sent to Plivo."""

    action: Literal["create", "change", "keep", "delete"]
    app_id: str | None
    app_name: str
    changes: tuple[FieldChange, ...] = ()
    fields: Mapping[str, Any] = field(default_factory=dict)

    @property
    def sentence(self) -> str:
        name = self.app_name
        if self.action == "create":
            return f"Create the Application {name}."
        if self.action == "delete":
            return f"Delete the Application {name}."
        if self.action == "keep":
            return f"Leave the Application {name} as it is."
        details = "; ".join(f"{c.field} from {_shown(c.before)} to {_shown(c.after)}" for c in self.changes)
        return f"Change the Application {name}: {details}."

    def to_json(self) -> Json:
        return {
            "action": self.action,
            "app_id": self.app_id,
            "app_name": self.app_name,
            "changes": [change.to_json() for change in self.changes],
            "sentence": self.sentence,
        }


@dataclass(frozen=True)
class NumberChange:
    """What happens to one number (digits only). `previous_app_id` is what unpublishing gives back to it."""

    action: Literal["attach", "keep", "release"]
    number: str
    before: Holder
    after: Holder
    previous_app_id: str | None = None

    @property
    def sentence(self) -> str:
        if self.action == "attach":
            return f"Attach +{self.number} to {self.after.words}; {self.before.words} answers it now."
        if self.action == "keep":
            return f"Leave +{self.number} attached to {self.after.words}."
        if self.after.app_id is None:
            return f"Detach +{self.number} from {self.before.words}; nothing answers it then."
        return f"Give +{self.number} back to {self.after.words}; {self.before.words} answers it now."

    def to_json(self) -> Json:
        return {
            "action": self.action,
            "number": f"+{self.number}",
            "from": self.before.to_json(),
            "to": self.after.to_json(),
            "sentence": self.sentence,
        }


Step = ApplicationChange | NumberChange


@dataclass(frozen=True)
class Plan:
    """All that publishing (or unpublishing) changes, in the order in which it is done.

    `notes` are sentences about what was found and is left alone.
    """

    auth_id: str
    application: ApplicationChange
    numbers: tuple[NumberChange, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def steps(self) -> tuple[Step, ...]:
        """What apply does: what differs. An Application is made before its numbers move, deleted after."""
        moves: tuple[Step, ...] = tuple(change for change in self.numbers if change.action != "keep")
        if self.application.action == "keep":
            return moves
        return (*moves, self.application) if self.application.action == "delete" else (self.application, *moves)

    @property
    def changes_anything(self) -> bool:
        return bool(self.steps)

    @property
    def sentences(self) -> list[str]:
        """The plan in words, what is left alone included."""
        parts: list[Step] = [self.application, *self.numbers]
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
            "notes": list(self.notes),
        }


def _shown(value: Any) -> str:
    return "nothing" if value in (None, "") else str(value)
