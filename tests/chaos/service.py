"""Holdback as systemd runs it, with the units in `packaging/systemd`."""

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping
from types import TracebackType
from typing import Any

from chaos.processes import name_of, signal_to
from rig.holdback import STARTED, Holdback, answers
from rig.postfix import PrivatePostfix
from rig.waiting import wait_until

_PASS_ON = (
    "import os, sys; os.dup2(int(sys.argv[1]), 3);"
    "os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS='1'); os.execv(sys.argv[2], sys.argv[2:])"
)
"""Program: the descriptor that it is given becomes the one that sd_listen_fds(3) promises."""
_RESTART_PAUSE = 1.0
_POLL = 0.1


class Service(Holdback):
    """The socket outlives the process; one that ends is started again after a second (Restart=always)."""

    def __init__(self, postfix: PrivatePostfix, settings: Mapping[str, Any]) -> None:
        super().__init__(postfix, settings)
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(self.socket))
        self._listener.listen(1024)
        self.socket.chmod(0o666)
        self._changing = threading.Lock()
        self._closing = threading.Event()
        self._seen: set[int] = set()
        self._keeper = threading.Thread(target=self._keep, daemon=True)

    def start(self) -> None:
        """Start the service and wait until it says that it has started."""
        before = self.log().count(STARTED)
        with self._changing:
            self._launch()
        wait_until(lambda: self.log().count(STARTED) > before, "the line `started`")
        wait_until(lambda: answers(self.socket), "the milter's answer")
        if not self._keeper.ident:
            self._keeper.start()

    def _launch(self) -> None:
        command = self._command("milter", "--config", str(self.config_file))
        with self.log_file.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-c", _PASS_ON, str(self._listener.fileno()), *command],
                env=self.environment,
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                pass_fds=(self._listener.fileno(),),
            )

    def _keep(self) -> None:
        """Start the process again when it has ended, and remember all workers."""
        while not self._closing.wait(_POLL):
            with self._changing:
                if self._process and self._process.poll() is not None:
                    self._closing.wait(_RESTART_PAUSE)
                    self._launch()
                self._seen.update(self.workers)

    def kill(self) -> None:
        """Kill the main process with SIGKILL; it comes back by itself."""
        os.kill(self.pid, signal.SIGKILL)

    def restart(self) -> None:
        """Stop the main process with SIGTERM and start another, as `systemctl restart`."""
        with self._changing:
            self.stop()
            self._launch()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop it, and end workers that still serve connections (KillMode=process)."""
        self._closing.set()
        if self._keeper.ident:
            self._keeper.join()
        self._seen.update(self.workers if self._process else ())
        self.stop()
        signal_to([pid for pid in self._seen if name_of(pid) == "holdback-worker"], signal.SIGKILL)
        self._listener.close()
        super().__exit__(kind, error, trace)
