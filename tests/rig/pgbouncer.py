"""A private PgBouncer in transaction mode, in front of a private PostgreSQL."""

import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Self

from rig.postgresql import Cluster, as_user
from rig.waiting import LONGEST, wait_until

_PROGRAM = "/usr/sbin/pgbouncer"
_PORT = 6432
"""Only part of the socket's name."""
_SETTINGS = """\
[databases]
* = host={server} user=holdback
[pgbouncer]
listen_addr =
listen_port = {port}
unix_socket_dir = {folder}
auth_type = any
pool_mode = transaction
default_pool_size = {sessions}
"""


class PgBouncer:
    """One PgBouncer with its defaults but for the mode and the size of the pool; runs in a `with` block."""

    def __init__(self, cluster: Cluster, sessions: int = 4) -> None:
        """`sessions`: with PostgreSQL, shared by any number of clients."""
        self.folder = Path(tempfile.mkdtemp(prefix="holdback-pool-", dir="/tmp"))
        settings = _SETTINGS.format(server=cluster.folder, port=_PORT, folder=self.folder, sessions=sessions)
        (self.folder / "pgbouncer.ini").write_text(settings)
        if os.geteuid() == 0:
            shutil.chown(self.folder, "nobody")
        self._server: subprocess.Popen[bytes] | None = None

    def url(self, direct: str) -> str:
        """Return the URL through the pooler of a database of the cluster."""
        return f"{direct.partition('?')[0]}?host={self.folder}&port={_PORT}"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def start(self) -> None:
        """Start it and wait until it listens."""
        self._server = subprocess.Popen([_PROGRAM, "pgbouncer.ini"], **as_user(self.folder))
        wait_until((self.folder / f".s.PGSQL.{_PORT}").exists, "PgBouncer")

    def stop(self) -> None:
        """Stop it at once and close all connections."""
        if self._server:
            self._server.send_signal(signal.SIGTERM)
            self._server.wait(LONGEST)
            self._server = None
