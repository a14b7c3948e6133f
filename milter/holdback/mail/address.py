"""A mailbox address, kept as written and compared by a normalised key."""

from dataclasses import dataclass
from functools import lru_cache
from unicodedata import normalize

_LONGEST_DOMAIN = 253
_KEPT = 1024
"""Addresses kept until the end of a message, which asks for each of them several times."""
_GOOGLE = ("gmail.com", "googlemail.com")


@dataclass(frozen=True, slots=True)
class Address:
    """One mailbox (RFC 5321 section 4.1.2, RFC 6531 for non-ASCII ones)."""

    written: str
    """`local@domain` as written in the message, with quotes and case."""
    key: str
    """Key for comparison: lower case, without plus-tag and quotes, the domain as A-labels."""

    domain: str
    """Domain of the key; empty for a local part without domain."""


@lru_cache(maxsize=_KEPT)
def address(written: str) -> Address:
    """Return the address with its key: `"Ann+News"@Example.COM.` has the key `ann@example.com`."""
    key = compared(written)
    _, at, domain = key.rpartition("@")
    return Address(written, key, domain if at else "")


def forget_addresses() -> None:
    """Remove the addresses of a message from memory."""
    address.cache_clear()


def compared(written: str) -> str:
    """Return only the key of an address."""
    local, at, domain = written.strip().lower().rpartition("@")
    if not at:
        return domain
    domain = domain.rstrip(".")
    if not domain.isascii():
        domain = a_labels(domain)
    if not local.isascii():
        # The same letters may be spelled with combining accents (RFC 6532 section 3.1).
        local = normalize("NFC", local)
    if local.startswith('"'):
        local = local.strip('"').replace("\\", "")
    local = local.partition("+")[0] or local
    if domain in _GOOGLE:
        local, domain = local.replace(".", ""), _GOOGLE[0]
    return f"{local}@{domain}"


def a_labels(domain: str) -> str:
    """Return `domain` (lower case) as A-labels (RFC 3490); unchanged if it cannot be converted."""
    if domain.isascii() or len(domain) > _LONGEST_DOMAIN:
        return domain
    try:
        return domain.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return domain
