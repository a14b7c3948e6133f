"""What the zip files of Office and OpenDocument have in common: members that are documents of their own."""

from collections.abc import Iterator

from holdback.documents.confined.archives.zip import Zip
from holdback.documents.kind import Kind, kind_of
from holdback.documents.values import Piece, Text, Unreadable, member
from holdback.mail import Part

_QUIET = (
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
"""Folders of pictures and fonts: what nobody recognises there is one of the many formats for these."""


def is_markup(name: str, content: bytes) -> bool:
    """True for XML in any encoding; not for HTML, which is a document of its own."""
    start = content[:64].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    named = name.lower().endswith((".xml", ".rels", ".vml"))
    return start.startswith(b"<") and (named or kind_of(Part("", content)) is not Kind.HTML)


def unless_cut(pieces: Iterator[Piece], why: Unreadable | None) -> Iterator[Piece]:
    """`pieces` of a member, and why the rest of it is missing: then it is no wonder that it is broken."""
    for piece in pieces:
        if why is None or piece is not Unreadable.BROKEN:
            yield piece
    if why:
        yield why


def open_embedded(container: Part, name: str, content: bytes) -> Iterator[Piece]:
    """The member as a part of its own, unless it is a picture, a font, or nothing."""
    part = member(container, name.rpartition("/")[2], content)
    kind = kind_of(part)
    quiet = kind is Kind.UNKNOWN and any(folder in name.lower() for folder in _QUIET)
    if content and kind is not Kind.MEDIA and not quiet:
        yield part


def addresses_in_names(zip: Zip) -> Iterator[Piece]:
    """Names of members that hold an address, and why members are missing."""
    names = [entry.name for entry in zip.entries if "@" in entry.name]
    if names:
        yield Text("\n".join(names), "file names")
    yield from zip.unreadable
