"""`holdback milter`: the process that starts, watches and replaces the others, and does nothing else.

It holds the listening socket and forks workers that share it, and a housekeeper. Whatever must change (the
configuration, the program itself, a process that hangs or has grown) is changed in the same way: new
processes start, and when they are ready, the old ones accept no more connections and end when theirs are
closed.
"""

import gc
import os
import secrets
import select
import signal
import socket
import sys
import time
from functools import partial
from pathlib import Path

from holdback import __version__, metrics, shared_values
from holdback.cases.database import refuse_unfit
from holdback.cases.host_id import load_identity
from holdback.cases.key import KeyBroken, load_key
from holdback.cases.model import DatabaseUnfit
from holdback.config import Config, ConfigError, load
from holdback.custody.serving import record_gap
from holdback.daemon import children, handover, housekeeper, listen, logline, worker
from holdback.daemon.children import Child, Role
from holdback.daemon.descriptors import raise_descriptor_limit
from holdback.daemon.listen import CannotListen
from holdback.daemon.notify import notify
from holdback.daemon.probe import Round
from holdback.daemon.report import log_error
from holdback.daemon.setup import workers_of
from holdback.daemon.signals import Signals
from holdback.exits import Exit
from holdback.log import configure

_TICK = 1.0
_STOP_TIMEOUT = 2.0
"""Seconds for messages at their end when the service stops; the rest ends without the supervisor."""
_PROBE_INTERVAL = 10.0
_MISSED_LIMIT = 3
"""Rounds of probes without an answer of a worker, while connections stay unanswered, until it is replaced."""
_SILENCE_LIMIT = 60.0
"""Seconds after which a process whose main thread answers nothing is killed."""
_STARTS_LIMIT = 3
"""Failed starts in a row after which the service gives up, if no worker was ever ready."""
_QUICK_END = 10.0
_LONGEST_PAUSE = 30.0


def serve(config_path: Path) -> int:
    """Run the milter until SIGTERM or SIGINT; return the exit code. Print all mistakes at once."""
    try:
        config = load(config_path)
    except ConfigError as error:
        print(error, file=sys.stderr)
        return Exit.CONFIG
    configure(config.log.format, config.log.level)
    try:
        load_identity(config.state_dir, load_key(config.state_dir))
        before = handover.take()
        if not before:
            refuse_unfit(config.database_url)
        supervisor = Supervisor(config, config_path, before)
    except (KeyBroken, DatabaseUnfit, CannotListen, OSError) as error:
        print(f"holdback: cannot start: {error}", file=sys.stderr)
        return Exit.UNAVAILABLE
    raise_descriptor_limit()
    return supervisor.run()


