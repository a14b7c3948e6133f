"""Open the parts of a message as documents: texts, tables and inner parts, within one budget a message."""

from holdback.documents.budget import Budget, OutOfTime
from holdback.documents.document import Document, NoReader, Table, Text, Unreadable
from holdback.documents.open import Reader, no_reader, open_parts

__all__ = [
    "Budget", "Document", "NoReader", "OutOfTime", "Reader", "Table", "Text", "Unreadable", "no_reader",
    "open_parts",
]  # fmt: skip
