"""Which messages are copies of one another, and how a case is called.

A tool that mails a campaign sends the same content many times; a relay splits one message in several. Both
need one decision; so does a mailing to strangers, each copy of which is different. Prints are keyed hashes:
they recognise a copy and tell nothing about it.
"""

import re
from collections.abc import Iterable
from hashlib import blake2b

from holdback.cases.values import Prints
from holdback.mail import Envelope, Flaw, Message
from holdback.people.parties.sender import sender_of

# Crockford's base 32: no I, L, O or U, so that an id survives the telephone.
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_MISHEARD = str.maketrans("ILO", "110")


def prints_of(key: bytes, envelope: Envelope, message: Message) -> Prints:
    """The prints of one message. `key` has 32 bytes."""
    sender = envelope.sender.lower()
    content = _print(key, "content", (sender, *(part.content for part in message.parts)))
    visible = sorted(address.key for address in message.visible)
    names = (part.name for part in message.parts)
    # A canary may differ from somebody's address by its tag only.
    seen = (*visible, *sorted(map(str.lower, message.tagged)))
    exact = _print(key, "exact", (content, message.subject, str(len(message.parts)), *names, *seen))
    # Beyond the limit two messages may differ where nobody looked: no past decision covers that.
    cut_short = any(defect.flaw is Flaw.OVER_LIMIT for defect in message.defects)
    named = _print(key, "message", (sender, message.message_id)) if message.message_id else ""
    return Prints(named, content, "" if cut_short else exact)


def mailing_print(key: bytes, envelope: Envelope, check: str) -> str:
    """The print of a sender's messages that were held by this check alone (`Prints.mailing`)."""
    return _print(key, "mailing", (check, sender_of(envelope)))


def _print(key: bytes, purpose: str, values: Iterable[str | bytes]) -> str:
    """32 hex digits. Each value is preceded by its length: `ab, c` and `a, bc` differ."""
    digest = blake2b(key=key, digest_size=16, person=purpose.encode())
    for value in values:
        data = value if isinstance(value, bytes) else value.encode("utf-8", "surrogatepass")
        digest.update(len(data).to_bytes(8))
        digest.update(data)
    return digest.hexdigest()


def case_id(key: bytes, host: str, queue_id: str, arrived: float, attempt: int = 0) -> str:
    """Id of the case that this hold opens, like `K7Q2-9F`. Another `attempt` gives another id."""
    digest = _print(key, "case", (host, queue_id, repr(arrived), str(attempt)))
    number = int(digest, 16)
    letters = "".join(_ALPHABET[number >> shift & 31] for shift in range(0, 30, 5))
    return f"{letters[:4]}-{letters[4:]}"


def spoken_id(typed: str) -> str | None:
    """The id, or the beginning of one, that an operator means by `k7q29f`; None if it cannot be one."""
    letters = re.sub(r"[\s-]", "", typed).upper().translate(_MISHEARD)
    if not 1 <= len(letters) <= 6 or not set(letters) <= set(_ALPHABET):
        return None
    return f"{letters[:4]}-{letters[4:]}" if len(letters) > 4 else letters
