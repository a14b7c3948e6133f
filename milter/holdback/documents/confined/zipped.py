"""Zip files as archives: every member is a part of its own."""

from collections.abc import Iterator

from holdback.documents.budget import Budget
from holdback.documents.confined.zip import Zip
from holdback.documents.values import Piece, Unreadable
from holdback.mail import Part


def open_members(part: Part, zip: Zip, budget: Budget) -> Iterator[Piece]:
    """To be written."""
    yield Unreadable.UNSUPPORTED