class Supervisor:
    """The state of the main process, and its loop."""

    def __init__(self, config: Config, config_path: Path, before: handover.Handover | None) -> None:
        """`before`: what the last program left in this process, if any. Raises CannotListen, OSError."""
        self._config = config
        self._config_path = config_path
        self._workers_wanted = workers_of(config)
        self._reloading = before is not None
        self._ever_ready = self._reloading
        self._children: list[Child] = before.children if before else []
        self._memory = shared_values.share(before.memory if before else None)
        metrics.build_info.labels(__version__).set(1)
        self._secret = secrets.token_hex(16)
        self._address = before.address if before else config.milter.listen
        self._listener, self._owned = self._listening(before)
        self._file = listen.file_of(self._listener)
        self._file_seen = time.monotonic()
        self._metrics_address = before.metrics_address if before else config.metrics.listen
        self._metrics_socket = self._listening_for_metrics(before)
        self._signals = Signals(signal.SIGHUP, signal.SIGTERM, signal.SIGINT, signal.SIGCHLD)
        self._round: Round | None = None
        self._next_round = time.monotonic() + _PROBE_INTERVAL
        self._next_start = self._next_check = 0.0
        self._quick_ends = 0
        self._announced = False

    def _listening(self, before: handover.Handover | None) -> tuple[socket.socket, bool]:
        """Return the listening socket, and whether it is ours to remove: not if systemd keeps it.

        After a reload an address that cannot be listened on changes nothing: mail comes on the old one.
        """
        config = self._config.milter
        if before and (not before.owned or before.address == config.listen):
            listen.set_mode(before.listener, int(config.socket_mode, 8) if before.owned else None)
            return before.listener, before.owned
        passed = listen.passed_by_systemd()
        if passed:
            return passed, False
        try:
            listener = listen.listen_on(config.listen, int(config.socket_mode, 8))
        except CannotListen as error:
            if not before:
                raise
            logline.error("address not changed", trouble=str(error))
            return before.listener, before.owned
        if before:
            listen.remove(before.listener)
            before.listener.close()
        self._address = config.listen
        return listener, not config.listen.startswith("fd:")

    def _listening_for_metrics(self, before: handover.Handover | None) -> socket.socket | None:
        """Return the socket of the metrics; after a reload the old one if the new address cannot be used."""
        address = self._config.metrics.listen
        if before and before.metrics_address == address:
            return before.metrics
        try:
            listener = listen.listen_for_metrics(address)
        except CannotListen as error:
            if not before:
                raise
            logline.error("address not changed", trouble=str(error))
            return before.metrics
        if before and before.metrics:
            before.metrics.close()
        self._metrics_address = address
        return listener

    def run(self) -> int:
        """Serve until a signal ends it; return the exit code."""
        # What is imported now stays: a garbage collection in a child would write to it, and so copy it.
        gc.collect()
        gc.freeze()
        while True:
            self._start_missing()
            self._wait()
            taken = self._signals.take()
            for number in (signal.SIGTERM, signal.SIGINT):
                if number in taken:
                    return self._stop(number)
            if signal.SIGHUP in taken:
                self._reload()
            for pid, status in children.reap():
                if self._bury(pid, status):
                    return Exit.UNAVAILABLE
            if time.monotonic() >= self._next_check:
                self._next_check = time.monotonic() + _TICK
                self._check_processes()
                self._check_socket()
            self._probe()
            self._replace()

    def _wait(self) -> None:
        """Wait for a signal, a message of a child, the answer to a probe, or the next tick; take messages."""
        waiting: dict[int, Child | socket.socket | None] = {self._signals.fileno(): None}
        waiting |= {child.control.fileno(): child for child in self._children}
        waiting |= {probe.fileno(): probe for probe in self._round.sockets} if self._round else {}
        poll = select.poll()
        for descriptor in waiting:
            poll.register(descriptor, select.POLLIN)
        for descriptor, _ in poll.poll(_TICK * 1000):
            match waiting[descriptor]:
                case Child() as child:
                    child.receive()
                case socket.socket() as probe if self._round:
                    self._round.receive(probe)

    def _of(self, role: Role) -> list[Child]:
        """Return the children of a role that are to stay."""
        return [child for child in self._children if child.role == role and not child.outgoing]

    # Starting

    def _start_missing(self) -> None:
        """Fork what is missing; after a process that ended quickly not at once."""
        if time.monotonic() < self._next_start:
            return
        while len(self._of("worker")) < self._workers_wanted:
            self._fork("worker")
        if not any(child.role == "keeper" for child in self._children):
            self._fork("keeper")

    def _fork(self, role: Role) -> None:
        unneeded = [child.control.fileno() for child in self._children]
        unneeded += [probe.fileno() for probe in self._round.sockets] if self._round else []
        if role == "worker":
            unneeded += [self._metrics_socket.fileno()] if self._metrics_socket else []
            run = partial(worker.run, self._config, self._listener, self._secret)
        else:
            unneeded += [self._listener.fileno()]
            run = partial(housekeeper.run, self._config, self._config_path, self._metrics_socket)

        def live(control: socket.socket) -> int:
            self._signals.close()
            return run(control)

        self._children.append(children.fork(role, children.free_row(self._children), live, unneeded))

    def _bury(self, pid: int, status: int) -> bool:
        """Take note of a process that has ended; return whether the service must give up."""
        child = next((child for child in self._children if child.pid == pid), None)
        if not child:
            return False
        self._children.remove(child)
        child.control.close()
        how = children.how_it_ended(status)
        if child.role == "worker" and (how != "exit 0" or child.outgoing == "probe"):
            self._record_gap(child.probed if child.outgoing == "probe" else child.heard)
        if how != "exit 0" or not child.draining:
            logline.error("process ended", role=child.role, pid=pid, error=how)
        if child.outgoing or child.draining:
            return False
        metrics.worker_restarts.labels("ended").inc()
        quick = time.monotonic() - child.since < _QUICK_END
        self._quick_ends = self._quick_ends + 1 if quick else 0
        if quick:
            pause = min(0.1 * 2**self._quick_ends, _LONGEST_PAUSE)
            self._next_start = time.monotonic() + pause
        self._ever_ready = self._ever_ready or child.ready
        return not self._ever_ready and self._quick_ends >= _STARTS_LIMIT * self._workers_wanted

    def _record_gap(self, since: float) -> None:
        """Record that a worker may have left connections without an answer, since then (monotonic)."""
        now = time.time()
        try:
            record_gap(self._config.state_dir, now - (time.monotonic() - since) - _TICK, now)
        except OSError as error:
            log_error("process", error)

    # Replacing

    def _replace(self) -> None:
        """Let outgoing processes end when their successors are ready; announce that all are."""
        for child in self._children:
            if child.outgoing and child.role == "keeper":
                child.drain()
        staying = self._of("worker")
        if len(staying) < self._workers_wanted or not all(child.ready for child in staying):
            return
        self._ever_ready = True
        for child in self._children:
            if child.outgoing:
                child.drain()
        metrics.workers.set(self._workers_wanted)
        old = any(child.outgoing and child.accepting for child in self._children if child.role == "worker")
        if self._announced or old or not any(child.ready for child in self._of("keeper")):
            return
        self._announced = True
        notify("READY=1")
        listen_on, path, workers = self._config.milter.listen, str(self._config_path), self._workers_wanted
        if self._reloading:
            logline.info("configuration reloaded", version=__version__, config=path, workers=workers)
        else:
            logline.info("started", version=__version__, listen=listen_on, config=path, workers=workers)

    def _check_processes(self) -> None:
        """Ask every process whether it lives; kill what is silent, replace workers that have grown."""
        metrics.workers.set(sum(child.ready for child in self._of("worker")))
        for child in self._children:
            child.ping()
            # Not by the clock: it goes on while this process is stopped, and then all would look silent.
            if child.unanswered * _TICK > _SILENCE_LIMIT:
                self._retire(child, "silent")
                child.kill()
            elif child.role == "worker" and child.memory() > self._config.milter.worker_memory:
                self._retire(child, "memory")

    def _retire(self, child: Child, reason: str) -> None:
        """Let another process take the place of this one."""
        if not child.outgoing:
            child.outgoing = reason
            metrics.worker_restarts.labels(reason).inc()
            logline.warning("process replaced", role=child.role, pid=child.pid, error=reason)

    def _check_socket(self) -> None:
        """Listen anew if the socket's file was removed or replaced: otherwise the MTA cannot connect."""
        address = self._address
        name = listen.path_of(self._listener)
        # Also without a file from the start: systemd may pass a socket whose file was removed before.
        if not name or (self._file and listen.file_of(self._listener) == self._file):
            self._file_seen = time.monotonic()
            return
        try:
            address = f"unix:{name}" if not self._owned else address
            listener = listen.listen_on(address, int(self._config.milter.socket_mode, 8))
        except CannotListen as error:
            logline.error("socket lost", listen=address, trouble=str(error))
            return
        logline.error("socket was removed; listening anew", listen=address)
        self._listener.close()
        self._listener, self._owned = listener, True
        self._file = listen.file_of(listener)
        self._record_gap(self._file_seen)
        for child in self._of("worker"):
            self._retire(child, "socket")

    # Probing

    def _probe(self) -> None:
        """Begin or end a round of probes, and feed the watchdog of systemd if it passed."""
        now = time.monotonic()
        if not self._round:
            ready = [child for child in self._of("worker") if child.ready]
            if ready and now >= self._next_round:
                self._next_round = now + _PROBE_INTERVAL
                self._round = Round(self._listener, self._secret, len(ready))
            return
        if not self._round.is_over():
            return
        ended, self._round = self._round, None
        for child in self._of("worker"):
            if child.pid in ended.answered:
                child.missed, child.probed = 0, now
            elif child.ready and ended.unanswered:
                child.missed += 1
                if child.missed >= _MISSED_LIMIT:
                    self._retire(child, "probe")
                    child.drain()
        if ended.answered:
            notify("WATCHDOG=1")
        else:
            logline.error("no worker answers", error=ended.refused or "timeout")
        ended.close()

    # Ending

    def _reload(self) -> None:
        """Begin anew in this process with the program and the configuration as they are now, if sound."""
        notify("RELOADING=1")
        mistakes = handover.mistakes()
        if mistakes:
            logline.error("configuration not reloaded", config=str(self._config_path), mistakes=mistakes)
            notify("READY=1")
            return
        if self._round:
            self._round.close()
        left = handover.Handover(
            listener=self._listener,
            owned=self._owned,
            address=self._address,
            metrics=self._metrics_socket,
            metrics_address=self._metrics_address,
            memory=self._memory,
            children=self._children,
        )
        self._signals.leave_to_next_program()
        try:
            handover.pass_on(left)
        except OSError as error:
            # An upgrade may be replacing the files just now.
            self._signals.take_back()
            log_error("process", error)
            notify("READY=1")

    def _stop(self, number: int) -> int:
        """End the service: no connection is accepted any more, and messages at their end get their answer."""
        notify("STOPPING=1")
        logline.info("stopping", signal=signal.Signals(number).name)
        if self._owned:
            listen.remove(self._listener)
        self._listener.close()
        for child in self._children:
            child.drain()
        # The first process of a container takes all others with it.
        timeout = worker.DRAIN_LIMIT if os.getpid() == 1 else _STOP_TIMEOUT
        ends = time.monotonic() + timeout
        while self._children and (left := ends - time.monotonic()) > 0:
            select.select([self._signals], [], [], left)
            taken = self._signals.take()
            ended = {pid for pid, _ in children.reap()}
            self._children = [child for child in self._children if child.pid not in ended]
            if signal.SIGTERM in taken or signal.SIGINT in taken:
                for child in self._children:
                    child.kill()
        return Exit.OK
