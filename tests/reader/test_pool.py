"""Several readers for many threads: waiting, replacement, and clean-up."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from holdback.documents import Budget, NoReader, OutOfTime
from holdback.documents.kind import Kind
from holdback.mail import Limits, Part
from holdback.reader import Readers, Settings
from reader.processes import alive, children, cpu
from reader.reading import ODD, Reports, budget, contents, pieces, running
from rig.waiting import stop, wait_until

pytestmark = pytest.mark.slow


def test_readers_start_as_they_are_needed() -> None:
    """No reader before the first document; one for documents in sequence."""
    reports, before = Reports(), len(children())
    with running(reports, processes=4) as readers:
        assert len(children()) == before
        for _ in range(5):
            pieces(readers, b"echo 1")
        assert len(children()) == before + 1
    assert (len(reports.started), len(children())) == (1, before)


def test_eight_threads_get_their_own_content() -> None:
    """With crashes and deadlines among them, each thread gets the content of its own documents."""
    documents = [b"echo %d " % n + b"x" * (n * 9973 % 300_000) for n in range(60)]
    documents += [b"segfault", b"spin", b"abort", b"late", b"leave 1"]
    reports = Reports()
    with running(reports, processes=3, timeout=5.0) as readers, ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda document: contents(pieces(readers, document)), documents))
    for document, words in zip(documents[:60], found, strict=False):
        assert words == [f"read {len(document)}", document[5:].decode(), "unsupported"]
    assert [words[-1] for words in found[60:]] == ["broken", "timeout", "over_limit", "timeout", "broken"]
    assert sorted(reports.lost) == ["SIGABRT", "SIGSEGV", "exit 1", "timeout"]


def test_a_slow_document_does_not_delay_others() -> None:
    """A document is read while another one hangs until its deadline."""
    with running(processes=2, timeout=10.0) as readers, ThreadPoolExecutor(1) as slow:
        readers.begin()
        hanging = slow.submit(pieces, readers, b"spin")
        assert contents(pieces(readers, b"echo fast"))[1] == "fast"
        assert not hanging.done()
        assert contents(hanging.result()) == ["read 4", "timeout"]


def test_heartbeats_while_waiting_for_a_reader() -> None:
    """Heartbeats go on while all readers are busy, and may end the waiting; busy readers go on."""
    reports, beats = Reports(), iter(range(4))
    with running(reports, processes=1, timeout=5.0) as readers, ThreadPoolExecutor(1) as slow:
        readers.begin()
        hanging = slow.submit(pieces, readers, b"spin")
        wait_until(lambda: not readers._free, "the busy reader")
        with pytest.raises(OutOfTime):
            list(
                readers.open(
                    Kind.ZIP, Part("1", b"echo"), Budget(Limits(), lambda: next(beats, None) is not None)
                )
            )
        assert not hanging.done()
        assert contents(hanging.result()) == ["read 4", "timeout"]
    assert reports.lost == ["timeout"]


def test_out_of_time_ends_the_busy_reader_only() -> None:
    """OutOfTime of one message ends its own reader, not that of another."""
    reports, found = Reports(), []
    with running(reports, processes=2, timeout=60.0) as readers, ThreadPoolExecutor(1) as other:
        readers.begin()
        other_done = threading.Event()

        def one_after_the_other() -> list[list[str]]:
            others = [contents(pieces(readers, b"echo other"))]
            while not other_done.is_set():
                others.append(contents(pieces(readers, b"echo other")))
            return others

        reading = other.submit(one_after_the_other)
        with pytest.raises(OutOfTime):
            # The time is over as soon as there is a first piece.
            for piece in readers.open(Kind.ZIP, Part("1", b"spin"), Budget(Limits(), lambda: not found)):
                found.append(piece)
        other_done.set()
        assert {tuple(words) for words in reading.result()} == {("read 10", "other", "unsupported")}
    assert reports.lost == ["given up"]


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSEGV])
def test_killed_while_idle(number: signal.Signals) -> None:
    """Another reader reads the next document, and no document is lost."""
    reports = Reports()
    with running(reports) as readers:
        pieces(readers, b"echo 1")
        (pid,) = [process.pid for process in readers._free]
        os.kill(pid, number)
        assert contents(pieces(readers, b"echo 2"))[1] == "2"
    assert (reports.failed, len(reports.started)) == ([], 2)


def test_stopped_while_idle() -> None:
    """After SIGSTOP the next document is not to blame; the one after it is read by another reader."""
    reports = Reports()
    with running(reports, processes=1) as readers:
        readers.begin()
        stop(readers._free[0].pid)
        with pytest.raises(NoReader):
            pieces(readers, b"echo 1")
        assert contents(pieces(readers, b"echo 2"))[1] == "2"
    assert (reports.lost, len(reports.started)) == (["hangs"], 2)


@pytest.mark.parametrize("error", [OSError(12, "Cannot allocate memory"), MemoryError()])
def test_no_memory_for_a_successor(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    """If fork fails, the place in the pool stays usable; documents are read once there is memory."""
    reports, begun, fails = Reports(), subprocess.Popen, [True, True]

    def popen(*words: Any, **options: Any) -> subprocess.Popen[bytes]:
        if fails.pop() if fails else False:
            raise error
        return begun(*words, **options)

    with running(reports, processes=1) as readers:
        readers.begin()
        monkeypatch.setattr(subprocess, "Popen", popen)
        assert contents(pieces(readers, b"segfault")) == ["read 8", "broken"]
        with pytest.raises(NoReader):
            pieces(readers, b"echo 1")
        assert contents(pieces(readers, b"echo 2"))[1] == "2"
    assert (reports.lost, len(reports.failed), len(reports.started)) == (["SIGSEGV"], 1, 2)


@pytest.mark.parametrize(
    ("disturb", "how"),
    [(lambda pid: os.kill(pid, signal.SIGKILL), "SIGKILL"), (stop, "hangs")],
    ids=["killed", "stopped"],
)
def test_lost_while_busy(disturb: Callable[[int], None], how: str) -> None:
    """A document is not to blame if its reader is killed or stopped; the next one is read."""
    reports, before = Reports(), set(children())
    with running(reports, processes=1, timeout=60.0) as readers, ThreadPoolExecutor(1) as thread:
        hanging = thread.submit(pieces, readers, b"spin")
        wait_until(lambda: reports.started, "the reader")
        wait_until(lambda: not readers._free, "the busy reader")
        for pid in set(children()) - before:
            idle = cpu(pid)
            wait_until(lambda pid=pid, idle=idle: cpu(pid) > idle + 0.1, "work")
            disturb(pid)
        with pytest.raises(NoReader):
            hanging.result()
        assert contents(pieces(readers, b"echo fine"))[1] == "fine"
    assert reports.lost == [how]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_signals_meant_for_the_daemon(number: signal.Signals) -> None:
    """Readers ignore signals to the process group while the daemon drains."""
    reports = Reports()
    with running(reports) as readers:
        pieces(readers, b"echo 1")
        os.kill(readers._free[0].pid, number)
        assert contents(pieces(readers, b"echo 2"))[1] == "2"
    assert len(reports.started) == 1


def test_replaced_after_so_many_documents() -> None:
    """A reader is replaced between two documents; this is not counted as a restart."""
    reports = Reports()
    with running(reports, processes=1, documents=3) as readers:
        assert [contents(pieces(readers, b"echo %d" % n))[1] for n in range(10)] == [
            str(n) for n in range(10)
        ]
    assert (len(reports.started), reports.lost) == (4, [])


def test_a_ready_reader_is_taken_before_one_that_starts() -> None:
    """After the replacement of one of two readers, the next document does not wait for the new one."""
    reports = Reports()
    with running(reports, processes=2, documents=3) as readers:
        busy = readers.open(Kind.UNKNOWN, Part("1", b"echo 1"), budget())
        next(busy)
        assert contents(pieces(readers, b"echo 2"))[1] == "2"
        assert len(list(busy)) == 2
        first, second = readers._free
        first.documents = 2
        readers._free.reverse()
        assert contents(pieces(readers, b"echo 1"))[1] == "1"
        new, ready = readers._free
        assert (ready, new.confinement) == (second, None)


def test_replaced_after_a_document_that_kept_much_memory() -> None:
    """A reader that keeps more than half of its memory limit is replaced; temporary use is allowed."""
    reports = Reports()
    with running(reports, processes=1, memory=512 << 20) as readers:
        for document in (b"eat 300", b"keep 20", b"echo 1", b"keep 280", b"echo 1"):
            assert len(pieces(readers, document)) == 3
    assert (len(reports.started), reports.lost) == (2, [])


def test_nothing_is_left_behind() -> None:
    """After two hundred documents, many fatal, no process, zombie or file descriptor is left."""
    documents = [b"echo 1", b"leave 0", b"echo 2", b"segfault"] * 5 + [b"echo 1"] * 180
    before, files = children(), os.listdir("/proc/self/fd")
    with running(processes=3) as readers, ThreadPoolExecutor(6) as threads:
        assert len(list(threads.map(lambda document: pieces(readers, document), documents))) == 200
        assert len(children()) <= len(before) + 3
    assert (children(), len(os.listdir("/proc/self/fd"))) == (before, len(files))


def test_a_document_not_read_to_the_end() -> None:
    """A caller that stops early ends the reader; the next document is read."""
    reports = Reports()
    with running(reports) as readers:
        some = readers.open(Kind.ZIP, Part("1", b"many 9000"), Budget(Limits(), lambda: True))
        next(some)
        del some
        assert contents(pieces(readers, b"echo fine"))[1] == "fine"
    assert reports.lost == ["given up"]


def test_closed_while_busy() -> None:
    """A busy reader finishes its document and then ends."""
    before = children()
    readers = Readers(Settings(command=ODD, timeout=1.0))
    with ThreadPoolExecutor(1) as thread:
        hanging = thread.submit(pieces, readers, b"spin")
        wait_until(lambda: readers._count and not readers._free, "the busy reader")
        readers.close()
        assert contents(hanging.result()) == ["read 4", "timeout"]
    assert children() == before


STARTER = """
import sys, time
from pathlib import Path
from reader.processes import alive, children, cpu
from reader.reading import ODD, budget, running
from holdback.documents.kind import Kind
from holdback.mail import Part
with running(processes=2, timeout=0.1) as readers:
    idle, busy = readers._acquire(lambda: None), readers._acquire(lambda: None)
    busy.ask(Kind.ZIP, Part("1", b"spin"), budget())
    print(idle.pid, busy.pid, flush=True)
    time.sleep(60)
