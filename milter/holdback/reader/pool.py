"""The readers of one daemon: who reads next, who is replaced, and what happens if none can be had."""

import threading
from collections.abc import Callable, Iterator

from holdback.documents.budget import Budget
from holdback.documents.kind import Kind
from holdback.documents.values import NoReader, Piece
from holdback.mail import Part
from holdback.reader.process import CannotStart, Lost, Process
from holdback.reader.values import Confinement, Settings, Watch
from holdback.reader.wire import Gone

_BEAT = 0.2
_TRIES = 2


class Readers:
    """Up to `settings.processes` confined readers, shared by all threads, started as they are needed."""

    def __init__(self, settings: Settings | None = None, watch: Watch | None = None) -> None:
        self._settings = settings or Settings()
        self._watch = watch or Watch()
        self._free: list[Process] = []
        self._count = 0
        """Free readers and busy ones."""
        self._closed = False
        self._changed = threading.Condition()

    def open(self, kind: Kind, part: Part, budget: Budget) -> Iterator[Piece]:
        """The pieces of `part`, opened by a reader. Raises OutOfTime and NoReader only."""
        process, how, why = None, "given up", None
        try:
            process = self._asked(kind, part, budget)
            yield from process.answer(part, budget)
            how = ""
        except CannotStart as error:
            self._watch.failed(error)
            raise NoReader from None
        except Lost as lost:
            how, why = lost.how, lost.why
        finally:
            if process:
                self._give_back(process, how)
        if why:
            yield why

    def begin(self) -> Confinement | None:
        """Have one reader ready; what confines it. None if there can be none: `watch` is told why."""
        try:
            process = self._taken(lambda: None)
        except CannotStart as error:
            self._watch.failed(error)
            return None
        self._give_back(process, "")
        return process.confinement

    def use(self, settings: Settings) -> None:
        """Run readers by these settings from now on; busy ones finish their document first."""
        self._settings = settings

    def close(self) -> None:
        """End all readers; busy ones when they have finished their document."""
        with self._changed:
            self._closed = True
            free, self._free = self._free, []
            self._count -= len(free)
        for process in free:
            process.end()

    def _asked(self, kind: Kind, part: Part, budget: Budget) -> Process:
        """A reader that has taken the document. If one fails before that, another one gets it."""
        for _ in range(_TRIES):
            process = self._taken(budget.beat)
            try:
                process.ask(kind, part, budget)
            except Gone:
                self._give_back(process, "gone")
            except Lost as lost:
                self._give_back(process, lost.how)
                raise
            except BaseException:
                self._give_back(process, "given up")
                raise
            else:
                return process
        raise CannotStart("readers end before they read")

    def _taken(self, beat: Callable[[], None]) -> Process:
        """A reader that is ready, for this thread alone. Raises CannotStart, and what `beat` raises."""
        while True:
            process = self._free_or_new(beat)
            if process.confinement:
                return process
            try:
                self._watch.started(process.ready(beat))
            except CannotStart:
                self._leave(process)
                raise
            except BaseException:
                self._put(process)
                raise
            return process

    def _free_or_new(self, beat: Callable[[], None]) -> Process:
        while True:
            with self._changed:
                if self._free:
                    process = self._free.pop()
                elif self._count < self._settings.processes:
                    self._count += 1
                    break
                else:
                    self._changed.wait(_BEAT)
                    process = None
            if process and process.settings == self._settings and process.alive():
                return process
            if process:
                self._leave(process)
            beat()
        try:
            return Process(self._settings)
        except (OSError, MemoryError) as error:
            self._leave(None)
            raise CannotStart(f"{type(error).__name__}: {error}") from None

    def _give_back(self, process: Process, how: str) -> None:
        """The document is over; `how` the reader was lost, if it was. Its successor gets ready by itself."""
        worn = process.tired or process.read >= process.settings.documents
        try:
            if how or worn or process.settings != self._settings:
                process.end()
                process = Process(self._settings)
            self._put(process)
        except (OSError, MemoryError):
            # Whoever needs the next one tries again, and says why there is none.
            self._leave(None)
        if how:
            self._watch.lost(how)

    def _put(self, process: Process) -> None:
        with self._changed:
            if not self._closed and self._count <= self._settings.processes:
                self._free.append(process)
                self._changed.notify()
                return
        self._leave(process)

    def _leave(self, process: Process | None) -> None:
        """There is one reader less."""
        if process:
            process.end()
        with self._changed:
            self._count -= 1
            self._changed.notify()
