"""What each deployment of a flow is meant to be: its account, its variables, and the Application's own settings."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from flowbuilder.store.deployments import PRODUCTION
from flowbuilder.store.tables import deployment_settings

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from flowbuilder.store.database import Database


@dataclass(frozen=True, slots=True)
class DeploymentSettingsRow:
    """`account` is an auth id, None for the default account. `variables` are `env.NAME` in expressions.

    `application` holds fields of the Application under Plivo's names; a missing one is left as Plivo's console has it.
    """

    flow_id: str
    name: str = PRODUCTION
    account: str | None = None
    variables: dict[str, str] = field(default_factory=dict)
    application: dict[str, Any] = field(default_factory=dict)
    updated_at: datetime | None = None
    author: str = ""


class DeploymentSettings:
    """By flow and name. A deployment exists as soon as it has settings; `production` always does."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    def get(self, flow_id: str, name: str = PRODUCTION) -> DeploymentSettingsRow | None:
        """The settings as they were kept; for production, where none were, those it has from the start."""
        with self._database.read() as connection:
            row = connection.execute(sa.select(deployment_settings).where(_at(flow_id, name))).mappings().first()
        if row is not None:
            return DeploymentSettingsRow(**row)
        return DeploymentSettingsRow(flow_id) if name == PRODUCTION else None

    def users_of(self, account: str) -> list[DeploymentSettingsRow]:
        """The deployments that are set to that account, by flow and name."""
        table = deployment_settings
        query = sa.select(table).where(table.c.account == account).order_by(table.c.flow_id, table.c.name)
        with self._database.read() as connection:
            return [DeploymentSettingsRow(**row) for row in connection.execute(query).mappings()]

    def put(self, row: DeploymentSettingsRow) -> DeploymentSettingsRow:
        """Keeps the settings, in place of those before them; gives them with the time of now."""
        values = asdict(row) | {"updated_at": self._clock()}
        here = _at(row.flow_id, row.name)
        with self._database.write() as connection:
            if connection.execute(sa.update(deployment_settings).where(here).values(values)).rowcount == 0:
                connection.execute(sa.insert(deployment_settings).values(values))
        return DeploymentSettingsRow(**values)

    def all_variables(self) -> dict[tuple[str, str], dict[str, str]]:
        """The variables of every deployment that has some, by flow and name."""
        columns = deployment_settings.c
        query = sa.select(columns.flow_id, columns.name, columns.variables)
        with self._database.read() as connection:
            return {(flow_id, name): found for flow_id, name, found in connection.execute(query) if found}

    def delete(self, flow_id: str, name: str) -> None:
        """Forgets the settings; those of production are then what they were at the start."""
        with self._database.write() as connection:
            connection.execute(sa.delete(deployment_settings).where(_at(flow_id, name)))

    def list(self, flow_id: str) -> list[DeploymentSettingsRow]:
        """Every deployment of the flow: production first, the others by name."""
        query = sa.select(deployment_settings).where(deployment_settings.c.flow_id == flow_id)
        with self._database.read() as connection:
            rows = {row["name"]: DeploymentSettingsRow(**row) for row in connection.execute(query).mappings()}
        first = rows.pop(PRODUCTION, DeploymentSettingsRow(flow_id))
        return [first, *(rows[name] for name in sorted(rows))]


def _at(flow_id: str, name: str) -> sa.ColumnElement[bool]:
    return (deployment_settings.c.flow_id == flow_id) & (deployment_settings.c.name == name)
