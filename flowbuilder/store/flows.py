"""Flows as they are edited: every revision is kept, and undo and redo walk the history.

A save adds an entry to the history. Undo and redo make a new revision that points at the entry it equals, so
that a revision number never means two things. A save after an undo abandons the entries that redo could have
reached: they leave the history, and can still be loaded by their number.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from flowbuilder.errors import EditRefused, NotFound, StaleEdit
from flowbuilder.flow.slug import slug
from flowbuilder.store import revisions as stored
from flowbuilder.store.revisions import FlowRow, HistoryEntry
from flowbuilder.store.tables import deployments, flows, revisions

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy.engine import Connection

    from flowbuilder.flow.model import Flow
    from flowbuilder.store.database import Database

ID_ATTEMPTS = 20


class Flows:
    """The drafts and their histories."""

    def __init__(self, database: Database, clock: Callable[[], datetime], make_suffix: Callable[[], str]) -> None:
        self._database = database
        self._clock = clock
        self._make_suffix = make_suffix
        self._packer = stored.Packer()

    def create(self, flow: Flow, label: str = "Created", author: str = "") -> FlowRow:
        """Keep a new flow as revision 1; its id is made from its name and never changes."""
        for _ in range(ID_ATTEMPTS - 1):
            try:
                return self._insert(f"{slug(flow.name)}-{self._make_suffix()}", flow, label, author)
            except IntegrityError:
                continue  # the id is taken
        return self._insert(f"{slug(flow.name)}-{self._make_suffix()}", flow, label, author)

    def _insert(self, flow_id: str, flow: Flow, label: str, author: str) -> FlowRow:
        now = self._clock()
        row = {"id": flow_id, "name": flow.name, "revision": 1, "entry": 1, "last_version": 0}
        with self._database.write() as connection:
            connection.execute(sa.insert(flows).values(**row, created_at=now, updated_at=now))
            _add_entry(connection, flow_id, 1, flow.name, stored.pack_flow(flow), label, author, now)
            return stored.read_row(connection, flow_id)

    def get(self, flow_id: str) -> FlowRow:
        with self._database.read() as connection:
            return stored.read_row(connection, flow_id)

    def find_by_name(self, name: str) -> FlowRow | None:
        """The flow of exactly this name, the one edited last where several bear it."""
        query = stored.FLOW_ROWS.where(flows.c.name == name)
        with self._database.read() as connection:
            row = connection.execute(query.order_by(flows.c.updated_at.desc(), flows.c.id).limit(1)).first()
        return None if row is None else FlowRow(*row)

    def load(self, flow_id: str, revision: int | None = None) -> Flow:
        """The draft, or the flow as it was at any revision that there ever was."""
        with self._database.read() as connection:
            content = stored.read_content(connection, flow_id, revision)
            if content is None:
                stored.read_row(connection, flow_id)
                raise NotFound(f"The flow {flow_id} has no revision {revision}.")
        return stored.unpack_flow(content)

    def save(self, flow_id: str, base_revision: int, flow: Flow, label: str, author: str = "") -> int:
        """Keep `flow` as the next revision and give its number.

        Raises StaleEdit when the draft is no longer at `base_revision`.
        """
        now = self._clock()
        revision = base_revision + 1
        content = self._packer.pack(flow_id, flow)
        with self._database.write() as connection:
            head = _move_head(connection, flow_id, base_revision, revision, flow.name, now)
            if head is None:
                current = stored.read_row(connection, flow_id)
                raise StaleEdit(
                    f"This flow has been changed elsewhere: it is at revision {current.revision}, "
                    f"and this edit was made on revision {base_revision}."
                )
            cut_off = (revisions.c.flow_id == flow_id) & (revisions.c.revision > head) & stored.IS_ENTRY
            connection.execute(sa.update(revisions).where(cut_off).values(abandoned=True))
            _add_entry(connection, flow_id, revision, flow.name, content, label, author, now)
        return revision

    def undo(self, flow_id: str) -> FlowRow:
        """Go back to the entry before; raises EditRefused at the first one."""
        return self._step(flow_id, back=True)

    def redo(self, flow_id: str) -> FlowRow:
        """Take back the last undo; raises EditRefused when none was made, or an edit came since."""
        return self._step(flow_id, back=False)

    def _step(self, flow_id: str, *, back: bool) -> FlowRow:
        now = self._clock()
        with self._database.write() as connection:
            query = sa.select(flows.c.revision, flows.c.entry).where(flows.c.id == flow_id)
            head = connection.execute(query.where(flows.c.deleted_at.is_(None)).with_for_update()).first()
            if head is None:
                raise NotFound(f"There is no flow {flow_id}.")
            there = stored.entry_beside(connection, flow_id, head.entry, back=back)
            if there is None:
                raise EditRefused("There is nothing to undo." if back else "There is nothing to redo.")
            undone = stored.read_row(connection, flow_id).undo_label
            label = f"Undid: {undone}" if back else f"Redid: {there.label}"
            moved = {"revision": head.revision + 1, "entry": there.revision, "name": there.name}
            connection.execute(sa.update(flows).where(flows.c.id == flow_id).values(**moved, updated_at=now))
            connection.execute(
                sa.insert(revisions).values(**moved, flow_id=flow_id, abandoned=False, label=label, at=now)
            )
            return stored.read_row(connection, flow_id)

    def history(self, flow_id: str, limit: int = 200) -> list[HistoryEntry]:
        """The edits that undo and redo can reach, the newest first."""
        with self._database.read() as connection:
            stored.read_row(connection, flow_id)
            return stored.read_history(connection, flow_id, limit)

    def delete(self, flow_id: str) -> None:
        """Take a flow away. Its versions stay, so that calls in progress come to their end.

        Refused while it is deployed: a number would be left without an answer.
        """
        with self._database.write() as connection:
            stored.read_row(connection, flow_id)
            deployed = sa.select(deployments.c.account).where(deployments.c.flow_id == flow_id)
            if connection.execute(deployed).first():
                raise EditRefused("This flow is published. Unpublish it, then delete it.")
            here = sa.update(flows).where(flows.c.id == flow_id)
            connection.execute(here.values(deleted_at=self._clock()))

    def list(self) -> list[FlowRow]:
        """All flows, the one edited last first."""
        with self._database.read() as connection:
            rows = connection.execute(stored.FLOW_ROWS.order_by(flows.c.updated_at.desc(), flows.c.id))
            return [FlowRow(*row) for row in rows]


def _move_head(connection: Connection, flow_id: str, base: int, revision: int, name: str, now: datetime) -> int | None:
    """Compare and swap the head; gives the entry it was at, or None when it is not at `base`."""
    at_base = (flows.c.id == flow_id) & (flows.c.revision == base) & flows.c.deleted_at.is_(None)
    entry = connection.execute(sa.select(flows.c.entry).where(at_base).with_for_update()).scalar()
    if entry is not None:
        moved = {"revision": revision, "entry": revision, "name": name, "updated_at": now}
        connection.execute(sa.update(flows).where(flows.c.id == flow_id).values(moved))
    return entry


def _add_entry(
    connection: Connection,
    flow_id: str,
    revision: int,
    name: str,
    content: bytes,
    label: str,
    author: str,
    now: datetime,
) -> None:
    row = {"flow_id": flow_id, "revision": revision, "entry": revision, "abandoned": False, "label": label}
    connection.execute(sa.insert(revisions).values(**row, name=name, at=now, content=content, author=author))
