"""The periods in which the milter answered."""

from pathlib import Path

import pytest
from holdback.custody.serving import LONGEST_GAP, ServingLog, answered_throughout, periods_in, record_gap


@pytest.fixture
def log(tmp_path: Path) -> ServingLog:
    """A milter that answered from 100 to 130, and, started again, from 132 to 142."""
    first = ServingLog(tmp_path)
    for now in (100.0, 110.0, 120.0, 130.0):
        first.record(now)
    second = ServingLog(tmp_path)
    second.record(132.0)
    second.record(142.0)
    return second


@pytest.mark.parametrize(
    ("begin", "end", "answered"),
    [
        (100, 130, True),
        (111, 112, True),
        (99, 101, False),
        (129, 131, False),
        (129, 133, False),
        (132, 142, True),
        (141, 143, False),
    ],
)
def test_a_period_covers_the_whole_message(
    log: ServingLog, tmp_path: Path, begin: float, end: float, answered: bool
) -> None:
    """Begin and end lie in one period; a restart of two seconds is a gap."""
    assert answered_throughout(periods_in(tmp_path), begin, end) == answered


@pytest.mark.parametrize(("silence", "answered"), [(LONGEST_GAP, True), (LONGEST_GAP + 1, False)])
def test_a_long_silence_is_a_gap(log: ServingLog, tmp_path: Path, silence: float, answered: bool) -> None:
    """If no sign of life was recorded for long, the milter may not have answered."""
    log.record(142 + silence)
    assert answered_throughout(periods_in(tmp_path), 141, 142 + silence) == answered


def test_the_milter_did_not_answer(log: ServingLog, tmp_path: Path) -> None:
    """After a failed probe a new period begins."""
    log.interrupt()
    log.record(145)
    assert not answered_throughout(periods_in(tmp_path), 141, 145)


@pytest.mark.parametrize(
    ("since", "begin", "end", "answered"),
    [
        (140, 133, 139, True),
        (140, 139, 141, False),
        (140, 101, 129, True),
        (120, 101, 119, True),
        (120, 119, 121, False),
        (120, 133, 134, False),
        (0, 101, 102, False),
    ],
)
def test_retracted(
    log: ServingLog, tmp_path: Path, since: float, begin: float, end: float, answered: bool
) -> None:
    """Nothing is known of the time from then on; the next sign of life begins a new period."""
    log.retract(since)
    assert answered_throughout(periods_in(tmp_path), begin, end) == answered
    log.record(143)
    log.record(144)
    assert not answered_throughout(periods_in(tmp_path), 141, 143.5)
    assert answered_throughout(periods_in(tmp_path), 143, 144)


def test_the_database_of_the_last_run(tmp_path: Path) -> None:
    """It is known after a restart; a file that is missing or damaged names none."""
    assert ServingLog(tmp_path).database() == ""
    ServingLog(tmp_path).record_database("74/5/00000001")
    assert ServingLog(tmp_path).database() == "74/5/00000001"
    (tmp_path / "serving-database.json").write_bytes(b"\xff")
    assert ServingLog(tmp_path).database() == ""


def test_the_clock_was_set_back(log: ServingLog, tmp_path: Path) -> None:
    """Another period begins."""
    log.record(50)
    log.record(55)
    assert answered_throughout(periods_in(tmp_path), 50, 55)
    assert not answered_throughout(periods_in(tmp_path), 55, 60)


@pytest.mark.parametrize("content", [b"", b"{}", b"[[1]]", b"[[100, 200", b"null", b'[["a", 2]]', b"\xff"])
def test_a_damaged_file(tmp_path: Path, content: bytes) -> None:
    """Nothing is known; the next sign of life replaces it."""
    (tmp_path / "serving.json").write_bytes(content)
    assert not answered_throughout(periods_in(tmp_path), 110, 120)
    log = ServingLog(tmp_path)
    log.record(110)
    log.record(120)
    assert answered_throughout(periods_in(tmp_path), 110, 120)


@pytest.mark.parametrize(
    ("begin", "end", "answered"),
    [
        (102, 108, True),
        (102, 111, False),
        (111, 113, False),
        (113, 117, False),
        (116, 119, True),
        (102, 119, False),
    ],
)
def test_a_worker_was_lost(tmp_path: Path, begin: float, end: float, answered: bool) -> None:
    """A message that was under way in a gap may have got no answer, although the milter answered others."""
    log = ServingLog(tmp_path)
    for now in (100, 110, 120):
        log.record(now)
    record_gap(tmp_path, 110, 115)
    record_gap(tmp_path, 300, 301)
    assert answered_throughout(periods_in(tmp_path), begin, end) == answered
