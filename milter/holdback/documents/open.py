"""Opens all parts of a message and what they contain, one after the other, within one budget."""

import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress

from holdback.documents.budget import Budget, OutOfTime
from holdback.documents.data.nested_cells import open_cells
from holdback.documents.document import Document, NoReader, Piece, Table, Text, Unread, Unreadable
from holdback.documents.fault import Fault, fault_of
from holdback.documents.kind import Kind, kind_of
from holdback.documents.openers import OPENERS
from holdback.documents.rows import DelimitedRows
from holdback.documents.siblings import with_tables_of_siblings
from holdback.mail import Part

_WRITTEN = (Kind.TEXT, Kind.HTML)

Reader = Callable[[Kind, Part, Budget], Iterator[Piece]]
"""Opens kinds without an opener in this process: the confined reader. Raises OutOfTime and NoReader only."""


def no_reader(kind: Kind, part: Part, budget: Budget) -> Iterator[Piece]:
    """The reader to pass where there is none: UNSUPPORTED for every document that needs one."""
    yield Unreadable.UNSUPPORTED


def open_parts(parts: tuple[Part, ...], budget: Budget, reader: Reader = no_reader) -> tuple[Document, ...]:
    """The documents in `parts` and in their members, in order of opening. Empty parts give none.

    Where the budget ends a document is OVER_LIMIT, and keeps what was read before.
    Raises OutOfTime and NoReader; nothing else, whatever the content.
    """
    documents: list[Document] = []
    waiting = deque(parts)
    while waiting:
        part = waiting.popleft()
        if not part.content:
            continue
        budget.beat()
        if not budget.admit():
            cut = (Unreadable.OVER_LIMIT,)
            documents.append(Document(part.path, part.name, unreadable=cut, inside=part.inside))
            break
        document, members = _opened(part, budget, reader)
        documents.append(document)
        waiting.extendleft(reversed(members))
    return with_tables_of_siblings(documents, budget.beat)


def _opened(part: Part, budget: Budget, reader: Reader) -> tuple[Document, list[Part]]:
    """The document and its members, to be opened next. Only that list keeps their content in memory.

    An exception that ends the pieces becomes a reason, so that other documents are still read. MemoryError
    is raised: the process itself is out of memory.
    """
    texts: list[Text] = []
    tables: list[Table] = []
    members: list[Part] = []
    reasons: list[Unreadable | Fault] = []
    try:
        for piece in _with_cells(_pieces(part, budget, reader), budget):
            if isinstance(piece, Text):
                texts.append(piece)
            elif isinstance(piece, Table):
                tables.append(piece)
            elif isinstance(piece, Part):
                members.append(piece)
            else:
                reasons.append(piece)
    except (OutOfTime, NoReader, MemoryError):
        raise
    except Unread as unread:
        reasons.append(unread.why)
    except Exception as error:
        reasons.append(fault_of(error))
    budget.announce(sum(map(_weight, texts)) + sum(map(_weight, tables)))
    why, fault = _why(reasons) if reasons else ((), None)
    return Document(part.path, part.name, tuple(texts), tuple(tables), why, part.inside, fault), members


def _pieces(part: Part, budget: Budget, reader: Reader) -> Iterable[Piece]:
    """The pieces of `part`, as long as there is room for them."""
    if len(part.inside) > budget.depth:
        return (Unreadable.OVER_LIMIT,)
    kind = kind_of(part)
    if kind in _WRITTEN:
        budget.announce(len(part.content))
    if kind in OPENERS:
        return _kept(OPENERS[kind](part, budget), budget)
    if budget.room < 0:
        # Nothing that a reader sends could be kept.
        return (Unreadable.OVER_LIMIT,)
    budget.announce(len(part.content))
    return _kept(reader(kind, part, budget), budget, fresh=True)


def _with_cells(pieces: Iterable[Piece], budget: Budget) -> Iterator[Piece]:
    """Yield `pieces`, and after each table what its cells hold."""
    for piece in pieces:
        yield piece
        if isinstance(piece, Table):
            yield from open_cells(piece, budget)


def _kept(opened: Iterable[Piece], budget: Budget, fresh: bool = False) -> Iterator[Piece]:
    """The pieces of `opened` for which there is room. fresh: all of them take memory, not only members."""
    for piece in opened:
        if (fresh or isinstance(piece, Part)) and not budget.keep(_weight(piece)):
            yield Unreadable.OVER_LIMIT
            # A reader knows how much room there is and stops by itself; one that is ended must be replaced.
            with suppress(Unread):
                deque(opened if fresh else (), maxlen=0)
            return
        yield piece


def _weight(piece: Piece) -> int:
    """Bytes of memory that `piece` takes."""
    if isinstance(piece, Text):
        return sys.getsizeof(piece.text)
    if isinstance(piece, Part):
        return len(piece.content)
    rows = piece.rows if isinstance(piece, Table) else None
    return sys.getsizeof(rows.text) if isinstance(rows, DelimitedRows) else 0


def _why(reasons: list[Unreadable | Fault]) -> tuple[tuple[Unreadable, ...], Fault | None]:
    """Why content is missing, each reason once, and the first fault of ours."""
    faults = [reason for reason in reasons if isinstance(reason, Fault)]
    why = dict.fromkeys(Unreadable.FAULT if isinstance(reason, Fault) else reason for reason in reasons)
    return tuple(why), faults[0] if faults else None
