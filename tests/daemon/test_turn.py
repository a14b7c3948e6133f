"""Turns of large messages: within one process, among processes, and after the death of one."""

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from holdback.config import config_of, domains_of, policy_of
from holdback.daemon.turn import LARGE, Turn, Turns
from holdback.documents import OutOfTime
from holdback.inspection import Means, gather
from holdback.mail import Envelope
from holdback.people.knowledge import Knowledge
from rig.waiting import wait_until

OTHER = """
import sys
from pathlib import Path
from holdback.daemon.turn import Turns
turns = Turns(Path(sys.argv[1]), int(sys.argv[2]))
for word in sys.stdin:
    turns.take(lambda: True) if word == "take\\n" else turns.release()
    print("done", flush=True)
"""


class Other:
    """Another process with turns in the same folder; it takes one with `take`, and answers `done`."""

    def __init__(self, folder: Path, slots: int) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", OTHER, str(folder), str(slots)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
        )

    def order(self, word: str) -> None:
        assert self._process.stdin
        self._process.stdin.write(f"{word}\n")

    def wait_done(self) -> None:
        assert self._process.stdout
        assert self._process.stdout.readline() == "done\n"

    def kill(self) -> None:
        self._process.kill()
        self._process.communicate()


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Callable[[int], Other]]:
    """`other(slots)`: another process; it is killed at the end."""
    started: list[Other] = []

    def start(slots: int) -> Other:
        started.append(Other(tmp_path, slots))
        return started[-1]

    yield start
    for process in started:
        process.kill()


@contextmanager
def taken(turns: Turns) -> Iterator[None]:
    turns.take(lambda: True)
    try:
        yield
    finally:
        turns.release()


def beats(count: int) -> Callable[[], bool]:
    """A `wait` that ends the waiting at the call after `count` others."""
    left = iter([True] * count)
    return lambda: next(left, False)


