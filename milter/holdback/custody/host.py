"""One host: its hold queue, the record, its key, and the lock that lets one command at a time act on both."""

import contextlib
import fcntl
import os
import socket
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from holdback.cases.casebook import Casebook
from holdback.cases.key import load_key
from holdback.cases.recorder import Recorder
from holdback.cases.values import Hold
from holdback.config import Config
from holdback.mta.postfix import HOLD, Postfix, Queued

EARLIER = 86_400.0
"""A queue file may be this much older (seconds) than its hold: the transaction began before its end of
message, and mail from sendmail(1) may have waited until Postfix was up."""
LATER = 5.0
"""…and this much younger: the queue counts whole seconds, and clocks are set."""

_PATIENCE = 60.0


class Busy(Exception):
    """Another command is still at work on this host's hold queue.

    Nothing was done; the same command works later.
    """


@dataclass(frozen=True, slots=True)
class Site:
    """What carrying out and reconciling need to know of the host they run on."""

    book: Casebook
    record: Recorder
    mta: Postfix
    key: bytes
    host: str
    """Name under which holds of this host are on record."""
    state_dir: Path
    patience: float = _PATIENCE
    """Seconds to wait for the lock, and for our own copy to come back from the milter."""


@contextmanager
def open_site(config: Config) -> Iterator[Site]:
    """This host as `config` describes it. Raises OSError or KeyBroken if the key cannot be read."""
    key = load_key(config.state_dir)
    with (
        contextlib.closing(Casebook.open(config.database_url)) as book,
        contextlib.closing(
            Recorder.open(config.database_url, config.state_dir, key, config.campaigns.window)
        ) as record,
    ):
        mta = Postfix(config.mta.config_dir)
        yield Site(book, record, mta, key, socket.gethostname(), config.state_dir)


@contextmanager
def sole(site: Site) -> Iterator[None]:
    """Inside, no other command, nor the timer's, acts on this host's hold queue. Raises Busy."""
    flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
    descriptor = os.open(site.state_dir / "custody.lock", flags, 0o600)
    try:
        deadline = time.monotonic() + site.patience
        while not _locked(descriptor):
            if time.monotonic() > deadline:
                raise Busy("another holdback command is at work on this host; try again in a minute")
            time.sleep(0.05)
        yield
    finally:
        os.close(descriptor)


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


Queue = Mapping[str, Queued]
"""The queue by queue id, as it was at one moment."""


def queue_now(site: Site) -> Queue:
    """The whole queue, every state. Raises MtaError."""
    return {queued.queue_id: queued for queued in site.mta.queued()}


def is_of(queued: Queued, hold: Hold) -> bool:
    """True if this queue file is the hold's: an MTA uses a queue id again, so the arrival must fit, too."""
    age = queued.arrived - hold.arrived
    return queued.queue_id == hold.queue_id and -EARLIER <= age <= LATER


def waits(queue: Queue, hold: Hold) -> bool:
    """True if the hold's own queue file is on hold."""
    queued = queue.get(hold.queue_id)
    return queued is not None and queued.queue == HOLD and is_of(queued, hold)
