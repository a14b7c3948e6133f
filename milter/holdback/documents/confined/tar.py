"""Tape archives (POSIX ustar and pax, GNU, v7)."""

from collections.abc import Iterator

from holdback.documents.budget import Budget
from holdback.documents.values import Piece, Unreadable
from holdback.mail import Part


def open_tar(part: Part, budget: Budget) -> Iterator[Piece]:
    """To be written."""
    yield Unreadable.UNSUPPORTED
