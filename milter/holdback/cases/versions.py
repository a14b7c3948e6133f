"""Reads the version of the tables, and upgrades them to the current one."""

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from holdback.cases.migrations import VERSIONS
from holdback.cases.model import RecordUnavailable


def is_current(connection: Connection) -> bool:
    """True if the tables have the version of this Holdback. Two small queries."""
    return _version(connection) == VERSIONS[-1]


def has_tables(connection: Connection) -> bool:
    """False for an empty database."""
    return bool(_version(connection))


def upgrade(connection: Connection) -> None:
    """Runs the missing migrations in this transaction. Raises RecordUnavailable if the tables are newer."""
    version = _version(connection)
    if version == VERSIONS[-1]:
        # Another process has upgraded them.
        return
    if version not in ("", *VERSIONS):
        raise RecordUnavailable(f"its tables have version {version}: made by a newer Holdback")
    # Alembic takes as long to load as a command takes to run, and is needed once for each version.
    from alembic import command
    from alembic.config import Config

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    command.upgrade(config, VERSIONS[-1])


def _version(connection: Connection) -> str:
    """Version of the tables; empty if there are none."""
    if not inspect(connection).has_table("alembic_version"):
        return ""
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar() or ""
