"""What a part really is, told from its first bytes. Declared types and file names lie, or are missing."""

import re
from enum import StrEnum

from holdback.documents.charset import is_wide
from holdback.mail import Part


class Kind(StrEnum):
    """Kinds of content that are told apart; `openers` and `confined.openers` say what is done with each."""

    TEXT = "text"
    HTML = "html"
    XML = "xml"
    RTF = "rtf"
    MAIL = "mail"
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
    ARCHIVE = "archive"
    SQLITE = "sqlite"
    DBASE = "dbase"
    TNEF = "tnef"
    PST = "pst"
    PARQUET = "parquet"
    SIGNED = "signed"
    UNKNOWN = "unknown"


_LOOK = 4096
"""Bytes looked at, at the start and again in the middle and at the end."""

_FAR = 64 * 1024
"""Bytes in which a mark that may stand below other text is looked for."""

_SIGNATURES: tuple[tuple[int, bytes, Kind], ...] = (
    (0, b"PK\x03\x04", Kind.ZIP),
    (0, b"PK\x05\x06", Kind.ZIP),
    (0, b"PK\x07\x08PK\x03\x04", Kind.ZIP),  # one of several volumes, or meant to be
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Kind.OLE),
    (0, b"%PDF-", Kind.PDF),
    (0, b"\x1f\x8b\x08", Kind.GZIP),
    (0, b"BZh", Kind.BZIP2),
    (0, b"\xfd7zXZ\x00", Kind.XZ),
    (0, b"\x28\xb5\x2f\xfd", Kind.ZSTD),
    (0, b"7z\xbc\xaf\x27\x1c", Kind.SEVEN_ZIP),
    (0, b"Rar!\x1a\x07", Kind.RAR),
    (257, b"ustar", Kind.TAR),
    (0, b"MSCF\x00\x00\x00\x00", Kind.ARCHIVE),  # cabinet
    (0x8001, b"CD001", Kind.ARCHIVE),  # ISO 9660
    (2, b"-lh", Kind.ARCHIVE),
    (0, b"\x60\xea", Kind.ARCHIVE),  # ARJ
    (0, b"xar!", Kind.ARCHIVE),
    (0, b"\x1f\x9d", Kind.ARCHIVE),  # compress
    (0, b"LZIP", Kind.ARCHIVE),
    (0, b"\x04\x22\x4d\x18", Kind.ARCHIVE),  # lz4
    (0, b"\x5d\0\0", Kind.ARCHIVE),  # lzma
    (0, b"SQLite format 3\x00", Kind.SQLITE),
    (0, b"\x78\x9f\x3e\x22", Kind.TNEF),
    (0, b"\x76\xe8\x04\x60\xc4\x11\xe3\x86", Kind.ENCRYPTED),  # rights-protected (MS-OXORMMS)
    (0, b"!BDN", Kind.PST),
    (0, b"PAR1", Kind.PARQUET),
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
_XHTML = re.compile(rb"<(?:!doctype )?html[\s>]", re.I)
_XML = re.compile(rb"<(?:!DOCTYPE |[A-Za-z_][\w.:-]*[\s/>])")
_TAG = re.compile(rb"<[a-z!/]", re.I)
_CELL = re.compile(rb"</[tT][dDhH]>")
_FIELD = re.compile(rb"\s{0,9}(?:From [^\r\n]+\r?\n)?[!-9;-~]{1,60}:")
_MAIL_FIELDS = frozenset(
    b"received from to cc subject date message-id mime-version return-path content-type delivered-to".split()
)
_DBASE_VERSIONS = bytes.fromhex("020304053031324363838bcbf5fb")
_ZIP_END = 66_000
"""Bytes from the end within which a zip archive has its last record: 22 and a comment."""
_TYPED_ARCHIVE = re.compile(rb"07070(?:1[0-9A-Fa-f]{104}|7[0-7]{70})|!<arch>\n")
"""Archives whose headers are printable: cpio and ar."""
_ARMOUR = b"-----BEGIN PGP MESSAGE-----"

# RFC 5652, 5 to 8: the object identifiers of the content types, as DER writes them.
# RFC 3274 has compressed data, RFC 5083 what is sealed with authentication.
_CMS_OPEN = (bytes.fromhex("06092a864886f70d010702"), bytes.fromhex("060b2a864886f70d0109100109"))
_CMS_SEALED = (
    *(bytes.fromhex(f"06092a864886f70d0107{number}") for number in ("03", "04", "06")),
    bytes.fromhex("060b2a864886f70d0109100117"),
)
_SIGNATURE_SIZE = 64 * 1024


