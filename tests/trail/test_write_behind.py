"""The queue of the trail: it never blocks, and each lost entry is counted."""

import os
import sqlite3
import subprocess
import sys
import threading
from array import array
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from holdback import metrics
from holdback.cases.database import MILTER_TIMEOUT, OPERATOR_TIMEOUT, Database
from holdback.trail.canaries import CanaryHit
from holdback.trail.schema import disclosures
from holdback.trail.trace import look_up, trace_messages
from holdback.trail.write_behind import BATCH, STORES, Limits, Trail
from rig.postgresql import Cluster
from rig.waiting import wait_until
from sqlalchemy import select
from trail.samples import NOON, disclosure

pytestmark = pytest.mark.slow

Opener = Callable[..., Trail]
QUICK = {"interval": 0.05, "retry_delay": 0.1}
NO_SUCH_CANARY = CanaryHit(99, "inbound", NOON, "mx1", "4AAA", "a@x.example", "192.0.2.1", "0", "pass")


@pytest.fixture
def opened() -> Iterator[Opener]:
    """Return a function that opens trails, which are closed after the test; retries are fast.

    `timeout`: seconds that the database has for a transaction. The other arguments are fields of `Limits`.
    """
    trails: list[Trail] = []

    def opener(url: str, timeout: float = 30.0, **limits: Any) -> Trail:
        trails.append(Trail(Database(url, timeout), Limits(**{**QUICK, **limits})))
        return trails[-1]

    yield opener
    for trail in trails:
        trail.close(60)


def stored(url: str) -> list[str]:
    """Return the queue ids of the stored disclosures in their order."""
    database = Database(url, MILTER_TIMEOUT)
    with database.reading() as connection:
        found = connection.execute(select(disclosures.c.queue_id).order_by(disclosures.c.id)).scalars().all()
    database.close()
    return list(found)


def wait_stored(url: str, names: list[str]) -> None:
    wait_until(lambda: stored(url) == names, f"{len(names)} disclosures")


def errors() -> float:
    return metrics.errors.labels("trail")._value.get()


def lost() -> float:
    return metrics.trail_lost._value.get()


def enqueue(trail: Trail, *names: str) -> None:
    for name in names:
        trail.enqueue(disclosure([1, 2], queue_id=name))


def test_stored_in_order_soon(url: str, opened: Opener) -> None:
    """More entries than one transaction stores."""
    names = [str(number) for number in range(2 * BATCH + 5)]
    trail = opened(url)
    trail.start()
    enqueue(trail, *names)
    wait_stored(url, names)


def test_close_stores_the_queue(url: str, opened: Opener) -> None:
    """A stop does not wait for the interval, and loses no entry."""
    before, trail = lost(), opened(url, interval=3600)
    trail.start()
    enqueue(trail, "A", "B")
    trail.close(60)
    assert (stored(url), lost() - before) == (["A", "B"], 0)


