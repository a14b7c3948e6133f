"""Records when the milter answers, so that mail which was held in its absence can be recognised later."""

from contextlib import suppress

from prometheus_client import REGISTRY

from holdback.cases.model import RecordUnavailable
from holdback.custody.inspection_request import answers
from holdback.custody.serving import ServingLog
from holdback.daemon.setup import Setup

_ANSWER_TIMEOUT = 5.0
_CLOCKS = 60.0
"""Seconds by which the clocks of this host and of the database may differ."""


class ServingRecord:
    """The record of one run of the milter."""

    def __init__(self) -> None:
        self._serving: ServingLog | None = None
        self._database = ""
        self._failures: float | None = None
        self._looked = 0.0

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
            before = self._database or serving.database()
            if before and before != origin.id:
                serving.retract(max(0.0, origin.complete_until - _CLOCKS))
            if self._database != origin.id:
                serving.record_database(origin.id if origin.lasting else "")
            self._database = origin.id
