"""`holdback stats`: ledger, contacts and canaries; see test_cases for the statistics of cases."""

import json
from array import array
from collections.abc import Callable
from dataclasses import replace

import pytest
from cli.samples import NOON, Office
from holdback.cases.database import MILTER_TIMEOUT, Database
from holdback.cli.console import local_time
from holdback.trail.acquaintances import AcquaintedPairs, store_acquainted_pairs
from holdback.trail.canaries import CanaryHit, CanaryStore, Provenance, store_hits
from holdback.trail.contacts import Correspondence, store_correspondence
from holdback.trail.ledger import store_disclosures
from trail.samples import disclosure

Run = Callable[..., tuple[int, str, str]]


def test_an_empty_trail_prints_nothing(office: Office, run: Run) -> None:
    """Only the line about cases."""
    assert len(run("stats")[1].splitlines()) == 1


def test_stats_of_the_trail(office: Office, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ledger and contacts count as a whole, canary hits only within the period."""
    database = Database(f"sqlite:///{office.config.parent}/holdback.db", MILTER_TIMEOUT)
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
    printed = run("stats", "--days", "2")[1].splitlines()
    assert printed[0] == "Last 2 days: 0 messages held in 0 cases, 0 people protected"
    assert printed[1:] == [
        f"Ledger: 3 disclosures since {local_time(NOON)}",
        "Contacts: 2 correspondents, 1 pair of outside people who know each other",
        "Canaries: 1 canary, 1 outbound hit, 1 inbound hit",
    ]
    assert json.loads(run("stats", "--days", "2", "--json")[1])["trail"] == {
        "disclosures": 3,
        "disclosures_since": NOON,
        "correspondents": 2,
        "acquaintances": 1,
        "canaries": 1,
        "canaries_left": 1,
        "canaries_written_to": 1,
    }
