"""OpenDocument texts and presentations (ODF 1.3): odt, odp, odg."""

from collections.abc import Iterator

from holdback.documents.budget import Budget
from holdback.documents.confined.zip import Zip
from holdback.documents.values import Piece, Unreadable
from holdback.mail import Part


def open_opendocument(part: Part, zip: Zip, budget: Budget) -> Iterator[Piece]:
    """To be written."""
    yield Unreadable.UNSUPPORTED
