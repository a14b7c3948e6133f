"""Entry point for Alembic: migrates in the transaction that `database.py` passes in."""

from alembic import context

from holdback.cases.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    # Both engines roll DDL back; Alembic assumes that SQLite does not.
    transactional_ddl=True,
)
context.run_migrations()
