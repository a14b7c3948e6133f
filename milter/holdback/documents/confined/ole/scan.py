"""Finds text and mail addresses in binary data of unknown format."""

import re
from collections.abc import Iterator

from holdback.documents.budget import Budget
from holdback.documents.charset import decode

_CHUNK = 1024 * 1024
"""Bytes searched between two heartbeats."""
_OVERLAP = 512

_WIDE = re.compile(rb"[\t-\xff][\0-\6](?:[\t-\xff][\0-\6]){3,}+")
"""Letters of Europe and the Near East in UTF-16LE: Unicode up to U+06FF."""
_NARROW = re.compile(rb"[\t\n\r -~]{4,}+(?:[\x80-\xff]{1,3}[\t\n\r -~]++)*+")
_LEAST = 6
"""Bytes of the shortest run kept: random data has many shorter ones."""

_AT = re.compile(rb"@(?:\0((?:[\w-]\0){1,63}+\.\0(?:[\w.-]\0){2,200}+)|([\w-]{1,63}+\.[\w.-]{2,200}+))")
_LOCAL = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.+'%-"
_LONGEST_LOCAL = 64


def readable(content: bytes, budget: Budget) -> str:
    """The runs of text in `content`, UTF-16LE and 8-bit, each a paragraph."""
    wide: list[str] = []
    narrow: list[bytes] = []
    for start in range(0, len(content), _CHUNK):
        budget.beat()
        runs = _WIDE.finditer(content, start, start + _CHUNK)
        wide += [match[0].decode("utf-16-le", "replace").strip() for match in runs]
        runs = _NARROW.finditer(content, start, start + _CHUNK)
        narrow += [match[0].strip() for match in runs if len(match[0]) >= _LEAST]
    return "\n\n".join((*wide, decode(b"\n\n".join(narrow))))


def addresses(content: bytes, budget: Budget) -> Iterator[str]:
    """Mail addresses in `content`, as 8-bit text or UTF-16LE, each once per megabyte."""
    for start in range(0, len(content), _CHUNK):
        budget.beat()
        found = (_around(content, match) for match in _AT.finditer(content, start, start + _CHUNK + _OVERLAP))
        yield from dict.fromkeys(one for one in found if one)


def _around(content: bytes, match: re.Match[bytes]) -> str:
    """The address with this `@` and domain; empty if it has no local part."""
    at = match.start()
    if match[1] is None:
        local, domain = content[max(0, at - _LONGEST_LOCAL) : at], match[2]
    else:
        before = content[max(0, at - 2 * _LONGEST_LOCAL) : at]
        letters, zeros = before[-2::-2][::-1], before[::-2][::-1]
        local = letters[len(zeros.rstrip(b"\0")) :]
        domain = match[1][::2]
    local = local[len(local.rstrip(_LOCAL)) :]
    return f"{local.decode()}@{domain.decode()}" if local else ""
