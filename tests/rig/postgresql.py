"""A private PostgreSQL server: own folder, Unix socket only, run by an unprivileged user."""

import contextlib
import glob
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from rig.waiting import LONGEST, wait_until

_USER = "nobody"


class Cluster:
    """One server with its data in a new folder; it runs in a `with` block and is then deleted."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="holdback-pg-", dir="/tmp"))
        if os.geteuid() == 0:
            shutil.chown(self.folder, _USER)
        self._server: subprocess.Popen[bytes] | None = None
        self._databases = 0

    def __enter__(self) -> Self:
        try:
            self._create()
            self.start()
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _create(self) -> None:
        """Write the data directory."""
        self._run("initdb", "-D", "data", "-U", "holdback", "-A", "trust", "-E", "UTF8", "--no-sync")

    def query(self, statement: str) -> str:
        """Return the output of psql for one statement."""
        command = self._client("psql", "-qAt", "-c", statement, "postgres")
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()

    def start(self) -> None:
        """Start the server unless it runs, and wait until it accepts connections."""
        if self._server and self._server.poll() is None:
            return
        options = ["-D", "data", "-k", str(self.folder), "-c", "listen_addresses=", "-c", "fsync=off"]
        self._server = subprocess.Popen([_program("postgres"), *options], **as_user(self.folder))
        wait_until(lambda: not subprocess.run(self._client("pg_isready", "-q")).returncode, "PostgreSQL")

    def stop(self) -> None:
        """Stop the server at once and close all connections."""
        if self._server:
            self._server.send_signal(signal.SIGQUIT)
            self._server.wait(LONGEST)
            self._server = None

    def freeze(self, seconds: float) -> None:
        """Stop all its processes for a while, as a hung disk or a suspended machine does."""
        with self.frozen():
            time.sleep(seconds)

    @contextlib.contextmanager
    def frozen(self) -> Iterator[None]:
        """Stop all its processes inside the block."""
        assert self._server
        children = subprocess.run(["pgrep", "-P", str(self._server.pid)], capture_output=True, text=True)
        pids = [self._server.pid, *map(int, children.stdout.split())]
        try:
            for pid in pids:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGSTOP)
            yield
        finally:
            for pid in pids:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGCONT)

    def restart(self, seconds: float) -> None:
        """Kill it, and start it after a while."""
        self.stop()
        time.sleep(seconds)
        self.start()

    def new_database(self, encoding: str = "UTF8") -> str:
        """Return the URL of a new, empty database; the previous one is deleted."""
        statements = ["SET client_min_messages = error"]
        statements.append(f"DROP DATABASE IF EXISTS record{self._databases} WITH (FORCE)")
        self._databases += 1
        name = f"record{self._databases}"
        statements.append(f"CREATE DATABASE {name} ENCODING '{encoding}' LOCALE 'C' TEMPLATE template0")
        commands = [part for statement in statements for part in ("-c", statement)]
        subprocess.run(self._client("psql", "-q", *commands, "postgres"), check=True)
        return f"postgresql+psycopg://holdback@/{name}?host={self.folder}"

    def _client(self, program: str, *arguments: str) -> list[str]:
        return [_program(program), "-h", str(self.folder), "-U", "holdback", *arguments]

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run([_program(program), *arguments], check=True, **as_user(self.folder))


class Standby(Cluster):
    """A server that follows `primary` by streaming replication until it is promoted."""

    def __init__(self, primary: Cluster) -> None:
        super().__init__()
        self._primary = primary

    def _create(self) -> None:
        source = ["-h", str(self._primary.folder), "-U", "holdback"]
        self._run("pg_basebackup", *source, "-D", "data", "-R", "-X", "stream", "-c", "fast", "--no-sync")

    def promote(self) -> None:
        """Make it the primary: from now on it accepts writes."""
        assert self.query("SELECT pg_promote(true, 60)") == "t"


def as_user(folder: Path) -> dict[str, Any]:
    """Return the arguments of `subprocess.run` for another user: PostgreSQL refuses to run as root."""
    identity = {"user": _USER, "group": "nogroup", "extra_groups": []} if os.geteuid() == 0 else {}
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    return {"cwd": folder, "env": {"LC_ALL": "C.UTF-8"}, **quiet, **identity}


def _program(name: str) -> str:
    """Return the path of a server program, which Debian installs outside of PATH."""
    return sorted(glob.glob(f"/usr/lib/postgresql/*/bin/{name}"))[-1]
