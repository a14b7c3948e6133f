"""Small messages for the wire: CRLF, invented people."""

STRANGERS = [b"p%d@shop%d.example" % (n, n) for n in range(60)]


def letter(
    to: list[bytes], body: bytes = b"Hello.\r\n", extra: bytes = b"", message_id: bytes = b"1@corp.example"
) -> bytes:
    """Return a plain message to `to`; `extra` consists of complete header lines."""
    header = b"From: Ann <ann@corp.example>\r\nTo: %s\r\nSubject: Offer\r\nMessage-ID: <%s>\r\n" % (
        b",\r\n ".join(to),
        message_id,
    )
    return header + extra + b"\r\n" + body


ORDINARY = letter([b"bob@customer.example"])
SOCKS = letter(STRANGERS)
"""Sixty strangers who would see each other."""
