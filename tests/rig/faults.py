"""Faults that `rig.launch` builds into a daemon before it serves, each by its name.

A fault replaces a function of the daemon. The function must exist: a fault that no longer fits the code ends
the daemon at its start, and `tests/rig/test_faults.py` fails.
"""

import functools
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Never

import Milter
from holdback import config
from holdback.checks.evidence import Evidence
from holdback.config import reader_of
from holdback.daemon import (
    children,
    end_of_message,
    handover,
    holding,
    housekeeper,
    probe,
    process,
    session,
    supervisor,
    worker,
)
from holdback.daemon.housekeeping import follow_knowledge, run_housekeeping
from holdback.daemon.listen import CannotListen
from holdback.daemon.turn import Turns
from holdback.documents import Budget, OutOfTime, openers
from holdback.documents import open as opening
from holdback.documents.document import Piece
from holdback.documents.kind import Kind
from holdback.inspection import Means, gather
from holdback.mail import Envelope, Part
from holdback.people.knowledge import Knowledge
from holdback.policy import Policy
from reader.faulty_child import SECRET
from reader.reading import FAULTY, ODD

BEGUN = "inspection begins"
"""Line that `gather_waits` and `large_waits` print."""


def substitute(owner: Any, name: str, value: object) -> None:
    """Replace the attribute `name` of `owner`. Raises AttributeError if there is none."""
    getattr(owner, name)
    setattr(owner, name, value)


def fail(*_: object) -> Never:
    raise RuntimeError("deliberate")


def gather_fails() -> None:
    """Let the inspection fail at its start."""
    substitute(end_of_message, "gather", fail)


def judge_fails() -> None:
    """Let the inspection fail after the evidence was gathered."""
    substitute(end_of_message, "judge", fail)


def follow_fails() -> None:
    """Let the application of the verdict fail."""
    substitute(end_of_message, "_apply_verdict", fail)


def fingerprints_fail() -> None:
    """Let the fingerprints fail, so that no message can be recorded."""
    substitute(holding, "fingerprints_of", fail)


def callback_fails(name: str) -> None:
    """Let a callback of the session fail within its guard."""
    guard = session._gathers if name == "envfrom" else session._gathers_silently

    # The guard uses the callback's name to look up whether the MTA waits for a reply.
    def callback(self: object, *words: object) -> None:
        fail()

    callback.__name__ = name
    substitute(session.Session, name, guard(callback))


def gather_waits(gate: str) -> None:
    """Let the inspection print a line at its start and wait until there is a file `gate`."""

    def wait(envelope: Envelope, raw: bytes, policy: Policy, knowledge: Knowledge, means: Means) -> Evidence:
        print(BEGUN, file=sys.stderr, flush=True)
        while not Path(gate).exists():
            means.heartbeat()
            time.sleep(0.05)
        return gather(envelope, raw, policy, knowledge, means)

    substitute(end_of_message, "gather", wait)


def large_waits(gate: str) -> None:
    """Let a large message that has its turn print a line and wait until there is a file `gate`."""
    take = Turns.take

    def wait_for_gate(turns: Turns, wait: Callable[[], bool]) -> None:
        take(turns, wait)
        print(BEGUN, file=sys.stderr, flush=True)
        while not Path(gate).exists():
            wait()
            time.sleep(0.05)

    substitute(Turns, "take", wait_for_gate)


def gather_never_ends() -> None:
    """Let the inspection run into its timeout."""

    def wait(envelope: Envelope, raw: bytes, policy: Policy, knowledge: Knowledge, means: Means) -> Evidence:
        while means.heartbeat():
            time.sleep(0.05)
        raise OutOfTime

    substitute(end_of_message, "gather", wait)


def hasty_housekeeping() -> None:
    """Run housekeeping ten times a second."""
    hasty = functools.partial(run_housekeeping, every=0.1)
    functools.update_wrapper(hasty, run_housekeeping)
    substitute(housekeeper, "_WORK", (hasty, *housekeeper._WORK[1:]))
    following = functools.partial(follow_knowledge, every=0.1)
    functools.update_wrapper(following, follow_knowledge)
    substitute(worker, "follow_knowledge", following)


def hasty_probes() -> None:
    """Let the supervisor probe its workers all the time, and lose patience within seconds."""
    for name, value in (("_PROBE_INTERVAL", 0.2), ("_SILENCE_LIMIT", 5.0), ("_TICK", 0.1)):
        substitute(supervisor, name, value)
    substitute(probe, "TIMEOUT", 1.0)


def patient_supervisor() -> None:
    """Let the supervisor replace no worker that does not answer."""
    for name in ("_SILENCE_LIMIT", "_MISSED_LIMIT"):
        substitute(supervisor, name, 1_000_000)


def first_worker_grows() -> None:
    """Let the first worker appear to use more and more memory."""
    seen: list[int] = []

    def memory(child: children.Child) -> int:
        if child.role == "worker" and child.ready:
            seen.append(child.pid)
        return 1 << 40 if seen[:1] == [child.pid] and len(seen) > 3 else 0

    substitute(children.Child, "memory", memory)


def libmilter_fails() -> None:
    """Let no worker open the socket."""

    def refuse(*_: object) -> Never:
        raise CannotListen("deliberate")

    substitute(process, "open_socket", refuse)


def program_missing() -> None:
    """Let a reload find sound files, but no program."""
    substitute(handover, "mistakes", lambda: 0)
    substitute(sys, "orig_argv", ["/nonexistent/python", *sys.orig_argv[1:]])


def log_disk_full() -> None:
    """Let all writes to the log fail."""
    os.dup2(os.open("/dev/full", os.O_WRONLY), 2)


def contexts_counted() -> None:
    """Let a worker print, ten times a second, how many connections libmilter created and deleted."""
    start = process.start

    def count() -> Never:
        while True:
            print("contexts", *Milter.getdiag(), flush=True)
            time.sleep(0.1)

    def start_counting(on_end: Callable[[], None]) -> None:
        threading.Thread(target=count, daemon=True).start()
        start(on_end)

    substitute(process, "start", start_counting)


def clock(seconds: str) -> None:
    """Let the clock of daemon and commands be so many seconds ahead; readers have no use for it."""
    real, ahead = time.time, float(seconds)
    substitute(time, "time", lambda: real() + ahead)


def odd_reader() -> None:
    """Use readers that misbehave as the document requests."""
    _read_with(*ODD)


def reader_program(path: str) -> None:
    """Use this program as reader."""
    _read_with(path)


def faulty_openers() -> None:
    """The opener of PDF, in the reader, and that of HTML fail with a KeyError that quotes the content."""
    _read_with(*FAULTY)

    def fail(part: Part, budget: Budget) -> Iterator[Piece]:
        raise KeyError(SECRET)

    substitute(opening, "OPENERS", {**openers.OPENERS, Kind.HTML: fail})


def _read_with(*command: str) -> None:
    """Start this command as the reader, in the daemon and in commands."""
    for user in (config, worker, housekeeper):
        substitute(user, "reader_of", lambda settings: replace(reader_of(settings), command=command))


FAULTS: Mapping[str, Callable[..., None]] = {
    fault.__name__: fault
    for fault in (
        gather_fails,
        judge_fails,
        follow_fails,
        fingerprints_fail,
        callback_fails,
        gather_waits,
        large_waits,
        gather_never_ends,
        hasty_housekeeping,
        hasty_probes,
        patient_supervisor,
        first_worker_grows,
        libmilter_fails,
        program_missing,
        log_disk_full,
        contexts_counted,
        clock,
        odd_reader,
        reader_program,
        faulty_openers,
    )
}
