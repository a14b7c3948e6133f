"""Mail that arrives at a canary: somebody outside has got hold of its list, and uses it."""

from fnmatch import fnmatchcase

from holdback.mail import Envelope
from holdback.mail.address import address
from holdback.people.canaries.canary import Canaries, Canary
from holdback.people.parties.domains import Circle


def is_expected_sender(canary: Canary, sender: str) -> bool:
    """True if `sender` (an envelope's) is one of those who may mail to the canary's list."""
    return any(fnmatchcase(sender.lower(), glob.lower()) for glob in canary.senders)


def unexpected_canaries(envelope: Envelope, canaries: Canaries, circle: Circle) -> tuple[Canary, ...]:
    """The canaries, each once, that somebody from outside writes to without being expected to.

    Bounces are no such mail: they answer to forged mail that nobody here has sent. Neither is mail of people
    who are logged in or write from a domain of ours: they have the list by right.
    """
    if not len(canaries) or not envelope.sender or envelope.login:
        return ()
    if circle.is_internal(address(envelope.sender)):
        return ()
    found = filter(None, map(canaries.get, envelope.recipients))
    return tuple(dict.fromkeys(canary for canary in found if not is_expected_sender(canary, envelope.sender)))
