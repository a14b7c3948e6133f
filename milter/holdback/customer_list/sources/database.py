"""Rows of a query, as the database sends them: never all at once, and never a change to it."""

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
    # A colon or a percent sign in the query is the operator's own.
    "no_parameters": True,
}
_WRITTEN = (
    "write it as SQLAlchemy has it: postgresql+psycopg://reader@db.example/crm or sqlite:////path/crm.db"
)


def query(url: str, source: str, stack: ExitStack) -> Iterator[Stream]:
    """The rows of the query that `source` is, or that stands in the file `….sql` that it names.

    `stack` closes the connection. Raises Failure, and while rows are read, too.
    """
    place = _place(url)
    words, name = _statement(source), _name(place)
    with _in_words(name):
        engine = create_engine(_read_only(place), hide_parameters=True)
        stack.callback(engine.dispose)
        connection = stack.enter_context(engine.connect())
        result = _asked(connection, words)
        if not result.returns_rows:
            raise Failure(Exit.DATA, f"{name}: the query gives no rows; write one that begins with SELECT")
        yield Stream(source, name, tuple(result.keys()), _rows(result, name))


def _place(url: str) -> URL:
    """`url`, read. It may hold a password, so nothing of one that cannot be read is repeated."""
    try:
        place = make_url(url)
        place.get_dialect()
    except NoSuchModuleError:
        text = f"--sql: SQLAlchemy knows no database called {printable(url.partition(':')[0])}; {_WRITTEN}"
        raise Failure(Exit.USAGE, text) from None
    except (ArgumentError, ValueError):
        raise Failure(Exit.USAGE, f"--sql: this is no URL of a database; {_WRITTEN}") from None
    return place


def _name(place: URL) -> str:
    """`postgresql db.example/crm`: no user, no password, none of the settings, which may hold one."""
    where = "/".join(filter(None, (place.host, place.database)))
    return printable(f"{place.get_backend_name()} {where}")


def _read_only(place: URL) -> URL:
    """SQLite would make a file that is missing, and call it an empty database."""
    if place.get_backend_name() != "sqlite" or not place.database or "uri" in place.query:
        return place
    path = Path(place.database)
    if not path.is_file():
        raise Failure(Exit.NO_INPUT, f"{path}: no such database")
    return place.set(database=f"file:{quote(str(path))}").update_query_dict({"mode": "ro", "uri": "true"})


def _statement(source: str) -> str:
    path = Path(source)
    if not source.endswith(".sql"):
        return source
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "is not UTF-8"
        raise Failure(Exit.NO_INPUT, f"{source}: {reason}") from None


def _asked(connection: Connection, words: str) -> CursorResult[Any]:
    options = dict(_OPTIONS)
    if connection.dialect.name == "postgresql":
        options["postgresql_readonly"] = True
    return connection.execution_options(**options).exec_driver_sql(words.strip().rstrip(";"))


def _rows(result: CursorResult[Any], name: str) -> Iterator[Row]:
    with _in_words(name):
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
def _in_words(name: str) -> Iterator[None]:
    """What a database says when it cannot, on one line."""
    try:
        yield
    except ImportError as error:
        text = f"{name}: the driver of this database is not installed: {error.name}"
        raise Failure(Exit.UNAVAILABLE, text) from None
    except DBAPIError as error:
        down = isinstance(error, OperationalError | InterfaceError)
        said = printable(" ".join(str(error.orig).split()), 300)
        raise Failure(Exit.UNAVAILABLE if down else Exit.DATA, f"{name}: {said}") from None
    except SQLAlchemyError as error:
        raise Failure(Exit.UNAVAILABLE, f"{name}: {type(error).__name__}") from None
