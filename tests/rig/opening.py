"""Open a file as an attachment and count the people in it, for tests of openers."""

import contextlib
import itertools
from collections.abc import Sequence

from holdback.documents import Budget, Document, open_parts
from holdback.documents.confined.openers import open_confined
from holdback.documents.document import Opener, Table, Text, Unread
from holdback.mail import Limits, Part
from holdback.mail.beat import Beat, no_beat
from holdback.people.recognition.places import records_in
from holdback.people.recognition.records import Scope
from holdback.people.recognition.scoring import SCORING, Scoring
from holdback.people.subjects.by_place import disclosed
from holdback.people.subjects.disclosed import Subjects, union


def opened(content: bytes, name: str = "file.bin", limits: Limits | None = None) -> tuple[Document, ...]:
    """Return the documents in one attachment; confined openers run in this process."""
    part = Part("2", content, "application/octet-stream", name, attached=True)
    budget = Budget(limits or Limits(), lambda: True, len(content))
    documents = open_parts((part,), budget, open_confined)
    assert [str(document.fault) for document in documents if document.fault] == [], (
        "no file is a fault of ours"
    )
    return documents


def any_address(_: str) -> bool:
    """Return True: every address counts as a third party's."""
    return True


def disclosed_by(*documents: Document, beat: Beat = no_beat, scoring: Scoring = SCORING) -> Subjects:
    """Return the people in `documents`, all of whom count as third parties."""
    scope = Scope(any_address, scoring=scoring)
    places = disclosed(records_in(documents, scope, beat), any_address, beat=beat)
    return union(place.subjects for place in places)


def people_in_rows(rows: Sequence[Sequence[str]], header: tuple[str, ...] = ()) -> int:
    """Return the number of people who have a record in a table."""
    return len(disclosed_by(Document("1", tables=(Table(rows, header),))).people)


def people_in(content: bytes, name: str = "file.bin") -> int:
    """Return the number of people who have a record in a file."""
    return disclosed_by(*opened(content, name)).people_count


def unreadable_in(content: bytes, name: str = "file.bin", limits: Limits | None = None) -> set[str]:
    """Return the kinds of unreadable parts of a file."""
    return {str(why) for document in opened(content, name, limits) for why in document.unreadable}


def words_in(documents: tuple[Document, ...]) -> str:
    """Return the content of the documents as one text."""
    texts = [text.text for document in documents for text in document.texts]
    rows = [
        " ".join((*table.header, *row))
        for document in documents
        for table in document.tables
        for row in ([], *table.rows)
    ]
    return "\n".join((*texts, *rows))


_SMALL = Limits(bytes=65_536, entries=50, depth=4, cells=2_000, pages=20)
_MOST_PIECES = 500


def exhaust(opener: Opener, data: bytes) -> None:
    """Run an opener on arbitrary bytes with a small budget. It may raise no exception but `Unread`.

    The size of its output must be bounded by the input and the budget.
    """
    part = Part("1", data, "application/octet-stream", "file.bin", attached=True)
    size = 0
    with contextlib.suppress(Unread):
        for piece in itertools.islice(opener(part, Budget(_SMALL, lambda: True, len(data))), _MOST_PIECES):
            match piece:
                case Part():
                    size += len(piece.content)
                case Text():
                    size += len(piece.text)
                case Table():
                    size += sum(len(cell) for row in piece.rows for cell in row)
    assert size <= 8 * (len(data) + _SMALL.bytes)
