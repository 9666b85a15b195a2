"""The Plivo accounts that were added here, each with its sealed token."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from flowbuilder.store.tables import plivo_accounts

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from flowbuilder.store.database import Database

_auth_id = plivo_accounts.c.auth_id


@dataclass(frozen=True, slots=True)
class PlivoAccountRow:
    """One account. `sealed_token` is encrypted; `checked_at` is when Plivo last accepted the token."""

    auth_id: str
    label: str
    sealed_token: str
    added_at: datetime
    checked_at: datetime | None
    author: str


class PlivoAccounts:
    """By auth id. What is kept of a token is sealed already: this knows no key."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    def list(self) -> list[PlivoAccountRow]:
        """All accounts, by label and auth id."""
        query = sa.select(plivo_accounts).order_by(plivo_accounts.c.label, _auth_id)
        with self._database.read() as connection:
            return [PlivoAccountRow(**row) for row in connection.execute(query).mappings()]

    def get(self, auth_id: str) -> PlivoAccountRow | None:
        with self._database.read() as connection:
            row = connection.execute(sa.select(plivo_accounts).where(_auth_id == auth_id)).mappings().first()
        return None if row is None else PlivoAccountRow(**row)

    def add(self, auth_id: str, label: str, sealed_token: str, author: str = "") -> bool:
        """Keeps an account whose token Plivo has just accepted. False where it is there already."""
        now = self._clock()
        row = PlivoAccountRow(auth_id, label, sealed_token, now, now, author)
        values = {name: getattr(row, name) for name in row.__slots__}
        with self._database.write() as connection:
            if connection.execute(sa.select(_auth_id).where(_auth_id == auth_id)).first() is not None:
                return False
            connection.execute(sa.insert(plivo_accounts).values(values))
        return True

    def replace_token(self, auth_id: str, sealed_token: str) -> bool:
        """Keeps a token that Plivo has just accepted. False where there is no such account."""
        return self._change(auth_id, sealed_token=sealed_token, checked_at=self._clock())

    def reseal(self, auth_id: str, before: str, after: str) -> bool:
        """The same token sealed with another key. False where it is not what it was any more."""
        here = (_auth_id == auth_id) & (plivo_accounts.c.sealed_token == before)
        with self._database.write() as connection:
            changed = connection.execute(sa.update(plivo_accounts).where(here).values(sealed_token=after))
            return changed.rowcount > 0

    def note_check(self, auth_id: str) -> bool:
        """Keeps that Plivo has accepted the token just now."""
        return self._change(auth_id, checked_at=self._clock())

    def delete(self, auth_id: str) -> bool:
        """Whether there was one to delete."""
        with self._database.write() as connection:
            return connection.execute(sa.delete(plivo_accounts).where(_auth_id == auth_id)).rowcount > 0

    def _change(self, auth_id: str, **values: object) -> bool:
        with self._database.write() as connection:
            here = sa.update(plivo_accounts).where(_auth_id == auth_id)
            return connection.execute(here.values(**values)).rowcount > 0
