"""Flows, revisions, versions, calls with their trace, deployments, the sandbox's documents, secrets."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    make_flow_tables()
    make_call_tables()
    make_other_tables()


def make_flow_tables() -> None:
    op.create_table(
        "flows",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("entry", sa.Integer, nullable=False),
        sa.Column("last_version", sa.Integer, nullable=False),
        sa.Column("created_at", sa.String(32), nullable=False),
        sa.Column("updated_at", sa.String(32), nullable=False),
        sa.Column("deleted_at", sa.String(32)),
        sa.PrimaryKeyConstraint("id", name="pk_flows"),
    )
    op.create_table(
        "revisions",
        sa.Column("flow_id", sa.String(64), nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("entry", sa.Integer, nullable=False),
        sa.Column("abandoned", sa.Boolean, nullable=False),
        sa.Column("label", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("content", sa.LargeBinary),
        sa.PrimaryKeyConstraint("flow_id", "revision", name="pk_revisions"),
        sa.ForeignKeyConstraint(["flow_id"], ["flows.id"], name="fk_revisions_flow_id"),
    )
    op.create_table(
        "versions",
        sa.Column("flow_id", sa.String(64), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("author", sa.Text, nullable=False),
        sa.Column("created_at", sa.String(32), nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Column("program", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("flow_id", "number", name="pk_versions"),
        sa.ForeignKeyConstraint(["flow_id"], ["flows.id"], name="fk_versions_flow_id"),
    )


def make_call_tables() -> None:
    op.create_table(
        "calls",
        sa.Column("uuid", sa.Text, nullable=False),
        sa.Column("flow_id", sa.String(64), nullable=False),
        sa.Column("version", sa.Text, nullable=False),
        sa.Column("turn", sa.Integer, nullable=False),
        sa.Column("event_count", sa.Integer, nullable=False),
        sa.Column("from_number", sa.Text, nullable=False),
        sa.Column("to_number", sa.Text, nullable=False),
        sa.Column("direction", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("started_at", sa.String(32), nullable=False),
        sa.Column("ended_at", sa.String(32)),
        sa.Column("hangup_cause", sa.Text),
        sa.Column("hangup_facts", sa.Text),
        sa.Column("last_key", sa.Text, nullable=False),
        sa.Column("last_answer", sa.LargeBinary, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("uuid", name="pk_calls"),
    )
    op.create_index("ix_calls_started_at", "calls", ["started_at"])
    op.create_index("ix_calls_flow_id_started_at", "calls", ["flow_id", "started_at"])
    op.create_table(
        "call_events",
        sa.Column("uuid", sa.Text, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("events", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("uuid", "number", name="pk_call_events"),
        sqlite_with_rowid=False,
    )


def make_other_tables() -> None:
    op.create_table(
        "deployments",
        sa.Column("flow_id", sa.String(64), nullable=False),
        sa.Column("account", sa.String(64), nullable=False),
        sa.Column("app_id", sa.String(64), nullable=False),
        sa.Column("app_name", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("numbers", sa.Text, nullable=False),
        sa.Column("updated_at", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("flow_id", "account", name="pk_deployments"),
        sa.ForeignKeyConstraint(["flow_id"], ["flows.id"], name="fk_deployments_flow_id"),
    )
    op.create_table(
        "sandbox_documents",
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("id", sa.String(128), nullable=False),
        sa.Column("created_at", sa.String(32), nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("kind", "id", name="pk_sandbox_documents"),
    )
    op.create_table(
        "secrets",
        sa.Column("name", sa.String(128), nullable=False),
        sa.Column("value", sa.Text, nullable=False),
        sa.Column("created_at", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_secrets"),
    )
