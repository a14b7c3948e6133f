"""Names of the files in an archive, which are text even if the files cannot be read."""

import codecs
from collections.abc import Callable, Iterator

from holdback.documents.budget import OutOfTime
from holdback.documents.document import Piece, Text, Unread, Unreadable

codecs.lookup("cp437")  # the confined reader cannot load it later

Names = dict[str, None]
"""An ordered set of names."""


def decoded(raw: bytes, is_utf8: bool = False) -> str:
    """A name as unpackers show it: decoded as UTF-8 if valid, else as code page 437."""
    try:
        return raw.decode("utf-8", "replace" if is_utf8 else "strict")
    except UnicodeDecodeError:
        return raw.decode("cp437")


def listed(walk: Callable[[Names], Iterator[Piece]]) -> Iterator[Piece]:
    """The pieces of `walk`, each reason once, then the names that it added, even if it raised."""
    names: Names = {}
    end: Unread | OutOfTime | None = None
    try:
        yield from once(walk(names))
    except (Unread, OutOfTime) as early:
        end = early
    if names:
        yield as_text(names)
    if end:
        raise end


def once(pieces: Iterator[Piece]) -> Iterator[Piece]:
    """`pieces` with each reason once: thousands of members may be unreadable for the same one."""
    seen: set[Unreadable] = set()
    for piece in pieces:
        if not isinstance(piece, Unreadable):
            yield piece
        elif piece not in seen:
            seen.add(piece)
            yield piece


def as_text(names: Names | tuple[str, ...]) -> Text:
    """The names, one a line."""
    return Text("\n".join(names), where="file names")
