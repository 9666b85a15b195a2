"""Flows as they are edited: every revision is kept, and undo and redo walk the history.

A save adds an entry to the history. Undo and redo make a new revision that points at the entry it equals, so that a
revision number never means two things. A save after an undo abandons the entries that redo could have reached: they
leave the history, and can still be loaded by their number.
"""

from __future__ import annotations

import json
import re
import unicodedata
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from flowbuilder.errors import EditRefused, NotFound, StaleEdit
from flowbuilder.flow.model import Flow
from flowbuilder.store.tables import deployments, flows, revisions

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy.engine import Connection, Row

    from flowbuilder.store.database import Database

SLUG_LENGTH = 40
ID_ATTEMPTS = 20


@dataclass(frozen=True, slots=True)
class FlowRow:
    """A flow in the store, without its content. The labels say what undo and redo would take back or bring back."""

    id: str
    name: str
    revision: int
    created_at: datetime
    updated_at: datetime
    undo_label: str | None = None
    redo_label: str | None = None


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One saved edit. `undone`: redo would bring it back; `current`: the draft equals it now."""

    revision: int
    label: str
    at: datetime
    undone: bool
    current: bool


class Flows:
    """The drafts and their histories."""

    def __init__(self, database: Database, clock: Callable[[], datetime], make_suffix: Callable[[], str]) -> None:
        self._database = database
        self._clock = clock
        self._make_suffix = make_suffix

    def create(self, flow: Flow, label: str = "Created") -> FlowRow:
        """Keep a new flow as revision 1; its id is made from its name and never changes."""
        for _ in range(ID_ATTEMPTS - 1):
            try:
                return self._insert(f"{slug(flow.name)}-{self._make_suffix()}", flow, label)
            except IntegrityError:
                continue  # the id is taken
        return self._insert(f"{slug(flow.name)}-{self._make_suffix()}", flow, label)

    def _insert(self, flow_id: str, flow: Flow, label: str) -> FlowRow:
        now = self._clock()
        with self._database.write() as connection:
            connection.execute(
                sa.insert(flows).values(
                    id=flow_id, name=flow.name, revision=1, entry=1, last_version=0, created_at=now, updated_at=now
                )
            )
            _add_entry(connection, flow_id, 1, flow, label, now)
        return FlowRow(flow_id, flow.name, 1, now, now)

    def list(self) -> list[FlowRow]:
        """All flows, the one edited last first."""
        with self._database.read() as connection:
            rows = connection.execute(_FLOW_ROWS.order_by(flows.c.updated_at.desc(), flows.c.id))
            return [_flow_row(row) for row in rows]

    def get(self, flow_id: str) -> FlowRow:
        with self._database.read() as connection:
            return _get(connection, flow_id)

    def find_by_name(self, name: str) -> FlowRow | None:
        """The flow of exactly this name, the one edited last where several bear it."""
        with self._database.read() as connection:
            query = _FLOW_ROWS.where(flows.c.name == name).order_by(flows.c.updated_at.desc(), flows.c.id)
            row = connection.execute(query.limit(1)).first()
        return None if row is None else _flow_row(row)

    def load(self, flow_id: str, revision: int | None = None) -> Flow:
        """The draft, or the flow as it was at any revision that there ever was."""
        at = revisions.alias()
        query = (
            sa.select(revisions.c.content)
            .join(at, (revisions.c.flow_id == at.c.flow_id) & (revisions.c.revision == at.c.entry))
            .join(flows, flows.c.id == at.c.flow_id)
            .where(at.c.flow_id == flow_id, flows.c.deleted_at.is_(None))
            .where(at.c.revision == (flows.c.revision if revision is None else revision))
        )
        with self._database.read() as connection:
            content = connection.execute(query).scalar()
            if content is None:
                _get(connection, flow_id)
                raise NotFound(f"The flow {flow_id} has no revision {revision}.")
        return unpack_flow(content)

    def save(self, flow_id: str, base_revision: int, flow: Flow, label: str) -> int:
        """Keep `flow` as the next revision and give its number.

        Raises StaleEdit when the draft is no longer at `base_revision`.
        """
        now = self._clock()
        revision = base_revision + 1
        with self._database.write() as connection:
            head = _move_head(connection, flow_id, base_revision, revision, flow.name, now)
            if head is None:
                current = _get(connection, flow_id)
                raise StaleEdit(
                    f"This flow has been changed elsewhere: it is at revision {current.revision}, "
                    f"and this edit was made on revision {base_revision}."
                )
            connection.execute(_ABANDON, {"id": flow_id, "kept": head})
            _add_entry(connection, flow_id, revision, flow, label, now)
        return revision

    def undo(self, flow_id: str) -> FlowRow:
        """Go back to the entry before; raises EditRefused at the first one."""
        return self._step(flow_id, back=True)

    def redo(self, flow_id: str) -> FlowRow:
        """Take back the last undo; raises EditRefused when an edit came since, or none was undone."""
        return self._step(flow_id, back=False)

    def _step(self, flow_id: str, *, back: bool) -> FlowRow:
        now = self._clock()
        with self._database.write() as connection:
            locked = sa.select(flows).where(flows.c.id == flow_id, flows.c.deleted_at.is_(None)).with_for_update()
            head = connection.execute(locked).first()
            if head is None:
                raise NotFound(f"There is no flow {flow_id}.")
            here = head.entry
            query = _history(flow_id)
            query = (
                query.where(revisions.c.revision < here).order_by(revisions.c.revision.desc())
                if back
                else query.where(revisions.c.revision > here).order_by(revisions.c.revision)
            )
            there = connection.execute(query.limit(1)).first()
            if there is None:
                raise EditRefused("There is nothing to undo." if back else "There is nothing to redo.")
            label = f"Undid: {_label_of(connection, flow_id, here)}" if back else f"Redid: {there.label}"
            revision = head.revision + 1
            connection.execute(
                sa.update(flows)
                .where(flows.c.id == flow_id)
                .values(revision=revision, entry=there.revision, name=there.name, updated_at=now)
            )
            connection.execute(
                sa.insert(revisions).values(
                    flow_id=flow_id,
                    revision=revision,
                    entry=there.revision,
                    abandoned=False,
                    label=label,
                    name=there.name,
                    at=now,
                )
            )
            return _get(connection, flow_id)

    def history(self, flow_id: str, limit: int = 200) -> list[HistoryEntry]:
        """The edits that undo and redo can reach, newest first; those undone come first, then the current one."""
        with self._database.read() as connection:
            _get(connection, flow_id)
            query = (
                _history(flow_id)
                .add_columns(flows.c.entry.label("here"))
                .join(flows, flows.c.id == revisions.c.flow_id)
                .order_by(revisions.c.revision.desc())
                .limit(limit)
            )
            return [
                HistoryEntry(row.revision, row.label, row.at, row.revision > row.here, row.revision == row.here)
                for row in connection.execute(query)
            ]

    def delete(self, flow_id: str) -> None:
        """Take a flow away. Its versions stay, so that calls in progress come to their end.

        Refused while it is deployed: a number would be left without an answer.
        """
        with self._database.write() as connection:
            _get(connection, flow_id)
            if connection.execute(sa.select(deployments.c.account).where(deployments.c.flow_id == flow_id)).first():
                raise EditRefused("This flow is published. Unpublish it, then delete it.")
            connection.execute(sa.update(flows).where(flows.c.id == flow_id).values(deleted_at=self._clock()))


def slug(name: str) -> str:
    """A name as it may stand in a URL: `Clinic main line` gives `clinic-main-line`, nothing usable gives `flow`."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:SLUG_LENGTH].strip("-") or "flow"


