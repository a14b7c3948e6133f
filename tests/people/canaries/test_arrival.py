"""Inbound mail to canaries: which senders are expected, and which messages are hits."""

import pytest
from holdback.mail import Envelope
from holdback.people.canaries import Canaries, Canary, unexpected_canaries
from holdback.people.parties.domains import company_domains

_DOMAINS = company_domains(["corp.example"])
_EXPORT = Canary(
    1, "ann.smith@corp.example", "Spring export", "Agency X", 0.0, "jane", "", ("*@Agency.example",)
)
_OTHER = Canary(2, "jane+books@corp.example", "Crew list", "", 0.0, "jane")
_CANARIES = Canaries([_EXPORT, _OTHER])


@pytest.mark.parametrize(
    ("sender", "login", "recipients", "expected"),
    [
        ("shop@pills.example", "", ("ann.smith@corp.example",), (_EXPORT,)),
        ("shop@pills.example", "", ("Ann.Smith@CORP.example", "ann.smith@corp.example"), (_EXPORT,)),
        ("shop@pills.example", "", ("bob@corp.example", "jane+books@corp.example"), (_OTHER,)),
        ("news@agency.example", "", ("ann.smith@corp.example",), ()),
        ("News@AGENCY.example", "", ("ann.smith@corp.example", "jane+books@corp.example"), (_OTHER,)),
        ("shop@pills.example", "", ("bob@corp.example", "jane@corp.example"), ()),
        ("", "", ("ann.smith@corp.example",), ()),
        ("jane@corp.example", "", ("ann.smith@corp.example",), ()),
        ("root", "", ("ann.smith@corp.example",), ()),
        ("jane@home.example", "jane", ("ann.smith@corp.example",), ()),
        ("shop@pills.example", "", (), ()),
    ],
    ids=[
        *("a stranger", "twice", "among others", "the agency", "the agency, another list", "no canary"),
        *("a bounce", "a colleague", "a machine", "logged in", "no recipients"),
    ],
)
def test_only_unexpected_mail_from_outside_is_a_hit(
    sender: str, login: str, recipients: tuple[str, ...], expected: tuple[Canary, ...]
) -> None:
    """Strangers cause hits; expected senders, colleagues and bounces do not."""
    envelope = Envelope(sender, recipients, login=login)
    assert unexpected_canaries(envelope, _CANARIES, _DOMAINS) == expected


def test_without_canaries_there_are_no_hits() -> None:
    """An empty set of canaries has no hits."""
    envelope = Envelope("shop@pills.example", ("ann.smith@corp.example",))
    assert unexpected_canaries(envelope, Canaries(), _DOMAINS) == ()
