"""What a part says about itself: type, boundary, encoding, name, charset (RFC 2045, 2183). Hints at best."""

from dataclasses import dataclass

from holdback.mail.encodings import DECODERS, IDENTITY, encoding_name
from holdback.mail.header_section import Section
from holdback.mail.message import Flaw
from holdback.mail.parameters import NO_PARAMETERS, Parameters, parameters

TEXT = "text/plain"
NESTED = ("message/rfc822", "message/global", "message/news")
HEADER = "text/rfc822-headers"
"""The header of a message that could not be delivered, without its content (RFC 6522)."""
PARTIAL = "message/partial"
"""A message cut in pieces (RFC 2046 section 5.2.2)."""
_LONGEST = 100


@dataclass(frozen=True, slots=True)
class ContentFields:
    """The declarations of one part; where fields contradict each other, the ones that show more."""

    kind: str = TEXT
    boundary: bytes = b""
    encoding: bytes = b""
    """Name of the transfer encoding as in `encodings.DECODERS`, if it is there."""
    name: str = ""
    charset: str = ""
    attached: bool = False
    flaws: tuple[Flaw, ...] = ()

    @property
    def is_multipart(self) -> bool:
        """True if it should consist of parts."""
        return self.kind.startswith("multipart/")

    @property
    def is_text(self) -> bool:
        """True if it should be for state."""
        return self.kind.startswith("text/")

    @property
    def is_encoded(self) -> bool:
        """True if the content does not stand for itself."""
        return self.encoding not in IDENTITY


def content_fields_of(section: Section, default: str = TEXT) -> ContentFields:
    """The declarations in `section`; `default` is the type without any (RFC 2046 section 5.1.5)."""
    content = disposition = NO_PARAMETERS
    encoding = b""
    # The first of its kind counts, unless a later one reveals what the first one hides.
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
