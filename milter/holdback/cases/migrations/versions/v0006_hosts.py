"""The hosts that share the record, which of them holds belong to, and when holds arrived by one clock.

Older programs go on working: new columns have defaults, and no table that they use has changed.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.add_column("holds", sa.Column("host_id", sa.Text, nullable=False, server_default=""))
    op.add_column("holds", sa.Column("filed", sa.Double))
    op.create_index("ix_holds_host_id", "holds", ["host_id"])
    op.create_table(
        "hosts",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("former", sa.Text, nullable=False),
        sa.Column("key_id", sa.Text, nullable=False),
        sa.Column("machine", sa.Text, nullable=False),
        sa.Column("first_seen", sa.Double, nullable=False),
        sa.Column("last_seen", sa.Double, nullable=False),
        sa.Column("clashed", sa.Double),
        sa.Column("gone", sa.Double),
        sa.PrimaryKeyConstraint("id", name="pk_hosts"),
    )
    op.create_table(
        "compatibility",
        sa.Column("oldest", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("oldest", name="pk_compatibility"),
    )
    op.execute("INSERT INTO compatibility (oldest) VALUES ('0006')")
