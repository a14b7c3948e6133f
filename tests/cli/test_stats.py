"""`holdback stats`: what it says about the trail; see test_cases for what it says about cases."""

import json
from array import array
from collections.abc import Callable
from dataclasses import replace

import pytest
from cli.samples import NOON, Office
from holdback.cases.database import BRIEFLY, Database
from holdback.cli.console import when
from holdback.trail.acquaintances import AcquaintedPairs, store_acquainted_pairs
from holdback.trail.canaries import CanaryHit, CanaryStore, Provenance, store_hits
from holdback.trail.contacts import Correspondence, store_correspondence
from holdback.trail.ledger import store_disclosures
from trail.samples import disclosure

Told = Callable[..., tuple[int, str, str]]


def test_nothing_is_said_of_nothing(office: Office, told: Told) -> None:
    """A trail that knows nobody."""
    assert len(told("stats")[1].splitlines()) == 1


def test_stats_of_the_trail(office: Office, told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is known however long ago; canaries heard of in the period, those of before are not news."""
    database = Database(f"sqlite:///{office.config.parent}/holdback.db", BRIEFLY)
    (canary,) = CanaryStore(database).add(
        lambda _: ["c@corp.example"], Provenance("spring", "", NOON, "jane")
    )
    hit = CanaryHit(canary.id, "inbound", NOON, "mx1", "4AAA", "a@x.example", "192.0.2.1", "0", "pass")
    with database.writing() as connection:
        store_disclosures(connection, [disclosure([1], at=NOON + n) for n in range(3)])
        store_correspondence(connection, [Correspondence(NOON, array("q", [1, 2]), array("q"))])
        store_acquainted_pairs(connection, [AcquaintedPairs(NOON, array("q", [7]))])
        store_hits(connection, [hit, replace(hit, direction="outbound"), replace(hit, at=NOON - 9 * 86_400)])
    database.close()
    monkeypatch.setattr("time.time", lambda: NOON + 3600)
    told_in_words = told("stats", "--days", "2")[1].splitlines()
    assert told_in_words[0] == "last 2 days: 0 messages held in 0 cases; 0 people protected"
    assert told_in_words[1:] == [
        f"3 disclosures in the ledger since {when(NOON)}",
        "2 correspondents; 1 pair of people who know each other",
        "1 canary planted; found 1 time in mail that left, written to 1 time",
    ]
    assert json.loads(told("stats", "--days", "2", "--json")[1])["trail"] == {
        "disclosures": 3,
        "disclosures_since": NOON,
        "correspondents": 2,
        "acquaintances": 1,
        "canaries": 1,
        "canaries_left": 1,
        "canaries_written_to": 1,
    }
