"""One confined reader, as the daemon sees it: starts it, sends a document, receives the pieces, ends it."""

import contextlib
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator

from holdback.documents.budget import Budget
from holdback.documents.document import Piece, Unreadable
from holdback.documents.kind import Kind
from holdback.mail import Part
from holdback.reader import limits
from holdback.reader.pieces import MOST_PIECES, SHARED, receive_piece
from holdback.reader.settings import Confinement, Settings, confinement_in
from holdback.reader.wire import LONGEST_HEAD, ConnectionClosed, Frame, Malformed, Tag, Wire

_HEARTBEAT_INTERVAL = 0.2
"""Interval between heartbeats while waiting, in seconds."""
_MOST_PAUSES = 25
"""Heartbeats in a row during which a reader may get no processor time: it is stopped, or hangs."""
_MOST_HEADS = 32 * 1024 * 1024
"""Bytes of all heads of one answer: names and places take memory, too."""
_START_TIMEOUT = 30.0
_EXIT_TIMEOUT = 2.0
_ENVIRONMENT = ("PATH", "LD_LIBRARY_PATH")
"""Variables that finding libraries may need. The reader gets no others."""
_SIGNAL_NAMES = {int(number): number.name for number in signal.Signals}
_REASONS: dict[str, Unreadable | None] = {
    # Rust and C++ abort when memory is refused.
    "SIGABRT": Unreadable.OVER_LIMIT,
    # From outside: by somebody, or by the kernel because the host has no memory left.
    "SIGKILL": None,
    "SIGXCPU": Unreadable.TIMEOUT,
}
"""What a signal that ended the reader means for its document; all others mean BROKEN: a parser crashed."""


class CannotStart(Exception):
    """No reader can be started; the text is the reason."""


class DiedStarting(CannotStart):
    """It ended before it was ready; another one may start."""


class ReaderLost(Exception):
    """The reader ended, or had to be ended, while it opened a document."""

    def __init__(self, how: str, why: Unreadable | None) -> None:
        super().__init__(how)
        self.how = how
        """`SIGSEGV`, `exit 1`, `timeout`, `hangs`, `malformed answer`, `hung up`"""
        self.why = why
        """What it means for the document; None if the document is not to blame."""


