"""Recipients that the header of a held message does not show; its arrival by the clock of the queue."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.add_column("holds", sa.Column("queued", sa.Double))
    op.create_table(
        "bcc_recipients",
        sa.Column("hold_id", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("recipients", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("hold_id", name="pk_bcc_recipients"),
        sa.ForeignKeyConstraint(["hold_id"], ["holds.id"], name="fk_bcc_recipients_hold_id"),
    )
