"""Any bytes are a document, whatever they are declared as; its members are opened within one budget."""

from holdback.documents import Budget, open_parts
from holdback.mail import Limits, Part

SEEDS = "documents"
LIMITS = Limits(bytes=65_536, entries=50, depth=4)
DECLARED = ("text/plain", "text/html", "text/csv", "application/octet-stream")
CHARSETS = ("", "utf-8", "utf-16", "shift_jis", "utf-7", "x-none")


def check(data: bytes) -> None:
    """Opening returns; the first byte chooses what the part claims to be."""
    choice = data[0] if data else 0
    declared, charset = DECLARED[choice % len(DECLARED)], CHARSETS[choice % len(CHARSETS)]
    part = Part("1", data[1:], declared, charset=charset)
    documents = open_parts((part,), Budget(LIMITS, lambda: True))
    assert len(documents) <= LIMITS.entries + 1
