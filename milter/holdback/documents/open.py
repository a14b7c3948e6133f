"""Opens all parts of a message and what they contain, one after the other, within one budget."""

import sys
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress

from holdback.documents.budget import Budget, OutOfTime
from holdback.documents.document import Document, NoReader, Piece, Table, Text, Unread, Unreadable
from holdback.documents.fault import Fault, fault_of
from holdback.documents.kind import Kind, kind_of
from holdback.documents.openers import OPENERS
from holdback.documents.rows import DelimitedRows
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
            documents.append(_document(part, [Unreadable.OVER_LIMIT]))
            break
        document, members = _opened(part, budget, reader)
        documents.append(document)
        waiting.extendleft(reversed(members))
    return tuple(documents)


def _opened(part: Part, budget: Budget, reader: Reader) -> tuple[Document, list[Part]]:
    """The document and its members, to be opened next. Only that list keeps their content in memory."""
    pieces = list(_contained(_pieces(part, budget, reader)))
    budget.announce(sum(_weight(piece) for piece in pieces if not isinstance(piece, Part)))
    return _document(part, pieces), [piece for piece in pieces if isinstance(piece, Part)]


def _contained(pieces: Iterator[Piece]) -> Iterator[Piece]:
    """`pieces`; an exception that ends them becomes the last one, so that other documents are still read.

    MemoryError is raised: the process itself is out of memory.
    """
    try:
        yield from pieces
    except (OutOfTime, NoReader, MemoryError):
        raise
    except Unread as unread:
        yield unread.why
    except Exception as error:
        yield fault_of(error)


def _pieces(part: Part, budget: Budget, reader: Reader) -> Iterator[Piece]:
    """The pieces of `part`, as long as there is room for them."""
    if len(part.inside) > budget.depth:
        yield Unreadable.OVER_LIMIT
        return
    kind = kind_of(part)
    if kind in _WRITTEN or kind not in OPENERS:
        budget.announce(len(part.content))
    if kind in OPENERS:
        opened, fresh = OPENERS[kind](part, budget), False
    elif budget.room < 0:
        # Nothing that a reader sends could be kept.
        yield Unreadable.OVER_LIMIT
        return
    else:
        opened, fresh = reader(kind, part, budget), True
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
    match piece:
        case Part():
            return len(piece.content)
        case Text():
            return sys.getsizeof(piece.text)
        case Table(rows=DelimitedRows() as rows):
            return sys.getsizeof(rows.text)
    return 0


def _document(part: Part, pieces: list[Piece]) -> Document:
    why = (_why(piece) for piece in pieces)
    return Document(
        path=part.path,
        name=part.name,
        texts=tuple(piece for piece in pieces if isinstance(piece, Text)),
        tables=tuple(piece for piece in pieces if isinstance(piece, Table)),
        unreadable=tuple(dict.fromkeys(filter(None, why))),
        inside=part.inside,
        fault=next((piece for piece in pieces if isinstance(piece, Fault)), None),
    )


def _why(piece: Piece) -> Unreadable | None:
    """Why content is missing, if `piece` is a reason; else None."""
    if isinstance(piece, Fault):
        return Unreadable.FAULT
    return piece if isinstance(piece, Unreadable) else None
