"""Which records are lifted out of a text before it is searched for tables. A new format is one line here."""

from collections.abc import Callable, Iterator

from holdback.documents.budget import Budget
from holdback.documents.data.cards import extract_cards
from holdback.documents.data.json import extract_json
from holdback.documents.data.ldif import extract_entries
from holdback.documents.data.sql import extract_copies, extract_inserts
from holdback.documents.values import Piece, Table, Unread

Extract = Callable[[str, Budget], Iterator[str | Table]]
"""Takes its records out of a text: yields what stays of it, piece by piece, and the records as tables.

What it cannot read stays in the text. May raise Unread at its end.
"""

EXTRACTORS: tuple[tuple[str, tuple[str, ...], Extract], ...] = (
    (":", ("BEGIN:V", "begin:v"), extract_cards),
    ("\t", ("FROM stdin",), extract_copies),
    ("(", ("VALUES", "values"), extract_inserts),
    (":", ("dn:",), extract_entries),
    ("{", ("{",), extract_json),
    ("[", ('["',), extract_json),
)
"""A sign and words that a text must have, the sign and one of the words, and what is then done.

Ordinary mail pays for looking for the signs only, and that is next to nothing.
"""


def may_contain_records(text: str) -> bool:
    """True if there may be records to extract out of `text`."""
    return any(_is_marked(text, sign, words) for sign, words, _ in EXTRACTORS)


def extract_records(text: str, budget: Budget) -> tuple[str, list[Piece]]:
    """What stays of `text` when its records are taken out, and these."""
    found: list[Piece] = []
    for sign, words, extract in EXTRACTORS:
        if _is_marked(text, sign, words):
            text = _rest(extract(text, budget), text, found)
    return text, found


def _is_marked(text: str, sign: str, words: tuple[str, ...]) -> bool:
    return sign in text and any(word in text for word in words)


def _rest(pieces: Iterator[str | Table], text: str, found: list[Piece]) -> str:
    """What stays of `text`. If its tables find no room, all of it stays."""
    rest: list[str] = []
    try:
        for piece in pieces:
            if isinstance(piece, str):
                rest.append(piece)
            else:
                found.append(piece)
    except Unread as unread:
        found.append(unread.why)
        return text
    return "".join(rest)
