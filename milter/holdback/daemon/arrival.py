"""A complete message as received from the MTA, and the outcome of its inspection."""

from dataclasses import dataclass
from typing import Literal

from holdback.custody import release_token
from holdback.daemon.replies import Answer
from holdback.mail import Envelope, Message
from holdback.verdict import Action, Verdict

Because = Literal[
    "",
    "released before",
    "dropped before",
    "enough copies held",
    "all recipients are canaries",
    "release token",
    "invalid release token",
    "timeout",
    "error",
    "inspected again",
]
"""Reasons for an action that differs from the verdict's, as explained in `docs/reference/log.md`."""

_TOKEN = release_token.HEADER.lower().encode()


@dataclass(frozen=True, slots=True)
class Arrival:
    """A message that awaits its reply."""

    envelope: Envelope
    raw: bytes
    """The message; if it exceeds the limit, only its beginning."""
    size: int
    """Bytes of the whole message."""
    at: float
    """Unix time, seconds."""

    @property
    def release_tokens(self) -> tuple[bytes, ...]:
        """Contents of all header fields that mark the message as Holdback's own copy of a held message."""
        header = self.raw[: self.raw.find(b"\r\n\r\n") + 2]
        return release_token.contents(header) if _TOKEN in header.lower() else ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """The answer to one message, and the reason for it."""

    answer: Answer
    action: Action | Literal["tempfail", "discard"]
    verdict: Verdict
    message: Message
    case: str = ""
    first: bool = True
    """False for a further copy of a case, whose people were already counted."""
    because: Because = ""
    """Reason for an action that differs from the verdict's; "" if it does not."""
