"""Opens a file as a message's attachment, and counts the people in it; for tests of openers."""

import contextlib
import itertools

from holdback.documents import Budget, Document, open_parts
from holdback.documents.confined.openers import open_confined
from holdback.documents.values import Opener, Table, Text, Unread
from holdback.mail import Limits, Part
from holdback.people.subjects.count import Subjects
from holdback.people.subjects.in_document import subjects_in
from holdback.people.subjects.third_parties import Standing


def opened(content: bytes, name: str = "file.bin", limits: Limits | None = None) -> tuple[Document, ...]:
    """The documents in one attachment; confined openers run in this process."""
    part = Part("2", content, "application/octet-stream", name, attached=True)
    budget = Budget(limits or Limits(), lambda: True, len(content))
    documents = open_parts((part,), budget, open_confined)
    assert [str(document.fault) for document in documents if document.fault] == [], (
        "no file is a fault of ours"
    )
    return documents


def subjects(documents: tuple[Document, ...]) -> Subjects:
    """All people in `documents`; everybody is a stranger."""
    total = Subjects()
    for document in documents:
        total.add(subjects_in(document, Standing(lambda _: True), lambda: None))
    return total


def people_in(content: bytes, name: str = "file.bin") -> int:
    """How many people have a record in the file."""
    return len(subjects(opened(content, name)).people)


def unreadable_in(content: bytes, name: str = "file.bin", limits: Limits | None = None) -> set[str]:
    """Why parts of the file stay unread."""
    return {str(why) for document in opened(content, name, limits) for why in document.unreadable}


def words_in(documents: tuple[Document, ...]) -> str:
    """All that was read, as one text."""
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
    """Everything that one opener makes of any bytes, on a small budget; nothing but `Unread` may end it.

    What comes out is bounded by what went in and by the budget.
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
