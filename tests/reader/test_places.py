"""The order in which documents get a reader."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager

import pytest
from holdback.reader.places import Places
from rig.waiting import wait_until


class GivenUp(Exception):
    """Ends the waiting in these tests."""


def give_up() -> None:
    raise GivenUp


@contextmanager
def full(places: Places, spent: float = 0.0) -> Iterator[ExitStack]:
    """All places are taken; closing the stack frees them."""
    with ExitStack() as stack:
        for _ in range(places.count):
            stack.enter_context(places.place(spent, give_up))
        yield stack


def queue(places: Places, threads: ThreadPoolExecutor, order: list[float], *spent: float) -> None:
    """Let documents queue one after the other; each adds the time spent on its message to `order`."""

    def read(seconds: float) -> None:
        with places.place(seconds, lambda: None):
            order.append(seconds)

    for number, seconds in enumerate(spent, 1):
        threads.submit(read, seconds)
        wait_until(lambda number=number: len(places._queue) == number, "the document in the queue")


def test_first_come_first_served() -> None:
    """Documents of messages that have used nothing are read in the order of their arrival."""
    places, order, numbers = Places(1), [], [n / 1e9 for n in range(10)]
    with ThreadPoolExecutor(10) as threads, full(places):
        queue(places, threads, order, *numbers)
        assert order == []
    assert order == numbers


def test_a_message_that_has_used_much_comes_later() -> None:
    """The time that readers have spent on a message counts as if its document had arrived so much later."""
    places, order = Places(1), []
    with ThreadPoolExecutor(10) as threads, full(places):
        queue(places, threads, order, 3000.0, 2000.0, 0.0, 1000.0)
    assert order == [0.0, 1000.0, 2000.0, 3000.0]


@pytest.mark.parametrize("count", [2, 3])
def test_one_place_is_left_to_others(count: int) -> None:
    """Messages that have used much take all places but one."""
    places = Places(count)
    with ExitStack() as stack:
        for _ in range(count - 1):
            stack.enter_context(places.place(5.0, give_up))
        with pytest.raises(GivenUp), places.place(5.0, give_up):
            pass
        with places.place(0.0, give_up):
            pass


def test_the_only_place() -> None:
    """A single reader serves large messages, too."""
    places = Places(1)
    with places.place(5.0, give_up), pytest.raises(GivenUp), places.place(0.0, give_up):
        pass


def test_giving_up_blocks_nobody() -> None:
    """A document that waits no longer leaves the queue."""
    places, order = Places(1), []
    with ThreadPoolExecutor(1) as threads, full(places):
        with pytest.raises(GivenUp), places.place(0.0, give_up):
            pass
        queue(places, threads, order, 0.0)
    assert order == [0.0]


def test_more_places_after_a_reload() -> None:
    """A document that waits gets a place that is added."""
    places, done = Places(1), threading.Event()

    def read() -> None:
        with places.place(0.0, lambda: None):
            done.set()

    with full(places), ThreadPoolExecutor(1) as threads:
        threads.submit(read)
        wait_until(lambda: places._queue, "the document in the queue")
        assert not done.is_set()
        places.count = 2
        assert done.wait(60)
