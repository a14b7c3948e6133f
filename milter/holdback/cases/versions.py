"""Reads the version of the tables, and upgrades them to the current one."""

from pathlib import Path

from sqlalchemy import Connection, func, inspect, select, text

from holdback.cases.migrations import VERSIONS
from holdback.cases.model import RecordUnavailable
from holdback.cases.schema import compatibility


def is_current(connection: Connection) -> bool:
    """True if the tables have the version of this Holdback, or a newer one that it can use."""
    version = _version(connection)
    return version == VERSIONS[-1] or (version not in ("", *VERSIONS) and _can_use_newer(connection))


def has_tables(connection: Connection) -> bool:
    """False for an empty database."""
    return bool(_version(connection))


def upgrade(connection: Connection) -> None:
    """Runs the missing migrations in this transaction. Raises RecordUnavailable if the tables are newer."""
    if is_current(connection):
        # Another process has upgraded them.
        return
    version = _version(connection)
    if version not in ("", *VERSIONS):
        raise RecordUnavailable(f"its tables have version {version}: made by a newer Holdback")
    # Alembic takes as long to load as a command takes to run, and is needed once for each version.
    from alembic import command
    from alembic.config import Config

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    command.upgrade(config, VERSIONS[-1])


def _can_use_newer(connection: Connection) -> bool:
    """True if the newer Holdback that made the tables says so: hosts are upgraded one after the other."""
    oldest: str = connection.execute(select(func.max(compatibility.c.oldest))).scalar() or ""
    return "" < oldest <= VERSIONS[-1]


def _version(connection: Connection) -> str:
    """Version of the tables; empty if there are none."""
    if not inspect(connection).has_table("alembic_version"):
        return ""
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar() or ""
