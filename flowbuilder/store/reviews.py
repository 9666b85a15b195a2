"""Second persons: which flows may be published only after a review, and what was decided on which revision."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import sqlalchemy as sa

from flowbuilder.store.tables import flow_gates, reviews

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from flowbuilder.store.database import Database

ReviewState = Literal["asked", "approved", "declined"]


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """The review of one revision of a flow."""

    flow_id: str
    revision: int
    state: ReviewState
    asked_by: str
    asked_at: datetime
    decided_by: str = ""
    decided_at: datetime | None = None
    note: str = ""


class Reviews:
    """At most one review per flow and revision."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    def is_required(self, flow_id: str) -> bool:
        """Whether the flow is published only after a second person has approved it."""
        query = sa.select(flow_gates.c.requires_review).where(flow_gates.c.flow_id == flow_id)
        with self._database.read() as connection:
            return bool(connection.execute(query).scalar())

    def require(self, flow_id: str, required: bool) -> None:
        with self._database.write() as connection:
            connection.execute(sa.delete(flow_gates).where(flow_gates.c.flow_id == flow_id))
            connection.execute(sa.insert(flow_gates).values(flow_id=flow_id, requires_review=required))

    def ask(self, flow_id: str, revision: int, asked_by: str = "", note: str = "") -> ReviewRow:
        """Asks for a review of the revision; what was decided on it before counts no more."""
        row = ReviewRow(flow_id, revision, "asked", asked_by, self._clock(), note=note)
        values = {name: getattr(row, name) for name in row.__slots__}
        with self._database.write() as connection:
            connection.execute(sa.delete(reviews).where(_at(flow_id, revision)))
            connection.execute(sa.insert(reviews).values(values))
        return row

    def decide(
        self, flow_id: str, revision: int, state: Literal["approved", "declined"], decided_by: str = "", note: str = ""
    ) -> bool:
        """Keeps the decision on a review that was asked for. False where none is waiting: nothing is kept then."""
        waiting = _at(flow_id, revision) & (reviews.c.state == "asked")
        values = {"state": state, "decided_by": decided_by, "decided_at": self._clock(), "note": note}
        with self._database.write() as connection:
            return connection.execute(sa.update(reviews).where(waiting).values(values)).rowcount > 0

    def withdraw(self, flow_id: str, revision: int) -> bool:
        """Forgets a review that waits, as if it had never been asked for. False where none does."""
        waiting = _at(flow_id, revision) & (reviews.c.state == "asked")
        with self._database.write() as connection:
            return connection.execute(sa.delete(reviews).where(waiting)).rowcount > 0

    def get(self, flow_id: str, revision: int) -> ReviewRow | None:
        with self._database.read() as connection:
            row = connection.execute(sa.select(reviews).where(_at(flow_id, revision))).mappings().first()
        return None if row is None else ReviewRow(**row)

    def list(self, flow_id: str) -> list[ReviewRow]:
        """The flow's reviews, that of the newest revision first."""
        query = sa.select(reviews).where(reviews.c.flow_id == flow_id).order_by(reviews.c.revision.desc())
        with self._database.read() as connection:
            return [ReviewRow(**row) for row in connection.execute(query).mappings()]


def _at(flow_id: str, revision: int) -> sa.ColumnElement[bool]:
    return (reviews.c.flow_id == flow_id) & (reviews.c.revision == revision)
