"""libmilter on the shared listening socket, in a second thread of this process.

In the main thread libmilter would take the signals, and SIGHUP would end it.
"""

import contextlib
import gc
import signal
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

import Milter

from holdback.daemon.listen import CannotListen
from holdback.daemon.service import Service
from holdback.daemon.session import Session, record_unreachable

_STARTUP_DELAY = 0.1


def open_socket(service: Service, address: str) -> None:
    """Register the callbacks and open `address`, `fd:N` as a rule; connections wait until `start`.

    Raises CannotListen. There is one libmilter in a process: it keeps its state in globals.
    """
    sys.excepthook = record_unreachable
    _register(service)
    try:
        Milter.setconn(address)
        Milter.opensocket(False)
    except Milter.error as error:
        raise CannotListen(f"{address}: {error}") from error


WAKE = signal.SIGUSR1
"""The signal that interrupts libmilter's wait for a connection; the process must have a handler for it."""


def start(on_end: Callable[[], None]) -> Callable[[], None]:
    """Serve from now on; return a function that sends WAKE to libmilter's thread.

    `on_end` is called in that thread when libmilter ends.

    Start other threads before: libmilter waits for signals, too, and gets one that comes while this
    process starts a thread.
    """

    def run() -> None:
        try:
            Milter.main()
        finally:
            on_end()

    gc.collect()
    gc.freeze()
    thread = threading.Thread(target=run, name="libmilter", daemon=True)
    thread.start()
    # A signal that comes before libmilter's own thread for signals waits would go to that thread and end
    # libmilter.
    time.sleep(_STARTUP_DELAY)

    def wake() -> None:
        with contextlib.suppress(ProcessLookupError):
            signal.pthread_kill(thread.ident or 0, WAKE)

    return wake


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
    Milter.register("holdback", negotiate=negotiate)
