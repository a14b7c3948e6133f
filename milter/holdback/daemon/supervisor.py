"""`holdback milter`: everything that exists once, around the process that serves the MTA.

It loads the configuration, serves metrics, runs the background work, reloads on SIGHUP, drains and stops on
SIGTERM.
"""

import os
import signal
import sys
import threading
from pathlib import Path

import prometheus_client

from holdback import __version__, metrics
from holdback.cases.key import KeyBroken
from holdback.config import Config, ConfigError, load, reader_of
from holdback.daemon import listen, logline
from holdback.daemon.housekeeping import follow_contacts, load_knowledge, maintain_trail, run_housekeeping
from holdback.daemon.notify import notify
from holdback.daemon.process import Process
from holdback.daemon.reader_events import WATCH
from holdback.daemon.service import Service
from holdback.daemon.setup import open_record, setup_of
from holdback.daemon.signals import END, Signals
from holdback.exits import Exit
from holdback.log import configure
from holdback.reader import Readers

_TRAIL_CLOSE_TIMEOUT = 10.0


def serve(config_path: Path) -> int:
    """Run the milter until SIGTERM or SIGINT; return the exit code. Print all mistakes at once."""
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
        _serve_metrics(config.metrics.listen)
        process = Process(service, config.milter.listen)
        process.listen(int(config.milter.socket_mode, 8))
    except (KeyBroken, listen.CannotListen, OSError) as error:
        print(f"holdback: cannot start: {error}", file=sys.stderr)
        return Exit.UNAVAILABLE
    try:
        code = _supervise(config_path, config, service, process, readers)
    finally:
        listen.remove(config.milter.listen)
        readers.close()
    # Libmilter's threads may still run: an orderly end of the interpreter would wait for them.
    os._exit(code)


def _serve_metrics(listen_on: str) -> None:
    """Serve the metrics; on an empty address not at all. Raises OSError."""
    metrics.build_info.info({"version": __version__})
    if listen_on:
        address, _, port = listen_on.rpartition(":")
        prometheus_client.start_http_server(int(port), address.strip("[]"))


def _supervise(
    config_path: Path, config: Config, service: Service, process: Process, readers: Readers
) -> int:
    """Serve until a signal ends it; return the exit code."""
    signals, stopping = Signals(), threading.Event()
    readers.begin()
    service.setup.trail.start()
    load_knowledge(service.setup)
    _start_background_work(service, stopping)
    process.start(signals.end)
    notify("READY=1")
    logline.info("started", version=__version__, listen=config.milter.listen, config=str(config_path))
    while (number := signals.next()) == signal.SIGHUP:
        config = _reload(config_path, config, service)
        readers.use(reader_of(config))
    stopping.set()
    if number == END:
        logline.error("libmilter ended")
        return Exit.SOFTWARE
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    notify("STOPPING=1")
    process.drain()
    logline.info("stopping", signal=signal.Signals(number).name)
    process.wait_until_idle(service.setup.inspect_timeout, signals.waiting)
    process.stop()
    service.setup.trail.close(_TRAIL_CLOSE_TIMEOUT)
    return Exit.OK


def _start_background_work(service: Service, stopping: threading.Event) -> None:
    for work, name in (
        (run_housekeeping, "housekeeping"),
        (maintain_trail, "trail maintenance"),
        (follow_contacts, "contacts"),
    ):
        threading.Thread(target=work, args=(service, stopping), name=name, daemon=True).start()


def _reload(path: Path, old: Config, service: Service) -> Config:
    """Apply the file as it is now to messages that begin later; a broken file changes nothing."""
    notify("RELOADING=1")
    try:
        new = load(path)
    except ConfigError as error:
        logline.error("configuration not taken over", config=str(path), mistakes=len(error.mistakes))
        new = old
    else:
        now = service.setup
        fresh = setup_of(new, now.record, now.key, now.trail, now.reader, now.knowledge)
        load_knowledge(fresh)
        service.setup = fresh
        logline.info("configuration taken over", config=str(path))
        if _fixed(new) != _fixed(old):
            logline.warning("listen, socket_mode, state_dir, database and log change with a restart only")
    notify("READY=1")
    return new


def _fixed(config: Config) -> tuple[object, ...]:
    """Return the settings that only a restart changes."""
    return (
        config.milter.listen,
        config.milter.socket_mode,
        config.metrics,
        config.state_dir,
        config.database_url,
        config.log,
    )
