"""Faults that `rig.launch` builds into a daemon before it serves, each by its name.

A fault replaces a function of the daemon. The function must exist: a fault that no longer fits the code ends
the daemon at its start, and `tests/rig/test_faults.py` fails.
"""

import functools
import os
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Never

import Milter
from holdback.checks.evidence import Evidence
from holdback.config import reader_of
from holdback.daemon import end_of_message, holding, session, supervisor
from holdback.daemon.housekeeping import run_housekeeping
from holdback.documents import OutOfTime
from holdback.inspection import Means, gather
from holdback.mail import Envelope
from holdback.people.knowledge import Knowledge
from holdback.policy import Policy
from reader.reading import ODD

BEGUN = "inspection begins"
"""What `gather_waits` prints."""


def substitute(owner: Any, name: str, value: object) -> None:
    """Give `owner` another attribute `name`. Raises AttributeError if it has none."""
    getattr(owner, name)
    setattr(owner, name, value)


def fail(*_: object) -> Never:
    raise RuntimeError("deliberate")


def gather_fails() -> None:
    """The inspection fails before it has looked at the message."""
    substitute(end_of_message, "gather", fail)


def judge_fails() -> None:
    """The inspection fails with the evidence at hand."""
    substitute(end_of_message, "judge", fail)


def follow_fails() -> None:
    """The verdict cannot be acted on."""
    substitute(end_of_message, "_apply_verdict", fail)


def fingerprints_fail() -> None:
    """No fingerprints, so that no message can be put on record."""
    substitute(holding, "fingerprints_of", fail)


def callback_fails(name: str) -> None:
    """A callback of the session fails, within the guard that it has."""
    guard = session._gathers if name == "envfrom" else session._gathers_silently

    # The guard looks up by its name whether the MTA waits for a reply.
    def callback(self: object, *words: object) -> None:
        fail()

    callback.__name__ = name
    substitute(session.Session, name, guard(callback))


def gather_waits(gate: str) -> None:
    """The inspection begins, says so in the log, and goes on when there is a file `gate`."""

    def wait(envelope: Envelope, raw: bytes, policy: Policy, knowledge: Knowledge, means: Means) -> Evidence:
        print(BEGUN, file=sys.stderr, flush=True)
        while not Path(gate).exists():
            means.heartbeat()
            time.sleep(0.05)
        return gather(envelope, raw, policy, knowledge, means)

    substitute(end_of_message, "gather", wait)


def gather_never_ends() -> None:
    """The inspection takes all the time it has."""

    def wait(envelope: Envelope, raw: bytes, policy: Policy, knowledge: Knowledge, means: Means) -> Evidence:
        while means.heartbeat():
            time.sleep(0.05)
        raise OutOfTime

    substitute(end_of_message, "gather", wait)


def hasty_housekeeping() -> None:
    """Housekeeping ten times a second."""
    substitute(supervisor, "run_housekeeping", functools.partial(run_housekeeping, every=0.1))


def log_disk_full() -> None:
    """Nothing can be written to the log."""
    os.dup2(os.open("/dev/full", os.O_WRONLY), 2)


def contexts_counted() -> None:
    """The daemon prints, ten times a second, how many connections libmilter has made and deleted."""

    def count() -> Never:
        while True:
            print("contexts", *Milter.getdiag(), flush=True)
            time.sleep(0.1)

    threading.Thread(target=count, daemon=True).start()


def odd_reader() -> None:
    """Readers do what documents ask for."""
    _read_with(*ODD)


def reader_program(path: str) -> None:
    """Readers are this program."""
    _read_with(path)


def _read_with(*command: str) -> None:
    substitute(supervisor, "reader_of", lambda config: replace(reader_of(config), command=command))


FAULTS: Mapping[str, Callable[..., None]] = {
    fault.__name__: fault
    for fault in (
        gather_fails,
        judge_fails,
        follow_fails,
        fingerprints_fail,
        callback_fails,
        gather_waits,
        gather_never_ends,
        hasty_housekeeping,
        log_disk_full,
        contexts_counted,
        odd_reader,
        reader_program,
    )
}
