"""The Received field that the MTA adds to a message (RFC 5321, 4.4)."""


def without_own_received(raw: bytes, queue_id: str) -> bytes:
    """Return the message without the first field, if it is the Received field of this queue file.

    The MTA does not show it to milters, so an inspection on arrival has not seen it.
    """
    lines = raw.split(b"\n", 10)
    last = next((number for number, line in enumerate(lines[1:], 1) if line[:1] not in (b" ", b"\t")), 0)
    field = b"\n".join(lines[:last])
    if last and field.startswith(b"Received:") and queue_id.encode() in field:
        return b"\n".join(lines[last:])
    return raw
