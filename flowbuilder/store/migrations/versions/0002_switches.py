"""Switches, and a call's first events beside the call: one statement then keeps a new call."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("calls", sa.Column("first_events", sa.Text))
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
