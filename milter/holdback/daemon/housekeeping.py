"""What the daemon does between messages: brings the journal into the record and keeps the gauges true."""

import itertools
import threading
import time

from holdback import metrics
from holdback.cases.casebook import Casebook
from holdback.cases.values import HoldState, RecordUnavailable
from holdback.custody.site import waits
from holdback.custody.stray import unaccounted
from holdback.daemon import logline
from holdback.daemon.outcome import tell_error
from holdback.daemon.service import Service
from holdback.daemon.setup import Setup
from holdback.mta.postfix import MtaError
from holdback.trail.acquaintances import settle_waiting
from holdback.trail.folding import fold, prune
from holdback.trail.forgetting import forget_contacts

_EVERY = 10.0
_ROUNDS_PER_LISTING = 6
_ROUNDS_PER_PRUNING = 360
_SECONDS_TO_LISTEN = 1.0


def keep_house(service: Service, stopping: threading.Event, every: float = _EVERY) -> None:
    """A round every so many seconds until `stopping` is set; what fails is tried again in the next one."""
    learned = None
    for turn in itertools.count():
        setup = service.setup
        try:
            imported = setup.record.import_journal()
            if imported:
                logline.info("journal imported", count=imported)
            if turn % _ROUNDS_PER_LISTING == 0:
                compare_queue(setup, time.time())
                tend_trail(setup, time.time(), pruning=turn % _ROUNDS_PER_PRUNING == 0)
            setup.knowing.refresh(time.time())
            learned = learn_decisions(setup.record.book, learned)
            set_gauges(setup.record.book, time.time())
        except (RecordUnavailable, OSError) as error:
            tell_error("housekeeping", error)
        if stopping.wait(every):
            return


def keep_listening(service: Service, stopping: threading.Event, every: float = _SECONDS_TO_LISTEN) -> None:
    """Hear every second from other processes whom their senders wrote to, until `stopping` is set."""
    while not stopping.wait(every):
        service.setup.knowing.listen()


def keep_known(setup: Setup) -> None:
    """Know what can be known before the first message; the rest comes when the database answers."""
    try:
        setup.knowing.refresh(time.time())
    except RecordUnavailable as error:
        tell_error("housekeeping", error)


def tend_trail(setup: Setup, now: float, pruning: bool) -> None:
    """Learn from what was released, sort the latest disclosures in; now and then forget what is old.

    `now` is unix time. Raises RecordUnavailable.
    """
    database = setup.trail.database
    settle_waiting(database)
    while fold(database, now):
        pass
    if pruning:
        prune(database, now - setup.retention)
        forget_contacts(database, now, setup.remember, setup.approach_window)


def compare_queue(setup: Setup, now: float) -> None:
    """Confirm the holds that the queue shows; count what is on hold without a record. `now` is unix time.

    Only looks at the queue, which any user may: acting on it is the business of `holdback reconcile`. Raises
    RecordUnavailable.
    """
    book = setup.record.book
    try:
        queue = {queued.queue_id: queued for queued in setup.mta.queued()}
    except MtaError as error:
        return tell_error("queue", error)
    waiting = book.waiting(setup.host)
    for hold in waiting:
        if hold.state is HoldState.PENDING and waits(queue, hold):
            book.mark(hold.id, HoldState.PENDING, HoldState.HELD, now)
    metrics.orphan_holds.set(len(unaccounted(queue, waiting)))
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


def learn_decisions(book: Casebook, learned: int | None) -> int:
    """Count the decisions after number `learned`; number of the latest. None: count from now on.

    Raises RecordUnavailable.
    """
    decisions = book.decisions_after(learned or 0)
    if learned is not None:
        for decided in decisions:
            metrics.decisions.labels(decided.decision).inc()
            metrics.decision_seconds.observe(decided.at - decided.opened)
    return decisions[-1].id if decisions else learned or 0
