"""What a hold, a case and a decision are, and which way a hold may go from one state to the next."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from holdback.verdict import Judgement


class HoldState(StrEnum):
    """Where one held queue file stands."""

    PENDING = "pending"
    """Recorded before the reply to the MTA; not yet seen in its hold queue."""
    HELD = "held"
    """Seen in the hold queue."""
    RELEASING = "releasing"
    """A release has begun and may have got half way."""
    RELEASED = "released"
    DROPPED = "dropped"
    RETURNED = "returned"
    """Given back to its sender."""
    VANISHED = "vanished"
    """No longer in the hold queue, and not through us."""


TRANSITIONS: Mapping[HoldState, frozenset[HoldState]] = {
    HoldState.PENDING: frozenset({HoldState.HELD, HoldState.VANISHED}),
    HoldState.HELD: frozenset(
        {
            HoldState.RELEASING,
            HoldState.RELEASED,
            HoldState.DROPPED,
            HoldState.RETURNED,
            HoldState.VANISHED,
        }
    ),
    # Back to held: the release did not happen. Dropped: our own copy, if the original was released otherwise.
    HoldState.RELEASING: frozenset(
        {HoldState.HELD, HoldState.RELEASED, HoldState.DROPPED, HoldState.VANISHED}
    ),
    # A slow end of message shows the queue file after we had given it up.
    HoldState.VANISHED: frozenset({HoldState.HELD}),
    HoldState.RELEASED: frozenset(),
    HoldState.DROPPED: frozenset(),
    HoldState.RETURNED: frozenset(),
}
"""Every legal step of a hold. States without a step are final."""

WAITING = (HoldState.PENDING, HoldState.HELD, HoldState.RELEASING)
"""States in which the MTA still has the message, as far as the record knows."""


class CaseState(StrEnum):
    OPEN = "open"
    RELEASED = "released"
    DROPPED = "dropped"


class Decision(StrEnum):
    """What an operator says about a case or about one hold."""

    RELEASE = "release"
    RELEASE_BCC = "release_bcc"
    """Release with every recipient hidden from the others."""
    DROP = "drop"
    RETURN = "return"
    """Drop, and tell the sender."""


CLOSES_AS: Mapping[Decision, CaseState] = {
    Decision.RELEASE: CaseState.RELEASED,
    Decision.RELEASE_BCC: CaseState.RELEASED,
    Decision.DROP: CaseState.DROPPED,
    Decision.RETURN: CaseState.DROPPED,
}
"""The state that a decision leaves its case in."""


@dataclass(frozen=True, slots=True)
class Fingerprints:
    """Keyed hashes (hex) by which copies of one message are recognised. All of them cover the sender."""

    message: str
    """Message-ID; empty if the message has none, and then like no other."""
    content: str
    """Decoded content of all parts."""
    exact: str
    """Content, subject, names of parts and visible people: what a past decision may decide. Empty if the
    message was not read to its end, and then like no other."""
    mailing: str = ""
    """Messages of one sender that were held for nothing but to whom they go, all different perhaps; empty for
    every other message, and then like no other."""


@dataclass(frozen=True, slots=True)
class NewHold:
    """One message about to be held, as the milter saw it. Counts and keyed hashes, no recipients."""

    host: str
    queue_id: str
    arrived: float
    """Unix time, seconds."""
    sender: str
    login: str
    client: str
    fingerprints: Fingerprints
    size: int
    """Bytes."""
    recipients: int
    """Number of envelope recipients."""
    visible: int
    """Number of addresses visible in the header."""
    people: int
    """People the message would disclose."""
    action: str
    """The verdict's action."""
    findings: tuple[Judgement, ...] = ()
    replaces: int | None = None
    """Id of the hold that this message is our own copy of; see `Recorder.hold_copy`."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of the record of a hold. The message is held whatever it says."""

    case_id: str
    copy: int
    """Which copy of its campaign it is; 1 is the first."""
    kept: str
    """`database`, `journal` (imported later) or `nowhere` (the message will be found as an orphan)."""


@dataclass(frozen=True, slots=True)
class Campaign:
    """What is known of the copies of one message that came before."""

    case_id: str = ""
    """Their open case; empty if there is none."""
    copies: int = 0
    """How many there are."""


@dataclass(frozen=True, slots=True)
class Hold:
    """One held queue file on record."""

    id: int
    case_id: str
    host: str
    queue_id: str
    arrived: float
    state: HoldState
    changed: float
    """When it came into this state; unix time."""
    login: str
    client: str
    size: int
    recipients: int
    visible: int
    people: int
    action: str
    replaces: int | None
    decision: Decision | None
    """What is to be done with it: its own decision, else that of its case; None if nobody has decided."""


@dataclass(frozen=True, slots=True)
class CaseFinding:
    """What one check said about a case; of several holds with the same finding, the one with most people."""

    check: str
    kind: str
    count: int
    where: str
    text: str
    action: str
    would: str
    """What would have followed without an exemption."""
    because: str
    """The exemption: `rule 2`, `mode observe`; empty if there was none."""


@dataclass(frozen=True, slots=True)
class Decided:
    """One decision on record."""

    id: int
    case_id: str
    hold_id: int | None
    """The only hold it concerns; None for the whole case."""
    decision: Decision
    operator: str
    reason: str
    at: float
    """Unix time."""
    opened: float
    """When the case was opened; unix time."""


@dataclass(frozen=True, slots=True)
class Case:
    """Holds that need one decision, in one line."""

    id: str
    state: CaseState
    opened: float
    """Arrival of its first message; unix time."""
    sender: str
    people: int
    copies: int
    """Messages of this campaign on record, without our own copies of them."""
    waiting: int
    """How many of them the MTA still holds."""
    contents: int
    """How many different contents they have: with more than one they share no more than a Message-ID."""
    findings: tuple[CaseFinding, ...]
    """Most people first."""


@dataclass(frozen=True, slots=True)
class CaseFile:
    """All that is on record about one case."""

    case: Case
    holds: tuple[Hold, ...]
    decisions: tuple[Decided, ...]


class NoSuchCase(Exception):
    """Nothing on record is called that."""


class SeveralCases(Exception):
    """What the operator typed fits several cases."""

    def __init__(self, case_ids: tuple[str, ...]) -> None:
        self.case_ids = case_ids
        super().__init__(", ".join(case_ids))


class AlreadyDecided(Exception):
    """Somebody decided before; their decision stands."""

    def __init__(self, decided: Decided) -> None:
        self.decided = decided
        super().__init__(f"{decided.operator} decided {decided.decision}")


class RecordUnavailable(Exception):
    """The database cannot be used now; the text says why, in the database's words."""
