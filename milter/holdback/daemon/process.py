"""The process behind `holdback milter`: starts, listens, reloads on SIGHUP, drains on SIGTERM.

libmilter runs in a thread of its own: in the main thread it would take the signals, and SIGHUP would end it.
"""

import gc
import os
import signal
import sys
import threading
import time
from pathlib import Path
from typing import Any

import Milter
import prometheus_client

from holdback import __version__, metrics
from holdback.cases.key import KeyBroken
from holdback.config import Config, ConfigError, load, reader_of
from holdback.daemon import listen, logline
from holdback.daemon.housekeeping import keep_house, keep_known, keep_listening, keep_trail
from holdback.daemon.notify import notify
from holdback.daemon.reader_events import WATCH
from holdback.daemon.service import Service
from holdback.daemon.session import TEMPFAIL, Session, note_unreachable
from holdback.daemon.setup import open_record, setup_of
from holdback.daemon.signals import END, Signals
from holdback.exits import Exit
from holdback.log import configure
from holdback.reader import Readers

_BACKLOG = 512
_SECONDS_TO_SETTLE = 0.1
_SECONDS_TO_STOP = 6.0
_SECONDS_TO_REPLY = 0.1
_SECONDS_TO_STORE = 10.0


def serve(config_path: Path) -> int:
    """Run the milter until SIGTERM or SIGINT; the exit code. Mistakes go to standard error, all at once."""
    try:
        config = load(config_path)
    except ConfigError as error:
        print(error, file=sys.stderr)
        return Exit.CONFIG
    configure(config.log.format, config.log.level)
    try:
        record, key, trail = open_record(config)
        readers = Readers(reader_of(config), WATCH)
        service = Service(setup_of(config, record, key, trail, readers.open))
        _open_doors(config, service)
    except (KeyBroken, listen.SocketTaken, OSError, Milter.error) as error:
        print(f"holdback: cannot start: {error}", file=sys.stderr)
        return Exit.UNAVAILABLE
    try:
        code = _work(config_path, config, service, readers)
    finally:
        listen.remove(config.milter.listen)
        readers.close()
    # Libmilter's threads may still run: an orderly end of the interpreter would wait for them.
    os._exit(code)


def _open_doors(config: Config, service: Service) -> None:
    """Listen for Prometheus and for the MTA; connections wait until libmilter runs."""
    metrics.build_info.info({"version": __version__})
    if config.metrics.listen:
        address, _, port = config.metrics.listen.rpartition(":")
        prometheus_client.start_http_server(int(port), address.strip("[]"))
    sys.excepthook = note_unreachable
    _register(service)
    listen.listen_on(config.milter.listen, int(config.milter.socket_mode, 8))


def _register(service: Service) -> None:
    """Tell libmilter what to call. Not HELO: its text may be in any charset, and pymilter fails on it."""

    def negotiate(context: Any, options: list[int]) -> int:
        session = Session(service)
        session._setctx(context)
        return int(session.negotiate(options))

    def end(context: Any) -> int:
        session: Session | None = context.getpriv()
        return session.eom() if session else TEMPFAIL

    Milter.set_connect_callback(lambda context, *details: context.getpriv().connect(*details))
    Milter.set_envfrom_callback(lambda context, *words: context.getpriv().envfrom(*words))
    Milter.set_envrcpt_callback(lambda context, *words: context.getpriv().envrcpt(*words))
    Milter.set_header_callback(lambda context, name, value: context.getpriv().header(name, value))
    Milter.set_body_callback(lambda context, chunk: context.getpriv().body(chunk))
    Milter.set_eom_callback(end)
    Milter.set_abort_callback(lambda context: context.getpriv().abort())
    Milter.set_close_callback(Milter.close_callback)
    # For what fails in pymilter itself, see note_unreachable. TEMPFAIL in a callback without reply would have
    # libmilter ignore the rest of the message, its end included, and the MTA wait in vain.
    Milter.set_exception_policy(Milter.CONTINUE)
    Milter.setbacklog(_BACKLOG)
    Milter.register("holdback", negotiate=negotiate)


def _work(config_path: Path, config: Config, service: Service, readers: Readers) -> int:
    """Serve until told to stop."""
    told = Signals()
    readers.begin()
    service.setup.trail.begin()
    keep_known(service.setup)
    ready, stopping = threading.Event(), threading.Event()
    libmilter = threading.Thread(target=_run_libmilter, args=(ready, told), name="libmilter", daemon=True)
    libmilter.start()
    threading.Thread(target=keep_house, args=(service, stopping), name="housekeeping", daemon=True).start()
    threading.Thread(target=keep_trail, args=(service, stopping), name="tending", daemon=True).start()
    threading.Thread(target=keep_listening, args=(service, stopping), name="contacts", daemon=True).start()
    gc.collect()
    gc.freeze()
    # Only now: libmilter waits for signals, too, and gets one that comes while we start a thread.
    ready.set()
    # A signal that comes while libmilter's own thread for signals lies down to wait would be its, and end it.
    # systemd sends none before we are ready.
    time.sleep(_SECONDS_TO_SETTLE)
    notify("READY=1")
    logline.info("started", version=__version__, listen=config.milter.listen, config=str(config_path))
    while (number := told.next()) == signal.SIGHUP:
        config = _reload(config_path, config, service)
        readers.use(reader_of(config))
    stopping.set()
    if number == END:
        logline.error("libmilter ended")
        return Exit.SOFTWARE
    _drain(number, service, told)
    _stop(config.milter.listen, libmilter)
    service.setup.trail.close(_SECONDS_TO_STORE)
    return Exit.OK


def _run_libmilter(ready: threading.Event, told: Signals) -> None:
    ready.wait()
    try:
        Milter.main()
    finally:
        told.end()


def _reload(path: Path, old: Config, service: Service) -> Config:
    """Judge messages that begin from now on by the file as it is now; a broken file changes nothing."""
    notify("RELOADING=1")
    try:
        new = load(path)
    except ConfigError as error:
        logline.error("configuration not taken over", config=str(path), mistakes=len(error.mistakes))
        new = old
    else:
        now = service.setup
        fresh = setup_of(new, now.record, now.key, now.trail, now.reader, now.knowledge)
        keep_known(fresh)
        service.setup = fresh
        logline.info("configuration taken over", config=str(path))
        if _fixed(new) != _fixed(old):
            logline.warning("listen, socket_mode, state_dir, database and log change with a restart only")
    notify("READY=1")
    return new


def _fixed(config: Config) -> tuple[object, ...]:
    return (
        config.milter.listen,
        config.milter.socket_mode,
        config.metrics,
        config.state_dir,
        config.database_url,
        config.log,
    )


def _drain(number: int, service: Service, told: Signals) -> None:
    """Messages at their end get their real answer, later ones must come again; a second signal ends that."""
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    notify("STOPPING=1")
    service.drain()
    logline.info("stopping", signal=signal.Signals(number).name)
    ends = time.monotonic() + service.setup.inspect_timeout
    while not told.waiting() and time.monotonic() < ends and not service.wait_idle(0.1):
        pass
    # The last answer has left Python, and goes to the MTA now.
    time.sleep(_SECONDS_TO_REPLY)


def _stop(address: str, libmilter: threading.Thread) -> None:
    """Have libmilter's `main()` return. `stop()` waits for its listener, so we wake that meanwhile."""
    threading.Thread(target=Milter.stop, name="stop", daemon=True).start()
    ends = time.monotonic() + _SECONDS_TO_STOP
    while libmilter.is_alive() and time.monotonic() < ends:
        listen.wake(address)
        libmilter.join(0.02)
