"""The arithmetic of fleets, with constants that can be computed by hand, and the queue for the lock."""

from dataclasses import replace

import pytest
from bench.fleet.arithmetic import DAY, Load, Measured, Step, demand, saturated_at, volumes
from bench.fleet.lock_queue import simulate

ROUND = Measured(
    disclosure_bytes=300,
    identifier_bytes=10,
    contact_bytes=100,
    recipients_bytes=100,
    hold_bytes=1_000,
    event_bytes=200,
    disclosure_log_bytes=500,
    batch=Step(4, 0.001),
    entry_seconds=0.000_1,
    compaction_seconds=0.0,
    deletion_seconds=0.0,
    hold=Step(20, 0.01),
    hold_transactions=4,
    hold_events=3,
    registration=Step(4, 0.001),
    counting_seconds=0.000_000_1,
    pulled_rows=100_000,
    worker_connections=2,
    disclosures_a_second=(1, 1, 1),
    batches_a_second=(1, 1, 1),
    holds_a_second=(1, 1, 1),
)
LOAD = Load(
    hosts=30,
    messages=100 * DAY,
    peak=4,
    external=0.5,
    disclosing=0.25,
    held=0.01,
    workers=2,
    round_trip=0.000_5,
    flush=0.001,
)
"""400 messages in the busiest second: 200 to outsiders, 100 disclosures, 4 held."""


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("entries", 500.0),
        # Each of 60 workers queues 8.3 entries a second: all but 1 in 4,000 of the seconds have some.
        ("batches", 59.986),
        # 1 ms, 4 answers of 0.5 ms, 1 ms for the disk, and 8.3 entries of 0.1 ms.
        ("trail_seconds", 0.004_834),
        ("trail_lock", 0.29),
        # 4 held messages with 4 transactions, 60 registrations a minute.
        ("record_transactions", 17.0),
        # 4 × (10 ms + 20 × 0.5 ms + 4 × 1 ms) + 1 × (1 ms + 4 × 0.5 ms + 1 ms).
        ("record_lock", 0.1),
        ("pulled_rows", 12_000.0),
        ("pulling", 0.002),
        ("serving", 0.12),
        # 31.5 million cases a year.
        ("counting_seconds", 3.1536),
        # By each of 30 hosts once a minute.
        ("counting", 1.5768),
        ("connections", 240),
    ],
)
def test_demand(value: str, expected: float) -> None:
    """As computed by hand."""
    assert getattr(demand(LOAD, ROUND), value) == pytest.approx(expected, rel=1e-3)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        # One entry in nearly every transaction: a batch for each.
        ({"hosts": 100_000}, 500.0),
        # More than 500 entries a second and worker: full batches.
        ({"hosts": 1, "workers": 1, "messages": 1_000 * DAY}, 10.0),
        # Ten seconds apart: a tenth.
        ({"interval": 10.0}, 6.0),
    ],
)
def test_transactions_of_the_trail(changes: dict[str, float], expected: float) -> None:
    """At least one for each worker with entries, at most one for each entry."""
    assert demand(replace(LOAD, **changes), ROUND).batches == pytest.approx(expected, rel=1e-2)  # type: ignore[arg-type]


def test_upkeep_holds_the_lock_too() -> None:
    """100 disclosures at the peak with 5 hashes, 25 deletions on average."""
    upkeep = replace(ROUND, compaction_seconds=0.000_01, deletion_seconds=0.000_1)
    more = demand(LOAD, upkeep).trail_lock - demand(LOAD, ROUND).trail_lock
    assert more == pytest.approx(500 * 0.000_01 + 25 * 0.000_1)


def test_the_lock_is_full_at_the_load_found() -> None:
    """A little less is possible, a little more is not."""
    full = saturated_at(LOAD, ROUND)
    less, more = (demand(replace(LOAD, messages=full * by), ROUND).trail_lock for by in (0.99, 1.01))
    assert less < 1 < more


def test_volumes() -> None:
    """Rows and bytes of a day, and what retention leaves of them."""
    found = {one.name: one for one in volumes(replace(LOAD, retention_days=10), ROUND)}
    disclosures = found["disclosures"]
    assert disclosures.rows_a_day == 25 * DAY
    assert disclosures.bytes_a_day == 25 * DAY * 300
    assert disclosures.kept_bytes == 25 * DAY * 3_000
    assert found["hashes in segments"].rows_a_day == 125 * DAY
    assert found["held messages"].rows_a_day == pytest.approx(DAY)
    assert found["events"].rows_a_day == pytest.approx(3 * DAY)
    assert found["correspondents (written)"].kept_bytes == 100e6 * 100


@pytest.mark.parametrize(
    ("workers", "entries", "held", "stored", "gives_up"),
    [
        # 10 transactions of 5 ms a second, and 100 entries of 1 ms.
        (10, 100.0, 0.15, 1.0, False),
        # 100 transactions need half of the time, 300 entries the rest of 0.8.
        (100, 300.0, 0.8, 1.0, False),
        # 2,000 entries a second need twice the time that there is, however they are stored.
        (100, 2_000.0, 1.0, 0.5, True),
    ],
)
def test_queue_for_the_lock(workers: int, entries: float, held: float, stored: float, gives_up: bool) -> None:
    """Where there is time for all entries they are stored, and no worker gives up."""
    found = simulate(workers, entries, 0.005, 0.001, seconds=200.0)
    assert found.held == pytest.approx(held, rel=0.08)
    assert found.stored == pytest.approx(stored, abs=0.06)
    assert (found.timeouts > 0) == gives_up