def kind_of(part: Part) -> Kind:
    """The kind of `part`, from its content; the declaration decides only what content cannot."""
    content = part.content
    start = content[:_LOOK]
    if start.startswith(b"0") and (cms := _kind_of_cms(part, start)):
        return cms
    if _is_text(start) and not _begins_untyped(start):
        return _kind_of_text(part, start)
    kind = next((kind for at, magic, kind in _SIGNATURES if content.startswith(magic, at)), Kind.UNKNOWN)
    if kind is Kind.UNKNOWN:
        kind = _kind_of_structure(content)
    if kind in (Kind.UNKNOWN, Kind.MEDIA) and _is_text(start):
        return _kind_of_text(part, start)
    if kind is Kind.UNKNOWN and is_wide(start):
        return _kind_of_text(part, start.replace(b"\0", b""))
    if kind in (Kind.UNKNOWN, Kind.MEDIA):
        return _kind_behind(content) or kind
    return kind


def _kind_of_text(part: Part, start: bytes) -> Kind:
    if b"<" in part.content:
        begin = start.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
        if begin.startswith(b"<?xml") and not _XHTML.search(start):
            return Kind.XML
        if part.declared == "text/html" and _TAG.search(part.content):
            return Kind.HTML
        if begin.startswith(b"<") and _HTML.search(start):
            return Kind.HTML
        if _CELL.search(part.content, 0, _FAR):
            return Kind.HTML
        if part.attached and _XML.match(begin):
            return Kind.XML
    if _TYPED_ARCHIVE.match(start):
        return Kind.ARCHIVE
    if start.startswith(b"{\\rtf"):
        return Kind.RTF
    if part.attached and _is_mail(part.content[:_FAR]):
        return Kind.MAIL
    armour = part.content.find(_ARMOUR, 0, _FAR)
    at_line_start = armour == 0 or part.content[armour - 1 : armour] == b"\n"
    return Kind.ARMOURED if armour >= 0 and at_line_start else Kind.TEXT


def _is_mail(start: bytes) -> bool:
    """True for the start of a message (RFC 5322) or an mbox (RFC 4155): three known header fields on top."""
    start = start.lstrip(b"\xef\xbb\xbf\xff\xfe").replace(b"\0", b"") if start[:1] > b"\x7f" else start
    if not _FIELD.match(start):
        return False
    header = start.replace(b"\r\n", b"\n").partition(b"\n\n")[0]
    names = {line.partition(b":")[0].lower() for line in header.split(b"\n")}
    return len(names & _MAIL_FIELDS) >= 3


def _kind_of_cms(part: Part, start: bytes) -> Kind | None:
    """S/MIME (RFC 5652): sealed, a signature alone, or a signature around content."""
    place = start[:64]
    if any(mark in place for mark in _CMS_SEALED):
        return Kind.ENCRYPTED
    if any(mark in place for mark in _CMS_OPEN):
        alone = part.declared.endswith("pkcs7-signature") and len(part.content) <= _SIGNATURE_SIZE
        return Kind.SIGNATURE if alone else Kind.SIGNED
    return None


def _kind_of_structure(content: bytes) -> Kind:
    """Formats that begin with plain numbers: told by whether these make sense together."""
    if _is_sealed_pgp(content):
        return Kind.ENCRYPTED
    if _is_dbase(content):
        return Kind.DBASE
    return Kind.TAR if _is_old_tar(content) else Kind.UNKNOWN


def _is_sealed_pgp(content: bytes) -> bool:
    """True if the first packet holds a session key (RFC 9580, 4.2 and 5.1, 5.3)."""
    if len(content) < 16 or not content[0] & 0x80:
        return False
    if content[0] & 0x40:
        tag, at = content[0] & 0x3F, 2 if content[1] < 192 else 3
    else:
        tag, at = content[0] >> 2 & 0x0F, 1 + (1, 2, 4, 0)[content[0] & 3]
    return (tag == 1 and content[at] in (3, 6)) or (tag == 3 and content[at] in (4, 5, 6))


def _is_dbase(content: bytes) -> bool:
    """True for the header of a dBase table: version, date, lengths that fit, the end of the fields."""
    if len(content) < 68 or content[0] not in _DBASE_VERSIONS:
        return False
    head, row = int.from_bytes(content[8:10], "little"), int.from_bytes(content[10:12], "little")
    dated = 1 <= content[2] <= 12 and 1 <= content[3] <= 31 and content[12:14] == b"\0\0"
    return dated and head >= 65 and row >= 2 and b"\r" in content[64:head]


def _is_old_tar(content: bytes) -> bool:
    """True if the checksum of a tar header without a signature is right."""
    field = content[148:156].strip(b" \0")
    if len(content) < 512 or not field.isdigit() or field.strip(b"01234567"):
        return False
    return int(field, 8) == sum(content[:148]) + 8 * 32 + sum(content[156:512])


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


def _begins_untyped(start: bytes) -> bool:
    """True if nobody types what it begins with: an archive, even if it holds text as it is, or a PDF."""
    return start.startswith(b"%PDF-") or bool(start[:16].translate(None, _TEXTUAL))


def _hides_text(content: bytes) -> bool:
    """True if the middle and the end are plain text: a picture's first bytes must not excuse a list."""
    middle = len(content) // 2
    places = (content[middle : middle + _LOOK], content[-_LOOK:])
    return all(len(place.translate(None, _ASCII)) * 50 <= len(place) for place in places)
