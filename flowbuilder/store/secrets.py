"""Secrets that this installation made for itself, each made once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from flowbuilder.store.tables import secrets

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from flowbuilder.store.database import Database


class Secrets:
    """By name; two processes that ask at once get the same one."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    def get_or_create(self, name: str, make: Callable[[], str]) -> str:
        """The secret of this name; `make` is asked for one when there is none yet."""
        query = sa.select(secrets.c.value).where(secrets.c.name == name)
        with self._database.read() as connection:
            value = connection.execute(query).scalar()
        if value is not None:
            return str(value)
        with self._database.write() as connection:
            connection.execute(
                sa.text(
                    "INSERT INTO secrets (name, value, created_at) VALUES (:name, :value, :created_at) "
                    "ON CONFLICT (name) DO NOTHING"
                ).bindparams(sa.bindparam("created_at", type_=secrets.c.created_at.type)),
                {"name": name, "value": make(), "created_at": self._clock()},
            )
            return str(connection.execute(query).scalar_one())
