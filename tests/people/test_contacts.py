"""The sender of a message, and `NO_CONTACTS`."""

import pytest
from holdback.mail import Envelope
from holdback.people.knowledge import NO_CONTACTS, RecipientCounts
from holdback.people.parties.sender import sender_of

SENDERS = [
    (Envelope("Jane@Corp.example"), "jane@corp.example"),
    (Envelope("jane.smith@corp.example"), "jane.smith@corp.example"),
    (Envelope("jane2@corp.example"), "jane@corp.example"),
    (Envelope("bounce+ann=shop.example@corp.example"), "bounce@corp.example"),
    (Envelope("bounce-ann=shop.example@corp.example"), "bounce@corp.example"),
    (Envelope("bounce-7341-x@corp.example"), "bounce@corp.example"),
    (Envelope("news_2024@corp.example"), "news@corp.example"),
    (Envelope("bounces-be41c07@corp.example"), "bounces@corp.example"),
    (Envelope("bounce-mc.us1_1234.5678-ab@corp.example"), "bounce-mc@corp.example"),
    (Envelope("jane.smith2@corp.example"), "jane@corp.example"),
    (Envelope("-jane-@corp.example"), "-jane-@corp.example"),
    (Envelope("0100018f-3c@corp.example"), "@corp.example"),
    (Envelope("=@corp.example"), "@corp.example"),
    (Envelope("\udce4=1@corp.example"), "@corp.example"),
    (Envelope("jürgen@corp.example"), "jürgen@corp.example"),
    (Envelope("root"), "@root"),
    (Envelope(""), "@"),
    (Envelope("b1@corp.example", login="Tool7"), "login tool7"),
    (Envelope("login tool7"), "@login tool7"),
]


@pytest.mark.parametrize(("envelope", "sender"), SENDERS)
def test_sender_of(envelope: Envelope, sender: str) -> None:
    """The login; else the envelope sender without the part that varies between copies."""
    assert sender_of(envelope) == sender


def test_no_contacts_counts_this_message_only() -> None:
    """Each recipient counts once, and no pair is acquainted."""
    assert NO_CONTACTS.count_recipients(1, [5, 6, 5]) == RecipientCounts(2, 2)
    assert list(NO_CONTACTS.acquainted([5])) == []
