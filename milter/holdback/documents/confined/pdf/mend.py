"""PDF files whose end is lost, and with it the list of pages: a new list of the pages still there."""

import re
from itertools import islice

_PAGE = re.compile(rb"/Type\s{0,9}/Page(?![A-Za-z])")
_OBJECT = re.compile(rb"(\d{1,7})\s{1,9}(\d{1,5})\s{1,9}obj\b")
_REACH = 2_048
"""Bytes before its type within which the number of a page's object stands."""
_MOST = 10_000
_CATALOGUE, _ROOT = 4_190_001, 4_190_002
"""Numbers for the two objects that are added; pdfium takes none above 4 * 1024 * 1024."""


def mended(content: bytes) -> bytes:
    """`content` with a catalogue and a root of the pages behind it; pages in the order of the file.

    Pages within compressed object streams (ISO 32000-1, 7.5.7) cannot be seen.
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
