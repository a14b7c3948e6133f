"""Guessing an envelope from a message that is only a file."""

import pytest
from holdback.cli.envelope import UNDISCLOSED, envelope_of
from holdback.cli.mail_files import StoredMessage
from holdback.mail import Limits

LIMITS = Limits()


@pytest.mark.parametrize(
    ("head", "separator", "sender"),
    [
        (b"From: Ann <ann@corp.example>\n", "", "ann@corp.example"),
        (b"From: ann@corp.example\n", "list@corp.example", "list@corp.example"),
        (
            b"Return-Path: <bounces@corp.example>\nFrom: ann@corp.example\n",
            "x@y.example",
            "bounces@corp.example",
        ),
        (b"Return-Path: <>\nFrom: ann@corp.example\n", "", "ann@corp.example"),
        (b"X-From: ann@corp.example\n", "", ""),
        (b"", "", ""),
    ],
)
def test_the_sender_is_taken_from_the_most_reliable_field(head: bytes, separator: str, sender: str) -> None:
    """Return-Path was written by the mail server, the separator by the mail store, From by the author."""
    raw = head + b"Subject: x\n\nReturn-Path: <body@corp.example>\n"
    assert sender == envelope_of(StoredMessage("x", raw, len(raw), separator), LIMITS).sender


@pytest.mark.parametrize(
    ("head", "recipients"),
    [
        (b"To: bob@shop.example\n", ("bob@shop.example",)),
        (b"To: b@a.example\nCc: c@a.example\nBcc: d@a.example\n", tuple(f"{n}@a.example" for n in "bcd")),
        (b"To: undisclosed-recipients:;\nDelivered-To: bob@shop.example\n", ("bob@shop.example",)),
        (b"X-Original-To: Bob@shop.example\nTo: a@b.example\n", ("a@b.example", "Bob@shop.example")),
        (b"To: undisclosed-recipients:;\n", (UNDISCLOSED,)),
        (b"Subject: nobody\n", (UNDISCLOSED,)),
        (b"", (UNDISCLOSED,)),
    ],
)
@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_recipients_are_those_in_the_header_or_one_external_address(
    head: bytes, recipients: tuple[str, ...], end: bytes
) -> None:
    """A message that hides its recipients counts as sent to one external address."""
    raw = head.replace(b"\n", end) + end + b"To: body@nowhere.example" + end
    assert recipients == envelope_of(StoredMessage("x", raw, len(raw)), LIMITS).recipients


def test_a_message_that_is_all_header_is_cut_at_the_limit() -> None:
    """Without an end of the header the guess costs no more than the limit allows."""
    raw = b"To: bob@shop.example\n" + b"X: y\n" * 10_000
    limits = Limits(header_bytes=1000)
    assert envelope_of(StoredMessage("x", raw, len(raw)), limits).recipients == ("bob@shop.example",)
