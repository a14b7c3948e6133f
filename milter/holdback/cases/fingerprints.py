"""Computes the fingerprints by which copies of a message are recognised, and the ids of cases.

A tool that mails a campaign sends the same content many times; a relay splits one message in several. Both
need one decision; so does a mailing to strangers, each copy of which is different. Fingerprints are keyed
hashes: they recognise a copy and reveal nothing about it.
"""

import re
from collections.abc import Iterable
from hashlib import blake2b

from holdback.cases.model import Fingerprints
from holdback.mail import Envelope, Flaw, Message
from holdback.mail.address import compared
from holdback.people.parties.sender import sender_of

# Crockford's base 32: no I, L, O or U, so that an id can be read out on the telephone.
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_CASE_ID = re.compile(f"[{_ALPHABET}]{{4}}-[{_ALPHABET}]{{2}}")
_MISHEARD = str.maketrans("ILO", "110")
BCC_DIGITS = 16
"""Hex digits of each recipient in `Fingerprints.bcc`."""


def fingerprints_of(key: bytes, envelope: Envelope, message: Message) -> Fingerprints:
    """Fingerprints of one message. `key` has 32 bytes."""
    sender = envelope.sender.lower()
    content = _fingerprint(key, "content", (sender, *(part.content for part in message.parts)))
    visible = sorted(address.key for address in message.visible)
    names = (part.name for part in message.parts)
    # A canary may differ from another address by its tag only.
    seen = (*visible, *sorted(map(str.lower, message.tagged)))
    exact = _fingerprint(key, "exact", (content, message.subject, str(len(message.parts)), *names, *seen))
    # Beyond the limits two messages may differ in what was not read: no past decision covers that.
    cut_short = any(defect.flaw is Flaw.OVER_LIMIT for defect in message.defects)
    named = _fingerprint(key, "message", (sender, message.message_id)) if message.message_id else ""
    if cut_short:
        return Fingerprints(named, content, "")
    return Fingerprints(named, content, exact, bcc=_bcc(key, envelope, message))


def _bcc(key: bytes, envelope: Envelope, message: Message) -> str:
    """Hashes of the envelope recipients that the header does not show, in ascending order."""
    seen = {address.key for address in message.visible}.union(map(str.lower, message.tagged))
    # With its plus-tag: another tag may be another person's mailbox.
    names = {name.lower() if "+" in name else compared(name) for name in envelope.recipients}
    return "".join(sorted(_fingerprint(key, "bcc", (name,))[:BCC_DIGITS] for name in names - seen))


def mailing_fingerprint(key: bytes, envelope: Envelope, check: str) -> str:
    """Fingerprint shared by all messages of a sender that only this check holds (`Fingerprints.mailing`)."""
    return _fingerprint(key, "mailing", (check, sender_of(envelope)))


def _fingerprint(key: bytes, purpose: str, values: Iterable[str | bytes]) -> str:
    """Keyed hash of the values, 32 hex digits. The length of each is hashed, too: `ab, c` is not `a, bc`."""
    digest = blake2b(key=key, digest_size=16, person=purpose.encode())
    for value in values:
        data = value if isinstance(value, bytes) else value.encode("utf-8", "surrogatepass")
        digest.update(len(data).to_bytes(8))
        digest.update(data)
    return digest.hexdigest()


def case_id(key: bytes, host: str, queue_id: str, arrived: float, attempt: int = 0) -> str:
    """Id of the case that this hold opens, as `K7Q2-9F`. Each `attempt` gives another id."""
    digest = _fingerprint(key, "case", (host, queue_id, repr(arrived), str(attempt)))
    number = int(digest, 16)
    letters = "".join(_ALPHABET[number >> shift & 31] for shift in range(0, 30, 5))
    return f"{letters[:4]}-{letters[4:]}"


def is_case_id(text: str) -> bool:
    """True for a whole case id as `case_id` writes it."""
    return _CASE_ID.fullmatch(text) is not None


def parse_case_id(typed: str) -> str | None:
    """The case id, or the beginning of one, in what an operator typed (`k7q29f`); None if it is not one."""
    letters = re.sub(r"[\s-]", "", typed).upper().translate(_MISHEARD)
    if not 1 <= len(letters) <= 6 or not set(letters) <= set(_ALPHABET):
        return None
    return f"{letters[:4]}-{letters[4:]}" if len(letters) > 4 else letters
