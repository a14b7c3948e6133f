"""Values of the record: holds, cases and decisions, and the table of a hold's transitions."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeVar

from holdback.verdict import Judgement


class HoldState(StrEnum):
    """State of one held queue file."""

    PENDING = "pending"
    """Recorded before the reply to the MTA; not yet seen in its hold queue."""
    HELD = "held"
    """Seen in the hold queue."""
    RELEASING = "releasing"
    """A release has begun, and may be unfinished."""
    RELEASED = "released"
    DROPPED = "dropped"
    RETURNED = "returned"
    """Returned to its sender."""
    VANISHED = "vanished"
    """No longer in the hold queue, without Holdback."""


Word = TypeVar("Word", bound=StrEnum)


def word_of(words: type[Word], text: str | None) -> Word | None:
    """The member of an enumeration; None for none, and for one that only a newer version has."""
    try:
        return words(text) if text else None
    except ValueError:
        return None


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
    # At a slow end of message the queue file appears after the hold was given up.
    HoldState.VANISHED: frozenset({HoldState.HELD}),
    HoldState.RELEASED: frozenset(),
    HoldState.DROPPED: frozenset(),
    HoldState.RETURNED: frozenset(),
}
"""Every permitted step of a hold. States without a step are final."""

WAITING = (HoldState.PENDING, HoldState.HELD, HoldState.RELEASING)
"""States in which, according to the record, the message is in the hold queue."""


class CaseState(StrEnum):
    OPEN = "open"
    RELEASED = "released"
    DROPPED = "dropped"
    VANISHED = "vanished"
    """All its messages left the hold queue without Holdback, before anybody decided."""


class Decision(StrEnum):
    """Decision of an operator about a case or about one hold."""

    RELEASE = "release"
    RELEASE_BCC = "release_bcc"
    """Release with every recipient hidden from the others."""
    DROP = "drop"
    RETURN = "return"
    """Drop, and send a bounce to the sender."""


CLOSES_AS: Mapping[Decision, CaseState] = {
    Decision.RELEASE: CaseState.RELEASED,
    Decision.RELEASE_BCC: CaseState.RELEASED,
    Decision.DROP: CaseState.DROPPED,
    Decision.RETURN: CaseState.DROPPED,
}
"""State of a case after the decision."""


@dataclass(frozen=True, slots=True)
class Fingerprints:
    """Keyed hashes (hex) by which copies of a message are recognised. The sender is part of each.

    An empty one matches no other message.
    """

    message: str
    """Message-ID; empty if the message has none."""
    content: str
    """Decoded content of all parts."""
    exact: str
    """Content, subject, names of parts and visible addresses; a past decision applies to messages with the
    same. Empty if the message was not read to its end."""
    mailing: str = ""
    """Check and sender, for a message held for its audience alone: the messages of a mailing may all differ.
    Empty for every other message."""
    bcc: str = ""
    """Envelope recipients that are not visible in the header, 16 hex digits each: a release covers those who
    are visible and those to whom an exact copy was held, nobody else."""


@dataclass(frozen=True, slots=True)
class NewHold:
    """One message to be held, as the milter saw it. Counts and keyed hashes, no recipients."""

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
    """Id of the hold that this message is our own copy of (`Recorder.hold_copy`)."""
    uninspected: str = ""
    """Why the message was held without an inspection: `timeout`, `error`; empty if it was inspected."""
    host_id: str = ""
    """Id of the host; empty in journals of earlier versions."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """Where a hold was recorded. The message is held in any case."""

    case_id: str
    copy: int
    """Number of the message among the copies of its campaign, from 1."""
    kept: str
    """`database`, `journal` (imported later) or `nowhere` (the message is found as an orphan); `enough` if
    it was not recorded, because enough copies are held."""
    why: str = field(default="", compare=False)
    """Why it is not in the database, as for the log; empty if it is."""


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
    queued: float | None
    """Arrival by the clock of the queue (unix time); None unless it differs much from `arrived`."""
    decision: Decision | None
    """Its own decision, else that of its case; None if there is neither."""
    uninspected: str = ""
    """`timeout` or `error` if it was held without an inspection and can be inspected later; `tried` if that
    was attempted."""
    host_id: str = ""
    """Id of its host; empty if it was recorded by an earlier version."""
    due: float | None = None
    """When the grace period of its decision ends (unix time); None if that is final, or there is none."""


@dataclass(frozen=True, slots=True)
class CaseFinding:
    """Finding of one check in a case; of holds with the same finding, that with most people."""

    check: str
    kind: str
    count: int
    where: str
    text: str
    action: str
    would: str
    """The action without the exemption."""
    because: str
    """The exemption, as `rule 2` or `mode observe`; empty if there was none."""


@dataclass(frozen=True, slots=True)
class Decided:
    """One decision on record."""

    id: int
    case_id: str
    hold_id: int | None
    """The only hold that it decides; None for the whole case."""
    decision: Decision
    operator: str
    reason: str
    at: float
    """Unix time."""
    opened: float
    """When the case was opened; unix time."""
    due: float | None = None
    """When its grace period ends (unix time); until then it can be undone. None if it is final."""


@dataclass(frozen=True, slots=True)
class Undone:
    """One decision that was taken back."""

    case_id: str
    hold_id: int | None
    """As in `Decided`."""
    decision: Decision
    operator: str
    reason: str
    at: float
    """When it was made; unix time."""
    undone_at: float
    undone_by: str
    undone_reason: str


@dataclass(frozen=True, slots=True)
class Look:
    """An operator's look at the content of a held message."""

    case_id: str
    hold_id: int
    content: str
    """`header`, `message`, `source`, `part 2`."""
    operator: str
    reason: str
    at: float
    """Unix time."""


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
    """Number of messages of this campaign on record, without our own copies of them."""
    waiting: int
    """How many holds are still in the hold queue, our own copies included."""
    contents: int
    """Number of different contents among the copies: if above 1, some share no more than a Message-ID."""
    findings: tuple[CaseFinding, ...]
    """Most people first."""
    due: float | None = None
    """When the grace period of its decisions ends (unix time); None if they are final, or there are none."""


