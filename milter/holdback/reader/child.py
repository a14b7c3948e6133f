"""The main loop of the confined reader: opens one document after the other until the connection closes.

Only this module imports the openers of hostile formats; nothing that the daemon runs does.
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
from holdback.documents.document import Piece, Unreadable
from holdback.documents.fault import fault_of
from holdback.documents.kind import Kind
from holdback.mail import Limits, Part
from holdback.reader import limits, probe
from holdback.reader.pieces import MOST_PIECES, SHARED, fit, pack_rows, send_piece, size_of
from holdback.reader.specimens import SPECIMENS
from holdback.reader.wire import ConnectionClosed, Frame, Tag, Wire

_LONGEST_REQUEST = 64 * 1024 * 1024
_OWN_SHARE = 0.9
"""Share of its processor time after which it stops by itself, keeps what it has read, and stays alive."""


def warm_up() -> None:
    """Load everything that loads on first use, because a confined reader can open no file."""
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
    """Answer requests until the daemon closes the connection (ConnectionClosed)."""
    while True:
        frame = wire.receive(_LONGEST_REQUEST)
        if frame.tag is Tag.PROBE:
            for name, stopped_by in probe.attempts():
                wire.send(Tag.TRIED, {"name": name, "error": stopped_by})
            wire.send(Tag.END, {})
        else:
            budget = _open_document(wire, frame)
            left = {name: max(0, getattr(budget, name)) for name in SHARED}
            wire.send(Tag.END, {**left, "needs_recycling": _needs_recycling(memory)})


def _needs_recycling(memory: int) -> bool:
    """True if more than half of the memory is in use between documents: some parser does not free it."""
    if limits.resident() * 2 <= memory:
        return False
    gc.collect()
    return limits.resident() * 2 > memory


def _open_document(wire: Wire, frame: Frame) -> Budget:
    """Open one document and send its pieces. Returns what is left of its budget."""
    kind, part, timeout = Kind(frame.text("kind")), _part(wire, frame), frame.number("milliseconds") / 1000
    wire.send(Tag.TAKEN, {})
    ends = time.process_time() + timeout * _OWN_SHARE
    budget = _budget(frame, ends)
    try:
        for piece in _limited(_pieces(kind, part, budget, ends), budget):
            send_piece(wire, piece)
    except (ConnectionClosed, OSError, MemoryError):
        raise
    except Exception as error:
        # Openers' exceptions do not come here: packing or sending their pieces has failed.
        send_piece(wire, fault_of(error))
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
    budget = Budget(Limits(), lambda: time.process_time() < ends)
    for name in (*SHARED, "entries_left", "depth", "room"):
        setattr(budget, name, frame.number(name))
    return budget


def _pieces(kind: Kind, part: Part, budget: Budget, ends: float) -> Iterator[Piece]:
    """The pieces of `part`; TIMEOUT at the end if the deadline ended the opening."""
    try:
        for piece in open_confined(kind, part, budget):
            late = piece is Unreadable.BROKEN and time.process_time() >= ends
            yield Unreadable.TIMEOUT if late else piece
    except OutOfTime:
        yield Unreadable.TIMEOUT


def _limited(pieces: Iterator[Piece], budget: Budget) -> Iterator[Piece]:
    """`pieces`, no more of them than the daemon has room for."""
    members, others = budget.entries_left, MOST_PIECES
    for piece in itertools.chain.from_iterable(map(pack_rows, pieces)):
        members -= isinstance(piece, Part)
        others -= not isinstance(piece, Part)
        if min(members, others) < 0:
            yield Unreadable.OVER_LIMIT
            return
        for fitting in fit(piece, budget.room):
            budget.keep(size_of(fitting))
            yield fitting
            if fitting is Unreadable.OVER_LIMIT and fitting is not piece:
                return
