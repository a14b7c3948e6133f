"""The agent: carries out the decisions about this host's mail as soon as they are on record.

It is the only part of Holdback that runs as root, because only root may release or delete mail. It takes
nothing from the network but the record, reads there which holds of this host are decided, and acts on those
that the queue shows on hold. Once a minute it synchronises record and queue, and has the milter inspect mail
that was held while it was away; more often when the milter has just come back.
"""

import signal
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from functools import partial

from holdback import log
from holdback.config import Config
from holdback.custody.carry_out import carry_out_decided
from holdback.custody.held_mail import answer_reader, listen_for_readers
from holdback.custody.host import Busy, Host, open_host
from holdback.custody.reconcile import reconcile
from holdback.custody.rescan import Result, Scope, rescan
from holdback.custody.results import Done
from holdback.custody.serving import latest_begin
from holdback.daemon import logline
from holdback.daemon.decision_signal import DecisionSignal
from holdback.daemon.notify import notify
from holdback.daemon.report import log_error, log_refused_entry
from holdback.daemon.signals import Signals
from holdback.exits import Exit
from holdback.mta.interface import MtaError

_RETRY_INTERVAL = 10.0
"""Seconds after which decisions that could not be carried out are tried again."""
_RECONCILE_INTERVAL = 60.0
_RESCAN_INTERVAL = 10.0
"""The same while mail may come on hold that was sent before the milter was back."""
_RESCAN_SECONDS = 50.0
_ACTED = (Result.RELEASED, Result.HELD, Result.DELETED)
_READERS = 4
"""Held messages that are read at the same time: one that is slow, or a frozen command, stops no other."""


def serve(config: Config) -> int:
    """Work until SIGTERM; return the exit code. Raises OSError or KeyBroken for the key of this host."""
    log.configure(config.log.format, config.log.level)
    signals = Signals(signal.SIGTERM, signal.SIGINT)
    scope = Scope(config.milter.listen, config.holds.never_hold, seconds=_RESCAN_SECONDS)
    with (
        open_host(config, log_refused_entry) as host,
        closing(DecisionSignal(config.database_url)) as decisions,
    ):
        agent = Agent(host, scope if config.holds.rescan else None)
        _serve_readers(host)
        logline.info("agent started")
        notify("READY=1")
        while not signals.take():
            agent.work()
            decisions.wait(signals.fileno())
    return Exit.OK


def _serve_readers(host: Host) -> None:
    """Answer those who may read held messages, from some threads. Raises OSError."""
    listener = listen_for_readers(host.state_dir)

    def serve_one() -> None:
        connection, _ = listener.accept()
        with connection:
            answer_reader(host, connection)

    def serve() -> None:
        while True:
            _attempt(serve_one)

    for _ in range(_READERS):
        threading.Thread(target=serve, name="readers", daemon=True).start()


class Agent:
    """The work of one host."""

    def __init__(self, host: Host, scope: Scope | None) -> None:
        """scope: of rescans; None for none."""
        self._host = host
        self._scope = scope
        self._latest: object = None
        """The latest decision that was looked at."""
        self._retry_at = self._reconcile_at = self._rescan_at = self._often_until = 0.0
        self._period: float | None = None
        """Begin of the latest period in which the milter answered (unix time)."""
        self._rescan: threading.Thread | None = None

    def work(self) -> None:
        """Do what is due now. Errors are logged, and tried again."""
        _attempt(self._carry_out_new)
        now = time.monotonic()
        is_due = now >= self._reconcile_at
        if is_due:
            self._reconcile_at = now + _RECONCILE_INTERVAL
            _attempt(self._reconcile)
        if self._scope and (is_due or now >= self._rescan_at):
            self._rescan_at = now + _RESCAN_INTERVAL
            _attempt(partial(self._rescan_if_due, self._scope, is_due))

    def _carry_out_new(self) -> None:
        latest = self._host.book.latest_decision()
        if latest == self._latest and time.monotonic() < self._retry_at:
            return
        self._host.book.end_grace()
        if self._host.book.has_final_decisions(self._host.id):
            _report(carry_out_decided(self._host))
        self._latest, self._retry_at = latest, time.monotonic() + _RETRY_INTERVAL

    def _reconcile(self) -> None:
        found = reconcile(self._host)
        _log_results(found.carried_out, len(found.unfinished) + len(found.failed))

    def _rescan_if_due(self, scope: Scope, is_due: bool) -> None:
        """Begin a rescan; unless it is due, only while sessions may go on from when the milter was away."""
        period = latest_begin(self._host.state_dir)
        if period != self._period:
            self._period, self._often_until = period, time.monotonic() + scope.session
        if not (is_due or time.monotonic() < self._often_until) or (self._rescan and self._rescan.is_alive()):
            return
        # In a thread: a message may take minutes, and decisions must not wait.
        work = partial(_attempt, partial(_inspect, self._host, scope))
        self._rescan = threading.Thread(target=work, name="rescan", daemon=True)
        self._rescan.start()


def _inspect(host: Host, scope: Scope) -> None:
    acted = sum(one.result in _ACTED for one in rescan(host, scope))
    if acted:
        logline.info("held mail inspected", count=acted)


def _report(results: Sequence[Done]) -> None:
    done = sum(one.done for one in results)
    _log_results(done, len(results) - done)


def _log_results(done: int, unfinished: int) -> None:
    if done:
        logline.info("decisions carried out", count=done)
    if unfinished:
        logline.warning("decisions not carried out", count=unfinished)


def _attempt(step: Callable[[], object]) -> None:
    """Run a step; log and count what it raises."""
    try:
        step()
    except Busy:
        # Another command does the same now.
        return
    except MtaError as error:
        log_error("queue", error)
    except Exception as error:
        log_error("housekeeping", error)
