"""Signed S/MIME (RFC 5652): the content inside the signature."""

from collections.abc import Iterator

from holdback.documents.budget import Budget
from holdback.documents.values import Piece, Unreadable
from holdback.mail import Part


def open_signed(part: Part, budget: Budget) -> Iterator[Piece]:
    """To be written."""
    yield Unreadable.UNSUPPORTED
