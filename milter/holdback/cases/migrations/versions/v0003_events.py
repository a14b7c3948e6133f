"""Events of the record, and the orphans that each host has seen."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "events",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("at", sa.Double, nullable=False),
        sa.Column("host", sa.Text, nullable=False),
        sa.Column("case_id", sa.Text),
        sa.Column("hold_id", sa.Integer),
        sa.Column("queue_id", sa.Text),
        sa.Column("state", sa.Text),
        sa.Column("decision", sa.Text),
        sa.Column("copies", sa.Integer),
        sa.Column("people", sa.Integer),
        sa.PrimaryKeyConstraint("id", name="pk_events"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_events_case_id"),
        sa.ForeignKeyConstraint(["hold_id"], ["holds.id"], name="fk_events_hold_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_events_at", "events", ["at"])
    op.create_table(
        "orphans",
        sa.Column("host", sa.Text, nullable=False),
        sa.Column("queue_id", sa.Text, nullable=False),
        sa.Column("arrived", sa.Double, nullable=False),
        sa.PrimaryKeyConstraint("host", "queue_id", "arrived", name="pk_orphans"),
    )
