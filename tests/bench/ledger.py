"""The ledger at full size: how fast it is written, what it takes, how long a trace takes.

    python tests/bench/ledger.py --disclosures 10_000_000               SQLite
    python tests/bench/ledger.py --disclosures 1_000_000 --postgresql   a private PostgreSQL
    python tests/bench/ledger.py --segments 20_000                      look-ups among many segments

Disclosures go through the code that the milter uses: stored 500 at a time, folded as housekeeping does. Who
is shown where is drawn by lot, but the same in every run; three people are put in by hand, to be traced.
"""

import argparse
import os
import sys
import tempfile
import time
from array import array
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import islice
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from holdback.cases.database import OPERATOR_TIMEOUT, Database
from holdback.trail.compaction import compact
from holdback.trail.disclosure import DisclosedPlace, Disclosure
from holdback.trail.ledger import store_disclosures
from holdback.trail.retention import expire_disclosures
from holdback.trail.schema import segments, shelves
from holdback.trail.segments import Entries, bucket_key, partition
from holdback.trail.trace import look_up, trace_messages
from holdback.trail.write_behind import BATCH
from rig.postgresql import Cluster
from sqlalchemy import insert, text

NOON = 1_700_000_000.0
DAY = 86_400.0
LIFE = 300 * DAY
"""The time that the disclosures are spread over."""
PEOPLE = 5_000_000
SPREAD = np.int64(0x9E3779B97F4A7C15 - (1 << 64))
"""Makes of a small number one that looks like a hash."""
RARE, FREQUENT, DOMAIN = 1, 2, 3
"""Numbers of somebody shown in five messages, of somebody shown in 500, and of a domain in every 100th."""
MESSAGE = Disclosure(
    at=NOON,
    host="mx1.corp.example",
    queue_id="",
    message_id="",
    sender="jane.miller@corp.example",
    login="jane.miller",
    client="192.0.2.17",
    recipients=3,
    audience={"customer.example": 2, "supplier.example": 1},
    action="pass",
    case="",
    people=3,
    shown=(),
)


