"""The account of one state: what was found so far, what was wrong, and how much more may be read."""

from dataclasses import dataclass, field

from holdback.mail.beat import Beat, no_beat
from holdback.mail.limits import Limits
from holdback.mail.message import Defect, Flaw, Part

_MOST_DEFECTS = 100


@dataclass(slots=True)
class ParseState:
    """What has been read of one message. The one value here that changes; one call of `read` owns it."""

    limits: Limits
    room: int
    """Bytes that parts may still decode to."""
    beat: Beat = no_beat
    entities: int = 1
    """Messages, parts and texts between parts, met so far."""
    parts: list[Part] = field(default_factory=list)
    defects: list[Defect] = field(default_factory=list)

    def add_defect(self, flaw: Flaw, where: str) -> None:
        """Remember a flaw; a message with a hundred of them needs no more."""
        defect = Defect(flaw, where)
        if len(self.defects) < _MOST_DEFECTS and defect not in self.defects:
            self.defects.append(defect)

    def fit(self, content: bytes, where: str) -> bytes:
        """As much of `content` as there is room for."""
        if len(content) > self.room:
            self.add_defect(Flaw.OVER_LIMIT, where)
            content = content[: self.room]
        self.room -= len(content)
        return content
