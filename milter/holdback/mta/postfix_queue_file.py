"""The message in a queue file, as `postcat -qbeh` prints it."""

from holdback.mta.interface import HeldMail, MtaError
from holdback.mta.received import without_own_received

_LOCAL = "127.0.0.1"
"""The client that Postfix names to milters for sendmail(1)."""
_CONTENTS = b"*** MESSAGE CONTENTS "
_EXTRACTED = b"*** HEADER EXTRACTED "


def held_mail(printed: bytes, queue_id: str) -> HeldMail:
    """Return the message in the output of postcat(1); addresses are unquoted. Raises MtaError."""
    # An envelope record has no newline, and nothing of the sender's follows the last marker.
    before, contents, rest = printed.partition(b"\n" + _CONTENTS)
    message, extracted, after = rest.rpartition(_EXTRACTED)
    if not contents or not extracted:
        raise MtaError("postcat -qbeh", None, "the queue file is incomplete")
    raw = message.partition(b"\n")[2]
    records = _records(before) + _records(after)
    named = (value.partition("=") for kind, value in records if kind == "named_attribute")
    attributes = {name: value for name, _, value in named}
    return HeldMail(
        sender=next((value for kind, value in records if kind == "sender"), ""),
        recipients=tuple(_recipients(records)),
        login=attributes.get("sasl_username", ""),
        client=attributes.get("client_address", _LOCAL),
        raw=without_own_received(raw, queue_id),
    )


def _records(lines: bytes) -> list[tuple[str, str]]:
    """Return the records of a segment as pairs: `sender`, `named_attribute`, `original_recipient` …"""
    pairs = (line.partition(": ") for line in lines.decode("utf-8", "surrogateescape").split("\n"))
    return [(kind, value) for kind, colon, value in pairs if colon]


def _recipients(records: list[tuple[str, str]]) -> list[str]:
    """Return the recipients as the client named them.

    A recipient that Postfix adds (always_bcc, sender_bcc_maps) asks for no notification, and has none of the
    original recipient that smtpd(8), pickup(8) and cleanup(8) record for each of the client's.
    """
    found, silent, named, original = [], False, False, ""
    for kind, value in records:
        if kind == "named_attribute":
            silent = silent or value == "notify_flags=1"
            named = named or value.startswith("dsn_orig_rcpt=")
        elif kind == "original_recipient":
            original = value
        elif kind in ("recipient", "done_recipient"):
            if named or not silent:
                found.append(original or value)
            silent, named, original = False, False, ""
    return found
