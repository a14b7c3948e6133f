"""Extract the records of all text formats from a text. A new format is one line in `EXTRACTORS`."""

from collections.abc import Callable, Iterator

from holdback.documents.budget import Budget
from holdback.documents.data.cards import extract_cards
from holdback.documents.data.json import extract_json
from holdback.documents.data.ldif import extract_entries
from holdback.documents.data.sql import extract_copies, extract_inserts
from holdback.documents.document import Piece, Unread, Unreadable

Extract = Callable[[str, Budget], Iterator[str | Piece]]
"""Yields the remaining text in pieces, the records as tables, and documents in them as parts without a path.

Text that it cannot parse remains. May raise Unread at the end.
"""

EXTRACTORS: tuple[tuple[str, tuple[str, ...], Extract], ...] = (
    (":", ("BEGIN:V", "begin:v"), extract_cards),
    ("\t", ("FROM stdin",), extract_copies),
    ("(", ("VALUES", "values"), extract_inserts),
    (":", ("dn:",), extract_entries),
    ("{", ("{",), extract_json),
    ("[", ('["',), extract_json),
)
"""(character, words, extractor): the extractor runs if the text has the character and one of the words.

The search for one character costs ordinary mail almost nothing.
"""


def may_contain_records(text: str) -> bool:
    """Return True if `text` may contain records."""
    return any(sign in text and any(map(text.__contains__, words)) for sign, words, _ in EXTRACTORS)


def extract_records(text: str, budget: Budget) -> tuple[str, list[Piece]]:
    """Return `text` without its records, and the records."""
    found: list[Piece] = []
    for sign, words, extract in EXTRACTORS:
        if sign in text and any(map(text.__contains__, words)):
            text = _rest(extract(text, budget), text, found)
    return text, found


def _rest(pieces: Iterator[str | Piece], text: str, found: list[Piece]) -> str:
    """Append the tables to `found` and return the remaining text; all of it if the budget is used up."""
    rest: list[str] = []
    try:
        for piece in pieces:
            if isinstance(piece, str) and not isinstance(piece, Unreadable):
                rest.append(piece)
            else:
                found.append(piece)
    except Unread as unread:
        found.append(unread.why)
        return text
    return "".join(rest)
