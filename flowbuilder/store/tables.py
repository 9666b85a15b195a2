"""The tables, as the newest migration leaves them (a test compares the two)."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    TypeDecorator,
)

MOMENT_LENGTH = 32


def moment_text(moment: datetime) -> str:
    """An aware time as text of fixed width in UTC, so that sorting the text sorts the times."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def storable(text: str) -> str:
    """The text without what PostgreSQL or UTF-8 cannot carry: NUL and half surrogates become U+FFFD."""
    if text.isascii() and "\0" not in text:
        return text
    return text.replace("\0", "\ufffd").encode("utf-16", "surrogatepass").decode("utf-16", "replace")


class PlainText(TypeDecorator[str]):
    """Text from outside, made `storable`."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Any) -> str | None:
        return None if value is None else storable(value)


class Moment(TypeDecorator[datetime]):
    """An aware datetime, kept as `moment_text`: both databases then agree, and no zone is lost."""

    impl = String(MOMENT_LENGTH)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> str | None:
        return None if value is None else moment_text(value)

    def process_result_value(self, value: str | None, dialect: Any) -> datetime | None:
        return None if value is None else datetime.fromisoformat(value)


class JsonText(TypeDecorator[Any]):
    """A JSON value, kept as ASCII text, which no character can upset; None is NULL."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Any) -> str | None:
        return None if value is None else json.dumps(value, sort_keys=True)

    def process_result_value(self, value: str | None, dialect: Any) -> Any:
        return None if value is None else json.loads(value)


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# One row per flow. `revision` is the head and only grows; `entry` is the history entry that the head equals.
flows = Table(
    "flows",
    metadata,
    Column("id", String(64), nullable=False),
    Column("name", PlainText, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("entry", Integer, nullable=False),
    Column("last_version", Integer, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
    Column("deleted_at", Moment),
    PrimaryKeyConstraint("id"),
)

# One row per revision. A saved one is an entry of the history (`entry` = `revision`) and carries the flow; one
# that undo or redo made points at the entry it equals. `abandoned`: an edit after undo has cut the entry off.
revisions = Table(
    "revisions",
    metadata,
    Column("flow_id", String(64), ForeignKey("flows.id"), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("entry", Integer, nullable=False),
    Column("abandoned", Boolean, nullable=False),
    Column("label", PlainText, nullable=False),
    Column("name", PlainText, nullable=False),
    Column("at", Moment, nullable=False),
    Column("content", LargeBinary),
    PrimaryKeyConstraint("flow_id", "revision"),
)

versions = Table(
    "versions",
    metadata,
    Column("flow_id", String(64), ForeignKey("flows.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("note", PlainText, nullable=False),
    Column("author", PlainText, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("program", LargeBinary, nullable=False),
    PrimaryKeyConstraint("flow_id", "number"),
)

# No foreign key to flows: a call is a record of its own, and outlives the flow.
calls = Table(
    "calls",
    metadata,
    Column("uuid", Text, nullable=False),
    Column("flow_id", String(64), nullable=False),
    Column("version", Text, nullable=False),
    Column("turn", Integer, nullable=False),
    Column("event_count", Integer, nullable=False),
    # The events of the request that a call began with, as JSON; the later ones stand in call_events.
    Column("first_events", Text),
    Column("from_number", Text, nullable=False),
    Column("to_number", Text, nullable=False),
    Column("direction", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("started_at", Moment, nullable=False),
    Column("ended_at", Moment),
    Column("hangup_cause", Text),
    Column("hangup_facts", JsonText),
    Column("last_key", Text, nullable=False),
    Column("last_answer", LargeBinary, nullable=False),
    Column("state", Text, nullable=False),
    PrimaryKeyConstraint("uuid"),
    Index(None, "started_at"),
    Index(None, "flow_id", "started_at"),
)

# One row per request that added to a call's trace: `number` is that of its first event, `events` their JSON list.
# No foreign key: each is written together with its call, and checking costs a tenth of a webhook's save.
call_events = Table(
    "call_events",
    metadata,
    Column("uuid", Text, nullable=False),
    Column("number", Integer, nullable=False),
    Column("events", Text, nullable=False),
    PrimaryKeyConstraint("uuid", "number"),
    sqlite_with_rowid=False,
)

deployments = Table(
    "deployments",
    metadata,
    Column("flow_id", String(64), ForeignKey("flows.id"), nullable=False),
    Column("account", String(64), nullable=False),
    Column("app_id", String(64), nullable=False),
    Column("app_name", PlainText, nullable=False),
    Column("version", Integer, nullable=False),
    Column("numbers", JsonText, nullable=False),
    Column("updated_at", Moment, nullable=False),
    PrimaryKeyConstraint("flow_id", "account"),
)

# The sandbox's own state: whatever JSON documents it wants to keep, by kind and id.
sandbox_documents = Table(
    "sandbox_documents",
    metadata,
    Column("kind", String(32), nullable=False),
    Column("id", String(128), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("document", JsonText, nullable=False),
    PrimaryKeyConstraint("kind", "id"),
)

secrets = Table(
    "secrets",
    metadata,
    Column("name", String(128), nullable=False),
    Column("value", Text, nullable=False),
    Column("created_at", Moment, nullable=False),
    PrimaryKeyConstraint("name"),
)

# What an operator has turned a node to without publishing: an Opening hours to closed, for today.
switches = Table(
    "switches",
    metadata,
    Column("flow_id", String(64), ForeignKey("flows.id"), nullable=False),
    Column("node", String(64), nullable=False),
    Column("value", String(16), nullable=False),
    Column("author", PlainText, nullable=False),
    Column("updated_at", Moment, nullable=False),
    Column("ends_at", Moment, nullable=True),
    PrimaryKeyConstraint("flow_id", "node"),
)

# What authors keep for their flows' web requests; `sealed` is encrypted with a key that is not in the database.
author_secrets = Table(
    "author_secrets",
    metadata,
    Column("name", String(64), nullable=False),
    Column("sealed", Text, nullable=False),
    Column("updated_at", Moment, nullable=False),
    PrimaryKeyConstraint("name"),
)
