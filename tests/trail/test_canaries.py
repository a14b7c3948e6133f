"""Canaries and their hits in the database, on both engines."""

from collections.abc import Callable, Container, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from holdback.cases.database import Database
from holdback.cases.model import RecordUnavailable
from holdback.mail import Envelope
from holdback.people.canaries import NO_CANARIES, Canaries, Canary
from holdback.trail.canaries import (
    CanaryHit,
    CanaryStore,
    HitCounts,
    Provenance,
    hits_of,
    reload_canaries,
    store_hits,
)

_NOON = 1_700_000_000.0
_SPRING = Provenance(
    "Spring export", "Agency X", _NOON, "jane", "ticket 7", ("*@agency.example", "news@corp.example")
)
_CREW = Provenance("Crew list", "", _NOON + 1, "max")


def _making(*addresses: str) -> Callable[[Container[str]], Sequence[str]]:
    return lambda existing: [address for address in addresses if address not in existing]


@pytest.fixture
def store(database: Database) -> CanaryStore:
    return CanaryStore(database)


def test_new_canaries_are_stored(store: CanaryStore) -> None:
    """With list, receiver, maker and reason, in the order of minting."""
    added = store.add(_making("ann@corp.example", "bob@corp.example"), _SPRING)
    assert added[0] == Canary(
        added[0].id,
        "ann@corp.example",
        "Spring export",
        "Agency X",
        _NOON,
        "jane",
        "ticket 7",
        _SPRING.senders,
    )
    (crew,) = store.add(_making("jane+x@corp.example"), _CREW)
    assert (crew.given_to, crew.reason, crew.senders) == ("", "", ())
    assert store.all() == (*added, crew)


def test_existing_addresses_are_passed_on(store: CanaryStore) -> None:
    """The function that makes new addresses receives the existing ones."""
    store.add(_making("ann@corp.example"), _SPRING)
    again = store.add(_making("ann@corp.example", "bob@corp.example"), _CREW)
    assert [canary.address for canary in again] == ["bob@corp.example"]
    assert store.add(_making("ann@corp.example"), _CREW) == ()
    with pytest.raises(RecordUnavailable):
        store.add(lambda existing: ["carl@corp.example", "ann@corp.example"], _CREW)
    assert len(store.all()) == 2


def test_a_failed_set_stores_nothing(store: CanaryStore) -> None:
    """If making the addresses raises, no canary is stored."""

    def fails(existing: Container[str]) -> Sequence[str]:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        store.add(fails, _SPRING)
    assert store.all() == ()


def test_concurrent_sets_differ(url: str) -> None:
    """Each operator waits for the other's transaction and gets other addresses."""

    def make(existing: Container[str]) -> Sequence[str]:
        return [next(f"c{n}@corp.example" for n in range(9) if f"c{n}@corp.example" not in existing)]

    def plant(_number: int) -> int:
        store = CanaryStore.open(url)
        try:
            return len(store.add(make, _SPRING))
        finally:
            store.close()

    with ThreadPoolExecutor(4) as threads:
        assert sum(threads.map(plant, range(8))) == 8
    assert len({canary.address for canary in CanaryStore.open(url).all()}) == 8


def _hit(canary: Canary, direction: str = "inbound", at: float = _NOON) -> CanaryHit:
    return CanaryHit(
        canary.id, direction, at, "mx1", "4AAA", "shop@pills.example", "192.0.2.7", "cafe", "pass"
    )


def test_hits_are_listed_newest_first(store: CanaryStore, database: Database) -> None:
    """Hits since a time, each with its canary; undecodable senders included."""
    ann, bob = store.add(_making("ann@corp.example", "bob@corp.example"), _SPRING)
    hits = [
        _hit(ann),
        _hit(bob, "outbound", _NOON + 60),
        replace(_hit(ann, at=_NOON + 30), sender="\udcff\0@x"),
    ]
    with database.writing() as connection:
        store_hits(connection, hits)
    assert store.hits() == ((bob, hits[1]), (ann, replace(hits[2], sender="\\udcff\\0@x")), (ann, hits[0]))
    assert store.hits(_NOON + 30) == store.hits()[:2]
    assert store.hits(_NOON + 61) == ()
    assert store.hit_counts() == {ann.id: HitCounts(2, 0, _NOON + 30), bob.id: HitCounts(0, 1, _NOON + 60)}


def test_a_message_gives_a_hit_for_each_canary() -> None:
    """Each hit has the message's sender, client and queue id."""
    ann = Canary(7, "ann@corp.example", "Spring export", "Agency X", _NOON, "jane")
    envelope = Envelope("shop@pills.example", ("ann@corp.example",), "4AAA", client="192.0.2.7", host="mx1")
    assert hits_of([ann], "inbound", envelope, _NOON, "cafe", "pass") == (_hit(ann),)
    assert hits_of([], "outbound", envelope, _NOON, "cafe", "hold") == ()


def test_reload(store: CanaryStore, database: Database) -> None:
    """The same object is returned until a canary is added."""
    assert reload_canaries(database, NO_CANARIES) is NO_CANARIES
    store.add(_making("ann@corp.example"), _SPRING)
    first = reload_canaries(database, NO_CANARIES)
    assert first.get("ann@corp.example")
    assert reload_canaries(database, first) is first
    store.add(_making("bob@corp.example"), _CREW)
    second = reload_canaries(database, first)
    assert (len(first), len(second)) == (1, 2)
    assert len(reload_canaries(database, Canaries(store.all()[:1]))) == 2
