"""Repairs truncated PDF files by adding a new page tree of the pages that are left."""

import re
from itertools import islice

_PAGE = re.compile(rb"/Type\s{0,9}/Page(?![A-Za-z])")
_OBJECT = re.compile(rb"(\d{1,7})\s{1,9}(\d{1,5})\s{1,9}obj\b")
_REACH = 2_048
"""Bytes before `/Type /Page` that are searched for the object number."""
_MOST = 10_000
_CATALOGUE, _ROOT = 4_190_001, 4_190_002
"""Numbers of the two added objects; pdfium accepts none above 4 * 1024 * 1024."""


def repaired(content: bytes) -> bytes:
    """`content` with a document catalogue and a page tree appended; pages in file order.

    Pages in object streams (ISO 32000-1, 7.5.7), which are compressed, are not found.
    """
    pages: dict[bytes, None] = {}
    for match in islice(_PAGE.finditer(content), _MOST):
        numbers = _OBJECT.findall(content, max(0, match.start() - _REACH), match.start())
        if numbers:
            pages[b"%s %s R" % numbers[-1]] = None
    kids = b" ".join(pages)
    return content + (
        b"\nendstream endobj\n%d 0 obj\n<</Type/Catalog/Pages %d 0 R>>\nendobj\n"
        b"%d 0 obj\n<</Type/Pages/Count %d/Kids[%s]>>\nendobj\ntrailer\n<</Root %d 0 R/Size %d>>\n"
        % (_CATALOGUE, _ROOT, _ROOT, len(pages), kids, _CATALOGUE, _ROOT + 1)
    )
