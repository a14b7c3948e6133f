"""Detect inbound mail to a canary: an outsider has the list and uses it."""

from fnmatch import fnmatchcase

from holdback.mail import Envelope
from holdback.mail.address import address
from holdback.people.canaries.canary import Canaries, Canary
from holdback.people.parties.domains import Domains


def is_expected_sender(canary: Canary, sender: str) -> bool:
    """Return True if the envelope sender may mail to the canary's list."""
    return any(fnmatchcase(sender.lower(), glob.lower()) for glob in canary.senders)


def unexpected_canaries(envelope: Envelope, canaries: Canaries, domains: Domains) -> tuple[Canary, ...]:
    """Return the canaries that an unexpected external sender writes to, without duplicates.

    Bounces do not count: they answer forged mail. Nor does mail with a login or from our own domains: those
    senders have the list legitimately.
    """
    if not len(canaries) or not envelope.sender or envelope.login:
        return ()
    if domains.is_internal(address(envelope.sender)):
        return ()
    found = filter(None, map(canaries.get, envelope.recipients))
    return tuple(dict.fromkeys(canary for canary in found if not is_expected_sender(canary, envelope.sender)))
