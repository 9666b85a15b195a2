"""Switches of published flows: a node turned one way without publishing, such as opening hours to closed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from flowbuilder.store.tables import switches

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from flowbuilder.store.database import Database


@dataclass(frozen=True)
class SwitchRow:
    """One switch: which node of which flow, what it is turned to, by whom and when, and until when if it ends."""

    flow_id: str
    node: str
    value: str
    author: str
    updated_at: datetime
    ends_at: datetime | None = None


class Switches:
    """By flow and node; a node without a switch, or with one that is over, follows its settings."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    def get(self, flow_id: str, node: str) -> str | None:
        """What the node is turned to; None where it follows its settings."""
        query = sa.select(switches.c.value, switches.c.ends_at).where(
            switches.c.flow_id == flow_id, switches.c.node == node
        )
        with self._database.read() as connection:
            found = connection.execute(query).first()
        return None if found is None or self._is_over(found.ends_at) else str(found.value)

    def list(self, flow_id: str) -> list[SwitchRow]:
        """Every switch of a flow that is turned, by node."""
        query = sa.select(switches).where(switches.c.flow_id == flow_id).order_by(switches.c.node)
        with self._database.read() as connection:
            rows = [SwitchRow(**row) for row in connection.execute(query).mappings()]
        return [row for row in rows if not self._is_over(row.ends_at)]

    def _is_over(self, ends_at: datetime | None) -> bool:
        return ends_at is not None and ends_at <= self._clock()

    def turn(
        self, flow_id: str, node: str, value: str | None, author: str = "", ends_at: datetime | None = None
    ) -> None:
        """Turns the node to a value, until `ends_at` if that is given; None lets it follow its settings again."""
        with self._database.write() as connection:
            connection.execute(switches.delete().where(switches.c.flow_id == flow_id, switches.c.node == node))
            if value is not None:
                row = SwitchRow(flow_id, node, value, author, self._clock(), ends_at)
                connection.execute(switches.insert().values(**vars(row)))
