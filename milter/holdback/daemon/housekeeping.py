"""Background work in threads: of the housekeeper (journal, queue, gauges, trail), of a worker (knowledge)."""

import itertools
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import partial

from holdback import metrics
from holdback.cases.database import Database, clock_offset
from holdback.cases.events import delete_old_events
from holdback.cases.model import HoldState, RecordUnavailable
from holdback.custody.host import is_held, queue_now
from holdback.custody.orphans import orphans_in
from holdback.daemon import logline
from holdback.daemon.event_metrics import EventMetrics
from holdback.daemon.registration import Registration
from holdback.daemon.report import log_error, log_refused_entry
from holdback.daemon.serving_record import ServingRecord
from holdback.daemon.setup import Setup
from holdback.mta.interface import MtaError
from holdback.trail.acquaintances import learn_from_released
from holdback.trail.compaction import compact
from holdback.trail.retention import expire_contacts, expire_disclosures

_HOUSEKEEPING_INTERVAL = 10.0
_ROUNDS_PER_LISTING = 6
_TRAIL_INTERVAL = 60.0
_ROUNDS_PER_DELETION = 60
_CONTACTS_INTERVAL = 1.0

_LONG, _PAUSE = 0.1, 60.0

Step = Callable[[Setup, float], object]


class Sparing:
    """A step that is left out for a minute after it took long: a large record is counted more rarely."""

    def __init__(self, step: Step) -> None:
        self._step, self._next = step, 0.0

    def __call__(self, setup: Setup, now: float) -> None:
        """Run the step if it is due."""
        began = time.monotonic()
        if began < self._next:
            return
        self._step(setup, now)
        ended = time.monotonic()
        if ended - began > _LONG:
            self._next = ended + _PAUSE


def run_housekeeping(setup: Setup, stopping: threading.Event, every: float = _HOUSEKEEPING_INTERVAL) -> None:
    """Run the steps every so many seconds until `stopping` is set.

    A step that fails is logged, counted, and tried again in its next round; the others go on.
    """
    event_metrics, serving_record, registration = EventMetrics(), ServingRecord(), Registration()
    steps: tuple[tuple[int, Step], ...] = (
        (1, serving_record.record_serving),
        (1, import_journal),
        (_ROUNDS_PER_LISTING, registration.renew),
        (_ROUNDS_PER_LISTING, compare_queue),
        (1, lambda setup, _now: event_metrics.count_new(setup.record.book, setup.identity)),
        (1, Sparing(lambda setup, now: set_gauges(setup, now))),
    )
    for turn in itertools.count():
        for rounds, step in steps:
            if turn % rounds == 0:
                _attempt(partial(step, setup, time.time()))
        if stopping.wait(every):
            return


def maintain_trail(setup: Setup, stopping: threading.Event, every: float = _TRAIL_INTERVAL) -> None:
    """Compact the trail once a minute until `stopping` is set; in a thread of its own, as it may be slow."""
    for turn in itertools.count():
        _attempt(partial(compact_trail, setup, time.time()))
        if turn % _ROUNDS_PER_DELETION == 0:
            _attempt(partial(delete_expired, setup, time.time()))
        if stopping.wait(every):
            return


def follow_contacts(setup: Setup, stopping: threading.Event, every: float = _CONTACTS_INTERVAL) -> None:
    """Pull other processes' recipient counts from the database every second until `stopping` is set."""
    while not stopping.wait(every):
        _attempt(setup.knowledge.pull_recipient_counts)


def follow_knowledge(setup: Setup, stopping: threading.Event, every: float = _HOUSEKEEPING_INTERVAL) -> None:
    """Load new customer indexes and canaries until `stopping` is set."""
    while not stopping.wait(every):
        _refresh_knowledge(setup)


def _attempt(step: Callable[[], object]) -> None:
    """Run one step of a background thread; log and count what it raises, so that the thread goes on."""
    try:
        step()
    except Exception as error:
        log_error("housekeeping", error)


def load_knowledge(setup: Setup) -> None:
    """Load the knowledge that is available, and set its gauges; the rest follows with the database."""
    _refresh_knowledge(setup)
    _attempt(setup.knowledge.pull_recipient_counts)


def _refresh_knowledge(setup: Setup) -> None:
    _attempt(setup.knowledge.refresh)
    _attempt(partial(setup.knowledge.set_gauges, time.time()))


def import_journal(setup: Setup, _now: float) -> None:
    """Import holds from the journal into the database. Raises RecordUnavailable, OSError."""
    imported = setup.record.import_journal(log_refused_entry)
    if imported:
        logline.info("journal imported", count=imported)


def compact_trail(setup: Setup, now: float) -> None:
    """Learn acquaintances from released mail, sort the latest disclosures into segments. `now` is unix time.

    Raises RecordUnavailable.
    """
    with _database_of(setup) as database:
        learn_from_released(database)
        while compact(database, now):
            pass


def delete_expired(setup: Setup, now: float) -> None:
    """Delete what is older than the configuration allows. `now` is unix time. Raises RecordUnavailable."""
    with _database_of(setup) as database:
        with database.reading() as connection:
            now += clock_offset(connection)
        delete_old_events(database, now)
        expire_disclosures(database, now - setup.retention)
        expire_contacts(database, now, setup.remember, setup.recipients_window)


@contextmanager
def _database_of(setup: Setup) -> Iterator[Database]:
    """Yield the trail's database with long timeouts: no message waits for this work."""
    with closing(setup.trail.database.with_operator_timeout()) as database:
        yield database


def compare_queue(setup: Setup, now: float) -> None:
    """Confirm the pending holds that the queue shows; count the orphans. `now` is unix time.

    Only lists the queue: acting on it, and listing it where that takes root, is left to `holdback reconcile`.
    Raises RecordUnavailable.
    """
    if not setup.mta.may_list():
        return None
    book = setup.record.book
    try:
        queue = queue_now(setup.mta)
    except MtaError as error:
        return log_error("queue", error)
    waiting = book.waiting(setup.identity.id)
    for hold in waiting:
        try:
            if hold.state is HoldState.PENDING and is_held(hold, queue):
                book.mark(hold.id, HoldState.PENDING, HoldState.HELD, now)
        except RecordUnavailable:
            raise
        except Exception as error:
            # One damaged row; the others are confirmed all the same.
            log_error("housekeeping", error)
    orphans = orphans_in(queue, waiting)
    metrics.orphan_holds.set(len(orphans))
    seen = [(orphan.queue_id, orphan.arrived) for orphan in orphans]
    book.record_orphans(setup.identity.id, seen, now)
    return None


def set_gauges(setup: Setup, now: float) -> None:
    """Holds of this host and cases of all, as on record; `now` is unix time. Raises RecordUnavailable."""
    counts = setup.record.book.counts(setup.identity.id)
    for hold_state, number in counts.holds.items():
        metrics.holds.labels(hold_state).set(number)
    for case_state, number in counts.cases.items():
        metrics.cases.labels(case_state).set(number)
    waits_since = counts.oldest_undecided
    metrics.oldest_hold_seconds.set(max(0.0, now - waits_since) if waits_since else 0.0)
