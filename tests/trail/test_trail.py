"""Notes on their way into the database: nothing waits for it, nothing is lost without being counted."""

import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from array import array
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from holdback import metrics
from holdback.cases.database import MILTER_TIMEOUT, Database
from holdback.trail import ledger
from holdback.trail import write_behind as module
from holdback.trail.schema import disclosures
from holdback.trail.trace import look_up, traced
from holdback.trail.values import CanaryHit
from holdback.trail.write_behind import BATCH, Trail
from rig.postgresql import Cluster
from rig.waiting import wait_until
from sqlalchemy import select
from trail.samples import NOON, disclosure

pytestmark = pytest.mark.slow

Opener = Callable[..., Trail]
NO_SUCH_CANARY = CanaryHit(99, "inbound", NOON, "mx1", "4AAA", "a@x.example", "192.0.2.1", "0", "pass")


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> Iterator[Opener]:
    """Opens trails that are closed after the test; what did not answer is left alone for a moment only."""
    monkeypatch.setattr(module, "REST", 0.1)
    trails: list[Trail] = []

    def opener(url: str, every: float = 0.05) -> Trail:
        trails.append(Trail(Database(url, 0.2), every))
        return trails[-1]

    yield opener
    for trail in trails:
        trail.close(5)


def stored(url: str) -> list[str]:
    """Queue ids of the disclosures in the database, in their order."""
    database = Database(url, MILTER_TIMEOUT)
    with database.reading() as connection:
        found = connection.execute(select(disclosures.c.queue_id).order_by(disclosures.c.id)).scalars().all()
    database.close()
    return list(found)


def wait_stored(url: str, names: list[str]) -> None:
    wait_until(lambda: stored(url) == names, f"{len(names)} disclosures", 20)


def errors() -> float:
    return metrics.errors.labels("trail")._value.get()


def lost() -> float:
    return metrics.trail_lost._value.get()


def notes(trail: Trail, *names: str) -> None:
    for name in names:
        trail.note(disclosure([1, 2], queue_id=name))


def test_stored_in_order_soon(url: str, opened: Opener) -> None:
    """Without being asked to; more than one transaction takes as well."""
    names = [str(number) for number in range(2 * BATCH + 5)]
    trail = opened(url)
    trail.begin()
    notes(trail, *names)
    wait_stored(url, names)


def test_what_waits_is_stored_at_the_end(url: str, opened: Opener) -> None:
    """A stop does not wait for the next second, and loses nothing."""
    before, trail = lost(), opened(url, every=3600)
    trail.begin()
    notes(trail, "A", "B")
    trail.close(10)
    assert (stored(url), lost() - before) == (["A", "B"], 0)


