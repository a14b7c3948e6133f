"""Wait for the next decision on record: PostgreSQL announces it, everything else is asked every second."""

import select
from contextlib import suppress
from typing import Any

from sqlalchemy import make_url

from holdback.cases.casebook import DECISIONS_CHANNEL

_POLLING, _LISTENING = 1.0, 10.0
"""Seconds until the record is asked again, without and with announcements."""
_RETRY = 30
"""Rounds without announcements between two attempts to get them."""

_CONNECTION: dict[str, Any] = {
    "autocommit": True,
    "connect_timeout": 5,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}


class DecisionSignal:
    """The announcements of one database."""

    def __init__(self, url: str) -> None:
        made = make_url(url)
        self._server: dict[str, Any] = {}
        """What psycopg connects to; empty for SQLite."""
        if made.get_backend_name() == "postgresql":
            self._server = dict(made.get_dialect()().create_connect_args(made)[1])
        self._connection: Any = None
        self._rounds = 0

    def wait(self, signals: int) -> None:
        """Return when there may be a decision, after some seconds, or when the descriptor is readable."""
        if self._server and not self._connection:
            if self._rounds % _RETRY == 0:
                self._connection = _listen(self._server)
            self._rounds += 1
        if not self._connection:
            select.select([signals], [], [], _POLLING)
            return
        ready = select.select([signals, self._connection], [], [], _LISTENING)[0]
        if self._connection in ready and not _take(self._connection):
            self.close()

    def close(self) -> None:
        if self._connection:
            self._connection.close()
        self._connection, self._rounds = None, 0


def _listen(arguments: dict[str, Any]) -> Any:
    """Return a connection that gets announcements; None if there is none, as through a connection pooler."""
    import psycopg

    from holdback.cases.postgresql import is_pooled

    with suppress(psycopg.Error):
        connection = psycopg.connect(**{**arguments, **_CONNECTION})
        if not is_pooled(connection):
            connection.execute(f"LISTEN {DECISIONS_CHANNEL}")
            return connection
        connection.close()
    return None


def _take(connection: Any) -> bool:
    """Take the announcements that have arrived; return False if the connection is lost."""
    import psycopg

    try:
        list(connection.notifies(timeout=0))
    except psycopg.Error:
        return False
    return True