def disclosures(count: int, start: int, of: int) -> list[Disclosure]:
    """Some of `of`: ordinary mail that shows 2 to 6 numbers; one in 1,000 a list of 1,000 people."""
    chance = np.random.default_rng(start)
    numbers = chance.integers(1, PEOPLE, count * 6, dtype=np.int64) * SPREAD
    sizes = chance.integers(2, 7, count).tolist()
    made = []
    for n, size in zip(range(start, start + count), sizes, strict=True):
        some = array("q", numbers[6 * (n - start) :][:size].tobytes())
        if n % 1000 == 999:
            some.frombytes((chance.integers(1, PEOPLE, 1000) * SPREAD).tobytes())
        some.extend(marked for marked, times in ((RARE, 5), (FREQUENT, 500)) if n % (of // times) == 7)
        if n % 100 == 0:
            some.append(DOMAIN)
        made.append(
            replace(
                MESSAGE,
                at=NOON + LIFE * n / of,
                queue_id=f"4{n:09X}",
                message_id=f"<{n:032x}@corp.example>",
                shown=(DisclosedPlace("To, Cc", 3, some),),
            )
        )
    return made


def fill(database: Database, count: int) -> None:
    """Write all, and say how fast; making them up does not count."""
    storing = folding = longest = 0.0
    for start in range(0, count, BATCH):
        notes = disclosures(min(BATCH, count - start), start, count)
        began = time.perf_counter()
        with database.writing() as connection:
            store_disclosures(connection, notes)
        storing += time.perf_counter() - began
        if start % (10 * BATCH) == 0:
            began = time.perf_counter()
            compact(database, NOON)
            took = time.perf_counter() - began
            folding += took
            longest = max(longest, took)
        if start and start % 1_000_000 == 0:
            print(f"  … {start:,}", file=sys.stderr, flush=True)
    print(f"stored       {count / storing:,.0f} disclosures a second")
    print(f"folded       {folding / storing:.0%} of that time besides; the longest took {longest:.2f} s")


def measure(database: Database, count: int, size: int) -> None:
    def ask(query: str) -> int:
        with database.reading() as connection:
            return int(connection.execute(text(query)).scalar() or 0)

    folded, latest = ask("SELECT sum(count) FROM segments"), ask("SELECT sum(count) FROM shown")
    numbers = folded + latest
    print(f"numbers      {numbers:,}, {latest:,} of them not folded yet; {numbers / count:.1f} a disclosure")
    print(f"segments     {ask('SELECT count(*) FROM segments'):,}")
    print(f"size         {size / 1e9:.2f} GB, {size / count:.0f} bytes a disclosure with all its numbers")


def trace(database: Database, how: str) -> None:
    for name, number, most in (
        ("somebody in 5 messages", RARE, 10),
        ("somebody in 500", FREQUENT, 1000),
        ("100 of a domain in every 100th", DOMAIN, 100),
    ):
        began = time.perf_counter()
        with database.reading() as connection:
            sightings = look_up(connection, [number])
            looked = time.perf_counter() - began
            found = len(list(islice(trace_messages(connection, sightings, 0.0), most)))
        took = time.perf_counter() - began
        assert found == min(most, sightings.messages)
        print(f"trace {how}   {name}: {took * 1000:.0f} ms, {looked * 1000:.0f} of them the look-up")


def many_segments(database: Database, count: int) -> None:
    """A look-up reads one row of each segment: how long so many of them take, with few other rows."""
    chance = np.random.default_rng(1)
    for first in range(1, count + 1):
        numbers = chance.integers(-(2**63), 2**63 - 1, 512)
        entries = Entries(numbers, np.zeros(512, np.uint32), np.zeros(512, np.uint8))
        rows = [
            {"id": bucket_key(first, shelf), **inside.columns()} for shelf, inside in partition(entries, 3)
        ]
        with database.writing() as connection:
            connection.execute(insert(shelves), rows)
            connection.execute(insert(segments).values(first=first, last=first, count=512, bits=3))
    for _ in range(5):
        began = time.perf_counter()
        with database.reading() as connection:
            look_up(connection, chance.integers(-(2**63), 2**63 - 1, 1).tolist())
        print(f"look-up      {1000 * (time.perf_counter() - began):.0f} ms with {count:,} segments")


@contextmanager
def place(postgresql: bool, folder: str) -> Iterator[tuple[str, Path]]:
    """URL of an empty database, and where its files are."""
    if not postgresql:
        yield f"sqlite:///{folder}/ledger.db", Path(folder)
        return
    with Cluster() as cluster:
        yield cluster.new_database(), cluster.folder


def forget_pages(folder: Path) -> None:
    """Have the kernel read the files anew: as on the first trace after days."""
    os.sync()
    for path in folder.rglob("*"):
        if path.is_file():
            descriptor = os.open(path, os.O_RDONLY)
            os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
            os.close(descriptor)


def size_of(database: Database, folder: Path, postgresql: bool) -> int:
    if not postgresql:
        return sum(path.stat().st_size for path in folder.iterdir())
    with database.reading() as connection:
        return int(connection.execute(text("SELECT pg_database_size(current_database())")).scalar_one())


def whole_ledger(database: Database, count: int, files: Path, postgresql: bool) -> None:
    fill(database, count)
    measure(database, count, size_of(database, files, postgresql))
    forget_pages(files)
    trace(database, "cold")
    trace(database, "warm")
    began = time.perf_counter()
    expire_disclosures(database, NOON + LIFE / 10)
    print(f"pruned       a tenth in {time.perf_counter() - began:.1f} s")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--disclosures", type=int, default=100_000)
    options.add_argument("--postgresql", action="store_true")
    options.add_argument("--segments", type=int, default=0)
    options.add_argument("--folder", help="where the database is made")
    chosen = options.parse_args()
    with (
        tempfile.TemporaryDirectory(dir=chosen.folder) as folder,
        place(chosen.postgresql, folder) as (url, files),
    ):
        database = Database(url, OPERATOR_TIMEOUT)
        if chosen.segments:
            many_segments(database, chosen.segments)
        else:
            whole_ledger(database, chosen.disclosures, files, chosen.postgresql)
        database.close()


if __name__ == "__main__":
    main()
