"""The results of carrying out a decision and of reconciling record and queue, as an operator reads them."""

from dataclasses import dataclass

from holdback.cases.model import Hold, HoldState
from holdback.mta.interface import MtaError

TEXTS = {
    HoldState.RELEASED: "released",
    HoldState.DROPPED: "deleted",
    HoldState.RETURNED: "returned to its sender",
    HoldState.VANISHED: "left the hold queue without Holdback",
    HoldState.PENDING: "still on its way into the queue; holdback reconcile will carry it out",
    HoldState.HELD: "still held",
    HoldState.RELEASING: "still held: the milter returned no copy; is it running? holdback reconcile retries",
}
IN_GRACE = "on hold until the grace period ends"


@dataclass(frozen=True, slots=True)
class Done:
    """The result of carrying out a decision on one hold."""

    hold: int
    """Id of the hold."""
    queue_id: str
    host: str
    done: bool
    """True if nothing is left to do."""
    state: HoldState
    text: str
    """`released`, `already released`, or why not."""
    case: str = ""
    """Id of its case."""
    due: float | None = None
    """When the grace period of the decision ends (unix time); None if it is final."""
    host_id: str = ""
    """Id of the host; empty if the hold was recorded without one."""


def result_of(hold: Hold, done: bool, text: str) -> Done:
    """Return the result for a hold as it is now."""
    return Done(
        hold.id, hold.queue_id, hold.host, done, hold.state, text, hold.case_id, hold.due, hold.host_id
    )


@dataclass(frozen=True, slots=True)
class Reconciled:
    """The result of one `reconcile`. Every figure is a number of messages."""

    imported: int
    """Holds imported from the journal."""
    confirmed: int
    """Pending holds that the hold queue now shows."""
    released_outside: int
    """Holds released with the MTA's own tools."""
    vanished: int
    """Holds that left the hold queue otherwise, but not through Holdback."""
    carried_out: int
    """Decisions carried out now, interrupted ones included."""
    unfinished: tuple[Done, ...]
    """Decisions that could not be carried out now."""
    failed: tuple[Done, ...]
    """Holds that could not be compared with the queue, because of an error with each."""
    own_copies_deleted: int
    """Superfluous blinded copies deleted: the milter was down, or a copy came late."""
    orphans: tuple[str, ...]
    """Queue ids on hold without a record: held while Holdback was down, or not by Holdback."""


def text_of_error(error: Exception) -> str:
    """Return what went wrong with one hold; of an error of our own its type, as its text may quote mail."""
    return str(error) if isinstance(error, MtaError) else f"internal error: {type(error).__name__}"