"""


def test_readers_do_not_outlive_a_daemon_that_was_killed() -> None:
    """After kill -9 of the daemon an idle reader ends at once, a busy one at its CPU limit."""
    tests = str(Path(__file__).parents[1])
    daemon = subprocess.Popen(
        [sys.executable, "-c", STARTER], stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": tests}
    )
    assert daemon.stdout
    pids = [int(word) for word in daemon.stdout.readline().split()]
    daemon.kill()
    daemon.wait()
    assert len(pids) == 2
    wait_until(lambda: not any(map(alive, pids)), "the end of the readers")


def test_a_new_message_goes_before_the_next_document() -> None:
    """A message has one reader at a time, and another one gets its turn before the next document."""
    order: list[str] = []

    def read(content: bytes, within: Budget) -> None:
        for _ in readers.open(Kind.ZIP, Part("1", content), within):
            order.append(content.decode())

    with running(processes=1) as readers, ThreadPoolExecutor(1) as threads:
        within = budget()
        first = readers.open(Kind.ZIP, Part("1", b"echo first"), within)
        next(first)
        small = threads.submit(read, b"echo small", budget())
        wait_until(lambda: readers._places._queue, "the small message")
        assert order == []
        list(first)
        read(b"echo second", within)
        small.result()
    assert within.reader_seconds > 0
    assert list(dict.fromkeys(order)) == ["echo small", "echo second"]


@pytest.mark.parametrize(
    ("spent", "found", "documents"), [(0.0, ["read 6", "x", "unsupported"], 1), (4.0, ["timeout"], 0)]
)
def test_time_of_one_message(spent: float, found: list[str], documents: int) -> None:
    """All documents of a message share twice the time of one; after that they are not opened."""
    within = budget()
    within.reader_seconds = spent
    with running(processes=1, timeout=2.0) as readers:
        readers.begin()
        assert contents(pieces(readers, b"echo x", within)) == found
        assert [process.documents for process in readers._free] == [documents]
        assert contents(pieces(readers, b"echo other"))[1] == "other"


def test_the_rest_of_the_time_of_one_message() -> None:
    """A document gets no more time than is left for its message."""
    reports, within = Reports(), budget()
    within.reader_seconds = 119.0
    with running(reports, processes=1, timeout=60.0) as readers:
        assert contents(pieces(readers, b"spin", within))[-1] == "timeout"
    assert within.reader_seconds < 160


def test_waiting_for_a_reader_is_not_work() -> None:
    """`wait` is called while a message waits for a reader, `beat` while its document is opened."""
    calls: list[str] = []
    within = Budget(
        Limits(),
        lambda: calls.append("beat") or True,
        wait=lambda: calls.append("wait") or True,
    )
    with running(processes=1, timeout=1.0) as readers, ThreadPoolExecutor(1) as slow:
        readers.begin()
        hanging = slow.submit(pieces, readers, b"spin")
        wait_until(lambda: not readers._free, "the busy reader")
        assert contents(pieces(readers, b"echo fine", within))[1] == "fine"
        hanging.result()
    assert calls.index("beat") > 0
    assert "wait" not in calls[calls.index("beat") :]


@pytest.mark.parametrize(("deaths", "read"), [(1, True), (2, True), (3, False)])
def test_killed_while_starting(monkeypatch: pytest.MonkeyPatch, deaths: int, read: bool) -> None:
    """Another reader is started for the document, up to three; only then there is none."""
    reports, begun, killed = Reports(), subprocess.Popen, []

    def popen(*words: Any, **options: Any) -> subprocess.Popen[bytes]:
        process = begun(*words, **options)
        if len(killed) < deaths:
            killed.append(process.pid)
            process.kill()
        return process

    monkeypatch.setattr(subprocess, "Popen", popen)
    with running(reports, processes=1) as readers:
        if read:
            assert contents(pieces(readers, b"echo 1"))[1] == "1"
        else:
            with pytest.raises(NoReader):
                pieces(readers, b"echo 1")
        assert contents(pieces(readers, b"echo 2"))[1] == "2"
    assert (len(killed), len(reports.started)) == (deaths, 1)
    assert reports.failed == ([] if read else ["ended while starting: SIGKILL"])


def test_settings_are_values() -> None:
    """Readers are kept over a reload with equal settings."""
    assert replace(Settings(), timeout=10.0) == Settings()
