"""What a part really is, told from its first bytes. Declared types and file names lie, or are missing."""

import re
from enum import StrEnum

from holdback.documents.charset import is_wide
from holdback.mail import Part


class Kind(StrEnum):
    """Kinds of content that are told apart; `openers.OPENERS` says what is done with each."""

    TEXT = "text"
    HTML = "html"
    MEDIA = "media"
    SIGNATURE = "signature"
    ARMOURED = "armoured"
    ENCRYPTED = "encrypted"
    ZIP = "zip"
    OLE = "ole"
    PDF = "pdf"
    GZIP = "gzip"
    BZIP2 = "bzip2"
    XZ = "xz"
    ZSTD = "zstd"
    SEVEN_ZIP = "7z"
    RAR = "rar"
    TAR = "tar"
    CAB = "cab"
    SQLITE = "sqlite"
    TNEF = "tnef"
    SIGNED = "signed"
    UNKNOWN = "unknown"


_LOOK = 4096
"""Bytes looked at, at the start and again in the middle and at the end."""

_FAR = 64 * 1024
"""Bytes in which a mark that may stand below other text is looked for."""

_SIGNATURES: tuple[tuple[int, bytes, Kind], ...] = (
    (0, b"PK\x03\x04", Kind.ZIP),
    (0, b"PK\x05\x06", Kind.ZIP),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Kind.OLE),
    (0, b"%PDF-", Kind.PDF),
    (0, b"\x1f\x8b", Kind.GZIP),
    (0, b"BZh", Kind.BZIP2),
    (0, b"\xfd7zXZ\x00", Kind.XZ),
    (0, b"\x28\xb5\x2f\xfd", Kind.ZSTD),
    (0, b"7z\xbc\xaf\x27\x1c", Kind.SEVEN_ZIP),
    (0, b"Rar!\x1a\x07", Kind.RAR),
    (257, b"ustar", Kind.TAR),
    (0, b"MSCF\x00\x00\x00\x00", Kind.CAB),
    (0, b"SQLite format 3\x00", Kind.SQLITE),
    (0, b"\x78\x9f\x3e\x22", Kind.TNEF),
    (0, b"\x89PNG\r\n\x1a\n", Kind.MEDIA),
    (0, b"\xff\xd8\xff", Kind.MEDIA),  # JPEG
    (0, b"GIF8", Kind.MEDIA),
    (0, b"RIFF", Kind.MEDIA),  # WebP, WAV, AVI
    (0, b"BM", Kind.MEDIA),
    (0, b"\x00\x00\x01\x00", Kind.MEDIA),  # icon
    (0, b"II*\x00", Kind.MEDIA),  # TIFF
    (0, b"MM\x00*", Kind.MEDIA),
    (4, b"ftyp", Kind.MEDIA),  # MP4, HEIC, AVIF
    (0, b"\x1aE\xdf\xa3", Kind.MEDIA),  # Matroska, WebM
    (0, b"OggS", Kind.MEDIA),
    (0, b"ID3", Kind.MEDIA),
    (0, b"\xff\xfb", Kind.MEDIA),  # MP3
    (0, b"\xff\xf3", Kind.MEDIA),
    (0, b"\xff\xf1", Kind.MEDIA),  # AAC
    (0, b"fLaC", Kind.MEDIA),
    (0, b"wOF", Kind.MEDIA),  # fonts
    (0, b"OTTO", Kind.MEDIA),
    (0, b"\x00\x01\x00\x00\x00", Kind.MEDIA),
)

_TEXTUAL = bytes({7, 8, 9, 10, 12, 13, 27, *range(32, 127), *range(128, 256)})
_ASCII = bytes({9, 10, 13, *range(32, 127)})

_HTML = re.compile(
    rb"<(?:!doctype html|html|head|body|meta|title|style|table|tr|td|div|p|font|span|br|ul|h[1-6])[\s/>]",
    re.I,
)
_TAG = re.compile(rb"<[a-z!/]", re.I)
_CELL = re.compile(rb"</[tT][dDhH]>")
_ARMOUR = b"-----BEGIN PGP MESSAGE-----"

# RFC 5652, 5 to 8: the object identifiers of the content types, as DER writes them.
_CMS_SIGNED = bytes.fromhex("06092a864886f70d010702")
_CMS_SEALED = tuple(bytes.fromhex(f"06092a864886f70d0107{number}") for number in ("03", "04", "06"))
_SIGNATURE_SIZE = 64 * 1024


def kind_of(part: Part) -> Kind:
    """The kind of `part`, from its content; the declaration decides only what content cannot."""
    content = part.content
    start = content[:_LOOK]
    if _is_text(start) and not start.startswith(b"%PDF-"):
        return _kind_of_text(part, start)
    kind = next((kind for at, magic, kind in _SIGNATURES if start.startswith(magic, at)), Kind.UNKNOWN)
    if kind is Kind.UNKNOWN:
        kind = _kind_of_cms(part, start)
    if kind is Kind.UNKNOWN and is_wide(start):
        return _kind_of_text(part, start.replace(b"\0", b""))
    if kind in (Kind.UNKNOWN, Kind.MEDIA) and _hides_text(content):
        return Kind.TEXT
    return kind


def _kind_of_text(part: Part, start: bytes) -> Kind:
    if b"<" in part.content:
        if part.declared == "text/html" and _TAG.search(part.content):
            return Kind.HTML
        if start.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").startswith(b"<") and _HTML.search(start):
            return Kind.HTML
        if _CELL.search(part.content, 0, _FAR):
            return Kind.HTML
    armour = part.content.find(_ARMOUR, 0, _FAR)
    at_line_start = armour == 0 or part.content[armour - 1 : armour] == b"\n"
    return Kind.ARMOURED if armour >= 0 and at_line_start else Kind.TEXT


def _kind_of_cms(part: Part, start: bytes) -> Kind:
    """S/MIME (RFC 5652): sealed, a signature alone, or a signature around content."""
    place = start[:64]
    if not start.startswith(b"0"):
        return Kind.UNKNOWN
    if any(mark in place for mark in _CMS_SEALED):
        return Kind.ENCRYPTED
    if _CMS_SIGNED in place:
        alone = part.declared.endswith("pkcs7-signature") and len(part.content) <= _SIGNATURE_SIZE
        return Kind.SIGNATURE if alone else Kind.SIGNED
    return Kind.UNKNOWN


def _is_text(sample: bytes) -> bool:
    """True if control characters are rare. Of random bytes, every tenth would be one."""
    return len(sample.translate(None, _TEXTUAL)) * 25 <= len(sample)


def _hides_text(content: bytes) -> bool:
    """True if the middle and the end are plain text: a picture's first bytes must not excuse a list."""
    middle = len(content) // 2
    places = (content[middle : middle + _LOOK], content[-_LOOK:])
    return all(len(place.translate(None, _ASCII)) * 50 <= len(place) for place in places)