class Process:
    """One child process. Used by one thread at a time."""

    def __init__(self, settings: Settings) -> None:
        """Start it without waiting until it is ready. Raises OSError."""
        self.settings = settings
        self.confinement: Confinement | None = None
        """Set as soon as it is ready."""
        self.documents = 0
        """Documents that it has been sent."""
        self.needs_recycling = False
        """True if it keeps so much memory that a new reader should replace it."""
        self.asked = 0.0
        """When it was sent its last document, as of time.monotonic."""
        self._seconds = self._used_before = self._used = 0.0
        self._pauses = 0
        self._heartbeat: Callable[[], None] = lambda: None
        self._ours, theirs = socket.socketpair()
        with theirs:
            self._child = self._start(theirs)
        self._ours.settimeout(_HEARTBEAT_INTERVAL)
        self._wire = Wire(self._receive_into, self._send)

    def _start(self, theirs: socket.socket) -> subprocess.Popen[bytes]:
        try:
            return subprocess.Popen(
                [*self.settings.command, str(self.settings.memory)],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                # A hostile document must not write into our log.
                stderr=subprocess.DEVNULL,
                cwd="/",
                env={name: os.environ[name] for name in _ENVIRONMENT if name in os.environ},
            )
        except OSError:
            self._ours.close()
            raise

    @property
    def pid(self) -> int:
        return self._child.pid

    def alive(self) -> bool:
        return self._child.poll() is None

    def ready(self, heartbeat: Callable[[], None]) -> Confinement:
        """Wait until it is ready. Raises CannotStart, and whatever `heartbeat` raises."""
        if self.confinement:
            return self.confinement
        self._set_deadline(_START_TIMEOUT, heartbeat)
        try:
            frame = self._wire.receive()
            if frame.tag is Tag.FAILED:
                raise CannotStart(frame.text("error", 1000))
            if frame.tag is not Tag.HELLO or frame.size:
                raise Malformed("tag")
            self.confinement = confinement_in(frame)
        except ConnectionClosed:
            raise DiedStarting(f"ended while starting: {self._exit_reason()}") from None
        except (Malformed, ReaderLost):
            raise CannotStart("does not report that it is ready") from None
        return self.confinement

    def ask(self, kind: Kind, part: Part, budget: Budget) -> None:
        """Send it a document.

        Raises ConnectionClosed if it cannot take it, ReaderLost, and what `budget.beat` raises.
        """
        self.documents += 1
        self.asked = time.monotonic()
        timeout = min(self.settings.timeout, self.settings.message_timeout - budget.reader_seconds)
        self._set_deadline(timeout, budget.beat)
        limits.allow_cpu(self.pid, timeout)
        left = {name: max(0, getattr(budget, name)) for name in (*SHARED, "entries_left", "depth", "room")}
        head = {
            "kind": kind,
            "path": part.path,
            "name": part.name,
            "declared": part.declared,
            "charset": part.charset,
            "inside": part.inside,
            "milliseconds": int(timeout * 1000),
        }
        try:
            self._wire.send(Tag.DOCUMENT, {**head, **left}, part.content)
            if self._wire.receive().tag is not Tag.TAKEN:
                raise Malformed("tag")
        except Malformed:
            # The document before this one has taken over the reader: this one is not to blame.
            raise ConnectionClosed from None

    def answer(self, part: Part, budget: Budget) -> Iterator[Piece]:
        """The pieces of the document as they arrive; they are charged to `budget`.

        Raises ReaderLost, and what `budget.beat` raises.
        """
        most, heads = max(0, budget.entries_left) + MOST_PIECES + 2, _MOST_HEADS
        try:
            for _ in range(most):
                frame = self._wire.receive(min(heads, LONGEST_HEAD))
                if frame.tag is Tag.END:
                    return self._finish(frame, budget)
                heads -= frame.head_size
                yield receive_piece(self._wire, frame, part, budget)
            raise Malformed("no end")
        except ConnectionClosed:
            raise self._exit_reason() from None
        except Malformed:
            raise ReaderLost("malformed answer", Unreadable.BROKEN) from None

    def probe(self, heartbeat: Callable[[], None]) -> Iterator[tuple[str, str]]:
        """What it tried that must fail, and the error that stopped it; empty if none did.

        If it ends or hangs before the last attempt, the next one counts as one that succeeded.
        """
        self._set_deadline(_START_TIMEOUT, heartbeat)
        with contextlib.suppress(ConnectionClosed, ReaderLost):
            self._wire.send(Tag.PROBE, {})
            while (frame := self._wire.receive()).tag is Tag.TRIED:
                yield frame.text("name"), frame.text("error")

    def spent(self) -> float:
        """Seconds of its processor time for the last document; of any time if the document has ended it."""
        used = limits.cpu_used(self.pid) - self._used_before
        return used if self.alive() else time.monotonic() - self.asked

    def end(self) -> None:
        """Kill it, whatever it is doing. Between two documents nothing is lost."""
        self._ours.close()
        self._child.kill()
        self._child.wait()

    def _finish(self, frame: Frame, budget: Budget) -> None:
        """Charge what the reader has used to `budget`; the reader cannot give any back."""
        for name in SHARED:
            setattr(budget, name, min(getattr(budget, name), frame.number(name)))
        self.needs_recycling = frame.boolean("needs_recycling")

    def _exit_reason(self) -> ReaderLost:
        """How the child ended by itself, and what that means for the document."""
        try:
            code = self._child.wait(_EXIT_TIMEOUT)
        except subprocess.TimeoutExpired:
            return ReaderLost("hung up", Unreadable.BROKEN)
        if code >= 0:
            return ReaderLost(f"exit {code}", Unreadable.BROKEN)
        # A reader may raise any signal on itself, also one without a name.
        name = _SIGNAL_NAMES.get(-code, f"signal {-code}")
        return ReaderLost(name, _REASONS.get(name, Unreadable.BROKEN))

    def _set_deadline(self, seconds: float, heartbeat: Callable[[], None]) -> None:
        """Limit its processor time for all following reads and writes, during which `heartbeat` is called."""
        self._seconds, self._heartbeat = seconds, heartbeat
        self._used_before, self._pauses = limits.cpu_used(self.pid), 0

    def _check_deadline(self) -> None:
        """Raises ReaderLost if its processor time is over."""
        self._heartbeat()
        if limits.cpu_used(self.pid) - self._used_before >= self._seconds:
            raise ReaderLost("timeout", Unreadable.TIMEOUT)

    def _check_progress(self) -> None:
        """Raises ReaderLost if it has got no processor time for long: even a busy host gives it some."""
        used = limits.cpu_used(self.pid)
        self._used, self._pauses = used, self._pauses + 1 if used == self._used else 0
        if self._pauses >= _MOST_PAUSES:
            raise ReaderLost("hangs", None)

    def _receive_into(self, view: memoryview) -> int:
        while True:
            self._check_deadline()
            try:
                return self._ours.recv_into(view)
            except TimeoutError:
                self._check_progress()
            except ConnectionError:
                return 0

    def _send(self, view: memoryview) -> int:
        while True:
            self._check_deadline()
            try:
                return self._ours.send(view)
            except TimeoutError:
                self._check_progress()
            except ConnectionError:
                raise ConnectionClosed from None
