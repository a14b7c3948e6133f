"""Identify the sender of a message, so that all messages of one sender are counted together."""

import re

from holdback.mail import Envelope
from holdback.mail.address import address

_LETTERS = re.compile(r"[^\W\d_]*")
_DIGIT = re.compile(r"\d")


def sender_of(envelope: Envelope) -> str:
    """The login; without one the envelope sender, without what a tool changes from copy to copy.

    `bounce-7341@…`, `bounce-be41c07@…` and `bounce-ann=shop.example@…` (VERP) all are `bounce@…`; so are
    `jane@…` and `jane2@…` one sender, which errs on the strict side.
    """
    if envelope.login:
        return f"login {envelope.login.lower()}"
    local, _, domain = address(envelope.sender).key.rpartition("@")
    found = _LETTERS.match(local) if "=" in local else None
    return f"{found.group() if found else _steady(local)}@{domain}"


def _steady(local: str) -> str:
    """Words up to the first that has a digit; of a first word that has one what precedes it."""
    before = _DIGIT.split(local, maxsplit=1)[0]
    end = -1 if before == local else max(map(before.rfind, "-_."))
    return before if end < 0 else before[:end].rstrip("-_.")
