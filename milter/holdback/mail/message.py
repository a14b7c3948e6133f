"""The values that reading produces: what SMTP said (`Envelope`) and what was sent (`Message`)."""

from dataclasses import dataclass
from enum import StrEnum

from holdback.mail.address import Address


@dataclass(frozen=True, slots=True)
class Envelope:
    """What SMTP said about one message (RFC 5321), before any alias expansion."""

    sender: str = ""
    """Reverse-path without angle brackets; empty for a bounce."""
    recipients: tuple[str, ...] = ()
    """Forward-paths without angle brackets, in order."""
    queue_id: str = ""
    login: str = ""
    """SASL login, empty if the client did not authenticate."""
    client: str = ""
    """IP address of the client as the MTA gave it, empty for local submission."""
    host: str = ""
    """Name of the MTA's host."""


class Flaw(StrEnum):
    """Ways in which a message departs from RFC 5322 and 2045-2049. A flaw never stops the state."""

    BARE_CR = "bare_cr"
    NUL = "nul"
    NO_HEADER_END = "no_header_end"
    BROKEN_HEADER = "broken_header"
    DUPLICATE_HEADER = "duplicate_header"
    BROKEN_ENCODED_WORD = "broken_encoded_word"
    BROKEN_PARAMETER = "broken_parameter"
    MISSING_BOUNDARY = "missing_boundary"
    UNCLOSED_BOUNDARY = "unclosed_boundary"
    BROKEN_BASE64 = "broken_base64"
    BROKEN_QUOTED_PRINTABLE = "broken_quoted_printable"
    BROKEN_UUENCODE = "broken_uuencode"
    UNKNOWN_ENCODING = "unknown_encoding"
    OVER_LIMIT = "over_limit"


@dataclass(frozen=True, slots=True)
class Defect:
    """One flaw at one place."""

    flaw: Flaw
    where: str
    """Path of the part; `header` for the message's own header, `message` for all of it."""

    def __str__(self) -> str:
        return f"{self.flaw} ({self.where})"


@dataclass(frozen=True, slots=True)
class Part:
    """One MIME leaf or archive member, transfer-decoded."""

    path: str
    """`1`, `2.1` (RFC 3501 section 6.4.5), for members `2.1!customers.csv`; text that stands between parts is
    `preamble` or `1.epilogue`, broken header lines are `header`. The header of a nested message has the
    path of that message."""
    content: bytes
    declared: str = "text/plain"
    """Declared media type, lower case, without parameters. A hint at best."""
    name: str = ""
    """Declared file name, decoded; empty if none."""
    charset: str = ""
    """Declared charset, lower case; empty if none."""
    attached: bool = False
    """True if `Content-Disposition: attachment`, or a file name was given."""
    inside: tuple[str, ...] = ()
    """Names of the documents it was in, outermost first: `("archive.zip",)`; empty for a MIME part."""


@dataclass(frozen=True, slots=True)
class Message:
    """Decoded content of one message (RFC 5322)."""

    authors: tuple[Address, ...] = ()
    """Addresses of From, Sender, Reply-To, Resent-From and Resent-Sender."""
    visible: tuple[Address, ...] = ()
    """Addresses of To, Cc, Bcc, Resent-To, Resent-Cc and Resent-Bcc, in order, each key once."""
    tagged: tuple[str, ...] = ()
    """Those of them that have a plus-tag, as written: a key may have several."""
    visible_in: tuple[str, ...] = ()
    """Names of the header fields that showed at least one of `visible`: `("To", "Cc")`."""
    subject: str = ""
    message_id: str = ""
    """Content of the first Message-ID, brackets kept; empty if none."""
    parts: tuple[Part, ...] = ()
    """Leaves in order of appearance; parts of nested messages included."""
    defects: tuple[Defect, ...] = ()
