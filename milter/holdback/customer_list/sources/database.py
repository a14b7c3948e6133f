"""Stream the rows of a database query, read-only."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import URL, Connection, CursorResult, create_engine, make_url
from sqlalchemy.exc import (
    ArgumentError,
    DBAPIError,
    InterfaceError,
    NoSuchModuleError,
    OperationalError,
    SQLAlchemyError,
)

from holdback.customer_list.sources.stream import Row, Stream
from holdback.exits import Exit, Failure
from holdback.phrases import printable

_AT_ONCE = 5_000
"""Rows fetched at a time."""
_OPTIONS: dict[str, Any] = {
    "stream_results": True,
    "max_row_buffer": _AT_ONCE,
    # Colons and percent signs in the query are not parameters.
    "no_parameters": True,
}
_URL_FORMAT = "use an SQLAlchemy URL: postgresql+psycopg://reader@db.example/crm or sqlite:////path/crm.db"


def query(url: str, source: str, stack: ExitStack) -> Iterator[Stream]:
    """Run a query, given as SQL or as the name of a `.sql` file, and yield its rows as one stream.

    `stack` closes the connection. Raises Failure, also while rows are read.
    """
    database = _parse_url(url)
    statement, name = _statement(source), _name(database)
    with _failures(name):
        engine = create_engine(_read_only(database), hide_parameters=True)
        stack.callback(engine.dispose)
        connection = stack.enter_context(engine.connect())
        result = _execute(connection, statement)
        if not result.returns_rows:
            raise Failure(Exit.DATA, f"{name}: the query returns no rows; use a SELECT statement")
        yield Stream(source, name, tuple(result.keys()), _rows(result, name))


def _parse_url(url: str) -> URL:
    """Parse the URL. It may contain a password, so errors do not quote it."""
    try:
        database = make_url(url)
        database.get_dialect()
    except NoSuchModuleError:
        text = f"--sql: unknown database type {printable(url.partition(':')[0])}; {_URL_FORMAT}"
        raise Failure(Exit.USAGE, text) from None
    except (ArgumentError, ValueError):
        raise Failure(Exit.USAGE, f"--sql: not a database URL; {_URL_FORMAT}") from None
    return database


def _name(database: URL) -> str:
    """Return `postgresql db.example/crm`, without user, password and options."""
    where = "/".join(filter(None, (database.host, database.database)))
    return printable(f"{database.get_backend_name()} {where}")


def _read_only(database: URL) -> URL:
    """Return the URL that opens SQLite read-only, which would otherwise create a missing file."""
    if database.get_backend_name() != "sqlite" or not database.database or "uri" in database.query:
        return database
    path = Path(database.database)
    if not path.is_file():
        raise Failure(Exit.NO_INPUT, f"{path}: no such database")
    return database.set(database=f"file:{quote(str(path))}").update_query_dict({"mode": "ro", "uri": "true"})


def _statement(source: str) -> str:
    path = Path(source)
    if not source.endswith(".sql"):
        return source
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "is not UTF-8"
        raise Failure(Exit.NO_INPUT, f"{source}: {reason}") from None


def _execute(connection: Connection, statement: str) -> CursorResult[Any]:
    options = dict(_OPTIONS)
    if connection.dialect.name == "postgresql":
        options["postgresql_readonly"] = True
    return connection.execution_options(**options).exec_driver_sql(statement.strip().rstrip(";"))


def _rows(result: CursorResult[Any], name: str) -> Iterator[Row]:
    with _failures(name):
        for batch in result.partitions(_AT_ONCE):
            for row in batch:
                yield [_text(value) for value in row]


def _text(value: object) -> str:
    match value:
        case str():
            return value
        case None | bool() | bytes() | memoryview() | dict():
            return ""
        case float() if value.is_integer():
            return str(int(value))
        case date():
            return value.isoformat()
        case list() | tuple():
            return ", ".join(map(_text, value))
    return str(value)


@contextmanager
def _failures(name: str) -> Iterator[None]:
    """Turn errors of the database into a Failure with a one-line message."""
    try:
        yield
    except ImportError as error:
        text = f"{name}: database driver not installed: {error.name}"
        raise Failure(Exit.UNAVAILABLE, text) from None
    except DBAPIError as error:
        down = isinstance(error, OperationalError | InterfaceError)
        message = printable(" ".join(str(error.orig).split()), 300)
        raise Failure(Exit.UNAVAILABLE if down else Exit.DATA, f"{name}: {message}") from None
    except SQLAlchemyError as error:
        raise Failure(Exit.UNAVAILABLE, f"{name}: {type(error).__name__}") from None
