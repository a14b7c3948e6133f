"""Limits for reading one message together with all documents in it."""

from dataclasses import dataclass

KIB = 1024
MIB = 1024 * KIB


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits for one message. Where one is exceeded, reading stops with an `over_limit` defect."""

    bytes: int = 100 * MIB
    """Bytes of the message; also of its decoded parts in total; also of all that is unpacked from them."""
    header_bytes: int = 2 * MIB
    """Bytes of the header section of the message or of one part."""
    parts: int = 1_000
    """MIME parts, nested messages included."""
    depth: int = 20
    """Nesting of MIME parts, and again of documents in documents."""
    entries: int = 10_000
    """Documents opened, inner ones included."""
    cells: int = 5_000_000
    """Cells of spreadsheets and databases, including empty ones between others."""
    pages: int = 2_000
    """Pages of documents that have pages."""
