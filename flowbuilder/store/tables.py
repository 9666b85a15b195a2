"""The tables, as the newest migration leaves them (a test compares the two)."""

from __future__ import annotations

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
    text,
)

from flowbuilder.store.columns import JsonText, Moment, PlainText

RUNNING = text("state = 'running'")

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
    Column("author", PlainText),
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

# What is live of a flow, by the name of the deployment; what a deployment is meant to be stands in its settings.
deployments = Table(
    "deployments",
    metadata,
    Column("flow_id", String(64), ForeignKey("flows.id"), nullable=False),
    Column("name", String(64), nullable=False),
    Column("account", String(64), nullable=False),
    Column("app_id", String(64), nullable=False),
    Column("app_name", PlainText, nullable=False),
    Column("version", Integer, nullable=False),
    Column("numbers", JsonText, nullable=False),
    Column("endpoints", JsonText, nullable=False),
    Column("live_since", Moment, nullable=False),
    Column("author", PlainText, nullable=False),
    Column("updated_at", Moment, nullable=False),
    PrimaryKeyConstraint("flow_id", "name"),
)

deployment_settings = Table(
    "deployment_settings",
    metadata,
    Column("flow_id", String(64), ForeignKey("flows.id"), nullable=False),
    Column("name", String(64), nullable=False),
    Column("account", String(64)),
    Column("variables", JsonText, nullable=False),
    Column("application", JsonText, nullable=False),
    Column("updated_at", Moment, nullable=False),
    Column("author", PlainText, nullable=False),
    PrimaryKeyConstraint("flow_id", "name"),
)

flow_gates = Table(
    "flow_gates",
    metadata,
    Column("flow_id", String(64), ForeignKey("flows.id"), nullable=False),
    Column("requires_review", Boolean, nullable=False),
    PrimaryKeyConstraint("flow_id"),
)

reviews = Table(
    "reviews",
    metadata,
    Column("flow_id", String(64), ForeignKey("flows.id"), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("state", String(16), nullable=False),
    Column("asked_by", PlainText, nullable=False),
    Column("asked_at", Moment, nullable=False),
    Column("decided_by", PlainText, nullable=False),
    Column("decided_at", Moment),
    Column("note", PlainText, nullable=False),
    PrimaryKeyConstraint("flow_id", "revision"),
)

# The journal of publishing. No foreign key to flows: a record of who did what outlives what it was done to.
publish_runs = Table(
    "publish_runs",
    metadata,
    Column("id", String(32), nullable=False),
    Column("flow_id", String(64), nullable=False),
    Column("deployment", String(64), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("account", String(64), nullable=False),
    Column("version", Integer),
    Column("plan", JsonText, nullable=False),
    Column("done", JsonText, nullable=False),
    Column("events", JsonText, nullable=False),
    Column("author", PlainText, nullable=False),
    Column("host", PlainText, nullable=False),
    Column("process", PlainText, nullable=False),
    Column("state", String(16), nullable=False),
    Column("started_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
    Column("ended_at", Moment),
    PrimaryKeyConstraint("id"),
    Index(None, "started_at"),
    Index(None, "flow_id", "started_at"),
    # Two processes that publish the same at the same moment would both create its Application.
    Index("ix_running_runs", "flow_id", "deployment", unique=True, sqlite_where=RUNNING, postgresql_where=RUNNING),
)

# The Plivo accounts that were added here; `sealed_token` is encrypted with a key that is not in the database.
plivo_accounts = Table(
    "plivo_accounts",
    metadata,
    Column("auth_id", String(64), nullable=False),
    Column("label", PlainText, nullable=False),
    Column("sealed_token", Text, nullable=False),
    Column("added_at", Moment, nullable=False),
    Column("checked_at", Moment),
    Column("author", PlainText, nullable=False),
    PrimaryKeyConstraint("auth_id"),
)

# What an operator has set for the whole installation on its settings page, such as the public URL.
installation_settings = Table(
    "installation_settings",
    metadata,
    Column("name", String(64), nullable=False),
    Column("value", PlainText, nullable=False),
    Column("updated_at", Moment, nullable=False),
    Column("author", PlainText, nullable=False),
    PrimaryKeyConstraint("name"),
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
