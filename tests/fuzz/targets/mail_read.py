"""Any bytes are a message, read within its limits."""

from holdback.mail import Limits, read

SEEDS = "mail"
LIMITS = Limits(bytes=8_192, header_bytes=2_048, parts=30, depth=6)


def check(data: bytes) -> None:
    """Reading returns, and what it returns is bounded."""
    message = read(data, LIMITS)
    assert sum(len(part.content) for part in message.parts) <= LIMITS.bytes
    assert len(message.parts) <= 2 * LIMITS.parts + 3
    assert len(message.defects) <= 100
    assert len({found.key for found in message.visible}) == len(message.visible)
