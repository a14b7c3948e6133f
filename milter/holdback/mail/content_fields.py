"""The Content- fields of a part: type, boundary, encoding, name, charset (RFC 2045, 2183)."""

from dataclasses import dataclass

from holdback.mail.encodings import DECODERS, IDENTITY, encoding_name
from holdback.mail.header_section import Section
from holdback.mail.message import Flaw
from holdback.mail.parameters import NO_PARAMETERS, Parameters, parameters

TEXT = "text/plain"
NESTED = ("message/rfc822", "message/global", "message/news")
HEADER = "text/rfc822-headers"
"""The header of an undeliverable message (RFC 6522)."""
PARTIAL = "message/partial"
"""A message split into several (RFC 2046 section 5.2.2)."""
_LONGEST = 100


@dataclass(frozen=True, slots=True)
class ContentFields:
    """The declarations of one part; of contradicting fields, the one that reveals more content."""

    kind: str = TEXT
    boundary: bytes = b""
    encoding: bytes = b""
    """Name of the transfer encoding as in `encodings.DECODERS`; empty if unknown."""
    name: str = ""
    charset: str = ""
    attached: bool = False
    flaws: tuple[Flaw, ...] = ()

    @property
    def is_multipart(self) -> bool:
        """True if the declared type is multipart."""
        return self.kind.startswith("multipart/")

    @property
    def is_text(self) -> bool:
        """True if the declared type is text."""
        return self.kind.startswith("text/")

    @property
    def is_encoded(self) -> bool:
        """True if the content has a transfer encoding."""
        return self.encoding not in IDENTITY


def content_fields_of(section: Section, default: str = TEXT) -> ContentFields:
    """Return the declarations in `section`; `default` is the type if none is declared (RFC 2046, 5.1.5)."""
    content = disposition = NO_PARAMETERS
    encoding = b""
    # The first field of a name counts, unless a later one reveals content that the first one hides.
    for field, body in section.fields:
        if field == b"content-type":
            found = parameters(body)
            if content is NO_PARAMETERS or _reveals(found, content):
                content = found
        elif field == b"content-transfer-encoding" and (encoding in IDENTITY or encoding not in DECODERS):
            encoding = encoding_name(body)
        elif field == b"content-disposition" and disposition is NO_PARAMETERS:
            disposition = parameters(body)
    name = disposition.text("filename") or content.text("name")
    return ContentFields(
        kind=_kind(content, default)[:_LONGEST],
        boundary=content.token("boundary"),
        encoding=encoding,
        name=name,
        charset=content.token("charset").decode("latin-1").partition(" ")[0].lower()[:_LONGEST],
        attached=bool(name) or disposition.main == "attachment",
        flaws=(Flaw.BROKEN_PARAMETER,) if content.broken or disposition.broken else (),
    )


def _reveals(found: Parameters, known: Parameters) -> bool:
    return found.main.startswith("multipart") and not known.main.startswith("multipart")


def _kind(content: Parameters, default: str) -> str:
    main = content.main
    if "/" in main:
        return main
    if main == "multipart" or (main and content.token("boundary")):
        return "multipart/mixed"
    return TEXT if main else default
