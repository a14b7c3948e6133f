"""A worker: one of the processes that serve the MTA, on a listening socket that all of them share."""

import contextlib
import select
import signal
import socket
import threading
import time

from holdback.config import Config, reader_of
from holdback.daemon import listen, logline, process
from holdback.daemon.children import DRAIN, DRAINING, READY, answer
from holdback.daemon.housekeeping import follow_contacts, follow_knowledge, load_knowledge
from holdback.daemon.listen import Acceptance, CannotListen
from holdback.daemon.reader_events import WATCH
from holdback.daemon.report import log_error
from holdback.daemon.service import Service
from holdback.daemon.setup import open_record, setup_of, workers_of
from holdback.daemon.signals import END, Signals
from holdback.exits import Exit
from holdback.reader import Readers

DRAIN_LIMIT = 600.0
"""Seconds for the open connections of a worker that ends. Postfix keeps one while its client is connected."""
_REFUSE_AFTER = 300.0
"""Seconds after which clients that stay connected are asked to connect again, to another worker."""
TRAIL_CLOSE_TIMEOUT = 10.0
_IDLE_ROUNDS = 4
"""Looks without an open connection, a tenth of a second apart, until a worker ends."""


def run(config: Config, listener: socket.socket, probe: str, control: socket.socket) -> int:
    """Serve until asked to end, then until all connections are closed; return the exit code.

    `probe`: see `Service.probe`. `control`: the supervisor's messages; its end means that there is none any
    more.
    """
    signals = Signals(signal.SIGTERM, process.WAKE)
    for number in (signal.SIGHUP, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)
    try:
        record, key, trail = open_record(config)
        readers = Readers(reader_of(config), WATCH)
        service = Service(setup_of(config, record, key, trail, readers.open), probe)
        process.open_socket(service, f"fd:{listener.fileno()}")
    except CannotListen as error:
        logline.error("libmilter refuses the socket", trouble=str(error))
        return Exit.UNAVAILABLE
    except OSError as error:
        log_error("process", error)
        return Exit.UNAVAILABLE
    stopping = threading.Event()
    readers.begin()
    trail.start()
    load_knowledge(service.setup)
    for work in (follow_contacts, follow_knowledge):
        threading.Thread(target=work, args=(service.setup, stopping), name=work.__name__, daemon=True).start()
    acceptance = Acceptance(listener, process.start(signals.end))
    if workers_of(config) > 1:
        service.setup.turns.accept = acceptance.allow
    control.send(READY)
    code = _obey(control, signals)
    if code == Exit.OK:
        code = _drain(service, acceptance, control)
    stopping.set()
    trail.close(TRAIL_CLOSE_TIMEOUT)
    readers.close()
    return code


def _obey(control: socket.socket, signals: Signals) -> int:
    """Answer the supervisor until it is time to end."""
    while True:
        readable, _, _ = select.select([control.fileno(), signals.fileno()], [], [])
        taken = signals.take() if signals.fileno() in readable else []
        if signal.SIGTERM in taken:
            return Exit.OK
        if END in taken:
            logline.error("libmilter ended")
            return Exit.SOFTWARE
        if control.fileno() in readable and answer(control) in (b"", DRAIN):
            return Exit.OK


def _drain(service: Service, acceptance: Acceptance, control: socket.socket) -> int:
    """Accept no more connections, and serve those that there are until they are closed.

    Return the exit code: TEMPORARY if some of them must be cut.
    """
    acceptance.stop()
    with contextlib.suppress(OSError):
        control.send(DRAINING)
    began = time.monotonic()
    alone = False
    # libmilter may be accepting one just now: nothing is open only if that stays so.
    idle = 0
    while idle < _IDLE_ROUNDS and time.monotonic() - began < DRAIN_LIMIT:
        acceptance.stop()
        idle = 0 if listen.connections_to(acceptance.address) else idle + 1
        service.refusing = time.monotonic() - began > _REFUSE_AFTER
        if alone:
            time.sleep(0.1)
        elif select.select([control], [], [], 0.1)[0]:
            alone = not answer(control)
    return Exit.OK if idle else Exit.TEMPORARY
