"""Switches: what an operator has turned a node of a published flow to, without publishing."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "switches",
        sa.Column("flow_id", sa.String(64), nullable=False),
        sa.Column("node", sa.String(64), nullable=False),
        sa.Column("value", sa.String(16), nullable=False),
        sa.Column("author", sa.Text, nullable=False),
        sa.Column("updated_at", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("flow_id", "node", name="pk_switches"),
        sa.ForeignKeyConstraint(["flow_id"], ["flows.id"], name="fk_switches_flow_id"),
    )
