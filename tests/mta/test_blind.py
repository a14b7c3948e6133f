"""Hiding recipients: every field that shows one is removed, and all other bytes stay."""

import pytest
from holdback.mta.blind import Change, blinded, changes, signed_changes

TO = ("To", 1, "undisclosed-recipients:;")


def requests(*made: tuple[str, int, str | None]) -> tuple[Change, ...]:
    return tuple(Change(*one) for one in made)


CASES = [
    pytest.param(
        b"From: a@x.example\r\nTo: b@y.example,\r\n c@z.example\r\nSubject: To: c\r\n\r\nTo: b@y.example\r\n",
        b"From: a@x.example\r\nTo: undisclosed-recipients:;\r\nSubject: To: c\r\n\r\nTo: b@y.example\r\n",
        [TO],
        id="a folded To is replaced in its place; subject and body stay",
    ),
    pytest.param(
        b"to: b@y.example\nCC : c@z.example\nFrom: a@x.example\nTO: d@z.example\nbcc:e@z.example\n\nhello",
        b"To: undisclosed-recipients:;\nFrom: a@x.example\n\nhello",
        [("Bcc", 1, None), ("To", 2, None), ("Cc", 1, None), TO],
        id="any case, a blank before the colon, several fields",
    ),
    pytest.param(
        b"From: a@x.example\nCc: b@y.example\nCc: c@z.example\n\nhello\n",
        b"From: a@x.example\nTo: undisclosed-recipients:;\n\nhello\n",
        [("Cc", 2, None), ("Cc", 1, None), TO],
        id="without To it ends the header",
    ),
    pytest.param(
        b"Resent-To: b@y.example\nResent-Cc: c@z.example\nResent-Bcc: d@z.example\n"
        b"Apparently-To: e@z.example\nMail-Followup-To: f@z.example\nResent-From: a@x.example\n"
        b"To: g@z.example\n\n",
        b"Resent-From: a@x.example\nTo: undisclosed-recipients:;\n\n",
        [
            ("Mail-Followup-To", 1, None),
            ("Apparently-To", 1, None),
            ("Resent-Bcc", 1, None),
            ("Resent-Cc", 1, None),
            ("Resent-To", 1, None),
            TO,
        ],
        id="Resent fields and the two outside of the RFC",
    ),
    pytest.param(
        b"Delivered-To: b@y.example\nX-Original-To: b@y.example\nReply-To: a@x.example\nX-To: no\n"
        b"Topic: c@z.example\nDisposition-Notification-To: a@x.example\nTo: b@y.example\n\n",
        b"Delivered-To: b@y.example\nX-Original-To: b@y.example\nReply-To: a@x.example\nX-To: no\n"
        b"Topic: c@z.example\nDisposition-Notification-To: a@x.example\nTo: undisclosed-recipients:;\n\n",
        [TO],
        id="near misses stay",
    ),
    pytest.param(
        b"From: Ann <a@x.example>, b@y.example, c@y.example, d@y.example\nTo: b@y.example\n"
        b"Reply-To: b@y.example,\n c@y.example, d@y.example, e@y.example\nX-RCPT-To: b@y.example\n"
        b"X-RCPT-To: c@y.example, d@y.example, e@y.example\nReferences: <1@x.example> <2@x.example> "
        b"<3@x.example> <4@x.example>\nSender: a@x.example\n\n",
        b"From: a@x.example\nTo: undisclosed-recipients:;\nReferences: <1@x.example> <2@x.example> "
        b"<3@x.example> <4@x.example>\nSender: a@x.example\n\n",
        [
            ("X-Rcpt-To", 2, None),
            ("X-Rcpt-To", 1, None),
            ("Reply-To", 1, None),
            ("From", 1, "a@x.example"),
            TO,
        ],
        id="other fields that list people",
    ),
    pytest.param(b"\nTo: b\n", b"To: undisclosed-recipients:;\n\nTo: b\n", [TO], id="no header"),
    pytest.param(b"", b"To: undisclosed-recipients:;\n", [TO], id="nothing at all"),
    pytest.param(
        b"Subject: x\nTo: b@y.example",
        b"Subject: x\nTo: undisclosed-recipients:;\n",
        [TO],
        id="header without end",
    ),
    pytest.param(
        b"Subject: a\rTo: b\nNot a field\n\tTo: c@z.example\nTo: \xff\x00\n\na\r\n\r\nb",
        b"Subject: a\rTo: b\nNot a field\n\tTo: c@z.example\nTo: undisclosed-recipients:;\n\na\r\n\r\nb",
        [TO],
        id="a lone CR and a line that is no field end nothing",
    ),
]


@pytest.mark.parametrize(("raw", "hidden", "requested"), CASES)
def test_blind(raw: bytes, hidden: bytes, requested: list[tuple[str, int, str | None]]) -> None:
    """The bytes that `release --bcc` sends, and the milter's requests for the same effect."""
    assert blinded(raw) == hidden
    assert changes(raw) == requests(*requested)


@pytest.mark.parametrize("raw", [case.values[0] for case in CASES])
def test_blinding_twice_changes_nothing(raw: bytes) -> None:
    """Blinding a blinded message changes nothing."""
    assert blinded(blinded(raw)) == blinded(raw)


PEOPLE = b"a@y.example, b@y.example, c@y.example, d@y.example\n"


@pytest.mark.parametrize(
    ("header", "covered"),
    [
        (b"DKIM-Signature: v=1; h=From:To:Subject; b=x\nTo: b@y.example\n", ("To",)),
        (b"DKIM-Signature: v=1; h = from : TO\n : cc; b=x\nCc: b@y.example\nTo: c@y.example\n", ("To", "Cc")),
        (b"dkim-signature: h=reply-to;\n\tb=x\nReply-To: " + PEOPLE, ("Reply-To",)),
        (b"DKIM-Signature: h=from\nFrom: " + PEOPLE, ("From",)),
        (b"DKIM-Signature: h=to\nDKIM-Signature: h=cc\nCc: a@y.example\n", ("To", "Cc")),
        (b"DKIM-Signature: h=from:to\nSubject: a header without To gets one\n", ("To",)),
        (b"DKIM-Signature: v=1; h=From:Subject:Date; b=x\nTo: b@y.example\n", ()),
        (b"DKIM-Signature: h=from:reply-to\nReply-To: one@y.example\n", ()),
        (b"DKIM-Signature: v=1; bh=to; b=x\nTo: b@y.example\n", ()),
        (b"X-DKIM-Signature: h=to\nTo: b@y.example\n", ()),
        (b"To: b@y.example\n\nDKIM-Signature: h=to\n", ()),
        (b"DKIM-Signature: h=\nDKIM-Signature:\nTo: b@y.example\n", ()),
    ],
)
def test_signed_changes(header: bytes, covered: tuple[str, ...]) -> None:
    """The changed fields that a signature covers, whatever the case and the blanks in `h=`."""
    assert signed_changes(header) == covered


def test_twenty_thousand_fields() -> None:
    """A header of many fields is read once, and every field with recipients is named."""
    raw = b"To: b@y.example\r\n" * 20_000 + b"\r\nbody"
    assert blinded(raw) == b"To: undisclosed-recipients:;\r\n\r\nbody"
    assert [change.index for change in changes(raw)] == list(range(20_000, 0, -1))
