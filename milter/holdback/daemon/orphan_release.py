"""Background work for mail held while the milter was away: record when we answer, inspect the rest."""

import os
import threading

from prometheus_client import REGISTRY

from holdback.cases.database import file_identity
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
_ACTED = (Result.RELEASED, Result.HELD, Result.DELETED)


class OrphanRelease:
    """The two steps, for one run of the milter."""

    def __init__(self) -> None:
        self._serving: ServingLog | None = None
        self._record: tuple[object, object] | None = None
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

        A hold that was stored nowhere looks like one of another program. So do all, if the file of the
        database is not the same any more.
        """
        failures = REGISTRY.get_sample_value("holdback_errors_total", {"stage": "record"})
        file = file_identity(setup.config.database_url)
        if self._record and self._record != (file, failures):
            serving.retract(0.0 if self._record[0] != file else self._looked)
        self._record, self._looked = (file, failures), now

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
