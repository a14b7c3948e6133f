"""The replies to the MTA, with their SMTP codes and texts."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from holdback.checks import CHECKS
from holdback.checks.check import Check
from holdback.mta.blind import Change, changes
from holdback.verdict import Action, Verdict


class Reply(StrEnum):
    """The actions that the MTA can take on a message."""

    ACCEPT = "accept"
    QUARANTINE = "quarantine"
    TEMPFAIL = "tempfail"
    REJECT = "reject"
    DISCARD = "discard"


@dataclass(frozen=True, slots=True)
class Answer:
    """A reply with its text and changes. Without addresses: replies appear in bounces and foreign logs."""

    reply: Reply
    status: tuple[str, str] = ("", "")
    """SMTP reply code and enhanced status (RFC 3463), for refusals."""
    sentence: str = ""
    """Text for the sender; ASCII, one line."""
    case: str = ""
    """Reason of the quarantine: the case id only, because `mailq` shows it to every local user."""
    changes: tuple[Change, ...] = ()
    """Changes of the header, in order."""


ACCEPT = Answer(Reply.ACCEPT)
DISCARD = Answer(Reply.DISCARD)
"""Accept and delete the message: the client must not learn that it wrote to a canary."""


def hold(case: str) -> Answer:
    """Held for a decision on `case`; without one (no record could be stored) the reason is `holdback`."""
    return Answer(Reply.QUARANTINE, case=case or "holdback")


def reject(verdict: Verdict, checks: Mapping[str, Check] = CHECKS) -> Answer:
    """Return a permanent rejection with the advice of the check that rejects the message."""
    refused = (judgement for judgement in verdict.judgements if judgement.action is Action.REJECT)
    check = next(refused).finding.check
    return Answer(Reply.REJECT, ("550", "5.7.1"), f"Message rejected: {checks[check].advice}")


def blind(raw: bytes) -> Answer:
    """Accept the message with its recipients hidden from each other."""
    return Answer(Reply.ACCEPT, changes=changes(raw))


def reject_decided() -> Answer:
    """Return a permanent rejection of a message whose case was dropped or returned."""
    sentence = "Rejected by your mail administrator. Contact your postmaster."
    return Answer(Reply.REJECT, ("550", "5.7.1"), sentence)


def later(case: str) -> Answer:
    """Return a temporary rejection of a message of which enough copies are held in `case`."""
    sentence = (
        f"Not sent yet: copies of this message are held for review by your mail administrator (case {case})."
    )
    return Answer(Reply.TEMPFAIL, ("451", "4.7.1"), sentence)


RECONNECT = Answer(Reply.TEMPFAIL, ("421", "4.3.2"), "This service restarts. Please connect again.")
"""Close the connection of a client before its next message."""


def alive() -> Answer:
    """Return the answer to a probe of the supervisor: who answers."""
    return Answer(Reply.TEMPFAIL, ("451", "4.3.0"), f"holdback worker {os.getpid()}")


def unchecked() -> Answer:
    """Return a temporary rejection because of an error of ours."""
    return Answer(
        Reply.TEMPFAIL, ("451", "4.3.0"), "This message could not be checked. Please try again later."
    )
