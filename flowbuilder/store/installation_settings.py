"""What an operator has set for the whole installation, by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from flowbuilder.store.tables import installation_settings

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from flowbuilder.store.database import Database

_name = installation_settings.c.name


class InstallationSettings:
    """Texts by name; an empty one is none."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    def get(self, name: str) -> str:
        """The setting of this name; empty where it was never set."""
        query = sa.select(installation_settings.c.value).where(_name == name)
        with self._database.read() as connection:
            return str(connection.execute(query).scalar() or "")

    def put(self, name: str, value: str, author: str = "") -> None:
        """Keeps the setting, in place of the one before; an empty value takes it away."""
        with self._database.write() as connection:
            connection.execute(sa.delete(installation_settings).where(_name == name))
            if value:
                values = {"name": name, "value": value, "updated_at": self._clock(), "author": author}
                connection.execute(sa.insert(installation_settings).values(values))
