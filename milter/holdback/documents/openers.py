"""What is done with each kind of content. A new format is one module and one line here."""

from collections.abc import Callable, Mapping

from holdback.documents.budget import Budget
from holdback.documents.html import open_html
from holdback.documents.kind import Kind
from holdback.documents.text import open_text
from holdback.documents.values import Document, Unreadable
from holdback.mail import Part


def open_nothing(part: Part, budget: Budget) -> Document:
    """Pictures, sound, fonts and bare signatures hold no list that we could read; they are everyday mail."""
    return Document(part.path, part.name)


def open_armoured(part: Part, budget: Budget) -> Document:
    """PGP in text (RFC 9580, 6.2): sealed, but what stands around it can be read."""
    text = open_text(part, budget)
    return Document(part.path, part.name, text.texts, text.tables, unreadable=(Unreadable.ENCRYPTED,))


def open_sealed(part: Part, budget: Budget) -> Document:
    """Encrypted as a whole."""
    return Document(part.path, part.name, unreadable=(Unreadable.ENCRYPTED,))


def open_unsupported(part: Part, budget: Budget) -> Document:
    """A format that has no opener yet: said, never silent."""
    return Document(part.path, part.name, unreadable=(Unreadable.UNSUPPORTED,))


OPENERS: Mapping[Kind, Callable[[Part, Budget], Document]] = {
    Kind.TEXT: open_text,
    Kind.HTML: open_html,
    Kind.MEDIA: open_nothing,
    Kind.SIGNATURE: open_nothing,
    Kind.ARMOURED: open_armoured,
    Kind.ENCRYPTED: open_sealed,
    Kind.SIGNED: open_unsupported,
    Kind.ZIP: open_unsupported,
    Kind.OLE: open_unsupported,
    Kind.PDF: open_unsupported,
    Kind.GZIP: open_unsupported,
    Kind.BZIP2: open_unsupported,
    Kind.XZ: open_unsupported,
    Kind.ZSTD: open_unsupported,
    Kind.SEVEN_ZIP: open_unsupported,
    Kind.RAR: open_unsupported,
    Kind.TAR: open_unsupported,
    Kind.CAB: open_unsupported,
    Kind.SQLITE: open_unsupported,
    Kind.TNEF: open_unsupported,
    Kind.UNKNOWN: open_unsupported,
}
