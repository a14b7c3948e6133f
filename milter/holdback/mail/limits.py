"""How much of one message is read: one set of limits for the mail and all documents in it together."""

from dataclasses import dataclass

KIB = 1024
MIB = 1024 * KIB


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds for one message. Beyond them reading stops with an `over_limit` defect, never silently."""

    bytes: int = 100 * MIB
    """Bytes read: the message, again all that its parts decode to, again all that is unpacked from them."""
    header_bytes: int = 2 * MIB
    """Bytes of the header section of the message or of one part."""
    parts: int = 1_000
    """MIME parts, nested messages included."""
    depth: int = 20
    """Nesting of MIME parts, and again of documents in documents."""
    entries: int = 10_000
    """Documents opened, inner ones included."""
    cells: int = 5_000_000
    """Cells of spreadsheets and databases, empty ones between others included."""
    pages: int = 2_000
    """Pages of documents that have pages."""
