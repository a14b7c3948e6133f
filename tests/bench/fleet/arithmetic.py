"""Computes what a fleet asks of one PostgreSQL, from what was measured on a small one."""

import math
from dataclasses import dataclass, replace

DAY = 86_400.0
YEAR = 365.0
"""Days; holds are never deleted, so their tables are computed for the first year."""
GAUGES_INTERVAL, GAUGES_LONG, GAUGES_PAUSE = 10.0, 0.1, 60.0
"""Seconds between two counts of cases by a host; a count that takes this long is followed by a pause."""


@dataclass(frozen=True, slots=True)
class Load:
    """A fleet and its mail. All shares are of all messages."""

    hosts: int = 10
    messages: float = 100e6
    """A day."""
    peak: float = 4.0
    """Busiest second, in averages."""
    external: float = 0.5
    """Messages with external recipients."""
    recipients: float = 1.5
    """External recipients of such a message."""
    disclosing: float = 0.25
    """Messages that the ledger records."""
    identifiers: float = 5.0
    """Hashes of one disclosure."""
    held: float = 0.000_1
    contacts: float = 100e6
    """Different correspondents and senders within `people.remember`."""
    contacts_a_day: float = 20e6
    """Correspondents written a day: a row changes at most once a day."""
    workers: int = 8
    """Workers of one host."""
    events_days: float = 30.0
    retention_days: float = 365.0
    round_trip: float = 0.000_5
    """Between a host and PostgreSQL, in seconds."""
    flush: float = 0.001
    """Until a commit is on the server's disk, in seconds."""
    interval: float = 1.0
    """Seconds between two transactions of one worker's queue (`write_behind.Limits.interval`)."""


@dataclass(frozen=True, slots=True)
class Step:
    """A transaction that holds the lock of its kind, without what the network and the disk add."""

    statements: float
    """Answers awaited while it holds the lock, the commit included."""
    seconds: float


@dataclass(frozen=True, slots=True)
class Measured:
    """What `make simulate` measures; the constants of `compute`."""

    disclosure_bytes: float
    """A row, with its share of the indexes."""
    identifier_bytes: float
    """A hash in a segment."""
    contact_bytes: float
    recipients_bytes: float
    """A row of `approaches`: the recipients of one message, for the other processes."""
    hold_bytes: float
    """A held message with its case, finding, decision; without its events."""
    event_bytes: float
    disclosure_log_bytes: float
    """Write-ahead log of a disclosure, its hashes and their compaction."""
    batch: Step
    """Storing a queue, without its entries."""
    entry_seconds: float
    """More for each entry."""
    compaction_seconds: float
    """Compacting one hash; most of it without the lock."""
    deletion_seconds: float
    """Deleting one disclosure."""
    hold: Step
    """All transactions of one held message: recorded, confirmed, decided, carried out."""
    hold_transactions: float
    hold_events: float
    registration: Step
    counting_seconds: float
    """Counting holds and cases for one host's metrics, for each case on record."""
    pulled_rows: float
    """Rows of other processes that one worker takes a second, if it does nothing else."""
    worker_connections: float
    """Connections that a worker keeps, in ordinary work."""
    disclosures_a_second: tuple[float, ...]
    """Stored 500 at a time by 1, 2 and 4 processes that do nothing else."""
    batches_a_second: tuple[float, ...]
    """Transactions with one entry, by 1, 2 and 4 processes."""
    holds_a_second: tuple[float, ...]
    """Holds recorded by 1, 2 and 4 processes."""


@dataclass(frozen=True, slots=True)
class Volume:
    """Rows and bytes of one table; the same for any number of hosts."""

    name: str
    rows_a_day: float
    bytes_a_day: float
    kept_days: float
    kept_bytes: float