@pytest.mark.parametrize(
    ("sizes", "waits"),
    [
        ([], False),
        ([LARGE - 1], False),
        ([1] * 100, False),
        ([LARGE], True),
        ([LARGE // 2, LARGE // 2], True),
        ([LARGE, LARGE, LARGE], True),
    ],
)
def test_only_large_messages_wait(tmp_path: Path, sizes: list[int], waits: bool) -> None:
    """The work of all parts together makes a message large; it takes one turn, and gives it back."""
    turns, taken_before = Turns(tmp_path, 1), 0
    with Turn(turns, lambda: True) as turn:
        for size in sizes:
            turn.announce(size)
        taken_before = turns._taken
    assert (taken_before, turns._taken) == (int(waits), 0)


@pytest.mark.parametrize(("recipient", "waits"), [("bob@corp.example", False), ("bob@shop.example", True)])
def test_a_large_picture_waits_if_it_goes_outside(tmp_path: Path, recipient: str, waits: bool) -> None:
    """Internal mail is not opened, so it needs no turn, whatever its size."""
    config = config_of({"internal_domains": ["corp.example"]}, Path("x"))
    envelope = Envelope("ann@corp.example", (recipient,))
    raw = b"Subject: x\r\nContent-Type: image/png\r\n\r\n" + b"x" * 8 * LARGE
    turns = Turns(tmp_path, 1)
    with Turn(turns, lambda: True) as turn:
        means = Means(announce=turn.announce)
        gather(envelope, raw, policy_of(config), Knowledge(domains_of(config)), means)
        assert bool(turns._taken) is waits


def test_the_turn_ends_with_an_error(tmp_path: Path) -> None:
    """An inspection that fails gives its turn back."""
    turns = Turns(tmp_path, 1)
    with pytest.raises(RuntimeError), Turn(turns, lambda: True) as turn:
        turn.announce(LARGE)
        raise RuntimeError
    with taken(turns):
        pass


def test_first_come_first_served(tmp_path: Path) -> None:
    """Messages of one process get their turns in the order of their arrival, one at a time."""
    turns, order, at_once = Turns(tmp_path, 4), [], []

    def inspect(number: int) -> None:
        with taken(turns):
            order.append(number)
            at_once.append(turns._taken)

    with ThreadPoolExecutor(8) as threads, taken(turns):
        for number in range(8):
            threads.submit(inspect, number)
            wait_until(lambda number=number: len(turns._waiting) == number + 1, "the next one waiting")
        assert order == []
    assert order == list(range(8))
    assert at_once == [1] * 8


def test_waiting_is_reported_and_ends(tmp_path: Path) -> None:
    """`wait` is called while a message waits; after it returned False others still get their turn."""
    turns, called = Turns(tmp_path, 1), threading.Event()

    def wait() -> bool:
        called.set()
        return True

    with ThreadPoolExecutor(1) as threads:
        with taken(turns):
            with pytest.raises(OutOfTime):
                turns.take(beats(3))
            waiting = threads.submit(turns.take, wait)
            assert called.wait(60)
            assert not waiting.done()
        waiting.result(60)
    turns.release()
    assert list(turns._waiting) == []


def test_one_slot_for_two_processes(tmp_path: Path, other: Callable[[int], Other]) -> None:
    """A process waits while another one has the only slot, and gets it afterwards."""
    turns, process = Turns(tmp_path, 1), other(1)
    process.order("take")
    process.wait_done()
    with pytest.raises(OutOfTime):
        turns.take(beats(5))
    process.order("release")
    process.wait_done()
    with taken(turns):
        pass


def test_two_slots_for_three_processes(tmp_path: Path, other: Callable[[int], Other]) -> None:
    """Two processes have a slot each; the third one waits for either."""
    turns, first, second = Turns(tmp_path, 2), other(2), other(2)
    for process in (first, second):
        process.order("take")
        process.wait_done()
    with pytest.raises(OutOfTime):
        turns.take(beats(5))
    second.order("release")
    second.wait_done()
    with taken(turns):
        pass


@pytest.mark.parametrize("slots", [1, 2])
def test_kill_frees_the_slot(tmp_path: Path, other: Callable[[int], Other], slots: int) -> None:
    """After kill -9 of the processes that have all slots, one that waits gets its turn."""
    turns, processes = Turns(tmp_path, slots), [other(slots) for _ in range(slots)]
    for process in processes:
        process.order("take")
        process.wait_done()
    with ThreadPoolExecutor(1) as threads:
        waiting = threads.submit(turns.take, lambda: True)
        wait_until(lambda: turns._waiting, "the waiting message")
        assert not waiting.done()
        processes[0].kill()
        waiting.result(60)
    turns.release()


def test_kill_of_the_process_that_is_next(tmp_path: Path, other: Callable[[int], Other]) -> None:
    """A process that was killed while it waited does not block the others."""
    turns, waiting, busy = Turns(tmp_path, 1), other(1), other(1)
    busy.order("take")
    busy.wait_done()
    waiting.order("take")
    # It holds the lock of the next one as soon as nobody else can get it.
    wait_until(lambda: _next_is_taken(turns), "the other process waiting")
    waiting.kill()
    busy.order("release")
    busy.wait_done()
    with taken(turns):
        pass


def test_the_process_that_waits_is_next(tmp_path: Path, other: Callable[[int], Other]) -> None:
    """A process with many large messages does not take the slot again before one that waits."""
    turns, process = Turns(tmp_path, 1), other(1)
    turns.take(lambda: True)
    process.order("take")
    wait_until(lambda: _next_is_taken(turns), "the other process waiting")
    with ThreadPoolExecutor(1) as threads:
        mine = threads.submit(turns.take, lambda: True)
        wait_until(lambda: turns._waiting, "our message waiting")
        turns.release()
        process.wait_done()
        assert not mine.done()
        process.order("release")
        process.wait_done()
        mine.result(60)
    turns.release()


def _next_is_taken(turns: Turns) -> bool:
    """True if another process holds the lock of the one that is next."""
    if turns._lock(0):
        turns._unlock(0)
        return False
    return True
