"""The one-time token by which the milter recognises a blinded copy that `release --bcc` hands to the MTA.

Making one takes the installation's key, and the record accepts each nonce once. The milter removes the field
from the header before the copy enters the hold queue: a token never leaves the host.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass

HEADER = "Holdback-Release"
"""Name of the header field. A milter removes every occurrence, valid or not."""

_SHAPE_LIMIT = 200


@dataclass(frozen=True, slots=True)
class Token:
    """A verified header field: this message replaces that hold."""

    hold_id: int
    nonce: str


def new_nonce() -> str:
    """Return 128 random bits, as hex: they make a token good for one use."""
    return secrets.token_hex(16)


def make(key: bytes, hold_id: int, nonce: str) -> str:
    """Return the field's content for one copy: `<hold id>.<nonce>.<HMAC-SHA256 in hex>` (RFC 2104)."""
    return f"{hold_id}.{nonce}.{_seal(key, f'{hold_id}.{nonce}')}"


def verify(key: bytes, content: bytes) -> Token | None:
    """Return the token, or None if we did not make it. Whether its nonce is unused only the record knows.

    `content` may come from any sender. Blanks around it are ignored (an MTA adds one), nothing else is.
    """
    stripped = content.strip()
    if len(stripped) > _SHAPE_LIMIT or not stripped.isascii():
        return None
    claim, dot, seal = stripped.decode("ascii").rpartition(".")
    if not dot or not hmac.compare_digest(seal, _seal(key, claim)):
        return None
    hold_id, _, nonce = claim.partition(".")
    return Token(int(hold_id), nonce)


def contents(header: bytes) -> tuple[bytes, ...]:
    """Return the contents of every field of that name in a header section (lines ending in CRLF or LF)."""
    name = HEADER.lower().encode() + b":"
    lines = header.split(b"\n")
    return tuple(line[len(name) :] for line in lines if line[: len(name)].lower() == name)


def _seal(key: bytes, claim: str) -> str:
    # The header name is part of the sealed text: the same key also hashes addresses for the log.
    return hmac.new(key, f"{HEADER}:{claim}".encode("ascii"), hashlib.sha256).hexdigest()
