"""One confined reader, as the daemon sees it: started, asked, waited for with patience, ended."""

import contextlib
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator

from holdback.documents.budget import Budget
from holdback.documents.kind import Kind
from holdback.documents.values import Piece, Unreadable
from holdback.mail import Part
from holdback.reader.pieces import MOST_PIECES, SHARED, received
from holdback.reader.values import Confinement, Settings, confinement_in
from holdback.reader.wire import LONGEST_HEAD, Frame, Gone, Malformed, Tag, Wire

_BEAT = 0.2
"""Seconds after which somebody who waits says that he is still there."""
_HEADS = 32 * 1024 * 1024
"""Bytes of all heads of one answer: names and places take memory, too."""
_TO_START = 30.0
_TO_END = 2.0
_KEPT = ("PATH", "LD_LIBRARY_PATH")
"""Environment that finding libraries may need. The rest is none of a reader's business."""
_NAMES = {int(number): number.name for number in signal.Signals}
_WHY = {
    # Rust and C++ abort when memory is refused; the kernel kills when there is none.
    "SIGABRT": Unreadable.OVER_LIMIT,
    "SIGKILL": Unreadable.OVER_LIMIT,
    "SIGXCPU": Unreadable.TIMEOUT,
}
"""What a signal that ended the reader says; any other one means that a parser fell over broken content."""


class CannotStart(Exception):
    """No reader could be had; the text says why."""


class Lost(Exception):
    """The reader ended, or had to be ended, within a document."""

    def __init__(self, how: str, why: Unreadable) -> None:
        super().__init__(how)
        self.how = how
        self.why = why


class _Late(Exception):
    """Nobody waits for longer."""


class Process:
    """One child process. Used by one thread at a time."""

    def __init__(self, settings: Settings) -> None:
        """Start it; it gets ready by itself. Raises OSError."""
        self.settings = settings
        self.confinement: Confinement | None = None
        """Set as soon as it is ready."""
        self.read = 0
        """Documents that it has been sent."""
        self.tired = False
        """True if it has taken so much memory that a fresh one should follow."""
        self._ends = 0.0
        self._beat: Callable[[], None] = lambda: None
        self._ours, theirs = socket.socketpair()
        with theirs:
            self._child = self._started(theirs)
        self._ours.settimeout(_BEAT)
        self._wire = Wire(self._received, self._sent)

    def _started(self, line: socket.socket) -> subprocess.Popen[bytes]:
        try:
            return subprocess.Popen(
                [*self.settings.command, str(self.settings.memory)],
                stdin=line.fileno(),
                stdout=subprocess.DEVNULL,
                # A hostile document must not write into our log.
                stderr=subprocess.DEVNULL,
                cwd="/",
                env={name: os.environ[name] for name in _KEPT if name in os.environ},
            )
        except OSError:
            self._ours.close()
            raise

    @property
    def pid(self) -> int:
        return self._child.pid

    def alive(self) -> bool:
        return self._child.poll() is None

    def ready(self, beat: Callable[[], None]) -> Confinement:
        """Wait until it is ready. Raises CannotStart, and whatever `beat` raises."""
        if self.confinement:
            return self.confinement
        self._wait(_TO_START, beat)
        try:
            frame = self._wire.receive()
            if frame.tag is Tag.FAILED:
                raise CannotStart(frame.text("error", 1000))
            if frame.tag is not Tag.HELLO or frame.size:
                raise Malformed("tag")
            self.confinement = confinement_in(frame)
        except Gone:
            raise CannotStart(f"ended at its start: {self._loss()}") from None
        except (Malformed, _Late):
            raise CannotStart("does not say that it is ready") from None
        return self.confinement

    def ask(self, kind: Kind, part: Part, budget: Budget) -> None:
        """Have it take a document. Raises Gone if it cannot, Lost, and what beating raises."""
        self.read += 1
        self._wait(self.settings.timeout, budget.beat)
        left = {name: max(0, getattr(budget, name)) for name in (*SHARED, "entries_left", "depth", "room")}
        head = {
            "kind": kind,
            "path": part.path,
            "name": part.name,
            "declared": part.declared,
            "charset": part.charset,
            "inside": part.inside,
            "milliseconds": int(self.settings.timeout * 1000),
        }
        try:
            self._wire.send(Tag.DOCUMENT, {**head, **left}, part.content)
            if self._wire.receive().tag is not Tag.TAKEN:
                raise Malformed("tag")
        except _Late:
            raise Lost("timeout", Unreadable.TIMEOUT) from None
        except Malformed:
            # The document before this one has taken it over: no fault of this one.
            raise Gone from None

    def answer(self, part: Part, budget: Budget) -> Iterator[Piece]:
        """The pieces of the document as they come; uses up `budget`. Raises Lost, and what beating raises."""
        most, heads = max(0, budget.entries_left) + MOST_PIECES + 2, _HEADS
        try:
            for _ in range(most):
                frame = self._wire.receive(min(heads, LONGEST_HEAD))
                if frame.tag is Tag.END:
                    return self._settle(frame, budget)
                heads -= frame.head_size
                yield received(self._wire, frame, part, budget)
            raise Malformed("no end")
        except Gone:
            raise self._loss() from None
        except _Late:
            raise Lost("timeout", Unreadable.TIMEOUT) from None
        except Malformed:
            raise Lost("malformed answer", Unreadable.BROKEN) from None

    def probe(self, beat: Callable[[], None]) -> Iterator[tuple[str, str]]:
        """What it tried that it must not do, and the error that stopped it; empty if none did.

        It may vanish in between: then what it tried next has worked.
        """
        self._wait(_TO_START, beat)
        with contextlib.suppress(Gone):
            self._wire.send(Tag.PROBE, {})
            while (frame := self._wire.receive()).tag is Tag.TRIED:
                yield frame.text("name"), frame.text("error")

    def end(self) -> None:
        """End it, whatever it is doing. Between two documents nothing is lost."""
        self._ours.close()
        self._child.kill()
        self._child.wait()

    def _settle(self, frame: Frame, budget: Budget) -> None:
        """Use up what the reader has used of `budget`; it cannot give any back."""
        for name in SHARED:
            setattr(budget, name, min(getattr(budget, name), frame.number(name)))
        self.tired = frame.truth("tired")

    def _loss(self) -> Lost:
        """How the child ended by itself, and what that says about the document."""
        try:
            code = self._child.wait(_TO_END)
        except subprocess.TimeoutExpired:
            return Lost("hung up", Unreadable.BROKEN)
        if code >= 0:
            return Lost(f"exit {code}", Unreadable.BROKEN)
        # A reader may raise any signal on itself, also one without a name.
        name = _NAMES.get(-code, f"signal {-code}")
        return Lost(name, _WHY.get(name, Unreadable.BROKEN))

    def _wait(self, seconds: float, beat: Callable[[], None]) -> None:
        """From now on, wait no longer than that, and say `beat` meanwhile."""
        self._ends, self._beat = time.monotonic() + seconds, beat

    def _patience(self) -> None:
        self._beat()
        if time.monotonic() >= self._ends:
            raise _Late

    def _received(self, view: memoryview) -> int:
        while True:
            self._patience()
            try:
                return self._ours.recv_into(view)
            except TimeoutError:
                continue
            except ConnectionError:
                return 0

    def _sent(self, view: memoryview) -> int:
        while True:
            self._patience()
            try:
                return self._ours.send(view)
            except TimeoutError:
                continue
            except ConnectionError:
                raise Gone from None
