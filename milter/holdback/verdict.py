"""What Holdback says about a message: facts first (findings), then what follows from them (the verdict)."""

from dataclasses import dataclass
from enum import StrEnum


class Action(StrEnum):
    """What happens to a message, strictest first."""

    REJECT = "reject"
    HOLD = "hold"
    BLIND = "blind"
    OBSERVE = "observe"
    PASS = "pass"

    @property
    def severity(self) -> int:
        """0 for pass, rising to 4 for reject."""
        return _SEVERITY[self]


_SEVERITY = {action: rank for rank, action in enumerate(reversed(Action))}


def strictest(actions: "list[Action]") -> Action:
    """The action that wins when several apply; pass when there is none."""
    return max(actions, key=lambda action: action.severity, default=Action.PASS)


@dataclass(frozen=True, slots=True)
class Finding:
    """One fact that a check noticed. It holds counts and places, never the data itself."""

    check: str
    """Name of the check, a key of `checks.CHECKS`."""
    count: int
    """People this fact concerns, or what else the check counts. At least so many."""
    where: str
    """Place: `To, Cc`, `part 2, customers.csv`. Addresses in file names are already masked."""
    text: str
    """What was found, in words for an operator: `20,000 people; e-mail, name, customer id`."""
    kind: str = ""
    """Which limit or action of the check applies: `records`, `addresses`, `encrypted`, …"""


@dataclass(frozen=True, slots=True)
class Judgement:
    """A finding that reached its limit, and what the policy makes of it."""

    finding: Finding
    action: Action
    """What follows for the message."""
    would: Action
    """What would follow without an exemption; equal to `action` where there is none."""
    because: str = ""
    """The exemption or sharpening that changed the action: `rule 2`, `mode observe`; empty if none did."""

    @property
    def exempt(self) -> bool:
        """True if a rule or the mode made the action milder."""
        return self.action.severity < self.would.severity

    def __str__(self) -> str:
        said = f"would {self.would}; {self.because}" if self.exempt else str(self.action)
        if self.because and not self.exempt:
            said = f"{said}; {self.because}"
        return f"{self.finding.check} ({self.finding.where}): {self.finding.text} [{said}]"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome for one message: the strictest action of all its judgements."""

    action: Action
    judgements: tuple[Judgement, ...] = ()
    people: int = 0
    """People the message would disclose: the largest count, because checks may see the same people."""

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Every finding that reached its limit, exempt ones included."""
        return tuple(judgement.finding for judgement in self.judgements)