def pack_flow(flow: Flow) -> bytes:
    """The flow as it is kept. Not `dumps`: its reader refuses large files, and what an author has drawn must open again."""
    return zlib.compress(json.dumps(flow.to_json(), separators=(",", ":")).encode())


def unpack_flow(content: bytes) -> Flow:
    return Flow.from_json(json.loads(zlib.decompress(content)))


def _is_entry() -> sa.ColumnElement[bool]:
    return (revisions.c.entry == revisions.c.revision) & revisions.c.abandoned.is_(False)


def _history(flow_id: str) -> sa.Select[Any]:
    columns = (revisions.c.revision, revisions.c.label, revisions.c.name, revisions.c.at)
    return sa.select(*columns).where(revisions.c.flow_id == flow_id, _is_entry())


def _neighbour(condition: sa.ColumnElement[bool]) -> sa.Select[Any]:
    return sa.select(revisions.c.label).where(revisions.c.flow_id == flows.c.id, _is_entry(), condition).correlate(flows)


# What undo takes back is the current entry itself, unless it is the first; what redo brings is the next one.
_earlier = revisions.alias()
_UNDO_LABEL = _neighbour(
    (revisions.c.revision == flows.c.entry)
    & sa.exists().where(_earlier.c.flow_id == flows.c.id, _earlier.c.revision < flows.c.entry).correlate(flows)
).scalar_subquery()
_REDO_LABEL = (
    _neighbour(revisions.c.revision > flows.c.entry).order_by(revisions.c.revision).limit(1).scalar_subquery()
)
_FLOW_ROWS = sa.select(
    flows.c.id,
    flows.c.name,
    flows.c.revision,
    flows.c.created_at,
    flows.c.updated_at,
    _UNDO_LABEL.label("undo_label"),
    _REDO_LABEL.label("redo_label"),
).where(flows.c.deleted_at.is_(None))

_ABANDON = (
    sa.update(revisions)
    .where(revisions.c.flow_id == sa.bindparam("id"), revisions.c.revision > sa.bindparam("kept"), _is_entry())
    .values(abandoned=True)
)


def _get(connection: Connection, flow_id: str) -> FlowRow:
    row = connection.execute(_FLOW_ROWS.where(flows.c.id == flow_id)).first()
    if row is None:
        raise NotFound(f"There is no flow {flow_id}.")
    return _flow_row(row)


def _flow_row(row: Row[Any]) -> FlowRow:
    return FlowRow(*row)


def _label_of(connection: Connection, flow_id: str, revision: int) -> str:
    query = sa.select(revisions.c.label).where(revisions.c.flow_id == flow_id, revisions.c.revision == revision)
    return str(connection.execute(query).scalar_one())


def _move_head(
    connection: Connection, flow_id: str, base: int, revision: int, name: str, now: datetime
) -> int | None:
    """Compare and swap the head; gives the entry it was at, or None when it is not at `base`."""
    query = sa.select(flows.c.entry).where(
        flows.c.id == flow_id, flows.c.revision == base, flows.c.deleted_at.is_(None)
    )
    entry = connection.execute(query.with_for_update()).scalar()
    if entry is not None:
        connection.execute(
            sa.update(flows)
            .where(flows.c.id == flow_id)
            .values(revision=revision, entry=revision, name=name, updated_at=now)
        )
    return entry


def _add_entry(connection: Connection, flow_id: str, revision: int, flow: Flow, label: str, now: datetime) -> None:
    connection.execute(
        sa.insert(revisions).values(
            flow_id=flow_id,
            revision=revision,
            entry=revision,
            abandoned=False,
            label=label,
            name=flow.name,
            at=now,
            content=pack_flow(flow),
        )
    )
