"""Secrets that authors keep for their flows' web requests: by name, encrypted, never given out to a page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from flowbuilder.store.tables import author_secrets

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from flowbuilder.store.database import Database

_name = author_secrets.c.name


@dataclass(frozen=True)
class AuthorSecretRow:
    """That there is a secret of this name, and since when it is what it is."""

    name: str
    updated_at: datetime


class AuthorSecrets:
    """By name. What is kept is sealed already: this knows no key."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    def list(self) -> list[AuthorSecretRow]:
        """Which there are, by name."""
        query = sa.select(_name, author_secrets.c.updated_at).order_by(_name)
        with self._database.read() as connection:
            return [AuthorSecretRow(**row) for row in connection.execute(query).mappings()]

    def sealed(self, name: str) -> str | None:
        """The sealed secret of this name."""
        query = sa.select(author_secrets.c.sealed).where(_name == name)
        with self._database.read() as connection:
            return connection.execute(query).scalar()

    def put(self, name: str, sealed: str) -> None:
        """Keeps a sealed secret, in place of the one that bore this name."""
        with self._database.write() as connection:
            connection.execute(author_secrets.delete().where(_name == name))
            values = {"name": name, "sealed": sealed, "updated_at": self._clock()}
            connection.execute(author_secrets.insert().values(**values))

    def reseal(self, name: str, before: str, after: str) -> bool:
        """The same secret sealed with another key. False where it is not what it was any more."""
        here = (_name == name) & (author_secrets.c.sealed == before)
        with self._database.write() as connection:
            return connection.execute(sa.update(author_secrets).where(here).values(sealed=after)).rowcount > 0

    def delete(self, name: str) -> bool:
        """Whether there was one to delete."""
        with self._database.write() as connection:
            return connection.execute(author_secrets.delete().where(_name == name)).rowcount > 0
