"""The people that one document discloses, in its tables and its running text."""

from collections.abc import Callable, Iterator

from holdback.documents import Document
from holdback.people.aligned import aligned_tables
from holdback.people.subjects import Subjects, ThirdParty
from holdback.people.tables import subjects_in_table
from holdback.people.text import subjects_in_text

_PIECE = 256 * 1024
"""Characters of running text looked at between two heartbeats."""
_LONGEST = 2 * _PIECE


def subjects_in(document: Document, third_party: ThirdParty, beat: Callable[[], None]) -> Subjects:
    """The third parties in `document`; who is seen in two places of it counts once.

    `beat` is called every few milliseconds to a second of work; it may raise to end it.
    """
    found = Subjects()
    for table in document.tables:
        beat()
        found.add(subjects_in_table(table, third_party))
    for text in document.texts:
        for piece in _pieces(text.text):
            beat()
            found.add(subjects_in_text(piece, third_party))
            for table in aligned_tables(piece):
                found.add(subjects_in_table(table, third_party))
    return found


def _pieces(text: str) -> Iterator[str]:
    """The text in pieces that end with a paragraph, or at least with a line, if there is one in reach."""
    start = 0
    while len(text) - start > _LONGEST:
        end = text.find("\n\n", start + _PIECE, start + _LONGEST) + 2
        if end < 2:
            end = text.rfind("\n", start, start + _LONGEST) + 1 or start + _LONGEST
        yield text[start:end]
        start = end
    yield text[start:] if start else text
