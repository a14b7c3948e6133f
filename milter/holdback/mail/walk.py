"""Walk the MIME structure of a message (RFC 2046) with an explicit stack, without recursion."""

import re
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from holdback.mail.beat import Beat, no_beat
from holdback.mail.boundary import Division, Region, divide
from holdback.mail.charset import one_line, to_text
from holdback.mail.content_fields import HEADER, NESTED, TEXT, ContentFields, content_fields_of
from holdback.mail.encodings import decode
from holdback.mail.header_section import Section, read_section
from holdback.mail.limits import Limits
from holdback.mail.message import Defect, Flaw, Part
from holdback.mail.uuencode import blocks

# The customary preamble for readers without MIME support.
_NOTICE = re.compile(
    rb"\s*(?:This is a[^\r\n@]{1,100}\b(?:MIME|multi-?part)\b[^\r\n@]{0,100}\s*)?", re.IGNORECASE
)
_LONGEST_NOTICE = 400
_MOST_DEFECTS = 100


@dataclass(slots=True)
class ParseState:
    """Mutable state of one call of `read`: results so far and remaining budget."""

    limits: Limits
    room: int
    """Bytes of decoded content still allowed."""
    beat: Beat = no_beat
    entities: int = 1
    """Messages, parts and texts between parts so far."""
    parts: list[Part] = field(default_factory=list)
    defects: list[Defect] = field(default_factory=list)

    def add_defect(self, flaw: Flaw, where: str) -> None:
        """Add a defect, unless it is a duplicate or there are `_MOST_DEFECTS` already."""
        defect = Defect(flaw, where)
        if len(self.defects) < _MOST_DEFECTS and defect not in self.defects:
            self.defects.append(defect)

    def fit(self, content: bytes, where: str) -> bytes:
        """Return as much of `content` as the budget allows."""
        if len(content) > self.room:
            self.add_defect(Flaw.OVER_LIMIT, where)
            content = content[: self.room]
        self.room -= len(content)
        return content


class Entity(NamedTuple):
    """A message, a part, or text between parts that is not parsed yet: bytes `start` to `stop` of `raw`."""

    raw: bytes
    start: int
    stop: int
    number: str
    """Its path if it is a leaf: `2.1`."""
    prefix: str
    """Prefix of the paths of its parts; empty for the message itself."""
    depth: int = 0
    kind: str = TEXT
    """Media type if none is declared."""
    headless: bool = False
    """True for text between parts."""
    is_message: bool = False
    """True for a nested message."""

    @property
    def place(self) -> str:
        """Path to report for defects of its structure."""
        return self.prefix or "message"


def walk(state: ParseState, raw: bytes, stop: int, section: Section) -> None:
    """Parse all parts of the message `raw`, whose own header section is `section`."""
    stack: list[Entity] = []
    _enter(state, stack, Entity(raw, 0, stop, "1", ""), section)
    while stack:
        entity = stack.pop()
        state.beat()
        if state.room <= 0:
            state.add_defect(Flaw.OVER_LIMIT, entity.number)
            return
        if entity.headless:
            _keep(state, entity, ContentFields(), entity.start)
            continue
        section = read_section(entity.raw, entity.start, entity.stop, state.limits.header_bytes)
        _enter(state, stack, entity, section)


def _enter(state: ParseState, stack: list[Entity], entity: Entity, section: Section) -> None:
    head = content_fields_of(section, entity.kind)
    for flaw in section.flaws + head.flaws:
        state.add_defect(flaw, entity.number if entity.depth else "header")
    if entity.is_message:
        _keep_header(state, entity, section.body)
    elif section.stray:
        stray = state.fit(section.stray, entity.number)
        state.parts.append(Part(_under(entity.prefix, "header"), stray))
    inner: list[Entity] = []
    if head.is_multipart:
        inner = _parts_of(state, entity, head, section.body)
    elif head.kind in NESTED:
        inner = _message_in(state, entity, head, section.body)
    if inner:
        stack.extend(reversed(inner))
    else:
        _keep(state, entity, head, section.body)


def _parts_of(state: ParseState, entity: Entity, head: ContentFields, start: int) -> list[Entity]:
    """Return the parts of a multipart and the texts around them; none if no boundary is found."""
    raw, stop = entity.raw, entity.stop
    most = state.limits.parts - state.entities
    if most <= 0 or entity.depth >= state.limits.depth:
        state.add_defect(Flaw.OVER_LIMIT, entity.place)
        return []
    division = divide(raw, start, stop, head.boundary, most, state.beat)
    if division is None and head.is_encoded:
        # RFC 2045 section 6.4 forbids it, but some gateways encode a multipart as a whole.
        raw = b"\n" + state.fit(decode(head.encoding, raw, start, stop, state.beat)[0], entity.place)
        division = divide(raw, 1, len(raw), head.boundary, most, state.beat)
    if division is None:
        state.add_defect(Flaw.MISSING_BOUNDARY, entity.place)
        return []
    for flaw in division.flaws:
        state.add_defect(flaw, entity.place)
    inner = _entities(raw, division, entity, "message/rfc822" if head.kind == "multipart/digest" else TEXT)
    state.entities += len(inner)
    return inner


