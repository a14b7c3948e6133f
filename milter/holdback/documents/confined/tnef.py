"""Outlook's winmail.dat (TNEF, MS-OXTNEF)."""

from collections.abc import Iterator

from holdback.documents.budget import Budget
from holdback.documents.values import Piece, Unreadable
from holdback.mail import Part


def open_tnef(part: Part, budget: Budget) -> Iterator[Piece]:
    """To be written."""
    yield Unreadable.UNSUPPORTED
