"""The envelope and the content of a held message, as postcat(1) prints them."""

import pytest
from holdback.mta.interface import HeldMail, MtaError
from holdback.mta.postfix_queue_file import held_mail

ENVELOPE = b"""*** ENVELOPE RECORDS hold/4jf5 ***
message_size:             357             717               1               0             357               0
message_arrival_time: Tue Dec  1 15:56:25 2026
named_attribute: log_ident=4jf5
named_attribute: sasl_username=jane
sender: ann@corp.example
named_attribute: log_client_address=192.0.2.99
named_attribute: client_address=192.0.2.7
"""
RCPT = b"""named_attribute: dsn_orig_rcpt=rfc822;p@shop.example
original_recipient: p@shop.example
recipient: p@shop.example
"""
CONTENT = b"From: ann@corp.example\nSubject: hello\n\nHello.\n"
SILENT = b"named_attribute: notify_flags=1\n"
ARCHIVE = b"original_recipient: archive@corp.example\nrecipient: archive@corp.example\n"


def printed(envelope: bytes = ENVELOPE + RCPT, content: bytes = CONTENT, extracted: bytes = b"") -> bytes:
    return (
        envelope + b"*** MESSAGE CONTENTS hold/4jf5 ***\n" + content
        + b"*** HEADER EXTRACTED hold/4jf5 ***\n" + extracted + b"*** MESSAGE FILE END hold/4jf5 ***\n"
    )  # fmt: skip


def test_a_message_by_smtp() -> None:
    """Sender, recipient, login, client and content."""
    expected = HeldMail("ann@corp.example", ("p@shop.example",), "jane", "192.0.2.7", CONTENT)
    assert held_mail(printed(), "4jf5") == expected


def test_a_message_by_sendmail() -> None:
    """There is no client and no login; recipients from the header are in the last segment."""
    envelope = b"*** ENVELOPE RECORDS hold/4jf5 ***\nsender_fullname: root\nsender: \n"
    expected = HeldMail("", ("p@shop.example",), "", "127.0.0.1", CONTENT)
    assert held_mail(printed(envelope, extracted=RCPT), "4jf5") == expected


@pytest.mark.parametrize(
    ("records", "recipients"),
    [
        (RCPT, ("p@shop.example",)),
        (RCPT + SILENT + ARCHIVE, ("p@shop.example",)),
        (SILENT + RCPT + SILENT + ARCHIVE, ("p@shop.example",)),
        (RCPT + ARCHIVE, ("p@shop.example", "archive@corp.example")),
        (RCPT.replace(b"\nrecipient: p@", b"\nrecipient: q@"), ("p@shop.example",)),
        (b"recipient: p@shop.example\n", ("p@shop.example",)),
        (b"original_recipient: p@shop.example\ndone_recipient: p@shop.example\n", ("p@shop.example",)),
        (b"", ()),
    ],
    ids=["plain", "always_bcc", "both silent", "no DSN", "alias", "no original", "done", "none"],
)
def test_recipients(records: bytes, recipients: tuple[str, ...]) -> None:
    """The client's recipients count, before aliases; those that Postfix adds silently do not."""
    assert held_mail(printed(ENVELOPE + records), "4jf5").recipients == recipients


OWN = b"Received: from client (unknown [192.0.2.7])\n\tby mail (Postfix) with ESMTP id 4jf5;\n\tTue\n"


@pytest.mark.parametrize(
    ("content", "raw"),
    [
        (OWN + CONTENT, CONTENT),
        (OWN.replace(b"4jf5", b"4zzz") + CONTENT, OWN.replace(b"4jf5", b"4zzz") + CONTENT),
        (b"Subject: 4jf5\n" + CONTENT, b"Subject: 4jf5\n" + CONTENT),
        (b"", b""),
        (CONTENT + b"*** HEADER EXTRACTED hold/4jf5 ***\nrecipient: x@y.example\n",) * 2,
        (CONTENT + b"*** MESSAGE CONTENTS hold/4jf5 ***\n",) * 2,
    ],
    ids=["own Received", "another hop's", "other field", "empty", "marker at the end", "marker at the start"],
)
def test_content(content: bytes, raw: bytes) -> None:
    """Postfix's own Received field is left out; a message that imitates the markers is kept whole."""
    assert held_mail(printed(content=content), "4jf5").raw == raw
    assert held_mail(printed(content=content), "4jf5").recipients == ("p@shop.example",)


@pytest.mark.parametrize("cut", [b"", ENVELOPE, printed().partition(b"*** HEADER")[0]])
def test_incomplete(cut: bytes) -> None:
    """A file that is cut off is an error."""
    with pytest.raises(MtaError):
        held_mail(cut, "4jf5")
