"""Alembic's entry: migrates over the connection, and within the transaction, that `database.py` hands in."""

from alembic import context

from holdback.cases.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    # Both engines can undo a half-made table; Alembic assumes that SQLite cannot.
    transactional_ddl=True,
)
context.run_migrations()
