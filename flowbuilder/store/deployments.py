"""Which version of a flow answers where: the Application, the numbers and the endpoints that publishing set up."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from flowbuilder.store.tables import deployments

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from flowbuilder.store.database import Database

PRODUCTION = "production"


@dataclass(frozen=True, slots=True)
class DeploymentRow:
    """What is live of a flow's deployment `name`, on one Plivo account (`account` is its auth id).

    `numbers` are `{"number", "previous_app_id"}`, `endpoints` are `{"endpoint_id", "username", "previous_app_id"}`:
    what each had before us, to be given back. `version` is live since `live_since`, by `author`.
    """

    flow_id: str
    account: str
    app_id: str
    app_name: str
    version: int
    numbers: list[dict[str, Any]] = field(default_factory=list)
    name: str = PRODUCTION
    endpoints: list[dict[str, Any]] = field(default_factory=list)
    live_since: datetime | None = None
    author: str = ""
    updated_at: datetime | None = None


class Deployments:
    """By flow and name."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    def get(self, flow_id: str, name: str = PRODUCTION) -> DeploymentRow | None:
        """What is live of that deployment; None where nothing is."""
        with self._database.read() as connection:
            row = connection.execute(sa.select(deployments).where(_at(flow_id, name))).mappings().first()
        return None if row is None else DeploymentRow(**row)

    def put(self, row: DeploymentRow) -> DeploymentRow:
        """Keep the deployment, in place of the one before it; gives it with the time of now.

        Without a `live_since` it is that of the row before, as long as the version is the same, else now.
        """
        now = self._clock()
        here = _at(row.flow_id, row.name)
        with self._database.write() as connection:
            before = connection.execute(sa.select(deployments).where(here)).first()
            same = before is not None and before.version == row.version
            live_since = row.live_since or (before.live_since if before is not None and same else now)
            values = asdict(row) | {"updated_at": now, "live_since": live_since}
            if before is None:
                connection.execute(sa.insert(deployments).values(values))
            else:
                connection.execute(sa.update(deployments).where(here).values(values))
        return DeploymentRow(**values)

    def list(self, flow_id: str | None = None) -> list[DeploymentRow]:
        """All deployments, or those of one flow, by flow and name."""
        query = sa.select(deployments).order_by(deployments.c.flow_id, deployments.c.name)
        if flow_id is not None:
            query = query.where(deployments.c.flow_id == flow_id)
        with self._database.read() as connection:
            return [DeploymentRow(**row) for row in connection.execute(query).mappings()]

    def delete(self, flow_id: str, name: str = PRODUCTION) -> None:
        """Forget a deployment; one that is not there is fine."""
        with self._database.write() as connection:
            connection.execute(sa.delete(deployments).where(_at(flow_id, name)))


def _at(flow_id: str, name: str) -> sa.ColumnElement[bool]:
    return (deployments.c.flow_id == flow_id) & (deployments.c.name == name)
