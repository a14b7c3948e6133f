"""OpenDocument texts and presentations (ODF 1.3): odt, odp, odg."""

from collections.abc import Iterator

from holdback.documents.budget import Budget
from holdback.documents.confined.archives.zip import Entry, Zip
from holdback.documents.confined.writing.embedded import (
    addresses_in_names,
    is_markup,
    open_embedded,
    unless_cut,
)
from holdback.documents.confined.writing.flow import BLANKS, CELLS, LINES, MUTE, TAB, Vocabulary, open_flow
from holdback.documents.confined.writing.marked_text import ASIDE, ASIDE_END, FRESH, ROW, TABLE, TABLE_END
from holdback.documents.confined.writing.xml_walk import prepared
from holdback.documents.document import Piece, Unreadable
from holdback.mail import Part

_LINES = ("p", "h", "creator", "date", "date-string", "creator-initials", "title", "desc", "deletion")

OPENDOCUMENT = Vocabulary(
    opens={
        **dict.fromkeys(_LINES, FRESH),
        **dict.fromkeys(("annotation", "note"), ASIDE),
        **dict.fromkeys(("table-cell", "covered-table-cell"), CELLS),
        "binary-data": MUTE,
        "table": TABLE,
        "table-row": ROW,
        "line-break": "\n",
        "tab": TAB,
        "s": BLANKS,
    },
    closes={
        **dict.fromkeys(_LINES, "\n"),
        **dict.fromkeys(("annotation", "note"), ASIDE_END),
        "table": TABLE_END,
    },
)
"""Elements of ODF 1.3 part 3 by local name; notes and comments are not part of the line they are in."""

_PLACES = {"styles.xml": "header and footer", "meta.xml": "properties"}
_FIRST = ("content.xml", "styles.xml", "meta.xml")


def open_opendocument(part: Part, zip: Zip, budget: Budget) -> Iterator[Piece]:
    """The text and tables of content, notes, headers, footers and properties, then embedded objects."""
    manifest = zip.find("META-INF/manifest.xml")
    listed = zip.read(manifest, budget)[0] if manifest else b""
    encrypted = b"encryption-data" in listed
    if encrypted:
        yield Unreadable.ENCRYPTED
    order = {name: number for number, name in enumerate(_FIRST)}
    for entry in sorted(zip.entries, key=lambda entry: order.get(entry.name, len(_FIRST))):
        budget.beat()
        yield from _member(part, zip, entry, encrypted, budget)
    yield from addresses_in_names(zip)


def _member(part: Part, zip: Zip, entry: Entry, encrypted: bool, budget: Budget) -> Iterator[Piece]:
    content, why = zip.read(entry, budget)
    folder, _, file = entry.name.rpartition("/")
    pieces: Iterator[Piece] = iter(())
    if is_markup(entry.name, content):
        known = file in ("content.xml", "styles.xml")
        where = ", ".join(filter(None, (folder, _PLACES.get(file, ""))))
        pieces = open_flow(prepared(content, budget), OPENDOCUMENT if known else LINES, budget, where)
    elif not encrypted and entry.name != "mimetype":
        pieces = open_embedded(part, entry.name, content)
    yield from unless_cut(pieces, why)