def _entities(raw: bytes, division: Division, entity: Entity, kind: str) -> list[Entity]:
    def text(region: Region, name: str) -> list[Entity]:
        if _is_notice(raw, region):
            return []
        path = _under(entity.prefix, name)
        return [Entity(raw, region.start, region.stop, path, path, headless=True)]

    inner = text(division.before, "preamble")
    for index, region in enumerate(division.parts, 1):
        path = _under(entity.prefix, str(index))
        inner.append(Entity(raw, region.start, region.stop, path, path, entity.depth + 1, kind))
    for region in division.after:
        inner += text(region, "epilogue")
    return inner


def _is_notice(raw: bytes, region: Region) -> bool:
    """Return True for text without information: blank, or the customary preamble."""
    if region.stop - region.start > _LONGEST_NOTICE:
        return raw[region.start : region.stop].isspace()
    return _NOTICE.fullmatch(raw, region.start, region.stop) is not None


def _message_in(state: ParseState, entity: Entity, head: ContentFields, start: int) -> list[Entity]:
    """Return the message inside a message/rfc822 part."""
    raw, stop = entity.raw, entity.stop
    if state.entities >= state.limits.parts or entity.depth >= state.limits.depth:
        state.add_defect(Flaw.OVER_LIMIT, entity.number)
        return []
    first_line = raw[start : min(start + 1000, stop)].partition(b"\n")[0]
    if head.is_encoded and b":" not in first_line:
        # RFC 2046 section 5.2.1 forbids an encoding here, but it is common. A colon shows an unencoded
        # header.
        raw, flaw = decode(head.encoding, raw, start, stop, state.beat)
        raw = state.fit(raw, entity.number)
        start, stop = 0, len(raw)
        if flaw:
            state.add_defect(flaw, entity.number)
    state.entities += 1
    path = _under(entity.number, "1")
    return [Entity(raw, start, stop, path, entity.number, entity.depth + 1, is_message=True)]


def _keep_header(state: ParseState, entity: Entity, stop: int) -> None:
    """Add the header of a nested message as a part: recipients see its sender and recipients."""
    header = state.fit(entity.raw[entity.start : stop], entity.prefix)
    if not header.isspace():
        state.parts.append(Part(entity.prefix, header, NESTED[0]))


def _keep(state: ParseState, entity: Entity, head: ContentFields, start: int) -> None:
    """Add a decoded leaf part; uuencoded files in its text become separate parts."""
    content, flaw = decode(head.encoding, entity.raw, start, entity.stop, state.beat)
    if flaw:
        state.add_defect(flaw, entity.number)
    content = state.fit(content, entity.number)
    files: list[Part] = []
    if head.kind.startswith(("text/", "multipart/")):
        if b"\r" in content and b"\n" not in content:
            state.add_defect(Flaw.BARE_CR, entity.number)
        if b"begin " in content:
            content, files = _without_files(state, content, entity.number)
    leaf = Part(entity.number, content, head.kind, head.name, head.charset, head.attached)
    state.parts += (leaf, *files)
    if head.kind == HEADER:
        # Parsed as a header too; as text for content that a header does not have.
        header = state.fit(content, entity.number)
        state.parts.append(replace(leaf, content=header, declared=NESTED[0]))


def _without_files(state: ParseState, text: bytes, path: str) -> tuple[bytes, list[Part]]:
    """Return `text` without its uuencoded files, and the files."""
    pieces: list[bytes] = []
    files: list[Part] = []
    position = 0
    for block in blocks(text, state.limits.parts - state.entities, state.beat):
        pieces.append(text[position : block.start])
        position = block.stop
        name = one_line(to_text(block.name))
        content = state.fit(block.content, path)
        files.append(Part(f"{path}!{name}", content, "application/octet-stream", name, attached=True))
        state.entities += 1
        if block.broken:
            state.add_defect(Flaw.BROKEN_UUENCODE, path)
    return b"".join((*pieces, text[position:])) if files else text, files


def _under(prefix: str, name: str) -> str:
    return f"{prefix}.{name}" if prefix else name
