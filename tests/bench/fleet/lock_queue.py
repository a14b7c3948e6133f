"""Simulates workers that store their queues one after the other, under one lock with a timeout."""

import heapq
import random
from collections.abc import Sequence
from dataclasses import dataclass

TIMEOUT = 2.0
"""As `MILTER_TIMEOUT`."""
RETRY, BATCH, MOST, FACTOR = 10.0, 500, 20_000, 10.0
"""As `write_behind.Limits` and `BATCH`."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What happened in the second half of the simulated time."""

    held: float
    """Share of the time that the lock was held."""
    stored: float
    """Share of the new entries that were stored."""
    timeouts: float
    """Share of the attempts that gave up."""
    waited: float
    """99th percentile of the time that a worker waited for the lock, in seconds."""
    oldest: float
    """Seconds since a worker last stored its queue, 99th percentile."""
    lost: int


def simulate(
    workers: int,
    entries: float,
    fixed: float,
    each: float,
    interval: float = 1.0,
    seconds: float = 1200.0,
    seed: int = 1,
    factor: float = FACTOR,
) -> Outcome:
    """Return the outcome for `entries` a second, of all workers together.

    A transaction takes `fixed` seconds, and `each` for an entry. The lock goes to the worker that waits
    longest, as PostgreSQL's does. The next one of a worker comes after `interval` seconds, or after `factor`
    times as long as the last one took, by chance half of that more or less; 0: as if Holdback did not adapt.
    """
    # Python promises the same numbers in all versions.
    chance = random.Random(seed)
    waiting, counted, last = [0] * workers, [0.0] * workers, [0.0] * workers
    ready = [(interval * chance.random(), n) for n in range(workers)]
    heapq.heapify(ready)
    free = held = stored = 0.0
    attempts = timeouts = lost = 0
    waits: list[float] = []
    ages: list[float] = []
    half, rate = seconds / 2, entries / workers
    while ready[0][0] < seconds:
        now, one = heapq.heappop(ready)
        start = max(now, free)
        patience = min(start, now + TIMEOUT)
        # Entries arrive while it waits, too.
        waiting[one] += int(rate * (patience - counted[one]) + chance.random())
        counted[one] = patience
        if not waiting[one]:
            last[one] = now
            heapq.heappush(ready, (now + interval, one))
            continue
        attempts += now >= half
        if start - now > TIMEOUT:
            surplus = max(0, waiting[one] - MOST)
            lost, waiting[one] = lost + surplus, waiting[one] - surplus
            timeouts += now >= half
            delay = RETRY * (0.5 + chance.random()) if factor else RETRY
            heapq.heappush(ready, (patience + delay, one))
            continue
        some = min(waiting[one], BATCH)
        waiting[one] -= some
        free = start + fixed + some * each
        if now >= half:
            held, stored = held + free - start, stored + some
            waits.append(start - now)
            ages.append(free - last[one])
        last[one] = free
        pause = max(interval, min(factor * (free - now), RETRY) * (0.5 + chance.random()))
        heapq.heappush(ready, (free if waiting[one] else free + pause, one))
    return Outcome(
        held=min(1.0, held / half),
        stored=stored / (entries * half),
        timeouts=timeouts / max(1, attempts),
        waited=_percentile(waits),
        oldest=_percentile(ages),
        lost=lost,
    )


def _percentile(values: Sequence[float]) -> float:
    """Return the 99th percentile; 0 for no values."""
    return sorted(values)[int(0.99 * len(values))] if values else 0.0
