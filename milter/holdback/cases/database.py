"""The database behind the record: SQLite on the host's own disk, or PostgreSQL for several hosts.

It is opened when first needed, brought up to date if it is older than this Holdback, and given up quickly
when it does not answer. Whatever goes wrong with it comes out as `RecordUnavailable`.
"""

import fcntl
import os
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from holdback.cases.private import create_private
from holdback.cases.values import RecordUnavailable
from holdback.cases.versions import bring_up_to_date, is_current

MILTER_TIMEOUT = 2.0
"""Seconds that the milter waits for a lock, a connection or an answer: a message waits meanwhile."""
OPERATOR_TIMEOUT = 30.0
"""Seconds that an operator waits for them."""
_REST = 0.1
# Any number will do that nobody else takes in the same PostgreSQL database.
_ADVISORY_LOCK = 0x686F6C6462636B


class Database:
    """Transactions on one database, from any thread."""

    def __init__(self, url: str, timeout: float) -> None:
        """`url` as SQLAlchemy has it; `timeout` in seconds. Nothing is opened yet."""
        self._url = make_url(url)
        self._timeout = timeout
        self._file = Path(self._url.database or "") if self._url.drivername.startswith("sqlite") else None
        self._engine: Engine | None = None
        self._identity: tuple[int, int] | None = None
        self._opening = threading.Lock()
        self._writing = threading.Lock()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that only looks. Raises RecordUnavailable."""
        with _as_unavailable(), self._ready().connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that is committed at its end. Raises RecordUnavailable.

        Writers take turns, in the whole fleet: what one has looked up is still true when it writes.
        """
        with (
            _as_unavailable(),
            _turn(self._writing, self._timeout),
            _sole_writer(self._ready()) as connection,
        ):
            yield connection

    @contextmanager
    def writing_in_background(self) -> Iterator[Connection]:
        """As `writing`, for one of many transactions that nobody waits for: then others have their turn."""
        began = time.monotonic()
        with self.writing() as connection:
            yield connection
        if self._file:
            # SQLite has no queue: whoever waits looks again every tenth of a second, and would find us there.
            time.sleep(min(time.monotonic() - began, _REST))

    def with_operator_timeout(self) -> "Database":
        """The same database, for work that may take its time; nothing is opened yet."""
        return Database(self._url.render_as_string(hide_password=False), OPERATOR_TIMEOUT)

    def close(self) -> None:
        """Gives up all connections; the next transaction opens them again."""
        if self._engine:
            self._engine.dispose()
        self._engine = self._identity = None

    def _ready(self) -> Engine:
        with _turn(self._opening, self._timeout):
            # SQLite goes on writing to a file that was removed or replaced, and nobody would ever read it.
            if self._engine and self._file and self._identity != _identity(self._file):
                self.close()
            if not self._engine:
                self._engine = self._open_file(self._file) if self._file else self._open_server()
            return self._engine

    def _open_file(self, path: Path) -> Engine:
        with _sole_process(path.parent, self._timeout):
            _keep_private(path)
            # Taken before the first connection: a file replaced in between is noticed, not trusted.
            self._identity = _identity(path)
            engine = create_engine(
                self._url,
                connect_args={"timeout": self._timeout, "factory": _PlainConnection},
                pool_timeout=self._timeout,
                hide_parameters=True,
            )
            event.listen(engine, "connect", _set_up_sqlite)
            event.listen(engine, "begin", _begin_sqlite)
            return _up_to_date(engine)

    def _open_server(self) -> Engine:
        milliseconds = int(self._timeout * 1000)
        engine = create_engine(
            self._url,
            connect_args={
                "connect_timeout": int(self._timeout),
                # A server that lost its power says nothing: ask every second whether it is there.
                "tcp_user_timeout": milliseconds,
                "keepalives_idle": 1,
                "keepalives_interval": 1,
                "keepalives_count": 2,
                # Warnings, as of a server that stops at once, would call into Python; see `_PlainConnection`.
                "options": f"-c lock_timeout={milliseconds} -c statement_timeout={milliseconds}"
                " -c client_min_messages=error",
            },
            pool_timeout=self._timeout,
            pool_pre_ping=True,
            hide_parameters=True,
        )
        return _up_to_date(engine)


class _PlainConnection(sqlite3.Connection):
    """Without the functions in Python that SQLAlchemy adds, which sqlite3 frees when it closes.

    For that it asks for the thread's own state (PyGILState_Ensure). A thread of libmilter has had several,
    and one that is gone may be remembered: to close a connection there would be the end of the process.
    """

    def create_function(self, *_arguments: object, **_options: object) -> None:
        pass


@contextmanager
def _as_unavailable() -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        raise RecordUnavailable(str(error.orig).strip()) from error
    except (SQLAlchemyError, OSError) as error:
        raise RecordUnavailable(str(error)) from error


@contextmanager
def _turn(lock: threading.Lock, timeout: float) -> Iterator[None]:
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
    """Makes the file, or closes it to others. SQLite gives its -wal and -shm the mode of the file."""
    try:
        os.close(create_private(path))
    except FileExistsError:
        for name in (path, Path(f"{path}-wal"), Path(f"{path}-shm")):
            if name.exists() and name.stat().st_mode & 0o077:
                name.chmod(0o600)


@contextmanager
def _sole_process(folder: Path, timeout: float) -> Iterator[None]:
    """Daemon and operator's command may both be the first to start: one makes the tables, the other waits."""
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
def _sole_writer(engine: Engine) -> Iterator[Connection]:
    with engine.connect().execution_options(writing=True) as connection, connection.begin():
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_ADVISORY_LOCK})")
        yield connection


def _up_to_date(engine: Engine) -> Engine:
    try:
        with engine.connect() as connection:
            current = is_current(connection)
        if not current:
            with _sole_writer(engine) as connection:
                if engine.dialect.name == "postgresql":
                    # New columns of a large table take as long as they take.
                    connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
                bring_up_to_date(connection)
    except BaseException:
        engine.dispose()
        raise
    return engine


def _set_up_sqlite(connection: Any, _record: object) -> None:
    # Python's own idea of transactions would leave DDL and reads outside of them.
    connection.isolation_level = None
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")


def _begin_sqlite(connection: Connection) -> None:
    writing = connection.get_execution_options().get("writing")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")