def test_from_many_threads_at_once(url: str, opened: Opener) -> None:
    """Every note of every thread."""
    trail = opened(url)
    trail.begin()
    threads = [
        threading.Thread(target=notes, args=(trail, *(f"{thread}.{n}" for n in range(100))))
        for thread in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    trail.close(10)
    assert len(set(stored(url))) == 800


def test_from_several_hosts(url: str, opened: Opener) -> None:
    """They share one database, and the ledger has what each of them noted, whole."""
    hosts = [opened(url) for _ in range(3)]
    for trail in hosts:
        trail.begin()
    for step in range(100):
        for host, trail in enumerate(hosts):
            trail.note(disclosure([9, 100 + host], queue_id=f"{host}.{step}"))
    for trail in hosts:
        trail.close(10)
    database = Database(url, MILTER_TIMEOUT)
    with database.reading() as connection:
        found = [look_up(connection, [number]).messages for number in (9, 100, 101, 102)]
    database.close()
    assert found == [300, 100, 100, 100]


def test_too_many_notes(sqlite_url: str, opened: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    """The latest stay; the others are counted."""
    monkeypatch.setattr(module, "ROOM", 3)
    before, trail = lost(), opened(sqlite_url)
    notes(trail, *"ABCDE")
    assert lost() - before == 2
    trail.begin()
    trail.close(10)
    assert stored(sqlite_url) == ["C", "D", "E"]


def test_too_many_numbers(sqlite_url: str, opened: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    """Bytes count, too; a message with more people than there is room for is still taken."""
    monkeypatch.setattr(module, "ROOM_BYTES", 20_000)
    before, trail = lost(), opened(sqlite_url)
    notes(trail, *"ABCDE")
    trail.note(disclosure(array("q", range(1, 5001)), queue_id="F"))
    assert lost() - before == 5
    trail.begin()
    trail.close(10)
    assert stored(sqlite_url) == ["F"]


def test_a_message_that_shows_very_many(url: str, opened: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is stored in parts, each of a size that the database takes in time; everybody is found."""
    monkeypatch.setattr(ledger, "MOST", 10)
    monkeypatch.setattr(module, "BATCH_BYTES", 1500)
    trail = opened(url)
    trail.begin()
    trail.note(disclosure(range(1, 26), [], range(30, 41), queue_id="A"))
    notes(trail, "B")
    trail.close(10)
    database = Database(url, MILTER_TIMEOUT)
    with database.reading() as connection:
        found = [list(traced(connection, look_up(connection, [n]), 0.0)) for n in (3, 25, 30, 40, 29)]
    database.close()
    places = [[sighting.where for one in each for sighting in one.shown] for each in found]
    assert stored(url) == ["A"] * 5 + ["B"]
    assert places == [["place 0"], ["place 0"], ["place 2"], ["place 2"], []]


def test_a_note_that_cannot_be_stored(url: str, opened: Opener) -> None:
    """It alone is lost: a number out of range, a hit of a canary that is not there, something unheard of."""
    before, trail = lost(), opened(url)
    notes(trail, "A")
    trail.note(disclosure([1], recipients=1 << 40 << 40))
    trail.note(NO_SUCH_CANARY)
    notes(trail, "B")
    trail.note("what is this?")
    notes(trail, "C")
    trail.begin()
    trail.close(20)
    assert (stored(url), lost() - before) == (["A", "B", "C"], 3)


def test_locked_database(tmp_path: Path, sqlite_url: str, opened: Opener) -> None:
    """Notes are taken at once all the same, and stored when the lock is gone."""
    notes(first := opened(sqlite_url), "A")
    first.begin()
    first.close(5)
    other = sqlite3.connect(tmp_path / "holdback.db", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    before = errors()
    trail = opened(sqlite_url)
    trail.begin()
    notes(trail, "B", "C")
    wait_until(lambda: errors() > before, "an error")
    notes(trail, "D")
    other.close()
    wait_stored(sqlite_url, ["A", "B", "C", "D"])


def test_closed_while_the_database_is_locked(tmp_path: Path, sqlite_url: str, opened: Opener) -> None:
    """A stop waits for it no longer than it is told; what is lost is counted."""
    assert stored(sqlite_url) == []
    other = sqlite3.connect(tmp_path / "holdback.db", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    before, trail = lost(), opened(sqlite_url)
    trail.begin()
    notes(trail, "A", "B")
    trail.close(10)
    other.close()
    assert (stored(sqlite_url), lost() - before) == ([], 2)


def test_removed_database(tmp_path: Path, sqlite_url: str, opened: Opener) -> None:
    """Notes go to the new one, not to a file that nobody can read any more."""
    trail = opened(sqlite_url)
    trail.begin()
    notes(trail, "A")
    wait_stored(sqlite_url, ["A"])
    for path in tmp_path.glob("holdback.db*"):
        path.unlink()
    notes(trail, "B")
    wait_stored(sqlite_url, ["B"])


def test_database_that_comes_late(tmp_path: Path, opened: Opener) -> None:
    """Nobody is told of the trouble but the metrics."""
    url, before = f"sqlite:///{tmp_path}/not/yet/holdback.db", errors()
    trail = opened(url)
    trail.begin()
    notes(trail, "A")
    wait_until(lambda: errors() > before, "an error")
    (tmp_path / "not/yet").mkdir(parents=True)
    wait_stored(url, ["A"])


def test_restarted_server(cluster: Cluster, opened: Opener) -> None:
    """PostgreSQL goes away and comes back: notes wait for it."""
    url = cluster.new_database()
    trail = opened(url)
    trail.begin()
    notes(trail, "A")
    wait_stored(url, ["A"])
    cluster.stop()
    before = errors()
    notes(trail, "B")
    wait_until(lambda: errors() > before, "an error")
    cluster.start()
    notes(trail, "C")
    wait_stored(url, ["A", "B", "C"])


NOTING = """
import itertools, sys, time
from holdback.trail.write_behind import Trail
from trail.samples import disclosure
trail = Trail.open(sys.argv[1], print)
trail.begin()
for number in itertools.count():
    trail.note(disclosure([5], queue_id=str(number)))
    print(number, flush=True)
    time.sleep(0.01)
"""


def test_killed(url: str) -> None:
    """kill -9 loses the notes of the last second or two, and those only; the database is whole."""
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    process = subprocess.Popen(
        [sys.executable, "-c", NOTING, url], env=environment, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout
    noted: dict[int, float] = {}
    for line in process.stdout:
        noted[int(line)] = time.monotonic()
        if len(noted) == 400:
            break
    process.send_signal(signal.SIGKILL)
    killed = time.monotonic()
    noted |= {int(line): killed for line in process.stdout.read().split()}
    process.wait()
    names = stored(url)
    assert names == [str(number) for number in range(len(names))]
    missing = [killed - at for number, at in noted.items() if number >= len(names)]
    assert max(missing, default=0) < 3


def test_every_type_has_a_store() -> None:
    """What the milter notes can be stored."""
    assert {kind.__name__ for kind in module.STORES} == {
        "Disclosure", "CanaryHit", "Correspondence", "Acquainted", "Waiting", "Approach"
    }  # fmt: skip
