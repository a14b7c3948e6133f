"""Transactions on the database of the record: SQLite on a local disk, or PostgreSQL for several hosts.

The database is opened when it is first used, and upgraded if its tables are of an earlier version. Errors of
the database are raised as `RecordUnavailable`, at the latest when the timeout is over.

An SQLite file is created once. A second file remembers that; with it, a database that is missing or empty is
an error, and not a first start.
"""

import fcntl
import math
import os
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from enum import IntEnum
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from holdback.cases.model import DatabaseRemoved, Origin, RecordUnavailable
from holdback.cases.private import create_private
from holdback.cases.versions import has_tables, is_current, upgrade

MILTER_TIMEOUT = 2.0
"""Seconds that the milter waits for a lock, a connection or a result, while a message waits for its reply."""
OPERATOR_TIMEOUT = 30.0
"""Seconds that commands and housekeeping wait for them."""
_PAUSE = 0.1
"""Longest pause after a transaction in the background, in seconds."""
_LONGEST_IDLE = 15.0
"""Seconds after which PostgreSQL ends a session that writes but does nothing: its host is frozen or gone.

Below `OPERATOR_TIMEOUT`: a command that waits for the lock of such a host gets it.
"""
_SAME_CLOCK = 0.01
"""Seconds by which clocks that agree may differ: PostgreSQL's has fewer digits."""
_ABOUT_VALUES = ("22", "23")
"""Classes of SQLSTATE: invalid data, and violated constraints."""
_LONGEST_REASON = 200
_UPGRADE_IDLE = 60.0
"""The same while tables are upgraded, which loads Alembic."""


class Writers(IntEnum):
    """Those who write one at a time, on all hosts; the number of their advisory lock in PostgreSQL.

    Any numbers that no other program uses in the same database.
    """

    RECORD = 0x686F6C6462636B
    """Cases, holds, decisions, events."""
    TRAIL = 0x686F6C6462636C
    """Ledger, contacts, canary hits; deletion of old events. The record waits for none of them."""


class Database:
    """Transactions on one database, for all threads of a process."""

    def __init__(self, url: str, timeout: float, writers: Writers = Writers.RECORD) -> None:
        """`url` as in SQLAlchemy; `timeout` in seconds. The database is opened when it is first used."""
        self._url = make_url(url)
        self._timeout = timeout
        self._writers = writers
        self._file = Path(self._url.database or "") if self._url.drivername.startswith("sqlite") else None
        self._engine: Engine | None = None
        self._identity: tuple[int, int] | None = None
        self._opening = threading.Lock()
        self._writing = threading.Lock()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that only reads. Raises RecordUnavailable."""
        with _as_unavailable(), self._ready().connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that writes, and is committed at its end. Raises RecordUnavailable.

        One of the same `Writers` runs at a time, on all hosts: what it reads is still true when it writes.
        """
        with (
            _as_unavailable(),
            _acquired(self._writing, self._timeout),
            _sole_writer(self._ready(), self._writers, self._longest_idle()) as connection,
        ):
            yield connection

    @contextmanager
    def writing_in_background(self) -> Iterator[Connection]:
        """As `writing`, for one of many transactions in a row: a pause after it lets other writers in."""
        began = time.monotonic()
        with self.writing() as connection:
            yield connection
        if self._file:
            # SQLite has no queue of writers: one that waits tries again every tenth of a second.
            time.sleep(min(time.monotonic() - began, _PAUSE))

    def origin(self) -> Origin:
        """Return which database answers; of SQLite, which file is there. Raises RecordUnavailable."""
        if self._file:
            return Origin(str(_identity(self._file)), lasting=False)
        from holdback.cases.postgresql import origin_of

        with self.reading() as connection:
            return origin_of(connection)

    def with_operator_timeout(self) -> "Database":
        """The same database with `OPERATOR_TIMEOUT`, for work that no message waits for."""
        url = self._url.render_as_string(hide_password=False)
        return Database(url, OPERATOR_TIMEOUT, self._writers)

    def close(self) -> None:
        """Closes all connections; the next transaction opens new ones."""
        if self._engine:
            self._engine.dispose()
        self._engine = self._identity = None

    def _longest_idle(self) -> float:
        """Seconds: longer than one statement may take, as a busy host is not a frozen one."""
        return min(2.5 * self._timeout, _LONGEST_IDLE)

    def _ready(self) -> Engine:
        with _acquired(self._opening, self._timeout):
            # SQLite would go on writing to a file that was removed or replaced, and the data would be lost.
            if self._engine and self._file and self._identity != _identity(self._file):
                self.close()
            if not self._engine:
                self._engine = self._open_file(self._file) if self._file else self._open_server()
            return self._engine

    def _open_file(self, path: Path) -> Engine:
        with _sole_process(path.parent, self._timeout):
            created = created_file_of(path).exists()
            if created and not path.exists():
                raise _removed(path)
            _keep_private(path)
            # Before the first connection: if the file is replaced in between, the next transaction notices.
            self._identity = _identity(path)
            engine = create_engine(
                self._url,
                connect_args={"timeout": self._timeout, "factory": _PlainConnection},
                pool_timeout=self._timeout,
                hide_parameters=True,
            )
            event.listen(engine, "connect", _set_up_sqlite)
            event.listen(engine, "begin", _begin_sqlite)
            if created and _is_empty(engine):
                engine.dispose()
                raise _removed(path)
            engine = _upgraded(engine)
            if not created:
                os.close(create_private(created_file_of(path)))
            return engine

    def _open_server(self) -> Engine:
        # Hosts with SQLite have no psycopg.
        from holdback.cases import postgresql

        engine = postgresql.engine_of(self._url, self._timeout)
        postgresql.refuse_unfit(engine)
        return _upgraded(engine)


