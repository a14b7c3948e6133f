"""The confined reader itself: opens one document after the other, until the daemon hangs up.

Only this module, and nothing that the daemon runs, imports the openers of hostile formats.
"""

import codecs
import encodings
import gc
import itertools
import pkgutil
import time
from collections.abc import Iterator

import charset_normalizer

from holdback.documents.budget import Budget, OutOfTime
from holdback.documents.confined.openers import open_confined
from holdback.documents.fault import fault_of
from holdback.documents.kind import Kind
from holdback.documents.values import Piece, Unreadable
from holdback.mail import Limits, Part
from holdback.reader import limits, probe
from holdback.reader.pieces import MOST_PIECES, SHARED, fitted, plain, send, weight
from holdback.reader.specimens import SPECIMENS
from holdback.reader.wire import Frame, Gone, Tag, Wire

_LONGEST_REQUEST = 64 * 1024 * 1024
_SOFT = 0.9
"""Share of its time after which the reader itself stops, keeps what it has, and lives on."""


def warm_up() -> None:
    """Load whatever loads itself on first use: later there are no files."""
    for module in pkgutil.iter_modules(encodings.__path__):
        try:
            codecs.lookup(module.name)
        except LookupError:
            continue
    charset_normalizer.from_bytes("Ärzte für Bücher".encode("cp1252") * 9).best()
    for kind, content in SPECIMENS.values():
        list(open_confined(kind, Part("1", content), Budget(Limits(), lambda: True)))
    gc.collect()
    gc.freeze()


def serve(wire: Wire, memory: int) -> None:
    """Do what the daemon asks until it hangs up (wire.Gone)."""
    while True:
        frame = wire.receive(_LONGEST_REQUEST)
        if frame.tag is Tag.PROBE:
            for name, stopped_by in probe.attempts():
                wire.send(Tag.TRIED, {"name": name, "error": stopped_by})
            wire.send(Tag.END, {})
        else:
            budget = _answer(wire, frame)
            left = {name: max(0, getattr(budget, name)) for name in SHARED}
            wire.send(Tag.END, {**left, "tired": _is_tired(memory)})


def _is_tired(memory: int) -> bool:
    """True if more than half of the memory is in use between documents: some parser does not return it."""
    if limits.resident() * 2 <= memory:
        return False
    gc.collect()
    return limits.resident() * 2 > memory


def _answer(wire: Wire, frame: Frame) -> Budget:
    """Open one document; what is left of its budget."""
    kind, part, timeout = Kind(frame.text("kind")), _part(wire, frame), frame.number("milliseconds") / 1000
    wire.send(Tag.TAKEN, {})
    limits.next_document(timeout)
    ends = time.monotonic() + timeout * _SOFT
    budget = _budget(frame, ends)
    try:
        for piece in _within(_pieces(kind, part, budget, ends), budget):
            send(wire, piece)
    except (Gone, OSError, MemoryError):
        raise
    except Exception as error:
        # Openers' exceptions do not come here: packing or sending what they gave has failed.
        send(wire, fault_of(error))
    return budget


def _part(wire: Wire, frame: Frame) -> Part:
    return Part(
        path=frame.text("path", 10_000),
        content=wire.data(frame.size),
        declared=frame.text("declared"),
        name=frame.text("name"),
        charset=frame.text("charset"),
        attached=True,
        inside=frame.texts("inside"),
    )


def _budget(frame: Frame, ends: float) -> Budget:
    budget = Budget(Limits(), lambda: time.monotonic() < ends)
    for name in (*SHARED, "entries_left", "depth", "room"):
        setattr(budget, name, frame.number(name))
    return budget


def _pieces(kind: Kind, part: Part, budget: Budget, ends: float) -> Iterator[Piece]:
    """What opening `part` gives; TIMEOUT at the end if it was the clock that stopped it."""
    try:
        for piece in open_confined(kind, part, budget):
            late = piece is Unreadable.BROKEN and time.monotonic() >= ends
            yield Unreadable.TIMEOUT if late else piece
    except OutOfTime:
        yield Unreadable.TIMEOUT


def _within(pieces: Iterator[Piece], budget: Budget) -> Iterator[Piece]:
    """`pieces`, as many and as much of them as the daemon has room for."""
    members, others = budget.entries_left, MOST_PIECES
    for piece in itertools.chain.from_iterable(map(plain, pieces)):
        members -= isinstance(piece, Part)
        others -= not isinstance(piece, Part)
        if min(members, others) < 0:
            yield Unreadable.OVER_LIMIT
            return
        for fitting in fitted(piece, budget.room):
            budget.keep(weight(fitting))
            yield fitting
            if fitting is Unreadable.OVER_LIMIT and fitting is not piece:
                return
