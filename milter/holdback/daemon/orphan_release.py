"""Background work for mail held while the milter was away: record when we answer, inspect the rest."""

import os
import threading
from contextlib import suppress

from prometheus_client import REGISTRY

from holdback.cases.model import Origin, RecordUnavailable
from holdback.custody.host import Busy, Host
from holdback.custody.inspection_request import answers
from holdback.custody.rescan import Result, Scope, rescan
from holdback.custody.serving import ServingLog
from holdback.daemon import logline
from holdback.daemon.report import log_error, log_refused_entry
from holdback.daemon.setup import Setup
from holdback.mta.interface import MtaError

_ANSWER_TIMEOUT = 5.0
_SECONDS_A_RUN = 60.0
_CLOCKS = 60.0
"""Seconds by which the clocks of this host and of the database may differ."""
_ACTED = (Result.RELEASED, Result.HELD, Result.DELETED)


class OrphanRelease:
    """The two steps, for one run of the milter."""

    def __init__(self) -> None:
        self._serving: ServingLog | None = None
        self._origin: Origin | None = None
        self._failures: float | None = None
        self._looked = 0.0
        self._running: threading.Thread | None = None

    def record_serving(self, setup: Setup, now: float) -> None:
        """Record that the milter answers on its own socket at `now` (unix time), if it does.

        Raises OSError.
        """
        self._serving = self._serving or ServingLog(setup.config.state_dir)
        self._check_record(self._serving, setup, now)
        if answers(setup.config.milter.listen, _ANSWER_TIMEOUT):
            self._serving.record(now)
        else:
            self._serving.interrupt()

    def _check_record(self, serving: ServingLog, setup: Setup, now: float) -> None:
        """Retract the periods for which the record cannot tell our holds from others'. Raises OSError.

        A hold that was stored nowhere looks like one of another program. So do those that the database before
        this one had: a file that was replaced, a server whose standby took over.
        """
        failures = REGISTRY.get_sample_value("holdback_errors_total", {"stage": "record"}) or 0.0
        if self._failures not in (None, failures):
            serving.retract(self._looked)
        self._failures, self._looked = failures, now
        with suppress(RecordUnavailable):
            origin = setup.record.book.origin()
            if self._origin and self._origin.id != origin.id:
                serving.retract(max(0.0, origin.complete_until - _CLOCKS))
            self._origin = origin

    def rescan(self, setup: Setup, _now: float) -> None:
        """Begin to inspect what is held without an inspection, in a thread: a message may take minutes.

        Only root may act on the queue: without it, `holdback agent` does the same.
        """
        if os.geteuid() != 0 or not setup.config.holds.rescan or (self._running and self._running.is_alive()):
            return
        self._running = threading.Thread(target=_rescan, args=(setup,), name="rescan", daemon=True)
        self._running.start()


def _rescan(setup: Setup) -> None:
    config = setup.config
    host = Host(
        setup.record.book,
        setup.record,
        setup.mta,
        setup.key,
        setup.identity,
        config.state_dir,
        on_refused=log_refused_entry,
    )
    try:
        found = rescan(host, Scope(config.milter.listen, config.holds.never_hold, seconds=_SECONDS_A_RUN))
    except Busy:
        return
    except MtaError as error:
        log_error("queue", error)
        return
    except Exception as error:
        log_error("housekeeping", error)
        return
    acted = sum(one.result in _ACTED for one in found)
    if acted:
        logline.info("held mail inspected", count=acted)
