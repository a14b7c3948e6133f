"""Kinds of content and their signatures (first bytes). Declared types and file names are not trusted."""

import re
from enum import StrEnum


class Kind(StrEnum):
    """Kinds of content; `openers` and `confined.openers` list the opener of each."""

    TEXT = "text"
    HTML = "html"
    XML = "xml"
    RTF = "rtf"
    MAIL = "mail"
    PARTIAL = "partial"
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


_SIGNATURES: tuple[tuple[int, bytes, Kind], ...] = (
    (0, b"PK\x03\x04", Kind.ZIP),
    (0, b"PK\x05\x06", Kind.ZIP),
    (0, b"PK\x07\x08PK\x03\x04", Kind.ZIP),  # part of a split archive
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
    (0, b"xar!", Kind.ARCHIVE),
    (0, b"\x1f\x9d", Kind.ARCHIVE),  # compress
    (0, b"LZIP", Kind.ARCHIVE),
    (0, b"\x04\x22\x4d\x18", Kind.ARCHIVE),  # lz4
    (0, b"\x5d\0\0", Kind.ARCHIVE),  # lzma
    (0, b"SQLite format 3\x00", Kind.SQLITE),
    (0, b"\x78\x9f\x3e\x22", Kind.TNEF),
    (0, b"\x76\xe8\x04\x60\xc4\x11\xe3\x86", Kind.ENCRYPTED),  # rights-protected (MS-OXORMMS)
    (0, b"Salted__", Kind.ENCRYPTED),  # openssl enc
    (0, b"age-encryption.org/", Kind.ENCRYPTED),
    (0, b"\x03\xd9\xa2\x9a", Kind.ENCRYPTED),  # KeePass
    (0, b"!BDN", Kind.PST),
    (0, b"PAR1", Kind.PARQUET),
)

_UNTYPED = re.compile(
    rb"%PDF-|BZh[1-9](?:1AY&SY|\x17rE8P\x90)|\x28\xb5\x2f\xfd|Salted__|age-encryption\.org/"
    rb"|[\s\S]{0,15}[\0-\x06\x0b\x0e-\x1a\x1c-\x1f\x7f]"
)
"""Starts that typed text does not have: a marker, or a control character within 16 bytes."""

_MEDIA = re.compile(
    rb"""
      \x89PNG\r\n\x1a\n | \xff\xd8\xff | GIF8 | BM.{4}\0{4} | \0\0[\x01\x02]\0          # web, icons
    | (?:II|MM)[*+\0] | 8BPS\0 | gimp\ xcf | \xff\x0a | .{4}(?:jP\ \ |JXL\ )            # TIFF, raw, others
    | \x01\0{3}.{36}\ EMF | \xd7\xcd\xc6\x9a | [CFZ]WS[\x03-\x32]                       # drawings
    | RIFF | FORM.{4}AI | OggS | fLaC | ID3 | \xff[\xe3\xf1-\xf3\xf9-\xfd]              # sound
    | MThd | \#!AMR | \x0b\x77
    | .{4}(?:ftyp|moov|mdat|wide) | \x1aE\xdf\xa3 | \x30\x26\xb2\x75 | FLV\x01          # films
    | \0\0\x01[\xb3\xba]
    | wOF[F2] | OTTO | ttcf | true\0 | \0\x01\0{3} | .{8}[\0-\x02]\0[\x01\x02]\0.{22}LP  # fonts
    | \0\x05\x16\x07 | \0{3}\x01Bud1                                                    # Mac resource files
    """,
    re.S | re.X,
)
"""Formats that cannot contain a readable list: pictures, sound, films, fonts."""


def is_untyped(start: bytes) -> bool:
    """Return True if the start is not that of typed text, even if the rest looks like text."""
    return _UNTYPED.match(start) is not None


def kind_by_signature(content: bytes) -> Kind:
    """Return the kind by the first bytes, or UNKNOWN."""
    for at, magic, kind in _SIGNATURES:
        if content.startswith(magic, at):
            return kind
    return Kind.MEDIA if _MEDIA.match(content) else Kind.UNKNOWN
