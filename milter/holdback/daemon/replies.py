"""The replies to the MTA, in the words of SMTP."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from holdback.checks import CHECKS
from holdback.checks.check import Check
from holdback.mta.blind import Change, changes
from holdback.verdict import Action, Verdict


class Reply(StrEnum):
    """What the MTA does with the message."""

    ACCEPT = "accept"
    QUARANTINE = "quarantine"
    TEMPFAIL = "tempfail"
    REJECT = "reject"
    DISCARD = "discard"


@dataclass(frozen=True, slots=True)
class Answer:
    """The reply and what goes with it. No addresses: SMTP replies end up in bounces and in others' logs."""

    reply: Reply
    status: tuple[str, str] = ("", "")
    """SMTP reply code and enhanced status (RFC 3463), for refusals."""
    sentence: str = ""
    """What the sender reads; ASCII, one line."""
    case: str = ""
    """Reason of the quarantine: the case id only, because `mailq` shows it to every local user."""
    changes: tuple[Change, ...] = ()
    """Changes of the header, in the order to be made."""


ACCEPT = Answer(Reply.ACCEPT)
DISCARD = Answer(Reply.DISCARD)
"""Taken from the client and thrown away: it must not learn that it wrote to a canary."""


def hold(case: str) -> Answer:
    """Held for a decision on `case`; without one (no record could be stored) the reason is `holdback`."""
    return Answer(Reply.QUARANTINE, case=case or "holdback")


def reject(verdict: Verdict, checks: Mapping[str, Check] = CHECKS) -> Answer:
    """Refused for good, with the advice of the check that refuses it."""
    refused = (judgement for judgement in verdict.judgements if judgement.action is Action.REJECT)
    check = next(refused).finding.check
    return Answer(Reply.REJECT, ("550", "5.7.1"), f"Message rejected: {checks[check].advice}")


def blind(raw: bytes) -> Answer:
    """Sent with its recipients hidden from each other."""
    return Answer(Reply.ACCEPT, changes=changes(raw))


def reject_decided() -> Answer:
    """Refused because an operator dropped the case it belongs to."""
    sentence = "Rejected by your mail administrator. Contact your postmaster."
    return Answer(Reply.REJECT, ("550", "5.7.1"), sentence)


def later(case: str) -> Answer:
    """Refused for now: enough copies of the same campaign are held in `case`."""
    sentence = (
        f"Not sent yet: copies of this message are held for review by your mail administrator (case {case})."
    )
    return Answer(Reply.TEMPFAIL, ("451", "4.7.1"), sentence)


def unchecked() -> Answer:
    """Refused for now because something failed on our side or we are stopping."""
    return Answer(
        Reply.TEMPFAIL, ("451", "4.3.0"), "This message could not be checked. Please try again later."
    )
