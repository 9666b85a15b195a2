"""The sandbox's own state: JSON documents by kind and id."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from flowbuilder.store.tables import sandbox_documents

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from flowbuilder.store.database import Database

_kind, _id = sandbox_documents.c.kind, sandbox_documents.c.id


class SandboxDocuments:
    """Kinds are the sandbox's own words: application, number, endpoint, call."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    def put(self, kind: str, id: str, document: dict[str, Any]) -> None:
        """Keep the document, in place of the one that bore this id."""
        with self._database.write() as connection:
            here = sa.update(sandbox_documents).where(_kind == kind, _id == id)
            if connection.execute(here.values(document=document)).rowcount == 0:
                values = {"kind": kind, "id": id, "created_at": self._clock(), "document": document}
                connection.execute(sa.insert(sandbox_documents).values(values))

    def get(self, kind: str, id: str) -> dict[str, Any] | None:
        query = sa.select(sandbox_documents.c.document).where(_kind == kind, _id == id)
        with self._database.read() as connection:
            return connection.execute(query).scalar()

    def list(self, kind: str) -> list[dict[str, Any]]:
        """All documents of a kind, the oldest first."""
        query = sa.select(sandbox_documents.c.document).where(_kind == kind)
        with self._database.read() as connection:
            return list(connection.execute(query.order_by(sandbox_documents.c.created_at, _id)).scalars())

    def delete(self, kind: str, id: str) -> bool:
        """Whether there was one to delete."""
        with self._database.write() as connection:
            return connection.execute(sa.delete(sandbox_documents).where(_kind == kind, _id == id)).rowcount > 0
