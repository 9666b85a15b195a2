"""Plivo accounts, deployments by name with their settings, reviews, a journal of publishing, and who saved an edit."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

FLOW = ["flow_id"], ["flows.id"]


def upgrade() -> None:
    _name_the_deployments()
    op.add_column("revisions", sa.Column("author", sa.Text, nullable=True))
    op.create_table(
        "deployment_settings",
        sa.Column("flow_id", sa.String(64), nullable=False),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("account", sa.String(64), nullable=True),
        sa.Column("variables", sa.Text, nullable=False),
        sa.Column("application", sa.Text, nullable=False),
        sa.Column("updated_at", sa.String(32), nullable=False),
        sa.Column("author", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("flow_id", "name", name="pk_deployment_settings"),
        sa.ForeignKeyConstraint(*FLOW, name="fk_deployment_settings_flow_id"),
    )
    op.create_table(
        "plivo_accounts",
        sa.Column("auth_id", sa.String(64), nullable=False),
        sa.Column("label", sa.Text, nullable=False),
        sa.Column("sealed_token", sa.Text, nullable=False),
        sa.Column("added_at", sa.String(32), nullable=False),
        sa.Column("checked_at", sa.String(32), nullable=True),
        sa.Column("author", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("auth_id", name="pk_plivo_accounts"),
    )
    op.create_table(
        "installation_settings",
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("value", sa.Text, nullable=False),
        sa.Column("updated_at", sa.String(32), nullable=False),
        sa.Column("author", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_installation_settings"),
    )
    _add_reviews()
    _add_the_journal()


def _add_reviews() -> None:
    op.create_table(
        "flow_gates",
        sa.Column("flow_id", sa.String(64), nullable=False),
        sa.Column("requires_review", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("flow_id", name="pk_flow_gates"),
        sa.ForeignKeyConstraint(*FLOW, name="fk_flow_gates_flow_id"),
    )
    op.create_table(
        "reviews",
        sa.Column("flow_id", sa.String(64), nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("asked_by", sa.Text, nullable=False),
        sa.Column("asked_at", sa.String(32), nullable=False),
        sa.Column("decided_by", sa.Text, nullable=False),
        sa.Column("decided_at", sa.String(32), nullable=True),
        sa.Column("note", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("flow_id", "revision", name="pk_reviews"),
        sa.ForeignKeyConstraint(*FLOW, name="fk_reviews_flow_id"),
    )


def _add_the_journal() -> None:
    op.create_table(
        "publish_runs",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("flow_id", sa.String(64), nullable=False),
        sa.Column("deployment", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("account", sa.String(64), nullable=False),
        sa.Column("version", sa.Integer, nullable=True),
        sa.Column("plan", sa.Text, nullable=False),
        sa.Column("done", sa.Text, nullable=False),
        sa.Column("events", sa.Text, nullable=False),
        sa.Column("author", sa.Text, nullable=False),
        sa.Column("host", sa.Text, nullable=False),
        sa.Column("process", sa.Text, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("started_at", sa.String(32), nullable=False),
        sa.Column("updated_at", sa.String(32), nullable=False),
        sa.Column("ended_at", sa.String(32), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_publish_runs"),
    )
    op.create_index("ix_publish_runs_started_at", "publish_runs", ["started_at"])
    op.create_index("ix_publish_runs_flow_id_started_at", "publish_runs", ["flow_id", "started_at"])
    running = sa.text("state = 'running'")
    op.create_index(
        "ix_running_runs",
        "publish_runs",
        ["flow_id", "deployment"],
        unique=True,
        sqlite_where=running,
        postgresql_where=running,
    )


def _name_the_deployments() -> None:
    """The newest of a flow becomes its production; the others are named after their accounts."""
    connection = op.get_bind()
    newest_first = sa.text("SELECT * FROM deployments ORDER BY flow_id, updated_at DESC, account")
    rows = [dict(row) for row in connection.execute(newest_first).mappings()]
    op.drop_table("deployments")
    table = op.create_table(
        "deployments",
        sa.Column("flow_id", sa.String(64), nullable=False),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("account", sa.String(64), nullable=False),
        sa.Column("app_id", sa.String(64), nullable=False),
        sa.Column("app_name", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("numbers", sa.Text, nullable=False),
        sa.Column("endpoints", sa.Text, nullable=False),
        sa.Column("live_since", sa.String(32), nullable=False),
        sa.Column("author", sa.Text, nullable=False),
        sa.Column("updated_at", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("flow_id", "name", name="pk_deployments"),
        sa.ForeignKeyConstraint(*FLOW, name="fk_deployments_flow_id"),
    )
    seen: set[str] = set()
    for row in rows:
        name = row["account"].lower() if row["flow_id"] in seen else "production"
        seen.add(row["flow_id"])
        values = row | {"name": name, "endpoints": "[]", "live_since": row["updated_at"], "author": ""}
        connection.execute(table.insert().values(values))
