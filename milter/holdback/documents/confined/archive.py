"""Archives that libarchive reads: 7z, rar, cabinet, ISO 9660, lha, cpio, xar."""

from collections.abc import Iterator

from holdback.documents.budget import Budget
from holdback.documents.values import Piece, Unreadable
from holdback.mail import Part


def open_archive(part: Part, budget: Budget) -> Iterator[Piece]:
    """To be written."""
    yield Unreadable.UNSUPPORTED
