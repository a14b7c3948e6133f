"""What is done with each kind of content that the worker reads itself. A format is one module, one line here.

Kinds that need a native library or unpacking are not here: `confined.openers` has them.
"""

from collections.abc import Iterator, Mapping

from holdback.documents.armour import open_armoured
from holdback.documents.budget import Budget
from holdback.documents.html import open_html
from holdback.documents.kind import Kind
from holdback.documents.mailbox import open_mail, open_piece
from holdback.documents.text import open_text
from holdback.documents.values import Opener, Piece, Unreadable
from holdback.mail import Part


def open_nothing(part: Part, budget: Budget) -> Iterator[Piece]:
    """Pictures, sound, films, fonts, bare signatures: no list that we could read; they are everyday mail."""
    return iter(())


def open_sealed(part: Part, budget: Budget) -> Iterator[Piece]:
    """Encrypted as a whole."""
    yield Unreadable.ENCRYPTED


def open_unsupported(part: Part, budget: Budget) -> Iterator[Piece]:
    """A format that nobody reads: said, never silent."""
    yield Unreadable.UNSUPPORTED


OPENERS: Mapping[Kind, Opener] = {
    Kind.TEXT: open_text,
    Kind.HTML: open_html,
    Kind.MAIL: open_mail,
    Kind.PARTIAL: open_piece,
    Kind.MEDIA: open_nothing,
    Kind.SIGNATURE: open_nothing,
    Kind.ARMOURED: open_armoured,
    Kind.ENCRYPTED: open_sealed,
    Kind.PST: open_unsupported,
    Kind.PARQUET: open_unsupported,
    Kind.UNKNOWN: open_unsupported,
}
