"""Everything that is kept: flows, versions, calls, deployments. The only package that imports SQLAlchemy."""

from __future__ import annotations

import secrets as randomness
import string
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from flowbuilder.store.author_secrets import AuthorSecretRow, AuthorSecrets
from flowbuilder.store.calls import CallRow, Calls, to_text
from flowbuilder.store.database import Database, shown
from flowbuilder.store.deployment_settings import DeploymentSettings, DeploymentSettingsRow
from flowbuilder.store.deployments import PRODUCTION, DeploymentRow, Deployments
from flowbuilder.store.flows import Flows
from flowbuilder.store.installation_settings import InstallationSettings
from flowbuilder.store.plivo_accounts import PlivoAccountRow, PlivoAccounts
from flowbuilder.store.publish_runs import PublishRunRow, PublishRuns, this_process
from flowbuilder.store.reviews import ReviewRow, Reviews
from flowbuilder.store.revisions import FlowRow, HistoryEntry
from flowbuilder.store.sandbox import SandboxDocuments
from flowbuilder.store.secrets import Secrets
from flowbuilder.store.switches import Switches, SwitchRow
from flowbuilder.store.versions import VersionRow, Versions, VersionSummary

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = [
    "PRODUCTION",
    "AuthorSecretRow",
    "CallRow",
    "DeploymentRow",
    "DeploymentSettingsRow",
    "FlowRow",
    "HistoryEntry",
    "PlivoAccountRow",
    "PublishRunRow",
    "ReviewRow",
    "Store",
    "SwitchRow",
    "VersionRow",
    "VersionSummary",
    "open_store",
    "this_process",
    "to_text",
    "utc_now",
]

SUFFIX_LENGTH = 6
SUFFIX_LETTERS = string.ascii_lowercase + string.digits


def utc_now() -> datetime:
    return datetime.now(UTC)


def random_suffix() -> str:
    """What makes a flow's id its own: six letters and digits."""
    return "".join(randomness.choice(SUFFIX_LETTERS) for _ in range(SUFFIX_LENGTH))


class Store:
    """An open database and its parts. Several threads may use it, and several processes the same database."""

    def __init__(self, database: Database, clock: Callable[[], datetime], make_suffix: Callable[[], str]) -> None:
        self._database = database
        self.flows = Flows(database, clock, make_suffix)
        self.versions = Versions(database, clock)
        self.calls = Calls(database, clock)
        self.deployments = Deployments(database, clock)
        self.deployment_settings = DeploymentSettings(database, clock)
        self.publish_runs = PublishRuns(database, clock)
        self.reviews = Reviews(database, clock)
        self.plivo_accounts = PlivoAccounts(database, clock)
        self.installation_settings = InstallationSettings(database, clock)
        self.sandbox = SandboxDocuments(database, clock)
        self.secrets = Secrets(database, clock)
        self.switches = Switches(database, clock)
        self.author_secrets = AuthorSecrets(database, clock)

    @property
    def place(self) -> str:
        """Where the data is, fit to show: the path of the file, or the server without its password."""
        return shown(self._database.url)

    @property
    def open_connections(self) -> int:
        """How many threads hold a connection for their calls."""
        return self._database.held

    def check(self) -> None:
        """Ask the database something, for `/healthz`; raises SQLAlchemyError when it does not answer."""
        self._database.ping()

    def close(self) -> None:
        self._database.close()


def open_store(
    url: str, *, clock: Callable[[], datetime] = utc_now, make_suffix: Callable[[], str] = random_suffix
) -> Store:
    """Open the database at `url` (SQLite or PostgreSQL) and bring its tables up to date.

    `clock` gives aware times, `make_suffix` the random end of a new flow's id. Raises FlowbuilderError with a
    sentence when the database cannot be opened or was made by a newer Flowbuilder.
    """
    return Store(Database(url), clock, make_suffix)
