"""Counts for metrics and `holdback stats`."""

from contextlib import closing

import pytest
from cases.samples import NOON, RECORDS, VISIBLE, new_hold
from holdback.cases.database import OPERATOR_TIMEOUT, Database
from holdback.cases.model import CaseState, Decision, HoldState
from holdback.cases.recorder import Recorder
from holdback.cases.statistics import CheckStats, Stats, stats_of


def test_counts_of_an_empty_record(record: Recorder) -> None:
    """Every state has a count, so that no metric is missing."""
    counts = record.book.counts()
    assert (dict.fromkeys(HoldState, 0), dict.fromkeys(CaseState, 0), None) == (
        counts.holds,
        counts.cases,
        counts.oldest_undecided,
    )


def test_counts(record: Recorder) -> None:
    """Two cases, one decided; the oldest undecided hold is not the oldest of all."""
    record.hold(new_hold("4AAA", arrived=NOON))
    record.hold(new_hold("4AAB", "m2 c2 e2", arrived=NOON + 10))
    record.hold(new_hold("4AAC", "m2 c2 e2", arrived=NOON + 20))
    assert record.book.counts().oldest_undecided == NOON
    record.book.decide(record.book.find("4AAA"), Decision.RELEASE, "ann", "", NOON + 30)
    record.book.mark(1, HoldState.PENDING, HoldState.HELD, NOON + 30)
    counts = record.book.counts()
    assert (counts.holds[HoldState.HELD], counts.holds[HoldState.PENDING]) == (1, 2)
    assert (counts.cases[CaseState.OPEN], counts.cases[CaseState.RELEASED]) == (1, 1)
    assert counts.oldest_undecided == NOON + 10
    record.book.decide(record.book.find("4AAB"), Decision.DROP, "ann", "", NOON + 30, only=2)
    assert record.book.counts().oldest_undecided == NOON + 20
    record.book.mark(3, HoldState.PENDING, HoldState.VANISHED, NOON + 30)
    assert record.book.counts().oldest_undecided is None


WEEK = 7 * 86_400


@pytest.mark.parametrize(
    ("since", "until", "expected"),
    [
        (
            NOON,
            NOON + WEEK,
            Stats(
                since=NOON,
                until=NOON + WEEK,
                messages=4,
                cases=2,
                people=20_060,
                checks={"customer_data": CheckStats(3, 20_000), "visible_recipients": CheckStats(4, 120)},
                decisions={**dict.fromkeys(Decision, 0), Decision.RELEASE_BCC: 1, Decision.DROP: 2},
                median_decision_seconds=200.0,
            ),
        ),
        (
            NOON + 2,
            NOON + 3,
            Stats(
                since=NOON + 2,
                until=NOON + 3,
                messages=1,
                cases=1,
                people=20_000,
                checks={"customer_data": CheckStats(1, 20_000), "visible_recipients": CheckStats(1, 60)},
                decisions=dict.fromkeys(Decision, 0),
                median_decision_seconds=None,
            ),
        ),
        (
            NOON - WEEK,
            NOON,
            Stats(NOON - WEEK, NOON, 0, 0, 0, {}, dict.fromkeys(Decision, 0), None),
        ),
    ],
)
def test_stats_of_a_period(url: str, record: Recorder, since: float, until: float, expected: Stats) -> None:
    """People are counted once per campaign, our own copies are not counted."""
    for n in range(3):
        both = (VISIBLE, RECORDS)
        record.hold(new_hold(f"4AA{n}", findings=both, people=20_000 - n % 2, arrived=NOON + n))
    record.hold(new_hold("4AAX", "m2 c2 e2", arrived=NOON + 1))
    record.book.decide(record.book.find("4AAX"), Decision.RELEASE_BCC, "ann", "", NOON + 101)
    record.book.give_token(4, "n")
    record.hold_copy(new_hold("4AAY", "m3 c3 e3", arrived=NOON + 2, replaces=4), "n")
    record.book.decide(record.book.find("4AA0"), Decision.DROP, "ann", "", NOON + 4, only=1)
    record.book.decide(record.book.find("4AA0"), Decision.DROP, "ann", "", NOON + 300)
    with closing(Database(url, OPERATOR_TIMEOUT)) as database, database.reading() as connection:
        assert expected == stats_of(connection, since, until)
