"""Members of Office and OpenDocument packages that are documents of their own."""

from collections.abc import Iterator

from holdback.documents.confined.archives.zip import Zip
from holdback.documents.document import Piece, Text, Unreadable, member
from holdback.documents.kind import Kind, kind_of
from holdback.mail import Part

_MEDIA_FOLDERS = (
    "media/",
    "fonts/",
    "pictures/",
    "thumbnails/",
    "objectreplacements/",
    "printersettings/",
    "activex/",
    "docprops/thumbnail",
    "layout-cache",
)
"""Folders of pictures and fonts; files of unknown kind in them are not reported."""


def is_markup(name: str, content: bytes) -> bool:
    """True for XML in any encoding, false for HTML, which is a document of its own."""
    start = content[:64].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    named = name.lower().endswith((".xml", ".rels", ".vml"))
    return start.startswith(b"<") and (named or kind_of(Part("", content)) is not Kind.HTML)


def unless_cut(pieces: Iterator[Piece], why: Unreadable | None) -> Iterator[Piece]:
    """`pieces` of a member, then `why` the rest is missing; if so, BROKEN pieces are left out."""
    for piece in pieces:
        if why is None or piece is not Unreadable.BROKEN:
            yield piece
    if why:
        yield why


def open_embedded(container: Part, name: str, content: bytes) -> Iterator[Piece]:
    """The member as a part, unless it is a picture, a font, or empty."""
    part = member(container, name.rpartition("/")[2], content)
    kind = kind_of(part)
    is_media = kind is Kind.UNKNOWN and any(folder in name.lower() for folder in _MEDIA_FOLDERS)
    if content and kind is not Kind.MEDIA and not is_media:
        yield part


def addresses_in_names(zip: Zip) -> Iterator[Piece]:
    """Names of members that contain an `@`, and the reasons why members are missing."""
    names = [entry.name for entry in zip.entries if "@" in entry.name]
    if names:
        yield Text("\n".join(names), "file names")
    yield from zip.unreadable
