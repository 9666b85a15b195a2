"""The screens, and Plivo's webhooks: Flask blueprints over the parts that app.py joined."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

from flask import current_app

if TYPE_CHECKING:
    from flowbuilder.config import Settings
    from flowbuilder.publishing.account import Account
    from flowbuilder.steps.world import WebRequests
    from flowbuilder.store import Store
    from flowbuilder.web.access import Login
    from flowbuilder.web.accounts import Accounts
    from flowbuilder.web.drifting import DriftBoard
    from flowbuilder.web.figures import Figures
    from flowbuilder.web.programs import Programs
    from flowbuilder.web.public_address import PublicAddress
    from flowbuilder.web.seal import Seal
    from flowbuilder.web.variables import Variables
    from flowbuilder.web.vault import Vault

EXTENSION = "flowbuilder"


@dataclass(frozen=True)
class Flowbuilder:
    """One running Flowbuilder: its settings and the parts that a request may need.

    `account` is the default one of `accounts`: the environment's, or the sandbox's where settings.uses_sandbox.
    `switchboard` is the sandbox.calls.Switchboard that places simulated calls (web and sandbox do not import each
    other).
    """

    settings: Settings
    store: Store
    account: Account
    accounts: Accounts
    address: PublicAddress
    switchboard: Any
    sandbox_token: str
    programs: Programs
    seal: Seal
    vault: Vault
    services: WebRequests
    login: Login
    figures: Figures
    drifts: DriftBoard
    variables: Variables
    clock: Callable[[], datetime]

    @property
    def public_url(self) -> str | None:
        """Where Plivo reaches this server, without a slash at its end."""
        return self.address.url()


def current() -> Flowbuilder:
    """The Flowbuilder that the request being answered belongs to."""
    return cast("Flowbuilder", current_app.extensions[EXTENSION])
