"""Which version of a flow answers where: the Application and the numbers that publishing set up."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from flowbuilder.store.tables import deployments

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from flowbuilder.store.database import Database


@dataclass(frozen=True, slots=True)
class DeploymentRow:
    """A flow on one Plivo account (`account` is its auth id).

    `numbers` are `{"number", "previous_app_id"}`: what each number had before us, to be given back.
    """

    flow_id: str
    account: str
    app_id: str
    app_name: str
    version: int
    numbers: list[dict[str, Any]] = field(default_factory=list)
    updated_at: datetime | None = None


class Deployments:
    """At most one per flow and account."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    def get(self, flow_id: str, account: str) -> DeploymentRow | None:
        query = sa.select(deployments).where(deployments.c.flow_id == flow_id, deployments.c.account == account)
        with self._database.read() as connection:
            row = connection.execute(query).first()
        return None if row is None else DeploymentRow(*row)

    def put(self, row: DeploymentRow) -> DeploymentRow:
        """Keep the deployment, in place of the one before it; gives it with the time of now."""
        values = asdict(row) | {"updated_at": self._clock()}
        with self._database.write() as connection:
            here = (deployments.c.flow_id == row.flow_id) & (deployments.c.account == row.account)
            if connection.execute(sa.update(deployments).where(here).values(values)).rowcount == 0:
                connection.execute(sa.insert(deployments).values(values))
        return DeploymentRow(**values)

    def list(self, flow_id: str | None = None) -> list[DeploymentRow]:
        """All deployments, or those of one flow."""
        query = sa.select(deployments).order_by(deployments.c.flow_id, deployments.c.account)
        if flow_id is not None:
            query = query.where(deployments.c.flow_id == flow_id)
        with self._database.read() as connection:
            return [DeploymentRow(*row) for row in connection.execute(query)]

    def delete(self, flow_id: str, account: str) -> None:
        """Forget a deployment; one that is not there is fine."""
        with self._database.write() as connection:
            connection.execute(
                sa.delete(deployments).where(deployments.c.flow_id == flow_id, deployments.c.account == account)
            )
