"""The housekeeper: the process that does what is done once for all workers, and serves the metrics of all."""

import select
import signal
import socket
import threading
from collections.abc import Callable
from pathlib import Path
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

from prometheus_client import make_wsgi_app

from holdback.config import Config, reader_of
from holdback.daemon.children import DRAIN, READY, answer
from holdback.daemon.housekeeping import maintain_trail, run_housekeeping
from holdback.daemon.operators_socket import serve_operators
from holdback.daemon.reader_events import WATCH
from holdback.daemon.setup import Setup, open_record, setup_of
from holdback.daemon.signals import Signals
from holdback.daemon.worker import TRAIL_CLOSE_TIMEOUT
from holdback.exits import Exit
from holdback.reader import Readers

_WORK: tuple[Callable[[Setup, threading.Event], None], ...] = (run_housekeeping, maintain_trail)


def run(
    config: Config, config_path: Path, metrics_socket: socket.socket | None, control: socket.socket
) -> int:
    """Work until asked to end; return the exit code. `control` as in `worker.run`."""
    signals = Signals(signal.SIGTERM)
    for number in (signal.SIGHUP, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)
    if metrics_socket:
        _serve_metrics(metrics_socket)
    record, key, trail = open_record(config)
    readers = Readers(reader_of(config), WATCH)
    setup = setup_of(config, record, key, trail, readers.open)
    stopping = threading.Event()
    trail.start()
    for work in _WORK:
        threading.Thread(target=work, args=(setup, stopping), name=work.__name__, daemon=True).start()
    operators = threading.Thread(
        target=serve_operators, args=(config, config_path, stopping), name="operators", daemon=True
    )
    operators.start()
    control.send(READY)
    while signals.fileno() not in select.select([control.fileno(), signals.fileno()], [], [])[0]:
        if answer(control) in (b"", DRAIN):
            break
    stopping.set()
    trail.close(TRAIL_CLOSE_TIMEOUT)
    readers.close()
    operators.join()
    return Exit.OK


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *words: object) -> None:
        """Log no requests."""


def _serve_metrics(listener: socket.socket) -> None:
    """Serve the metrics on a listening socket, from a thread."""
    address = listener.getsockname()
    server = _Server(address[:2], _Quiet, bind_and_activate=False)
    server.socket.close()
    server.socket = listener
    server.server_name, server.server_port = address[:2]
    server.setup_environ()
    server.set_app(make_wsgi_app())
    threading.Thread(target=server.serve_forever, name="metrics", daemon=True).start()
