"""The openers that run in the worker, by kind. A new format is one module and one line here.

Kinds that need a native library or unpacking are in `confined.openers`.
"""

from collections.abc import Iterator, Mapping

from holdback.documents.armour import open_armoured
from holdback.documents.budget import Budget
from holdback.documents.document import Opener, Piece, Unreadable
from holdback.documents.html import open_html
from holdback.documents.kind import Kind
from holdback.documents.mailbox import open_mail, open_piece
from holdback.documents.text import open_text
from holdback.mail import Part


def open_nothing(part: Part, budget: Budget) -> Iterator[Piece]:
    """No pieces: pictures, sound, video, fonts and bare signatures are ordinary mail and hold no text."""
    return iter(())


def open_encrypted(part: Part, budget: Budget) -> Iterator[Piece]:
    """ENCRYPTED: the whole part is encrypted."""
    yield Unreadable.ENCRYPTED


def open_unsupported(part: Part, budget: Budget) -> Iterator[Piece]:
    """UNSUPPORTED: there is no opener for this format."""
    yield Unreadable.UNSUPPORTED


OPENERS: Mapping[Kind, Opener] = {
    Kind.TEXT: open_text,
    Kind.HTML: open_html,
    Kind.MAIL: open_mail,
    Kind.PARTIAL: open_piece,
    Kind.MEDIA: open_nothing,
    Kind.SIGNATURE: open_nothing,
    Kind.ARMOURED: open_armoured,
    Kind.ENCRYPTED: open_encrypted,
    Kind.PST: open_unsupported,
    Kind.PARQUET: open_unsupported,
    Kind.UNKNOWN: open_unsupported,
}