@dataclass(frozen=True, slots=True)
class CaseFile:
    """One case with its holds and decisions."""

    case: Case
    holds: tuple[Hold, ...]
    decisions: tuple[Decided, ...]
    bcc: int
    """Number of envelope recipients that are not visible in the header."""
    undone: tuple[Undone, ...] = ()
    """Decisions that were taken back, oldest first."""
    looks: tuple[Look, ...] = ()
    """Oldest first."""
    aliases: tuple[str, ...] = ()
    """Ids that hosts gave it while the database was unavailable."""


class NoSuchCase(Exception):
    """No case on record has this id or queue id."""

    def __init__(self, typed: str, similar: tuple[str, ...] = ()) -> None:
        self.similar = similar
        """Some cases whose ids begin like what the operator typed."""
        super().__init__(typed)


class SeveralCases(Exception):
    """Several cases match what the operator typed."""

    def __init__(self, case_ids: tuple[str, ...]) -> None:
        self.case_ids = case_ids
        super().__init__(", ".join(case_ids))


class AlreadyDecided(Exception):
    """Another operator has decided before; that decision remains."""

    def __init__(self, decided: Decided) -> None:
        self.decided = decided
        super().__init__(f"{decided.operator} decided {decided.decision}")


class NothingToUndo(Exception):
    """No decision of the case is in its grace period. `final`: there is one that is final."""

    def __init__(self, final: Decided | None) -> None:
        self.final = final
        super().__init__("nothing to undo")


@dataclass(frozen=True, slots=True)
class Origin:
    """Which database answers: another file or server after one was restored or failed over."""

    id: str
    complete_until: float = 0.0
    """Unix time until which it certainly has all that was committed to the one before."""
    lasting: bool = True
    """False for a file: on another disk it has another id."""


class RecordUnavailable(Exception):
    """The database cannot be used now. The text is the database's own error message."""

    def __init__(self, text: str, reason: str | None = None) -> None:
        self.reason = text if reason is None else reason
        """The text for the log: without values of the row, which an error about one may quote."""
        super().__init__(text)


class DatabaseUnfit(RecordUnavailable):
    """The database cannot store every text: its encoding is not UTF-8."""

    def __init__(self, encoding: str | None) -> None:
        super().__init__(
            f"the encoding of the database is {encoding}; create a database with ENCODING 'UTF8'"
        )


class DatabaseRemoved(RecordUnavailable):
    """The database file that was created here is gone or empty. It is not replaced: nobody would notice."""
