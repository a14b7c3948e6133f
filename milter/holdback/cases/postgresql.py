"""Engines of SQLAlchemy for PostgreSQL, directly or through a pooler (PgBouncer).

Every transaction has timeouts on the server's side, and every answer has one on ours: a server that is
frozen, or a pooler that waits for its server, sends none.
"""

import time
from typing import Any, TypeVar

import psycopg
from psycopg.abc import PQGen
from psycopg.rows import TupleRow
from sqlalchemy import URL, Connection, Engine, create_engine, event

from holdback.cases.model import DatabaseUnfit, Origin

_MARGIN = 1.0
"""Seconds that an answer may take beyond the timeout of its statement."""
_ORIGIN = """
SELECT (SELECT system_identifier FROM pg_control_system()),
    (SELECT oid FROM pg_database WHERE datname = current_database()),
    pg_walfile_name(pg_current_wal_lsn()),
    extract(epoch FROM pg_last_xact_replay_timestamp())
"""
_TIMELINE = 8
"""Digits of the timeline at the begin of a WAL file's name."""

Answer = TypeVar("Answer")


class BoundedConnection(psycopg.Connection[TupleRow]):
    """A connection that is closed if an answer does not come in time."""

    longest_wait = 5.0
    """Seconds for each answer."""

    def wait(self, gen: PQGen[Answer], *options: Any, **named: Any) -> Answer:
        """Wait as psycopg does; raise OperationalError after `longest_wait`."""
        return super().wait(self._bounded(gen), *options, **named)

    def _bounded(self, gen: PQGen[Answer]) -> PQGen[Answer]:
        deadline = time.monotonic() + self.longest_wait
        try:
            wanted = next(gen)
            while True:
                # psycopg goes on ten times a second, ready or not.
                ready = yield wanted
                if not ready and time.monotonic() > deadline:
                    self.pgconn.finish()
                    raise psycopg.OperationalError("the server does not answer")
                wanted = gen.send(ready)
        except StopIteration as end:
            answer: Answer = end.value
            return answer


def engine_of(url: URL, timeout: float) -> Engine:
    """Return an engine whose transactions wait `timeout` seconds for a lock, a connection or a result."""
    milliseconds = int(timeout * 1000)
    arguments = {
        "connect_timeout": int(timeout),
        "client_encoding": "utf8",
        # A server without power closes no connection: probe it every second.
        "tcp_user_timeout": milliseconds,
        "keepalives_idle": 1,
        "keepalives_interval": 1,
        "keepalives_count": 2,
    }
    engine = create_engine(
        url, connect_args=arguments, pool_timeout=timeout, pool_pre_ping=True, hide_parameters=True
    )
    event.listen(engine, "do_connect", _connect)
    _set_up_sessions(
        engine,
        timeout + _MARGIN,
        lock_timeout=milliseconds,
        statement_timeout=milliseconds,
        # The server probes us as well, and frees the connections of a host without power.
        tcp_keepalives_idle=5,
        tcp_keepalives_interval=2,
        tcp_keepalives_count=3,
        tcp_user_timeout=milliseconds,
        # A warning, as of a server that shuts down, would call into Python; see `_PlainConnection`.
        client_min_messages="error",
    )
    return engine


def refuse_unfit(engine: Engine) -> None:
    """Raise DatabaseUnfit unless the database can store every character."""
    with engine.connect() as connection:
        driver: Any = connection.connection.dbapi_connection
        encoding = driver.info.parameter_status("server_encoding")
    if encoding != "UTF8":
        engine.dispose()
        raise DatabaseUnfit(encoding)


def origin_of(connection: Connection) -> Origin:
    """Return which database of which server answers; each promotion of a standby begins a timeline.

    Raises DBAPIError for a standby.
    """
    system, database, file, replayed = connection.exec_driver_sql(_ORIGIN).one()
    return Origin(f"{system}/{database}/{file[:_TIMELINE]}", float(replayed or 0))


def is_pooled(connection: psycopg.Connection[Any]) -> bool:
    """Return whether the connection ends at a pooler, which gives its clients process ids of its own."""
    found: Any = connection.execute("SELECT pg_backend_pid()").fetchone()
    return bool(found[0] != connection.info.backend_pid)


def _connect(_dialect: object, _record: object, words: Any, arguments: Any) -> BoundedConnection:
    return BoundedConnection.connect(*words, **arguments)


def _set_up_sessions(engine: Engine, longest_wait: float, **settings: object) -> None:
    """Apply the settings to each session; behind a pooler, whose clients share sessions, to each transaction.

    They are not sent when the session starts: a pooler would refuse them.
    """

    def apply(local: str) -> str:
        values = (f"set_config('{name}', '{value}', {local})" for name, value in settings.items())
        return f"SELECT {', '.join(values)}"

    def connect(connection: BoundedConnection, record: Any) -> None:
        connection.longest_wait = longest_wait
        record.info["pooled"] = is_pooled(connection)
        if record.info["pooled"]:
            # The next transaction may be in a session that does not have them.
            connection.prepare_threshold = None
        else:
            connection.execute(apply("false"))
        connection.commit()

    def begin(connection: Connection) -> None:
        if connection.info["pooled"]:
            connection.exec_driver_sql(apply("true"))

    event.listen(engine, "connect", connect)
    event.listen(engine, "begin", begin)
