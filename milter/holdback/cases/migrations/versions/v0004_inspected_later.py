"""What became of orphans, and which held messages were not inspected."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column("orphans", sa.Column("outcome", sa.Text, nullable=False, server_default=""))
    op.add_column("holds", sa.Column("uninspected", sa.Text, nullable=False, server_default=""))
