"""What the sandbox's one account holds, and how its things are named."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from flowbuilder.sandbox.calls import Switchboard

Json = dict[str, Any]


class Documents(Protocol):
    """Where the sandbox keeps its state: `store.sandbox`."""

    def put(self, kind: str, id: str, document: Json) -> None: ...
    def get(self, kind: str, id: str) -> Json | None: ...
    def list(self, kind: str) -> list[Json]: ...
    def delete(self, kind: str, id: str) -> bool: ...


def random_digits(length: int) -> str:
    """A random id of Plivo's kind: decimal digits that do not begin with 0."""
    return str(secrets.randbelow(9) + 1) + "".join(str(secrets.randbelow(10)) for _ in range(length - 1))


@dataclass(frozen=True)
class Holdings:
    """The account that the sandbox stands for. `switchboard` places its calls; None in a sandbox without calls."""

    documents: Documents
    auth_id: str
    clock: Callable[[], datetime]
    switchboard: Switchboard | None = None
    digits: Callable[[int], str] = random_digits
    assigns_default: bool = False

    def uri(self, *parts: str) -> str:
        """The path of a resource, as Plivo's `resource_uri` and paging links have it."""
        return "/".join(("/v1/Account", self.auth_id, *parts)) + "/"

    def has_subaccount(self, auth_id: str) -> bool:
        return self.documents.get("subaccount", auth_id) is not None

    def application_uri(self, app_id: str | None) -> str | None:
        return self.uri("Application", app_id) if app_id else None
