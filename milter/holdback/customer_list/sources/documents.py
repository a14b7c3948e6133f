"""Read tables from spreadsheets and other documents in the confined reader, with wider limits than mail."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from itertools import chain

from holdback.customer_list.sources.stream import Stream
from holdback.documents import NoReader, OutOfTime
from holdback.documents.budget import Budget
from holdback.documents.document import Document, Table
from holdback.documents.open import open_parts
from holdback.exits import Exit, Failure
from holdback.mail import Limits, Part
from holdback.phrases import printable
from holdback.reader import Readers, Settings

_GIB = 1 << 30
_LIMITS = Limits(bytes=8 * _GIB, entries=1_000, cells=500_000_000)
_SETTINGS = Settings(processes=1, timeout=1800, memory=8 * _GIB)
_WHY = {
    "encrypted": "is protected by a password; export it without",
    "unsupported": "is in a format that cannot be read; export it as CSV",
}
_INCOMPLETE = "cannot be read to its end; export it as CSV"


def tables(source: str, name: str, content: bytes) -> Iterator[Stream]:
    """Yield the tables of a file. Raises Failure if any part is unreadable: customers would be missing."""
    part = Part("1", content, name=name, attached=True)
    budget = Budget(_LIMITS, lambda: True, 3 * _LIMITS.bytes)
    with closing(Readers(_SETTINGS)) as readers:
        try:
            documents = open_parts((part,), budget, readers.open)
        except (NoReader, OutOfTime):
            text = f"{source}: no confined reader can read it now; run holdback doctor"
            raise Failure(Exit.UNAVAILABLE, text) from None
    for document in documents:
        if document.unreadable:
            why = _WHY.get(document.unreadable[0], _INCOMPLETE)
            raise Failure(Exit.DATA, f"{source}: {why}")
    found = [stream for document in documents for stream in streams_of(source, document)]
    if not found:
        raise Failure(Exit.DATA, f"{source}: contains no table")
    yield from found


def streams_of(source: str, document: Document) -> Iterator[Stream]:
    """Yield a stream for each table. Long sheets arrive in pieces; only the first has the headings."""
    for pieces in _whole(document.tables):
        name = ", ".join(filter(None, (*document.inside, document.name, pieces[0].where)))
        rows = chain.from_iterable(piece.rows for piece in pieces)
        yield Stream(source, printable(name), pieces[0].header, rows)


def _whole(tables: Sequence[Table]) -> list[list[Table]]:
    whole: list[list[Table]] = []
    for table in tables:
        before = whole[-1][-1] if whole else None
        if before and before.where == table.where and 0 < before.first < table.first:
            whole[-1].append(table)
        else:
            whole.append([table])
    return whole
