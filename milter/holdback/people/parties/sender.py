"""Identify the sender of a message, so that all messages of one sender are counted together."""

import re

from holdback.mail import Envelope
from holdback.mail.address import address

_LETTERS = re.compile(r"[^\W\d_]*")
_DIGIT = re.compile(r"\d")


def sender_of(envelope: Envelope) -> str:
    """Return the login; if there is none, the envelope sender without the part that varies between copies.

    `bounce-7341@…`, `bounce-be41c07@…` and `bounce-ann=shop.example@…` (VERP) all become `bounce@…`. `jane@…`
    and `jane2@…` count as one sender too, which errs on the strict side.
    """
    if envelope.login:
        return f"login {envelope.login.lower()}"
    local, _, domain = address(envelope.sender).key.rpartition("@")
    found = _LETTERS.match(local) if "=" in local else None
    return f"{found.group() if found else _without_variable_part(local)}@{domain}"


def _without_variable_part(local: str) -> str:
    """Return the words before the first with a digit; in the first word, the part before it."""
    before = _DIGIT.split(local, maxsplit=1)[0]
    end = -1 if before == local else max(map(before.rfind, "-_."))
    return before if end < 0 else before[:end].rstrip("-_.")
