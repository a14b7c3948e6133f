"""Metrics counted from the recorded events: decisions, and the time to decision."""

from holdback import metrics
from holdback.cases.casebook import Casebook
from holdback.cases.events import Event, EventKind
from holdback.cases.host_id import Identity


class EventMetrics:
    """Counts each event once, starting with the first call; of decisions, those that are for this host."""

    def __init__(self) -> None:
        self._last_id: int | None = None

    def count_new(self, book: Casebook, me: Identity) -> None:
        """Count the events since the last call; the first call counts none. Raises RecordUnavailable."""
        if self._last_id is None:
            self._last_id = book.last_event_id()
        while events := book.events_after(self._last_id):
            for event in events:
                # Set first, so that an event that cannot be counted is skipped and not tried again.
                self._last_id = event.id
                if event.counted_by in (me.id, me.name):
                    _count(event)


def _count(event: Event) -> None:
    if event.decision and event.kind is EventKind.DECIDED and event.case_opened is not None:
        metrics.decisions.labels(event.decision).inc()
        metrics.decision_seconds.observe(max(0.0, event.at - event.case_opened))
