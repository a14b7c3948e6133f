"""Word and PowerPoint documents since 2007 (ECMA-376): docx, docm, pptx, pptm and their templates."""

from collections.abc import Iterator

from holdback.documents.budget import Budget
from holdback.documents.confined.zip import Zip
from holdback.documents.values import Piece, Unreadable
from holdback.mail import Part


def open_word(part: Part, zip: Zip, budget: Budget) -> Iterator[Piece]:
    """To be written."""
    yield Unreadable.UNSUPPORTED


def open_presentation(part: Part, zip: Zip, budget: Budget) -> Iterator[Piece]:
    """To be written."""
    yield Unreadable.UNSUPPORTED
