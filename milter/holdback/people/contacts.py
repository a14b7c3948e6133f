"""What the company knows of contacts: who is acquainted with whom, and how many strangers somebody writes to.

All people are numbers here (`Pseudonyms`); what is behind the questions (the trail) is handed in.
"""

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from holdback.mail import Envelope
from holdback.mail.address import address

_LETTERS = re.compile(r"[^\W\d_]*")
_DIGIT = re.compile(r"\d")


class Approached(NamedTuple):
    """Different recipients that the company never corresponded with."""

    by_message: int
    """Those of this message."""
    by_sender: int
    """Those of the same sender within the window, this message included."""


def _only_these(_sender: int, recipients: Sequence[int]) -> Approached:
    different = len(set(recipients))
    return Approached(different, different)


def _nobody(_pairs: Sequence[int]) -> Collection[int]:
    return ()


@dataclass(frozen=True, slots=True)
class Contacts:
    """What checks may ask."""

    approach: Callable[[int, Sequence[int]], Approached] = _only_these
    """Notes that this sender writes to these people, none of them in the customer index, and counts. Noting
    the same twice is noting it once. Below the smallest limit, correspondents may still be among them."""
    window: float = 0.0
    """Seconds that `approach` looks back; 0 if it knows of this message only."""
    acquainted: Callable[[Sequence[int]], Collection[int]] = _nobody
    """Those of the pairs (see `circles.pair`) that are on record."""
    matters_from: int = 1
    """Parties that see each other, from which on it is worth asking: the smallest limit there is."""


NO_CONTACTS = Contacts()
"""Only the message itself is known."""


def sender_of(envelope: Envelope) -> str:
    """Who sends: the login; without one the envelope sender, less what a tool changes from copy to copy.

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