@dataclass(frozen=True, slots=True)
class Demand:
    """What a fleet asks of one PostgreSQL in the busiest second."""

    entries: float
    """Rows that the queues store, a second."""
    batches: float
    """Transactions of the queues, a second, as long as the lock is free."""
    entries_in_batch: float
    trail_seconds: float
    """Seconds that one such transaction holds the lock."""
    trail_lock: float
    """Share of the time that the lock of the trail is held; above 1 it cannot be."""
    record_transactions: float
    record_lock: float
    pulled_rows: float
    """Rows sent to all workers, so that they count recipients together."""
    pulling: float
    """Share of one worker's time for it."""
    serving: float
    """Processor cores of the database for it, at most: one that serves a worker as fast as it can read."""
    counting: float
    """Processor cores of the database for the metrics of all hosts, with a year of cases."""
    counting_seconds: float
    """For one host, once every ten seconds."""
    connections: int
    """Of workers, housekeepers and agents in ordinary work; of PgBouncer's clients, if there is one."""


def volumes(load: Load, measured: Measured) -> tuple[Volume, ...]:
    """Return rows and bytes of the tables that grow with mail."""
    disclosures = load.messages * load.disclosing
    identifiers = disclosures * load.identifiers
    held = load.messages * load.held
    events = held * measured.hold_events
    ledger, month = load.retention_days, load.events_days
    of_contacts = load.contacts_a_day * measured.contact_bytes
    window = load.messages * load.external
    return (
        _volume("disclosures", disclosures, disclosures * measured.disclosure_bytes, ledger),
        _volume("hashes in segments", identifiers, identifiers * measured.identifier_bytes, ledger),
        Volume(
            "correspondents (written)",
            load.contacts_a_day,
            of_contacts,
            180,
            load.contacts * measured.contact_bytes,
        ),
        _volume("recipients by sender", window, window * measured.recipients_bytes, 1 / 24),
        _volume("held messages", held, held * measured.hold_bytes, YEAR),
        _volume("events", events, events * measured.event_bytes, month),
    )


def demand(load: Load, measured: Measured) -> Demand:
    """Return what the fleet asks of the database in its busiest second."""
    second = load.messages / DAY * load.peak
    workers = load.hosts * load.workers
    # One entry each: correspondence, recipients by sender; disclosure.
    entries = second * (2 * load.external + load.disclosing)
    batches = _batches(entries / workers, load.interval) * workers
    fixed = held_seconds(measured.batch, load)
    each = fixed + entries / batches * measured.entry_seconds
    disclosures = second * load.disclosing
    # Deletion keeps up with the average, not with the peak.
    upkeep = disclosures / load.peak * measured.deletion_seconds
    upkeep += disclosures * load.identifiers * measured.compaction_seconds
    held = second * load.held
    # The housekeeper and the agent of each host register once a minute.
    registrations = load.hosts * 2 / 60
    record = held * (measured.hold.seconds + measured.hold.statements * load.round_trip)
    record += held * measured.hold_transactions * load.flush
    record += registrations * held_seconds(measured.registration, load)
    pulled = second * load.external
    count = load.messages * load.held * YEAR * measured.counting_seconds
    return Demand(
        entries=entries,
        batches=batches,
        entries_in_batch=entries / batches,
        trail_seconds=each,
        trail_lock=batches * each + upkeep,
        record_transactions=held * measured.hold_transactions + registrations,
        record_lock=record,
        pulled_rows=pulled * workers,
        pulling=pulled / measured.pulled_rows,
        serving=pulled * workers / measured.pulled_rows,
        counting=load.hosts * count / (GAUGES_PAUSE if count > GAUGES_LONG else GAUGES_INTERVAL),
        counting_seconds=count,
        connections=round(load.hosts * (load.workers * measured.worker_connections + 2 + 2)),
    )


def held_seconds(step: Step, load: Load) -> float:
    """Return the seconds that a transaction holds its lock, over the network and with a disk."""
    return step.seconds + step.statements * load.round_trip + load.flush


def saturated_at(load: Load, measured: Measured) -> float:
    """Return the messages a day at which the lock of the trail is held all the time."""
    low, high = 1e3, 1e12
    for _ in range(60):
        middle = math.sqrt(low * high)
        busy = demand(replace(load, messages=middle), measured).trail_lock
        low, high = (middle, high) if busy < 1 else (low, middle)
    return low


def _volume(name: str, rows: float, volume: float, days: float) -> Volume:
    return Volume(name, rows, volume, days, volume * days)


def _batches(entries: float, interval: float) -> float:
    """Return the transactions a second of a worker that queues so many entries a second, by chance."""
    return max((1 - math.exp(-entries * interval)) / interval, entries / 500)
