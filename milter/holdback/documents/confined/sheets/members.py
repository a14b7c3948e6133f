"""The members of a spreadsheet package: content, relationships, and text outside the sheets."""

import posixpath
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from holdback.documents.budget import Budget
from holdback.documents.confined.archives.zip import Entry, Zip
from holdback.documents.confined.ole.scan import readable
from holdback.documents.confined.sheets.xml_text import elements, text_of
from holdback.documents.document import Piece, Text, Unread, Unreadable, member
from holdback.documents.kind import Kind, kind_of
from holdback.mail import Part

OUTSIDE_CELLS = "beside the cells"

_PLACES = {
    "comment": "comments",
    "persons/": "comments",
    "docprops/": "properties",
    "meta.xml": "properties",
    "styles.xml": "headers and styles",
    "pivot": "pivot cache",
    "chart": "charts",
    "drawing": "drawings",
    "revision": "tracked changes",
    "externallink": "cells of other files",
}
"""Place shown to users, by a substring of the member's name."""
_SILENT = (
    "[content_types].xml",
    "mimetype",
    "configurations2/",
    "thumbnails/",
    "xl/calcchain",
    "xl/printersettings/",
    "xl/theme/",
)
_XML = (".xml", ".rels", ".rdf")


class Members:
    """The members of a package, each read once."""

    def __init__(self, zip: Zip, budget: Budget) -> None:
        self._zip, self._budget = zip, budget
        self._left = dict(enumerate(zip.entries))
        self._numbers = {_key(entry.name): number for number, entry in reversed(self._left.items())}
        self.unread: dict[Unreadable, None] = dict.fromkeys(zip.unreadable)
        """Why something is missing in the members read so far."""

    def has(self, name: str) -> bool:
        """True if there is a member of that name, upper and lower case alike."""
        return _key(name) in self._numbers

    def read(self, name: str, first: bool = False) -> bytes:
        """The content of a member, as far as it can be read; empty if missing or read before.

        first: use at most half of the bytes left, as more important members follow.
        """
        entry = self._left.pop(self._numbers.get(_key(name), -1), None)
        return self._content(entry, self._budget.bytes_left // 2 if first else None) if entry else b""

    def rest(self) -> Iterator[tuple[str, bytes]]:
        """Names in lower case and content of all members not read before."""
        while self._left:
            entry = self._left.pop(next(iter(self._left)))
            if not _key(entry.name).startswith(_SILENT):
                yield _key(entry.name), self._content(entry)

    def _content(self, entry: Entry, most: int | None = None) -> bytes:
        content, why = self._zip.read(entry, self._budget, most)
        if why:
            self.unread[why] = None
        return content


def _key(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").lower()


@dataclass(frozen=True, slots=True)
class Links:
    """The relationships of a member (ECMA-376 Part 2)."""

    content: bytes
    """The undecoded .rels member; its external targets may contain addresses."""
    places: dict[str, str]
    """Target members by relationship ID."""
    kinds: dict[str, str]
    """Target members by the last segment of the relationship type: `styles`."""


def links_of(members: Members, name: str, budget: Budget) -> Links:
    """The relationships of member `name`; of the package if `name` is empty."""
    folder, last = posixpath.split(name)
    content = members.read(f"{folder}/_rels/{last}.rels", first=True)
    places: dict[str, str] = {}
    kinds: dict[str, str] = {}
    for link in elements(content, "Relationship", budget):
        place = posixpath.normpath(posixpath.join("/", folder, link.get("Target", "")))
        places[link.get("Id", "")] = place
        kinds.setdefault(posixpath.basename(link.get("Type", "")), place)
    return Links(content, places, kinds)


def reasons_last(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """The pieces, then the reasons why others are missing, each once; OVER_LIMIT replaces BROKEN."""
    missing: dict[Unreadable, None] = {}
    for piece in pieces:
        if isinstance(piece, Unreadable):
            missing[piece] = None
        else:
            yield piece
    if Unreadable.OVER_LIMIT in missing:
        missing.pop(Unreadable.BROKEN, None)
    yield from missing


def words(where: str, content: bytes, budget: Budget) -> Iterator[Piece]:
    """The text of an XML member without cells."""
    try:
        for text in text_of(content, budget, without=("sheetData",)):
            if text:
                yield Text(text, where)
    except Unread as unread:
        yield unread.why


def other(part: Part, name: str, content: bytes, budget: Budget) -> Iterator[Piece]:
    """A member that is not a sheet: its text, or the member as a part."""
    if name.endswith(_XML):
        yield from words(
            next((place for key, place in _PLACES.items() if key in name), OUTSIDE_CELLS), content, budget
        )
        return
    inner = member(part, posixpath.basename(name), content)
    kind = kind_of(inner)
    if kind is Kind.UNKNOWN:
        yield Text(readable(content, budget), OUTSIDE_CELLS)
    elif content and kind is not Kind.MEDIA:
        yield inner
