"""A pool of confined readers, shared by the threads of one daemon: started on demand, replaced when lost."""

import threading
import time
from collections.abc import Callable, Iterator

from holdback.documents.budget import Budget
from holdback.documents.document import NoReader, Piece, Unreadable
from holdback.documents.kind import Kind
from holdback.mail import Part
from holdback.reader.places import Places
from holdback.reader.process import CannotStart, DiedStarting, Process, ReaderLost
from holdback.reader.settings import Confinement, Settings, Watch
from holdback.reader.wire import ConnectionClosed

_HEARTBEAT_INTERVAL = 0.2
_ATTEMPTS = 2
"""Readers that may end before they take a document."""
_STARTS = 3
"""Readers that may end while they start, for one document."""


class Readers:
    """Up to `settings.processes` confined readers."""

    def __init__(self, settings: Settings | None = None, watch: Watch | None = None) -> None:
        self._settings = settings or Settings()
        self._watch = watch or Watch()
        self._free: list[Process] = []
        self._count = 0
        """Free readers and busy ones."""
        self._closed = False
        self._changed = threading.Condition()
        self._places = Places(self._settings.processes)

    def open(self, kind: Kind, part: Part, budget: Budget) -> Iterator[Piece]:
        """The pieces of `part`, opened by a reader; TIMEOUT if readers have spent enough time on the message.

        Raises OutOfTime and NoReader only.
        """
        if budget.reader_seconds >= self._settings.message_timeout:
            yield Unreadable.TIMEOUT
            return
        with self._places.place(budget.reader_seconds, budget.wait):
            yield from self._open(kind, part, budget)

    def _open(self, kind: Kind, part: Part, budget: Budget) -> Iterator[Piece]:
        process, how, why = None, "given up", None
        started = time.monotonic()
        try:
            process = self._send_document(kind, part, budget)
            yield from process.answer(part, budget)
            how = ""
        except CannotStart as error:
            self._watch.failed(error)
            raise NoReader from None
        except ReaderLost as lost:
            how, why = lost.how, lost.why
            if why is None:
                raise NoReader from None
        finally:
            if process:
                budget.reader_seconds += process.asked - started + process.spent()
                self._release(process, how)
        if why:
            yield why

    def begin(self) -> Confinement | None:
        """Start one reader ahead of the first document and wait until it is ready; its confinement.

        None if it cannot be started: `watch` gets the reason.
        """
        try:
            process = self._acquire(lambda: None)
        except CannotStart as error:
            self._watch.failed(error)
            return None
        self._release(process, "")
        return process.confinement

    def close(self) -> None:
        """End all readers; busy ones when they have finished their document."""
        with self._changed:
            self._closed = True
            free, self._free = self._free, []
            self._count -= len(free)
        for process in free:
            process.end()

    def _send_document(self, kind: Kind, part: Part, budget: Budget) -> Process:
        """A reader that has taken the document. If one fails before that, another one gets it."""
        for _ in range(_ATTEMPTS):
            process = self._acquire(budget.wait)
            try:
                process.ask(kind, part, budget)
            except ConnectionClosed:
                self._release(process, "gone")
            except ReaderLost as lost:
                self._release(process, lost.how)
                raise
            except BaseException:
                self._release(process, "given up")
                raise
            else:
                return process
        raise CannotStart("readers end before they take a document")

    def _acquire(self, heartbeat: Callable[[], None]) -> Process:
        """A reader that is ready, for this thread alone. Raises CannotStart, and what `heartbeat` raises.

        One that is killed while it starts is replaced: the document is not to blame.
        """
        attempts = 0
        while True:
            process = self._free_or_new(heartbeat)
            if process.confinement:
                return process
            try:
                self._watch.started(process.ready(heartbeat))
            except CannotStart as error:
                self._remove(process)
                attempts += 1
                if attempts == _STARTS or not isinstance(error, DiedStarting):
                    raise
            except BaseException:
                self._put_back(process)
                raise
            else:
                return process

    def _free_or_new(self, heartbeat: Callable[[], None]) -> Process:
        while True:
            with self._changed:
                if self._free:
                    process = self._free.pop()
                elif self._count < self._settings.processes:
                    self._count += 1
                    break
                else:
                    self._changed.wait(_HEARTBEAT_INTERVAL)
                    process = None
            if process and process.alive():
                return process
            if process:
                self._remove(process)
            heartbeat()
        try:
            return Process(self._settings)
        except (OSError, MemoryError) as error:
            self._remove(None)
            raise CannotStart(f"{type(error).__name__}: {error}") from None

    def _release(self, process: Process, how: str) -> None:
        """Put a reader back after its document, or a new one in its place.

        how: the reader was lost, empty if it was not.
        """
        worn = process.needs_recycling or process.documents >= process.settings.documents
        try:
            if how or worn:
                process.end()
                process = Process(self._settings)
            self._put_back(process)
        except (OSError, MemoryError):
            # The next document tries to start one again, and reports why there is none.
            self._remove(None)
        if how:
            self._watch.lost(how)

    def _put_back(self, process: Process) -> None:
        with self._changed:
            if not self._closed:
                # The last one is taken first: one that is still starting, only if there is no other.
                self._free.insert(len(self._free) if process.confinement else 0, process)
                self._changed.notify()
                return
        self._remove(process)

    def _remove(self, process: Process | None) -> None:
        """End a reader, if there is one, and count one less."""
        if process:
            process.end()
        with self._changed:
            self._count -= 1
            self._changed.notify()
