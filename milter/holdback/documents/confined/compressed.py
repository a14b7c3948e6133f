"""Compressed single files: gzip, bzip2, xz, zstd."""

from collections.abc import Iterator

from holdback.documents.budget import Budget
from holdback.documents.values import Piece, Unreadable
from holdback.mail import Part


def open_gzip(part: Part, budget: Budget) -> Iterator[Piece]:
    """To be written."""
    yield Unreadable.UNSUPPORTED


def open_bzip2(part: Part, budget: Budget) -> Iterator[Piece]:
    """To be written."""
    yield Unreadable.UNSUPPORTED


def open_xz(part: Part, budget: Budget) -> Iterator[Piece]:
    """To be written."""
    yield Unreadable.UNSUPPORTED


def open_zstd(part: Part, budget: Budget) -> Iterator[Piece]:
    """To be written."""
    yield Unreadable.UNSUPPORTED
