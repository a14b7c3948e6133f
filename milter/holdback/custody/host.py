"""One host: its mail queue, the record, its key, and the lock for one command at a time."""

import contextlib
import fcntl
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from holdback.cases.casebook import Casebook
from holdback.cases.database import OPERATOR_TIMEOUT
from holdback.cases.host_id import Identity, load_identity
from holdback.cases.key import load_key
from holdback.cases.model import Hold
from holdback.cases.recorder import OnRefused, Recorder
from holdback.config import Config
from holdback.mta.choice import choose
from holdback.mta.interface import Mta, Place, Queued

OLDER_BY = 86_400.0
"""A message in the queue may be this much older than its hold, in seconds: the transaction begins before the
end of the message, and mail from sendmail(1) may have waited for the MTA to start."""
YOUNGER_BY = 5.0
"""It may also be this much younger, in seconds: the queue counts whole seconds, and clocks are set."""

_TIMEOUT = 60.0


class Busy(Exception):
    """Another command holds the lock of this host. Nothing was done; the same command works later."""


@dataclass(frozen=True, slots=True)
class Host:
    """The host that carries out decisions on its own queue."""

    book: Casebook
    record: Recorder
    mta: Mta
    key: bytes
    identity: Identity
    """By its id, its holds are on record."""
    state_dir: Path
    timeout: float = _TIMEOUT
    """Seconds to wait for the lock, and for a blinded copy to come back from the milter."""
    batch: int = 200
    """Holds that are released or deleted with one program; then another command has its turn."""
    on_refused: OnRefused = lambda _error: None
    """Called with the reason for each entry of the journal that the database refuses."""

    @property
    def id(self) -> str:
        return self.identity.id

    @property
    def name(self) -> str:
        return self.identity.name


@contextmanager
def open_host(config: Config, on_refused: OnRefused = lambda _error: None) -> Iterator[Host]:
    """Yield this host as `config` describes it. Raises OSError or KeyBroken for its key and its id.

    The database has the time that operators have: no message waits for it.
    """
    key = load_key(config.state_dir)
    identity = load_identity(config.state_dir, key)
    with (
        contextlib.closing(Casebook.open(config.database_url)) as book,
        contextlib.closing(
            Recorder.open(
                config.database_url, config.state_dir, key, config.campaigns.window, OPERATOR_TIMEOUT
            )
        ) as record,
    ):
        mta = choose(config.mta)
        yield Host(book, record, mta, key, identity, config.state_dir, on_refused=on_refused)


@contextmanager
def locked(host: Host, name: str = "custody.lock") -> Iterator[None]:
    """Keep every other command, and the agent, off this host's held mail inside the block. Raises Busy."""
    flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
    descriptor = os.open(host.state_dir / name, flags, 0o600)
    try:
        deadline = time.monotonic() + host.timeout
        while not _try_lock(descriptor):
            if time.monotonic() > deadline:
                raise Busy("another holdback command is running on this host; try again in a minute")
            time.sleep(0.05)
        yield
    finally:
        os.close(descriptor)


def _try_lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


Queue = Mapping[str, Queued]
"""The queue by queue id, as it was at one moment."""


def queue_now(mta: Mta) -> Queue:
    """Return the whole queue, mail in every place. Raises MtaError."""
    return {queued.queue_id: queued for queued in mta.list_queue()}


def is_message_of(hold: Hold, queued: Queued) -> bool:
    """Return whether this is the hold's message: where an MTA reuses queue ids, the time must fit, too."""
    if queued.queue_id != hold.queue_id or queued.is_unique:
        return queued.queue_id == hold.queue_id
    if hold.queued is not None:
        return queued.arrived == hold.queued
    return -OLDER_BY <= queued.arrived - hold.arrived <= YOUNGER_BY


def is_held(hold: Hold, queue: Queue) -> bool:
    """Return whether the queue shows the hold's message on hold."""
    queued = queue.get(hold.queue_id)
    return queued is not None and queued.place is Place.HELD and is_message_of(hold, queued)
