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
    """One switch: which node of which flow, what it is turned to, by whom and when."""

    flow_id: str
    node: str
    value: str
    author: str
    updated_at: datetime


class Switches:
    """By flow and node; a node without a switch follows its settings."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    def get(self, flow_id: str, node: str) -> str | None:
        """What the node is turned to; None where it follows its settings."""
        query = sa.select(switches.c.value).where(switches.c.flow_id == flow_id, switches.c.node == node)
        with self._database.read() as connection:
            value = connection.execute(query).scalar()
        return None if value is None else str(value)

    def list(self, flow_id: str) -> list[SwitchRow]:
        """Every switch of a flow that is turned, by node."""
        query = sa.select(switches).where(switches.c.flow_id == flow_id).order_by(switches.c.node)
        with self._database.read() as connection:
            return [SwitchRow(**row) for row in connection.execute(query).mappings()]

    def turn(self, flow_id: str, node: str, value: str | None, author: str = "") -> None:
        """Turns the node to a value; None lets it follow its settings again."""
        with self._database.write() as connection:
            connection.execute(switches.delete().where(switches.c.flow_id == flow_id, switches.c.node == node))
            if value is not None:
                row = SwitchRow(flow_id, node, value, author, self._clock())
                connection.execute(switches.insert().values(**vars(row)))