def test_many_threads(url: str, opened: Opener) -> None:
    """Entries of all threads are stored."""
    trail = opened(url)
    trail.start()
    threads = [
        threading.Thread(target=enqueue, args=(trail, *(f"{thread}.{n}" for n in range(100))))
        for thread in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    trail.close(60)
    assert len(set(stored(url))) == 800


def test_several_hosts(url: str, opened: Opener) -> None:
    """Hosts share one database; all their entries are stored."""
    hosts = [opened(url) for _ in range(3)]
    for trail in hosts:
        trail.start()
    for step in range(100):
        for host, trail in enumerate(hosts):
            trail.enqueue(disclosure([9, 100 + host], queue_id=f"{host}.{step}"))
    database = Database(url, OPERATOR_TIMEOUT)

    def stored() -> list[int]:
        with database.reading() as connection:
            return [look_up(connection, [number]).messages for number in (9, 100, 101, 102)]

    wait_until(lambda: stored() == [300, 100, 100, 100], "the entries of all hosts")
    for trail in hosts:
        trail.close(60)
    assert stored() == [300, 100, 100, 100]
    database.close()


def test_queue_overflow(sqlite_url: str, opened: Opener) -> None:
    """The oldest entries are lost and counted."""
    before, trail = lost(), opened(sqlite_url, entries=3)
    enqueue(trail, *"ABCDE")
    assert lost() - before == 2
    trail.start()
    trail.close(60)
    assert stored(sqlite_url) == ["C", "D", "E"]


def test_queue_overflow_in_bytes(sqlite_url: str, opened: Opener) -> None:
    """The memory limit applies too; a single larger entry is accepted."""
    before, trail = lost(), opened(sqlite_url, bytes=20_000)
    enqueue(trail, *"ABCDE")
    trail.enqueue(disclosure(array("q", range(1, 5001)), queue_id="F"))
    assert lost() - before == 5
    trail.start()
    trail.close(60)
    assert stored(sqlite_url) == ["F"]


def test_a_large_disclosure_is_split(url: str, opened: Opener) -> None:
    """It is stored in parts, and every pseudonym is found."""
    trail = opened(url, numbers=10, batch_bytes=1500)
    trail.start()
    trail.enqueue(disclosure(range(1, 26), [], range(30, 41), queue_id="A"))
    enqueue(trail, "B")
    trail.close(60)
    database = Database(url, MILTER_TIMEOUT)
    with database.reading() as connection:
        found = [list(trace_messages(connection, look_up(connection, [n]), 0.0)) for n in (3, 25, 30, 40, 29)]
    database.close()
    places = [[sighting.where for one in each for sighting in one.shown] for each in found]
    assert stored(url) == ["A"] * 5 + ["B"]
    assert places == [["place 0"], ["place 0"], ["place 2"], ["place 2"], []]


def test_invalid_entries(url: str, opened: Opener) -> None:
    """Only the invalid entry is lost: a number out of range, an unknown canary, an unknown type."""
    before, trail = lost(), opened(url)
    enqueue(trail, "A")
    trail.enqueue(disclosure([1], recipients=1 << 40 << 40))
    trail.enqueue(NO_SUCH_CANARY)
    enqueue(trail, "B")
    trail.enqueue("what is this?")
    enqueue(trail, "C")
    trail.start()
    trail.close(60)
    assert (stored(url), lost() - before) == (["A", "B", "C"], 3)


def test_locked_database(tmp_path: Path, sqlite_url: str, opened: Opener) -> None:
    """Entries are queued at once and stored when the lock is released."""
    enqueue(first := opened(sqlite_url), "A")
    first.start()
    first.close(60)
    other = sqlite3.connect(tmp_path / "holdback.db", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    before = errors()
    trail = opened(sqlite_url, timeout=0.2)
    trail.start()
    enqueue(trail, "B", "C")
    wait_until(lambda: errors() > before, "an error")
    enqueue(trail, "D")
    other.close()
    wait_stored(sqlite_url, ["A", "B", "C", "D"])


def test_closed_while_the_database_is_locked(tmp_path: Path, sqlite_url: str, opened: Opener) -> None:
    """A stop takes no longer than its limit; lost entries are counted."""
    assert stored(sqlite_url) == []
    other = sqlite3.connect(tmp_path / "holdback.db", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    before, trail = lost(), opened(sqlite_url, timeout=0.2)
    trail.start()
    enqueue(trail, "A", "B")
    trail.close(60)
    other.close()
    assert (stored(sqlite_url), lost() - before) == ([], 2)


def test_removed_database(tmp_path: Path, sqlite_url: str, opened: Opener) -> None:
    """Entries wait until the file is restored; no empty one takes its place."""
    trail = opened(sqlite_url)
    trail.start()
    enqueue(trail, "A")
    wait_stored(sqlite_url, ["A"])
    (tmp_path / "holdback.db").rename(tmp_path / "away.db")
    enqueue(trail, "B")
    wait_until(lambda: errors, "the failure")
    (tmp_path / "away.db").rename(tmp_path / "holdback.db")
    wait_stored(sqlite_url, ["A", "B"])


def test_database_created_later(tmp_path: Path, opened: Opener) -> None:
    """Until it exists, only the error metric changes."""
    url, before = f"sqlite:///{tmp_path}/not/yet/holdback.db", errors()
    trail = opened(url)
    trail.start()
    enqueue(trail, "A")
    wait_until(lambda: errors() > before, "an error")
    (tmp_path / "not/yet").mkdir(parents=True)
    wait_stored(url, ["A"])


def test_restarted_server(cluster: Cluster, opened: Opener) -> None:
    """Entries wait while PostgreSQL restarts."""
    url = cluster.new_database()
    trail = opened(url)
    trail.start()
    enqueue(trail, "A")
    wait_stored(url, ["A"])
    cluster.stop()
    before = errors()
    enqueue(trail, "B")
    wait_until(lambda: errors() > before, "an error")
    cluster.start()
    enqueue(trail, "C")
    wait_stored(url, ["A", "B", "C"])


QUEUEING = """
import itertools, sys, time
from holdback.trail.write_behind import Trail
from trail.samples import disclosure
trail = Trail.open(sys.argv[1], print)
trail.start()
for number in itertools.count():
    trail.enqueue(disclosure([5], queue_id=str(number)))
    time.sleep(0.01)
"""


def test_killed(url: str) -> None:
    """kill -9 loses only entries that still wait: what was stored stays, in order and without a gap."""
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    process = subprocess.Popen([sys.executable, "-c", QUEUEING, url], env=environment)
    wait_until(lambda: len(stored(url)) >= 100, "100 entries")
    before = stored(url)
    process.kill()
    process.wait()
    names = stored(url)
    assert names == [str(number) for number in range(len(names))]
    assert names[: len(before)] == before


def test_every_type_has_a_store() -> None:
    """Each type of entry has a function that stores it."""
    assert {kind.__name__ for kind in STORES} == {
        "Disclosure", "CanaryHit", "Correspondence", "AcquaintedPairs", "PendingPairs", "SenderRecipients"
    }  # fmt: skip


@pytest.mark.parametrize(
    ("duration", "least", "most"),
    [(0.0, 1.0, 1.0), (0.05, 1.0, 1.0), (0.5, 2.5, 7.5), (2.0, 5.0, 15.0), (60.0, 5.0, 15.0)],
)
def test_the_interval_follows_the_duration(duration: float, least: float, most: float) -> None:
    """A transaction that waited for other workers is followed by a longer pause, not the same for all."""
    found = [Limits().interval_after(duration) for _ in range(100)]
    assert least <= min(found) <= max(found) <= most
    assert (len(set(found)) > 1) == (least < most)
