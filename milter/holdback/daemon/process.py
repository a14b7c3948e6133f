"""Serve one listening socket with libmilter, which runs in a second thread of this process.

In the main thread libmilter would take the signals, and SIGHUP would end it.
"""

import gc
import os
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

import Milter

from holdback.daemon import listen
from holdback.daemon.listen import CannotListen
from holdback.daemon.service import Service
from holdback.daemon.session import Session, record_unreachable

_BACKLOG = 512
_STARTUP_DELAY = 0.1
_STOP_TIMEOUT = 6.0
_REPLY_DELAY = 0.1


class Process:
    """libmilter on one socket. There is one instance in a process: libmilter keeps its state in globals."""

    def __init__(self, service: Service, address: str) -> None:
        """`address` is `unix:/path`, `inet:port@host` or `fd:N`."""
        self._service = service
        self._address = address
        self._ready = threading.Event()
        self._thread: threading.Thread | None = None

    def listen(self, mode: int) -> None:
        """Open the socket; connections wait until `start`. `mode` is that of a unix socket.

        Raises CannotListen.
        """
        sys.excepthook = record_unreachable
        _register(self._service)
        listen.clear(self._address)
        before = os.umask(0o777 & ~mode)
        try:
            Milter.setconn(self._address)
            Milter.opensocket(False)
        except Milter.error as error:
            raise CannotListen(str(error)) from error
        finally:
            os.umask(before)

    def start(self, on_end: Callable[[], None]) -> None:
        """Serve from now on; `on_end` is called in libmilter's thread when libmilter ends.

        Start other threads before: libmilter waits for signals, too, and gets one that comes while this
        process starts a thread.
        """
        self._thread = threading.Thread(target=self._run, args=(on_end,), name="libmilter", daemon=True)
        self._thread.start()
        gc.collect()
        gc.freeze()
        self._ready.set()
        # A signal that comes before libmilter's own thread for signals waits would go to that thread and end
        # libmilter. systemd sends none before the service is ready.
        time.sleep(_STARTUP_DELAY)

    def _run(self, on_end: Callable[[], None]) -> None:
        self._ready.wait()
        try:
            Milter.main()
        finally:
            on_end()

    def drain(self) -> None:
        """Refuse further messages temporarily; those that are at their end still get their answer."""
        self._service.drain()

    def wait_until_idle(self, timeout: float, is_urgent: Callable[[], bool]) -> None:
        """Wait until all messages at their end have their answer, `timeout` is over, or `is_urgent`."""
        ends = time.monotonic() + timeout
        while not is_urgent() and time.monotonic() < ends and not self._service.wait_idle(0.1):
            pass
        # The last answer has left Python; libmilter sends it to the MTA now.
        time.sleep(_REPLY_DELAY)

    def stop(self) -> None:
        """Make libmilter's `main()` return. `stop()` waits for its listener, which is woken meanwhile."""
        threading.Thread(target=Milter.stop, name="stop", daemon=True).start()
        ends = time.monotonic() + _STOP_TIMEOUT
        while self._thread and self._thread.is_alive() and time.monotonic() < ends:
            listen.wake(self._address)
            self._thread.join(0.02)


def _register(service: Service) -> None:
    """Register the callbacks. Not HELO: its text may be in any charset, and pymilter fails on it."""

    def negotiate(context: Any, options: list[int]) -> int:
        session = Session(service)
        session._setctx(context)
        return int(session.negotiate(options))

    Milter.set_connect_callback(Session.connect)
    Milter.set_envfrom_callback(Session.envfrom)
    Milter.set_envrcpt_callback(Session.envrcpt)
    Milter.set_header_callback(Session.header)
    Milter.set_body_callback(Session.body)
    Milter.set_eom_callback(Session.eom)
    Milter.set_abort_callback(Session.abort)
    Milter.set_close_callback(Session.close)
    # For errors in pymilter itself, see record_unreachable. After TEMPFAIL in a callback without reply,
    # libmilter would ignore the rest of the message with its end, and the MTA would wait in vain.
    Milter.set_exception_policy(Milter.CONTINUE)
    Milter.setbacklog(_BACKLOG)
    Milter.register("holdback", negotiate=negotiate)
