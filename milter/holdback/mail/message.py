"""The envelope of a message (SMTP) and its parsed content."""

from dataclasses import dataclass
from enum import StrEnum

from holdback.mail.address import Address, address


@dataclass(frozen=True, slots=True)
class Envelope:
    """SMTP envelope of one message (RFC 5321), before alias expansion."""

    sender: str = ""
    """Reverse-path without angle brackets; empty for a bounce."""
    recipients: tuple[str, ...] = ()
    """Forward-paths without angle brackets, in order."""
    queue_id: str = ""
    login: str = ""
    """SASL login; empty without authentication."""
    client: str = ""
    """IP address of the client; empty for local submission."""
    host: str = ""
    """Host name of the MTA."""

    @property
    def recipient_addresses(self) -> tuple[Address, ...]:
        """The recipients as addresses."""
        return tuple(map(address, self.recipients))


class Flaw(StrEnum):
    """Violations of RFC 5322 and 2045-2049. A flaw never stops parsing."""

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
    """Path of the part; `header` for the message's own header, `message` for the whole message."""

    def __str__(self) -> str:
        return f"{self.flaw} ({self.where})"


@dataclass(frozen=True, slots=True)
class Part:
    """One MIME leaf or archive member, transfer-decoded."""

    path: str
    """`1`, `2.1` (RFC 3501 section 6.4.5); `2.1!customers.csv` for archive members; `preamble`, `1.epilogue`
    for text between parts; `header` for broken header lines. The header of a nested message has the path of
    that message."""
    content: bytes
    declared: str = "text/plain"
    """Declared media type, lower case, without parameters; not to be trusted."""
    name: str = ""
    """Declared file name, decoded; empty if none."""
    charset: str = ""
    """Declared charset, lower case; empty if none."""
    attached: bool = False
    """True with `Content-Disposition: attachment` or a file name."""
    inside: tuple[str, ...] = ()
    """Names of the documents that contain it, outermost first: `("archive.zip",)`; empty for a MIME part."""


@dataclass(frozen=True, slots=True)
class Message:
    """Decoded content of one message (RFC 5322)."""

    authors: tuple[Address, ...] = ()
    """Addresses of From, Sender, Reply-To, Resent-From and Resent-Sender."""
    recipients: tuple[Address, ...] = ()
    """Addresses of To, Cc, Bcc, Resent-To, Resent-Cc and Resent-Bcc in order, without duplicate keys."""
    visible: tuple[Address, ...] = ()
    """`recipients`, then those of other fields with more than three addresses (`Reply-To`, `X-RCPT-To`)."""
    tagged: tuple[str, ...] = ()
    """Visible addresses with a plus-tag, as written; several may have the same key."""
    visible_in: tuple[str, ...] = ()
    """Header fields with at least one visible address: `("To", "Cc")`."""
    subject: str = ""
    message_id: str = ""
    """Body of the first Message-ID, with brackets; empty if none."""
    parts: tuple[Part, ...] = ()
    """Leaf parts in order, including those of nested messages."""
    defects: tuple[Defect, ...] = ()
