"""What became of a hold, and of a comparison of record and queue, in words for an operator."""

from dataclasses import dataclass

from holdback.cases.values import HoldState


@dataclass(frozen=True, slots=True)
class Done:
    """What carrying out a decision did, or did not do, about one hold."""

    hold: int
    """Id of the hold."""
    queue_id: str
    host: str
    done: bool
    """True if nothing is left to do, now or from before."""
    state: HoldState
    text: str
    """`released`, `was released before`, or why not."""


@dataclass(frozen=True, slots=True)
class Reconciled:
    """What one comparison of record and queue found and did. Every figure is a number of messages."""

    imported: int
    """Records taken over from the journal."""
    confirmed: int
    """Pending holds now seen in the hold queue."""
    released_outside: int
    """Released with Postfix's own tools, found on their way."""
    vanished: int
    """Gone from the hold queue, and not through us."""
    carried_out: int
    """Decisions carried out now, half-done ones included."""
    unfinished: tuple[Done, ...]
    """Decisions that could not be carried out now."""
    own_copies_deleted: int
    """Our own superfluous copies: the milter was down, or a copy came late."""
    orphans: tuple[str, ...]
    """Queue ids on hold without a record: held while we were down, or by somebody else."""
