"""One module for each version of the tables, as Alembic reads them."""
