"""What a part really is, told from its content: is it text, has it a signature, what stands behind that?"""

import binascii
import re

from holdback.documents.charset import is_wide
from holdback.documents.signatures import Kind, is_untyped, kind_by_signature
from holdback.documents.structures import kind_of_structure
from holdback.mail import Part
from holdback.mail.content_fields import NESTED, PARTIAL

__all__ = ["Kind", "kind_of"]

_LOOK = 4096
"""Bytes looked at, at the start and again in the middle and at the end."""
_FAR = 64 * 1024
"""Bytes in which a mark that may stand below other text is looked for."""
_ZIP_END = 66_000
"""Bytes from the end within which a zip archive has its last record: 22 and a comment."""

_TEXTUAL = bytes({7, 8, 9, 10, 12, 13, 27, *range(32, 127), *range(128, 256)})
_ASCII = bytes({9, 10, 13, *range(32, 127)})
_BEFORE = b"\xef\xbb\xbf\xff\xfe \t\r\n"
"""Marks of Unicode and blanks, which may stand before what a text begins with."""

_HTML = re.compile(
    rb"<(?:!doctype html|html|head|body|meta|title|style|table|tr|td|div|p|font|span|br|ul|h[1-6])[\s/>]",
    re.I,
)
_XHTML = re.compile(rb"<(?:!doctype )?html[\s>]", re.I)
_XML = re.compile(rb"<(?:!DOCTYPE |[A-Za-z_][\w.:-]*[\s/>])")
_TAG = re.compile(rb"<[a-z!/]", re.I)
_CELL = re.compile(rb"</[tT][dDhH]>")
_FIELD = re.compile(rb"(?:From [^\r\n]+\r?\n|[0-9]{1,12} *\r?\n)?[!-9;-~]{1,60}:")
"""The first line of a mail; it may stand below the line of an mbox, or below a size (Apple Mail)."""
_MAIL_FIELDS = frozenset(
    b"received from to cc subject date message-id mime-version return-path content-type delivered-to".split()
)
_TYPED_ARCHIVE = re.compile(rb"07070(?:1[0-9A-Fa-f]{104}|7[0-7]{70})|!<arch>\n")
"""Archives whose headers are printable: cpio and ar."""
_ARMOUR = re.compile(
    rb"^(?:-----BEGIN (?:PGP MESSAGE|AGE ENCRYPTED FILE|CMS|PKCS7)-----|begin(?:-base64)? [0-7]{3,4} \S)",
    re.M,
)
_CODED = re.compile(rb"U2FsdGVkX1|MI[\w+/]{38}")
"""Base64 without a frame: what openssl encrypts, perhaps CMS."""


def kind_of(part: Part) -> Kind:
    """The kind of `part`, from its content; the declaration decides only what content cannot."""
    content = part.content
    start = content[:_LOOK]
    is_text = _is_text(start)
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
    """The kind of a text; `start` is how it begins, one byte a letter."""
    begin = start.lstrip(_BEFORE)
    if begin.startswith(b"{\\rtf"):
        return Kind.RTF
    if _TYPED_ARCHIVE.match(start):
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
    if (begin.startswith(b"<") and _HTML.search(start)) or _CELL.search(part.content, 0, _FAR):
        return Kind.HTML
    return Kind.XML if part.attached and _XML.match(begin) else None


def _is_mail(begin: bytes, content: bytes) -> bool:
    """True for the start of a message (RFC 5322) or an mbox (RFC 4155): three known header fields on top."""
    if not _FIELD.match(begin):
        return False
    lines = content[:_FAR].lstrip(_BEFORE).replace(b"\0", b"").replace(b"\r\n", b"\n")
    header = lines.partition(b"\n\n")[0]
    names = {line.partition(b":")[0].lower() for line in header.split(b"\n")}
    return len(names & _MAIL_FIELDS) >= 3


def _is_armoured(content: bytes, begin: bytes) -> bool:
    """True if there is a file in the text, sealed perhaps (RFC 9580, 6.2; RFC 7468, 8 and 9; uuencode)."""
    if begin.startswith((b"U2", b"MI")) and (coded := _CODED.match(begin)):
        place = b"" if begin.startswith(b"U") else binascii.a2b_base64(coded[0])
        if not place or kind_of_structure(place, "") is not Kind.UNKNOWN:
            return True
    far = content[:_FAR]
    if far[:1] >= b"\x80" or b"\0" in far[:4]:
        far = far.lstrip(_BEFORE).replace(b"\0", b"")
    return (b"-----BEGIN " in far or b"begin" in far) and _ARMOUR.search(far) is not None


def _kind_behind(content: bytes) -> Kind | None:
    """What stands behind a beginning that says nothing, or says picture: an archive, a PDF, a list."""
    if b"PK\x05\x06" in content[-_ZIP_END:]:
        return Kind.ZIP
    if b"%PDF-" in content[:1024]:
        return Kind.PDF
    return Kind.TEXT if _hides_text(content) else None


def _is_text(sample: bytes) -> bool:
    """True if control characters are rare. Of random bytes, every tenth would be one."""
    return len(sample.translate(None, _TEXTUAL)) * 25 <= len(sample)


def _hides_text(content: bytes) -> bool:
    """True if the middle and the end are plain text: a picture's first bytes must not excuse a list."""
    middle = len(content) // 2
    places = (content[middle : middle + _LOOK], content[-_LOOK:])
    return all(len(place.translate(None, _ASCII)) * 50 <= len(place) for place in places)
