"""The canaries on record and their hits, on both engines."""

from collections.abc import Callable, Container, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from holdback.cases.database import Database
from holdback.cases.values import RecordUnavailable
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
    return lambda taken: [address for address in addresses if address not in taken]


@pytest.fixture
def store(database: Database) -> CanaryStore:
    return CanaryStore(database)


def test_what_is_planted_is_on_record(store: CanaryStore) -> None:
    """With its list, receiver, maker and reason, in the order of minting."""
    planted = store.add(_making("ann@corp.example", "bob@corp.example"), _SPRING)
    assert planted[0] == Canary(
        planted[0].id,
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
    assert store.all() == (*planted, crew)


def test_no_address_is_planted_twice(store: CanaryStore) -> None:
    """Whoever makes new ones is told which there are."""
    store.add(_making("ann@corp.example"), _SPRING)
    again = store.add(_making("ann@corp.example", "bob@corp.example"), _CREW)
    assert [canary.address for canary in again] == ["bob@corp.example"]
    assert store.add(_making("ann@corp.example"), _CREW) == ()
    with pytest.raises(RecordUnavailable):
        store.add(lambda taken: ["carl@corp.example", "ann@corp.example"], _CREW)
    assert len(store.all()) == 2


def test_a_set_is_planted_whole_or_not_at_all(store: CanaryStore) -> None:
    """If the making fails, nothing is on record."""

    def fails(taken: Container[str]) -> Sequence[str]:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        store.add(fails, _SPRING)
    assert store.all() == ()


def test_two_operators_do_not_plant_the_same(url: str) -> None:
    """Each waits for the other's set, and makes another one."""

    def make(taken: Container[str]) -> Sequence[str]:
        return [next(f"c{n}@corp.example" for n in range(9) if f"c{n}@corp.example" not in taken)]

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
    """Since a moment, each with its canary; whatever bytes a stranger sent."""
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
    """Sender, client and queue id are the message's."""
    ann = Canary(7, "ann@corp.example", "Spring export", "Agency X", _NOON, "jane")
    envelope = Envelope("shop@pills.example", ("ann@corp.example",), "4AAA", client="192.0.2.7", host="mx1")
    assert hits_of([ann], "inbound", envelope, _NOON, "cafe", "pass") == (_hit(ann),)
    assert hits_of([], "outbound", envelope, _NOON, "cafe", "hold") == ()


def test_the_daemon_learns_of_new_canaries(store: CanaryStore, database: Database) -> None:
    """While nothing was minted it keeps what it has."""
    assert reload_canaries(database, NO_CANARIES) is NO_CANARIES
    store.add(_making("ann@corp.example"), _SPRING)
    first = reload_canaries(database, NO_CANARIES)
    assert first.get("ann@corp.example")
    assert reload_canaries(database, first) is first
    store.add(_making("bob@corp.example"), _CREW)
    second = reload_canaries(database, first)
    assert (len(first), len(second)) == (1, 2)
    assert len(reload_canaries(database, Canaries(store.all()[:1]))) == 2
