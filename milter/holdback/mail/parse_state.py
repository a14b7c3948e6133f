"""The state of parsing one message: parts and defects so far, and the remaining budget."""

from dataclasses import dataclass, field

from holdback.mail.beat import Beat, no_beat
from holdback.mail.limits import Limits
from holdback.mail.message import Defect, Flaw, Part

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
