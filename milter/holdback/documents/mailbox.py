"""Mail as a file: one message (RFC 5322) or an mbox (RFC 4155)."""

from collections.abc import Iterator

from holdback.documents.budget import Budget
from holdback.documents.text import open_text
from holdback.documents.values import Piece
from holdback.mail import Part


def open_mail(part: Part, budget: Budget) -> Iterator[Piece]:
    """The parts of every message, and whom they were from and to."""
    yield from open_text(part, budget)
