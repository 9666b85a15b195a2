"""Switches that end by themselves, and the secrets that authors keep for web requests."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("switches", sa.Column("ends_at", sa.String(32), nullable=True))
    op.create_table(
        "author_secrets",
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("sealed", sa.Text, nullable=False),
        sa.Column("updated_at", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_author_secrets"),
    )
