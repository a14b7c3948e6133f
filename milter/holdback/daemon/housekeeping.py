"""What the daemon does between messages.

It brings the journal into the record, keeps the gauges true, learns what is new, and tends the trail.
"""

import itertools
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import partial

from holdback import metrics
from holdback.cases.casebook import Casebook
from holdback.cases.database import Database
from holdback.cases.events import delete_old_events
from holdback.cases.values import HoldState
from holdback.custody.host import waits
from holdback.custody.orphans import unaccounted
from holdback.daemon import logline
from holdback.daemon.event_metrics import EventMetrics
from holdback.daemon.report import log_error
from holdback.daemon.service import Service
from holdback.daemon.setup import Setup
from holdback.mta.postfix import MtaError
from holdback.trail.acquaintances import settle_waiting
from holdback.trail.compaction import fold, prune
from holdback.trail.forgetting import forget_contacts

_EVERY = 10.0
_ROUNDS_PER_LISTING = 6
_SECONDS_TO_TEND = 60.0
_TENDINGS_PER_HOUR = 60
_SECONDS_TO_LISTEN = 1.0

Step = Callable[[Setup, float], object]


def keep_house(service: Service, stopping: threading.Event, every: float = _EVERY) -> None:
    """A round every so many seconds until `stopping` is set.

    A step that fails, whatever it is, is told of and tried again when its turn comes; the others go on.
    """
    event_metrics = EventMetrics()
    steps: tuple[tuple[int, Step], ...] = (
        (1, import_journal),
        (_ROUNDS_PER_LISTING, compare_queue),
        (1, lambda setup, now: setup.knowledge.refresh(now)),
        (1, lambda setup, _now: event_metrics.count_new(setup.record.book)),
        (1, lambda setup, now: set_gauges(setup.record.book, now)),
    )
    for turn in itertools.count():
        setup = service.setup
        for rounds, step in steps:
            if turn % rounds == 0:
                _attempt(partial(step, setup, time.time()))
        if stopping.wait(every):
            return


def keep_trail(service: Service, stopping: threading.Event, every: float = _SECONDS_TO_TEND) -> None:
    """Tend the trail once a minute until `stopping` is set: by itself, for it may take its time."""
    for turn in itertools.count():
        _attempt(partial(tend_trail, service.setup, time.time()))
        if turn % _TENDINGS_PER_HOUR == 0:
            _attempt(partial(forget, service.setup, time.time()))
        if stopping.wait(every):
            return


def keep_listening(service: Service, stopping: threading.Event, every: float = _SECONDS_TO_LISTEN) -> None:
    """Hear every second from other processes whom their senders wrote to, until `stopping` is set."""
    while not stopping.wait(every):
        _attempt(service.setup.knowledge.pull_recipient_counts)


def _attempt(step: Callable[[], object]) -> None:
    """The boundary of the threads that keep house: they never end for a fault of one step."""
    try:
        step()
    except Exception as error:
        log_error("housekeeping", error)


def keep_known(setup: Setup) -> None:
    """Know what can be known before the first message; the rest comes when the database answers."""
    _attempt(partial(setup.knowledge.refresh, time.time()))
    _attempt(setup.knowledge.pull_recipient_counts)


def import_journal(setup: Setup, _now: float) -> None:
    """Bring what waited for the database into it. Raises RecordUnavailable, OSError."""
    imported = setup.record.import_journal()
    if imported:
        logline.info("journal imported", count=imported)


def tend_trail(setup: Setup, now: float) -> None:
    """Learn from what was released, sort the latest disclosures in. `now` is unix time.

    Raises RecordUnavailable.
    """
    with _patient(setup) as database:
        settle_waiting(database)
        while fold(database, now):
            pass


def forget(setup: Setup, now: float) -> None:
    """Forget what is older than the configuration says. `now` is unix time. Raises RecordUnavailable."""
    with _patient(setup) as database:
        delete_old_events(database, now)
        prune(database, now - setup.retention)
        forget_contacts(database, now, setup.remember, setup.approach_window)


@contextmanager
def _patient(setup: Setup) -> Iterator[Database]:
    """The trail's database, with time: nobody waits for this work."""
    with closing(setup.trail.database.with_operator_timeout()) as database:
        yield database


def compare_queue(setup: Setup, now: float) -> None:
    """Confirm the holds that the queue shows; count what is on hold without a record. `now` is unix time.

    Only looks at the queue, which any user may: acting on it is the business of `holdback reconcile`. Raises
    RecordUnavailable.
    """
    book = setup.record.book
    try:
        queue = {queued.queue_id: queued for queued in setup.mta.queued()}
    except MtaError as error:
        return log_error("queue", error)
    waiting = book.waiting(setup.host)
    for hold in waiting:
        if hold.state is HoldState.PENDING and waits(queue, hold):
            book.mark(hold.id, HoldState.PENDING, HoldState.HELD, now)
    orphans = unaccounted(queue, waiting)
    metrics.orphan_holds.set(len(orphans))
    book.record_orphans(setup.host, [(orphan.queue_id, orphan.arrived) for orphan in orphans], now)
    return None


def set_gauges(book: Casebook, now: float) -> None:
    """Holds and cases as they are on record; `now` is unix time. Raises RecordUnavailable."""
    counts = book.counts()
    for hold_state, number in counts.holds.items():
        metrics.holds.labels(hold_state).set(number)
    for case_state, number in counts.cases.items():
        metrics.cases.labels(case_state).set(number)
    waits_since = counts.oldest_undecided
    metrics.oldest_hold_seconds.set(max(0.0, now - waits_since) if waits_since else 0.0)
