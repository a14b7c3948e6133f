"""Detect binary formats without a signature by the consistency of the numbers in their header."""

from holdback.documents.signatures import Kind

_LOOK = 64
"""Bytes within which CMS names its content type."""
_CMS_READABLE = (bytes.fromhex("06092a864886f70d010702"), bytes.fromhex("060b2a864886f70d0109100109"))
"""Object identifiers (DER) of signed and compressed data (RFC 5652, 5; RFC 3274)."""
_CMS_ENCRYPTED = (
    *(bytes.fromhex(f"06092a864886f70d0107{number}") for number in ("03", "04", "06")),
    bytes.fromhex("060b2a864886f70d0109100117"),
)
"""Object identifiers (DER) of encrypted data (RFC 5652, 6 to 8; RFC 5083)."""
_SIGNATURE_SIZE = 64 * 1024

_PUBLIC_KEY, _SIGNATURE, _PASSWORD = 1, 2, 3
"""PGP packet types (RFC 9580, 5.1 to 5.3): public-key encrypted key, signature, password-encrypted key."""
_ALGORITHMS = frozenset({1, 2, 3, 16, 18, 25, 26})
"""Public-key algorithms that encrypt (9.1)."""
_CIPHERS = range(1, 14)
_FROM_PASSWORDS = frozenset({0, 1, 3, 4})
"""String-to-key specifiers (3.7.1)."""
_OF_FILES = (0, 1)
"""Signature types of documents (5.2.1): binary, text."""
_SMALL_SIGNATURE = 2 * 1024

_DBASE_VERSIONS = bytes.fromhex("020304053031324363838bcbf5fb")


def kind_of_structure(content: bytes, declared: str) -> Kind:
    """Return the kind by the header's structure; UNKNOWN if no format matches."""
    return _cms(content, declared) or _pgp(content) or _dbase(content) or _old_tar(content) or Kind.UNKNOWN


def _cms(content: bytes, declared: str) -> Kind | None:
    """Detect S/MIME (RFC 5652): encrypted, a detached signature, or signed content."""
    place = content[:_LOOK] if content.startswith(b"0") else b""
    if any(mark in place for mark in _CMS_ENCRYPTED):
        return Kind.ENCRYPTED
    if any(mark in place for mark in _CMS_READABLE):
        alone = declared.endswith("pkcs7-signature") and len(content) <= _SIGNATURE_SIZE
        return Kind.SIGNATURE if alone else Kind.SIGNED
    return None


def _pgp(content: bytes) -> Kind | None:
    """Detect PGP by its first packet (RFC 9580, 4.2): an encrypted key or a detached signature."""
    if len(content) < 16 or not content[0] & 0x80:
        return None
    if content[0] & 0x40:
        tag, at = content[0] & 0x3F, 2 if content[1] < 192 else 3
    else:
        tag, at = content[0] >> 2 & 0x0F, 1 + (1, 2, 4, 0)[content[0] & 3]
    version, about = content[at], content[at + 1 : at + 11]
    for_key = tag == _PUBLIC_KEY and (version == 6 or (version == 3 and about[8] in _ALGORITHMS))
    by_method = version == 4 and about[0] in _CIPHERS and about[1] in _FROM_PASSWORDS
    if for_key or (tag == _PASSWORD and (version in (5, 6) or by_method)):
        return Kind.ENCRYPTED
    alone = tag == _SIGNATURE and version == 4 and about[0] in _OF_FILES
    return Kind.SIGNATURE if alone and len(content) <= _SMALL_SIGNATURE else None


def _dbase(content: bytes) -> Kind | None:
    """Detect dBase: valid version and date, consistent lengths, terminated field list."""
    if len(content) < 68 or content[0] not in _DBASE_VERSIONS:
        return None
    head, row = int.from_bytes(content[8:10], "little"), int.from_bytes(content[10:12], "little")
    dated = 1 <= content[2] <= 12 and 1 <= content[3] <= 31 and content[12:14] == b"\0\0"
    return Kind.DBASE if dated and head >= 65 and row >= 2 and b"\r" in content[64:head] else None


def _old_tar(content: bytes) -> Kind | None:
    """Detect a pre-POSIX tar by the checksum of its first header."""
    field = content[148:156].strip(b" \0")
    if len(content) < 512 or not field.isdigit() or field.strip(b"01234567"):
        return None
    right = int(field, 8) == sum(content[:148]) + 8 * 32 + sum(content[156:512])
    return Kind.TAR if right else None
