"""Detect the kind of a part by its content."""

import binascii
import re

from holdback.documents.charset import is_wide
from holdback.documents.signatures import Kind, is_untyped, kind_by_signature
from holdback.documents.structures import kind_of_structure
from holdback.mail import Part
from holdback.mail.content_fields import NESTED, PARTIAL

__all__ = ["Kind", "kind_of"]

_LOOK = 4096
"""Bytes examined at the start, in the middle and at the end."""
_FAR = 64 * 1024
"""Bytes searched for a marker that may follow other text."""
_SMALL_TEXT = 5
_STRAY = (b"\0", b"\0\0", b"\x0b", b"\x0b\x0b")
"""Control characters that a text may have however short it is."""
_ZIP_END = 66_000
"""Bytes at the end that contain the last record of a zip archive: 22 and a comment."""

_TEXTUAL = bytes({7, 8, 9, 10, 12, 13, 27, *range(32, 127), *range(128, 256)})
_ASCII = bytes({9, 10, 13, *range(32, 127)})
_BEFORE = b"\xef\xbb\xbf\xff\xfe \t\r\n"
"""Byte order marks and blanks, which may precede the start of a text."""

_HTML = re.compile(
    rb"<(?:!doctype html|html|head|body|meta|title|style|table|tr|td|div|p|font|span|br|ul|h[1-6])[\s/>]",
    re.I,
)
_XHTML = re.compile(rb"<(?:!doctype )?html[\s>]", re.I)
_XML = re.compile(rb"<(?:!DOCTYPE |[A-Za-z_][\w.:-]*[\s/>])")
_TAG = re.compile(rb"<[a-z!/]", re.I)
_CELL = re.compile(rb"</[tT][dDhH]>")
_JSON = re.compile(rb"[\[{]\s*+[\[{\"]")
"""Start of JSON, which may have HTML in its strings."""
_FIELD = re.compile(rb"(?:From [^\r\n]+\r?\n|[0-9]{1,12} *\r?\n)?[!-9;-~]{1,60}:")
"""First header field of a mail, possibly after the From line of an mbox or a size (Apple Mail)."""
_MAIL_FIELDS = frozenset(
    b"received from to cc subject date message-id mime-version return-path content-type delivered-to".split()
)
_TYPED_ARCHIVE = re.compile(rb"07070(?:1[0-9A-Fa-f]{104}|7[0-7]{70})|!<arch>\n")
"""Archives with printable headers: cpio and ar."""
_TYPED_STARTS = (b"07070", b"!<arch>")
_ARMOUR = re.compile(
    rb"^(?:-----BEGIN (?:PGP MESSAGE|AGE ENCRYPTED FILE|CMS|PKCS7)-----|begin(?:-base64)? [0-7]{3,4} \S)",
    re.M,
)
_CODED = re.compile(rb"U2FsdGVkX1|MI[\w+/]{38}")
"""Base64 without BEGIN line: encrypted by openssl, or possibly CMS."""


def kind_of(part: Part) -> Kind:
    """Return the kind of `part` by its content; by its declaration only if the content is ambiguous."""
    content = part.content
    start = content[:_LOOK]
    # Control characters are rare in text; in random bytes every tenth is one.
    is_text = len(start.translate(None, _TEXTUAL)) * 25 <= len(start)
    if is_text and not is_untyped(start):
        return _kind_of_text(part, start)
    kind = kind_by_signature(content)
    if kind is Kind.UNKNOWN:
        kind = kind_of_structure(content, part.declared)
    if kind is Kind.MEDIA or kind is Kind.UNKNOWN:
        if is_text:
            return _kind_of_text(part, start)
        if kind is Kind.UNKNOWN and is_wide(start):
            return _kind_of_text(part, start.replace(b"\0", b""))
        return _kind_behind(content) or kind
    return kind


def _kind_of_text(part: Part, start: bytes) -> Kind:
    """Return the kind of a text; `start` is its beginning with one byte a character."""
    begin = start.lstrip(_BEFORE)
    if begin.startswith(b"{\\rtf"):
        return Kind.RTF
    if start.startswith(_TYPED_STARTS) and _TYPED_ARCHIVE.match(start):
        return Kind.ARCHIVE
    if part.declared == PARTIAL:
        return Kind.PARTIAL
    if part.declared in NESTED or (part.attached and _is_mail(begin, part.content)):
        return Kind.MAIL
    if b"<" in part.content and (kind := _kind_of_markup(part, start, begin)):
        return kind
    return Kind.ARMOURED if _is_armoured(part.content, begin) else Kind.TEXT


def _kind_of_markup(part: Part, start: bytes, begin: bytes) -> Kind | None:
    if begin.startswith(b"<?xml") and not _XHTML.search(start):
        return Kind.XML
    if part.declared == "text/html" and _TAG.search(part.content):
        return Kind.HTML
    if begin.startswith(b"<") and _HTML.search(start):
        return Kind.HTML
    if not _JSON.match(begin) and _CELL.search(part.content, 0, _FAR):
        return Kind.HTML
    return Kind.XML if part.attached and _XML.match(begin) else None


def _is_mail(begin: bytes, content: bytes) -> bool:
    """Return True if a message (RFC 5322) or mbox (RFC 4155) starts here, with three known header fields."""
    if not _FIELD.match(begin):
        return False
    lines = content[:_FAR].lstrip(_BEFORE).replace(b"\0", b"").replace(b"\r\n", b"\n")
    header = lines.partition(b"\n\n")[0]
    names = {line.partition(b":")[0].lower() for line in header.split(b"\n")}
    return len(names & _MAIL_FIELDS) >= 3


def _is_armoured(content: bytes, begin: bytes) -> bool:
    """Return True if the text contains an armoured file (RFC 9580, 6.2; RFC 7468, 8 and 9; uuencode)."""
    if begin.startswith((b"U2", b"MI")) and (coded := _CODED.match(begin)):
        place = b"" if begin.startswith(b"U") else binascii.a2b_base64(coded[0])
        if not place or kind_of_structure(place, "") is not Kind.UNKNOWN:
            return True
    far = content[:_FAR]
    if far[:1] >= b"\x80" or b"\0" in far[:4]:
        far = far.lstrip(_BEFORE).replace(b"\0", b"")
    return (b"-----BEGIN " in far or b"begin" in far) and _ARMOUR.search(far) is not None


def _kind_behind(content: bytes) -> Kind | None:
    """Return the kind of content after an unknown or picture-like start: an archive, a PDF, a list."""
    if b"PK\x05\x06" in content[-_ZIP_END:]:
        return Kind.ZIP
    if b"%PDF-" in content[:1024]:
        return Kind.PDF
    return Kind.TEXT if _hides_text(content) else None


def _hides_text(content: bytes) -> bool:
    """Return True if middle and end are plain text: a list may be disguised by the signature of a picture.

    Also for a small text with a stray NUL or vertical tab.
    """
    if _SMALL_TEXT <= len(content) <= _LOOK and content.translate(None, _ASCII) in _STRAY:
        return True
    middle = len(content) // 2
    places = (content[middle : middle + _LOOK], content[-_LOOK:])
    return all(len(place.translate(None, _ASCII)) * 50 <= len(place) for place in places)
