"""Which version the tables have, and how they get to ours."""

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from holdback.cases.migrations import VERSIONS
from holdback.cases.values import RecordUnavailable


def is_current(connection: Connection) -> bool:
    """True if the tables are those of this Holdback: two small queries at every start."""
    return _version(connection) == VERSIONS[-1]


def bring_up_to_date(connection: Connection) -> None:
    """Runs the missing steps in this transaction. Raises RecordUnavailable for tables newer than ours."""
    version = _version(connection)
    if version == VERSIONS[-1]:
        # Another process was faster.
        return
    if version not in ("", *VERSIONS):
        raise RecordUnavailable(f"its tables have version {version}: made by a newer Holdback")
    # Alembic takes as long to load as the rest of a command to run, and is needed once a version.
    from alembic import command
    from alembic.config import Config

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    command.upgrade(config, VERSIONS[-1])


def _version(connection: Connection) -> str:
    """Version of the tables, empty if there are none."""
    if not inspect(connection).has_table("alembic_version"):
        return ""
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar() or ""