def refuse_unfit(url: str) -> None:
    """Raises DatabaseUnfit if the database `url` is on a server, answers, and cannot store every text."""
    made = make_url(url)
    if made.drivername.startswith("sqlite"):
        return
    from holdback.cases import postgresql

    engine = postgresql.engine_of(made, MILTER_TIMEOUT)
    # A database that does not answer may be back soon: until then holds go to the journal.
    with suppress(SQLAlchemyError, OSError):
        postgresql.refuse_unfit(engine)
    engine.dispose()


def announce(connection: Connection, channel: str) -> None:
    """Tell all who listen on the channel, as soon as this transaction is committed. PostgreSQL only."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"NOTIFY {channel}")


def current_time(connection: Connection) -> float:
    """Unix time by the clock of PostgreSQL, the same for all hosts; with SQLite, by that of this host."""
    if connection.dialect.name != "postgresql":
        return time.time()
    return float(connection.exec_driver_sql("SELECT extract(epoch FROM clock_timestamp())").scalar_one())


def clock_offset(connection: Connection) -> float:
    """Seconds that the clock of the database is ahead of the clock of this host; 0 if they agree.

    Times that hosts compare with each other are stored by the clock of the database.
    """
    before = time.time()
    there = current_time(connection)
    after = time.time()
    # The answer took from `before` to `after`: only a time outside of that shows that the clocks differ.
    offset = there - min(max(there, before), after)
    return offset if abs(offset) > _SAME_CLOCK else 0.0


def created_file_of(path: Path) -> Path:
    """The file that remembers that the SQLite database `path` was created.

    Its name does not begin like that of the database: who removes `holdback.db*` does not remove it.
    """
    return path.with_name(f".{path.name}.created")


def _removed(path: Path) -> DatabaseRemoved:
    return DatabaseRemoved(
        f"{path} was removed or emptied; restore it, or remove {created_file_of(path)} to begin a new one"
    )


def _is_empty(engine: Engine) -> bool:
    with engine.connect() as connection:
        return not has_tables(connection)


class _PlainConnection(sqlite3.Connection):
    """A connection without SQLAlchemy's SQL functions in Python, which sqlite3 frees when it closes.

    To free them it asks for Python's thread state (PyGILState_Ensure). A thread of libmilter has had several,
    and may remember a deleted one: closing the connection there would crash the process.
    """

    def create_function(self, *_arguments: object, **_options: object) -> None:
        pass


@contextmanager
def _as_unavailable() -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        raise RecordUnavailable(str(error.orig).strip(), _reason(error)) from error
    except (SQLAlchemyError, OSError, UnicodeError) as error:
        raise RecordUnavailable(str(error), _reason(error)) from error


def _reason(error: Exception) -> str:
    """The first line of an error; only its type if it is about a value, which it may quote."""
    original = error.orig if isinstance(error, DBAPIError) else error
    about_a_value = (getattr(original, "sqlstate", None) or "")[:2] in _ABOUT_VALUES
    if about_a_value or isinstance(original, UnicodeError):
        return type(original).__name__
    return str(original).strip().partition("\n")[0][:_LONGEST_REASON]


@contextmanager
def _acquired(lock: threading.Lock, timeout: float) -> Iterator[None]:
    if not lock.acquire(timeout=timeout):
        raise RecordUnavailable("another thread is still waiting for the database")
    try:
        yield
    finally:
        lock.release()


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except FileNotFoundError:
        return None
    return status.st_dev, status.st_ino


def _keep_private(path: Path) -> None:
    """Creates the file, or removes the access of others. SQLite gives -wal and -shm the mode of the file."""
    try:
        os.close(create_private(path))
    except FileExistsError:
        for name in (path, Path(f"{path}-wal"), Path(f"{path}-shm")):
            # Another process that closes the database removes the two others at any time.
            with suppress(FileNotFoundError):
                if name.stat().st_mode & 0o077:
                    name.chmod(0o600)


@contextmanager
def _sole_process(folder: Path, timeout: float) -> Iterator[None]:
    """Locks `folder`: if milter and command both find no tables, one creates them and the other waits."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        deadline = time.monotonic() + timeout
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.02)
        yield
    finally:
        os.close(descriptor)


@contextmanager
def _sole_writer(engine: Engine, writers: Writers, longest_idle: float) -> Iterator[Connection]:
    with (
        engine.connect().execution_options(writing=writers) as connection,
        connection.begin(),
    ):
        if engine.dialect.name == "postgresql":
            # In this order: whoever gets the lock is already watched.
            connection.exec_driver_sql(f"SET LOCAL idle_in_transaction_session_timeout = '{longest_idle:g}s'")
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({writers})")
        yield connection


def _upgraded(engine: Engine) -> Engine:
    try:
        with engine.connect() as connection:
            current = is_current(connection)
        if not current:
            with _sole_writer(engine, Writers.RECORD, _UPGRADE_IDLE) as connection:
                if engine.dialect.name == "postgresql":
                    # An upgrade of large tables may take longer.
                    connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
                    driver: Any = connection.connection.dbapi_connection
                    driver.longest_wait = math.inf
                upgrade(connection)
            # Opens connections with the usual timeouts.
            engine.dispose()
    except BaseException:
        engine.dispose()
        raise
    return engine


def _set_up_sqlite(connection: Any, _record: object) -> None:
    # The transactions of Python's module would not cover DDL and reads.
    connection.isolation_level = None
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")


def _begin_sqlite(connection: Connection) -> None:
    writing = connection.get_execution_options().get("writing")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")
