"""Fingerprints that messages have in common, and case ids."""

import re

import pytest
from cases.samples import KEY, NOON
from holdback.cases.fingerprints import BCC_DIGITS, case_id, fingerprints_of, parse_case_id
from holdback.mail import Defect, Envelope, Flaw, Message, Part
from holdback.mail.address import address

ENVELOPE = Envelope(sender="Offers@corp.example", recipients=("ann@customer.example",), queue_id="4AAA")


def message(**changes: object) -> Message:
    usual = {
        "visible": (address("ann@customer.example"), address("bob@customer.example")),
        "subject": "Socks",
        "message_id": "<1@corp.example>",
        "parts": (Part("1", b"Dear all,"), Part("2", b"a;b;c", name="prices.csv")),
    }
    return Message(**{**usual, **changes})


ONE = (Part("1", b"Dear all,a;b;c", name="prices.csv"),)
CUT_ELSEWHERE = (Part("1", b"Dear all,a"), Part("2", b";b;c", name="prices.csv"))
RENAMED = (Part("1", b"Dear all,"), Part("2", b"a;b;c", name="offers.csv"))
CHANGED = (Part("1", b"Dear all,"), Part("2", b"a;b;d", name="prices.csv"))
TWISTED = (address("bob@customer.example"), address("Ann+x@Customer.Example"))
CUT_SHORT = (Defect(Flaw.OVER_LIMIT, "header"),)


@pytest.mark.parametrize(
    ("envelope", "other", "shared"),
    [
        (ENVELOPE, message(), "message content exact"),
        (Envelope(sender="offers@CORP.example"), message(), "message content exact"),
        (ENVELOPE, message(visible=TWISTED), "message content exact"),
        (ENVELOPE, message(message_id="<2@corp.example>"), "content exact"),
        (ENVELOPE, message(message_id=""), "content exact"),
        (ENVELOPE, message(subject="Socks!"), "message content"),
        (ENVELOPE, message(parts=RENAMED), "message content"),
        (ENVELOPE, message(visible=(address("ann@customer.example"),)), "message content"),
        (ENVELOPE, message(visible=(*TWISTED, address("carl@customer.example"))), "message content"),
        (ENVELOPE, message(tagged=("ann+x7@customer.example",)), "message content"),
        (ENVELOPE, message(defects=CUT_SHORT), "message content"),
        (ENVELOPE, message(parts=CHANGED), "message"),
        (ENVELOPE, message(parts=ONE), "message"),
        (ENVELOPE, message(parts=CUT_ELSEWHERE), "message"),
        (Envelope(sender="ann@corp.example"), message(), ""),
        (Envelope(), message(), ""),
    ],
)
def test_what_two_messages_share(envelope: Envelope, other: Message, shared: str) -> None:
    """Sender and Message-ID, sender and content, and the additional fields of an exact copy."""
    ours, theirs = fingerprints_of(KEY, ENVELOPE, message()), fingerprints_of(KEY, envelope, other)
    same = [name for name in ("message", "content", "exact") if getattr(ours, name) == getattr(theirs, name)]
    assert shared == " ".join(same)


@pytest.mark.parametrize(
    ("recipients", "bcc"),
    [
        ((), 0),
        (("ann@customer.example",), 0),
        (("Ann@Customer.Example.", "bob@customer.example"), 0),
        (("ann@customer.example", "thief@else.example"), 1),
        (("thief@else.example", "THIEF@else.example"), 1),
        (("thief@else.example", "other@else.example"), 2),
        # Another tag may be another mailbox.
        (("ann+thief@customer.example",), 1),
        (("carl+x@customer.example",), 0),
        (("carl@customer.example",), 0),
    ],
)
def test_recipients_that_the_header_does_not_show(recipients: tuple[str, ...], bcc: int) -> None:
    """Those of the envelope who are in neither To nor Cc; spelling does not matter, a plus-tag does."""
    shown = message(
        visible=(*message().visible, address("carl+x@customer.example")), tagged=("carl+x@customer.example",)
    )
    envelope = Envelope(sender="offers@corp.example", recipients=recipients)
    assert len(fingerprints_of(KEY, envelope, shown).bcc) == bcc * BCC_DIGITS


def test_tags_differ() -> None:
    """Addresses with different tags differ; upper and lower case do not."""
    tagged = [("ann+x7@c.example",), ("Ann+X7@c.example",), ("ann+x8@c.example",), ()]
    exact = [fingerprints_of(KEY, ENVELOPE, message(tagged=one)).exact for one in tagged]
    assert exact[0] == exact[1]
    assert len(set(exact)) == 3


def test_what_was_not_read_to_its_end_is_no_exact_copy_of_itself() -> None:
    """Messages over the limit may differ after it, so they are no exact copies."""
    assert fingerprints_of(KEY, ENVELOPE, message(defects=CUT_SHORT)).exact == ""


def test_prints_tell_nothing_without_the_key() -> None:
    """Another key gives other fingerprints, and none contains its input."""
    ours, theirs = fingerprints_of(KEY, ENVELOPE, message()), fingerprints_of(bytes(32), ENVELOPE, message())
    fingerprints = [ours.message, ours.content, ours.exact, theirs.message, theirs.content, theirs.exact]
    assert len(set(fingerprints)) == 6
    assert all(re.fullmatch("[0-9a-f]{32}", one) for one in fingerprints)


def test_prints_of_lone_surrogates() -> None:
    """Undecodable bytes, which arrive as lone surrogates, are accepted."""
    assert fingerprints_of(
        KEY, Envelope(sender="\udce4@corp.example"), message(subject="\udcff", message_id="\ud800")
    )


def test_case_ids_can_be_spoken() -> None:
    """Four and two unambiguous characters; deterministic, and different per attempt."""
    ids = [case_id(KEY, "mx1", f"4A{n}", NOON, attempt) for n in range(100) for attempt in range(2)]
    assert all(re.fullmatch("[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{2}", one) for one in ids)
    assert len(set(ids)) == 200
    assert ids[0] == case_id(KEY, "mx1", "4A0", NOON)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("K7Q2-9F", "K7Q2-9F"),
        ("k7q29f", "K7Q2-9F"),
        (" k7q2 9f\n", "K7Q2-9F"),
        ("kiol-9f", "K101-9F"),
        ("k7q2-", "K7Q2"),
        ("k7q29", "K7Q2-9"),
        ("k", "K"),
        ("", None),
        ("-", None),
        ("K7Q2-9F1", None),
        ("K7U2", None),
        ("K7Ä2", None),
        ("4Zr%_", None),
    ],
)
def test_what_an_operator_means(typed: str, expected: str | None) -> None:
    """Case, dash, blanks and confusable characters are normalised."""
    assert expected == parse_case_id(typed)
