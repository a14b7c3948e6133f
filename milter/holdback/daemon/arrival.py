"""One message at its end, as the MTA gave it, and what came of it."""

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
    "enough copies wait",
    "came to canaries only",
    "release token",
    "invalid release token",
    "timeout",
    "error",
]
"""What may change a verdict's action. `docs/reference/log.md` explains them."""

_TOKEN = release_token.HEADER.lower().encode()


@dataclass(frozen=True, slots=True)
class Arrival:
    """A message that waits for its answer."""

    envelope: Envelope
    raw: bytes
    """The message; only its beginning if it is longer than may be read."""
    size: int
    """Bytes of the whole message."""
    at: float
    """Unix time, seconds."""

    @property
    def release_tokens(self) -> tuple[bytes, ...]:
        """Contents of all header fields that claim: this is Holdback's own copy of a held message."""
        header = self.raw[: self.raw.find(b"\r\n\r\n") + 2]
        return release_token.contents(header) if _TOKEN in header.lower() else ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """The answer and what led to it."""

    answer: Answer
    action: Action | Literal["tempfail", "discard"]
    verdict: Verdict
    message: Message
    case: str = ""
    first: bool = True
    """False for a further copy of a case: its people were counted with the first."""
    because: Because = ""
    """What changed the verdict's action; empty if nothing did."""
