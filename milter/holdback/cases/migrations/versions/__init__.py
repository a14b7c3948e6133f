"""One file a version, in Alembic's form."""
