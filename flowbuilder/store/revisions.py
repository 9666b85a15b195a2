"""What a flow in the store is made of: its row, its history, its content; and the queries that read them."""

from __future__ import annotations

import json
import zlib
from collections import OrderedDict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import orjson
import sqlalchemy as sa

from flowbuilder.errors import NotFound
from flowbuilder.flow.model import Flow
from flowbuilder.store.tables import flows, revisions

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.engine import Connection

    from flowbuilder.flow.model import Node


LARGEST_NUMBER = 2**31 - 1  # drivers do not look for a number that no column can hold, they raise
MOST_REMEMBERED = 8
QUICKLY = 1  # of zlib's levels: a fifth of the time of the usual one, for an eighth more bytes


@dataclass(frozen=True, slots=True)
class FlowRow:
    """A flow in the store, without its content. The labels name what undo takes back and redo brings again.

    `entry` is the revision of the history's entry that it equals: its own, or one that undo and redo went to.
    """

    id: str
    name: str
    revision: int
    entry: int
    created_at: datetime
    updated_at: datetime
    undo_label: str | None = None
    redo_label: str | None = None


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One saved edit. `undone`: redo would bring it again; `current`: the draft equals it now.

    `author` is empty where nobody gave a name.
    """

    revision: int
    label: str
    at: datetime
    undone: bool
    current: bool
    author: str = ""


def pack_flow(flow: Flow) -> bytes:
    """The flow as it is kept.

    Not as a flow file: their reader refuses large ones, and what an author has drawn must open again.
    """
    return zlib.compress(_dumps(flow.to_json()), QUICKLY)


class Packer:
    """Packs flows that are being edited. It remembers the JSON of their nodes: an edit leaves most as they are."""

    def __init__(self) -> None:
        self._written: OrderedDict[str, dict[str, tuple[Node, bytes]]] = OrderedDict()

    def pack(self, flow_id: str, flow: Flow) -> bytes:
        """What `pack_flow` gives. Safe to share between threads: at worst a node is written once more."""
        known = self._written.pop(flow_id, {})
        written = {
            node_id: kept
            if (kept := known.get(node_id)) is not None and kept[0] is node
            else (node, _dumps(node.to_json()))
            for node_id, node in flow.nodes.items()
        }
        self._written[flow_id] = written
        for oldest in list(self._written)[:-MOST_REMEMBERED]:
            self._written.pop(oldest, None)
        data = replace(flow, nodes={}).to_json()
        data["nodes"] = {node_id: orjson.Fragment(text) for node_id, (_, text) in written.items()}
        try:
            return zlib.compress(orjson.dumps(data), QUICKLY)
        except orjson.JSONEncodeError:
            return pack_flow(flow)


def _dumps(data: dict[str, Any]) -> bytes:
    try:
        return orjson.dumps(data)
    except orjson.JSONEncodeError:  # half a surrogate, or a whole number of more than 64 bits: files may hold both
        return json.dumps(data, separators=(",", ":")).encode()


def unpack_flow(content: bytes) -> Flow:
    return Flow.from_json(json.loads(zlib.decompress(content)))


IS_ENTRY = (revisions.c.entry == revisions.c.revision) & revisions.c.abandoned.is_(False)
_OF_FLOW = (revisions.c.flow_id == flows.c.id) & IS_ENTRY

# What undo takes back is the current entry, unless it is the first; what redo brings is the next one.
_earlier = revisions.alias()
_HAS_EARLIER = sa.exists().where(_earlier.c.flow_id == flows.c.id, _earlier.c.revision < flows.c.entry).correlate(flows)
_UNDO_LABEL = (
    sa.select(revisions.c.label).where(_OF_FLOW, revisions.c.revision == flows.c.entry, _HAS_EARLIER).correlate(flows)
)
_REDO_LABEL = (
    sa.select(revisions.c.label)
    .where(_OF_FLOW, revisions.c.revision > flows.c.entry)
    .order_by(revisions.c.revision)
    .limit(1)
    .correlate(flows)
)
FLOW_ROWS: sa.Select[Any] = sa.select(
    flows.c.id,
    flows.c.name,
    flows.c.revision,
    flows.c.entry,
    flows.c.created_at,
    flows.c.updated_at,
    _UNDO_LABEL.scalar_subquery().label("undo_label"),
    _REDO_LABEL.scalar_subquery().label("redo_label"),
).where(flows.c.deleted_at.is_(None))


def read_row(connection: Connection, flow_id: str) -> FlowRow:
    row = connection.execute(FLOW_ROWS.where(flows.c.id == flow_id)).first()
    if row is None:
        raise NotFound(f"There is no flow {flow_id}.")
    return FlowRow(*row)


def read_content(connection: Connection, flow_id: str, revision: int | None) -> bytes | None:
    """The packed flow at a revision (None: at the head), or None where there is no such thing."""
    if revision is not None and revision > LARGEST_NUMBER:
        return None
    at = revisions.alias()
    query = (
        sa.select(revisions.c.content)
        .join(at, (revisions.c.flow_id == at.c.flow_id) & (revisions.c.revision == at.c.entry))
        .join(flows, flows.c.id == at.c.flow_id)
        .where(at.c.flow_id == flow_id, flows.c.deleted_at.is_(None))
        .where(at.c.revision == (flows.c.revision if revision is None else revision))
    )
    return connection.execute(query).scalar()


def entry_beside(connection: Connection, flow_id: str, here: int, *, back: bool) -> Any:
    """The history's entry before `here`, or after it: a row of revision, label and name; None at the end."""
    query = sa.select(revisions.c.revision, revisions.c.label, revisions.c.name).where(
        revisions.c.flow_id == flow_id, IS_ENTRY
    )
    if back:
        query = query.where(revisions.c.revision < here).order_by(revisions.c.revision.desc())
    else:
        query = query.where(revisions.c.revision > here).order_by(revisions.c.revision)
    return connection.execute(query.limit(1)).first()


def read_history(connection: Connection, flow_id: str, limit: int) -> list[HistoryEntry]:
    query = (
        sa.select(revisions.c.revision, revisions.c.label, revisions.c.at, revisions.c.author, flows.c.entry)
        .join(flows, flows.c.id == revisions.c.flow_id)
        .where(revisions.c.flow_id == flow_id, IS_ENTRY)
        .order_by(revisions.c.revision.desc())
        .limit(limit)
    )
    return [
        HistoryEntry(revision, label, at, undone=revision > here, current=revision == here, author=author or "")
        for revision, label, at, author, here in connection.execute(query)
    ]
