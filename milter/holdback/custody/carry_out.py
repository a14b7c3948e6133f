"""Carry out decisions: release, delete or return the held messages of a case on this host.

Each step can be repeated: it asks for the message's place, does what is left to do, and asks again.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress

from holdback.cases.model import WAITING, Decision, Hold, HoldState, RecordUnavailable
from holdback.custody.actual_state import correct_state, record_state, record_states
from holdback.custody.blind_release import release_blind
from holdback.custody.host import Host, Queue, is_held, locked, queue_now
from holdback.custody.results import IN_GRACE, TEXTS, Done, result_of, text_of_error
from holdback.mta.interface import MtaError, Queued

_BLIND_AT_ONCE = 5
"""Blinded releases in one turn: each waits for the milter."""
_PAUSE = 0.1
"""Seconds between two turns: longer than a waiting command sleeps between two attempts to get the lock."""


def carry_out(host: Host, case_id: str, only: int | None = None) -> tuple[Done, ...]:
    """Carry out what was decided about a case, or about its one hold `only`; return a result for each hold.

    Holds of other hosts are listed, not touched. Raises NoSuchCase, Busy, RecordUnavailable, or MtaError if
    the queue cannot be listed.
    """

    def wanted() -> list[Hold]:
        holds = host.book.show(case_id).holds
        return [hold for hold in holds if hold.replaces is None and only in (None, hold.id)]

    return carry_out_in_turns(host, wanted)


def carry_out_decided(host: Host) -> tuple[Done, ...]:
    """Carry out all final decisions about holds of this host; return a result for each hold.

    Raises as `carry_out`.
    """
    return carry_out_in_turns(host, lambda: [h for h in host.book.to_carry_out(host.id) if not h.replaces])


def carry_out_in_turns(host: Host, wanted: Callable[[], list[Hold]]) -> tuple[Done, ...]:
    """Carry out what was decided about the wanted holds, some at a time; other commands run in between."""
    done: dict[int, Done] = {}
    while True:
        with locked(host):
            queue = queue_now(host.mta)
            # Read under the lock: another command may have been here first.
            rest = [hold for hold in wanted() if hold.id not in done]
            blind = any(hold.decision is Decision.RELEASE_BCC and hold.state in WAITING for hold in rest)
            turn = rest[: _BLIND_AT_ONCE if blind else host.batch]
            done |= {one.hold: one for one in _carry_out_some(host, turn, queue)}
        if len(turn) == len(rest):
            return tuple(done.values())
        time.sleep(_PAUSE)


def _carry_out_some(host: Host, holds: Sequence[Hold], queue: Queue) -> Iterator[Done]:
    """Carry out all that need the same with one program, and the others one by one; yield the results."""
    after: dict[int, Hold] = {}
    for decision in (Decision.RELEASE, Decision.DROP, Decision.RETURN):
        alike = [hold for hold in holds if hold.decision is decision and _is_ready(host, hold, queue)]
        # After an error the same is done to each by itself, so that each has its own result.
        with suppress(MtaError):
            after |= {hold.id: hold for hold in _act_on_held(host, decision, alike, queue)}
    for hold in holds:
        if hold.id in after:
            yield result_of(after[hold.id], True, TEXTS[after[hold.id].state])
        else:
            yield carry_out_one(host, hold, queue)


def _is_ready(host: Host, hold: Hold, queue: Queue) -> bool:
    waits = hold.state in (HoldState.PENDING, HoldState.HELD) and hold.due is None
    try:
        return waits and hold.host_id == host.id and is_held(hold, queue)
    except TypeError:
        # A damaged row: `carry_out_one` reports it.
        return False


def carry_out_one(host: Host, hold: Hold, queue: Queue) -> Done:
    """Carry out what was decided about one hold. The caller has the lock, and listed `queue` under it."""
    if hold.state not in WAITING:
        done = hold.state is not HoldState.VANISHED
        return result_of(hold, done, f"already {TEXTS[hold.state]}" if done else TEXTS[hold.state])
    if hold.host_id != host.id:
        return result_of(hold, False, f"{hold.host} has to carry it out")
    try:
        after = correct_state(host, hold, queue, time.time())
        if after.state in (HoldState.HELD, HoldState.RELEASING) and after.due is None:
            after = _act(host, after, queue)
    except RecordUnavailable:
        raise
    except Exception as error:
        # The other holds are carried out all the same.
        return result_of(hold, False, text_of_error(error))
    if after.due is not None and after.state in WAITING:
        return result_of(after, False, IN_GRACE)
    done = after.state not in (*WAITING, HoldState.VANISHED)
    return result_of(after, done, TEXTS[after.state])


def _act(host: Host, hold: Hold, queue: Queue) -> Hold:
    match hold.decision:
        case None:
            return hold
        case Decision.RELEASE_BCC:
            return release_blind(host, hold, queue)
        case Decision.RELEASE if not is_held(hold, queue):
            # `releasing`, and no longer on hold: we released it, and may have died before its delivery began.
            host.mta.flush(hold.queue_id)
            return record_state(host, hold, HoldState.RELEASED, time.time())
        case decision:
            return _act_on_held(host, decision, (hold,), queue)[0]


def _act_on_held(host: Host, decision: Decision, holds: Sequence[Hold], queue: Queue) -> tuple[Hold, ...]:
    """Release, delete or return all of them. MtaError: some are still held; the same may be done again."""
    if not holds:
        return ()
    ids = [hold.queue_id for hold in holds]
    if decision is Decision.DROP:
        host.mta.delete(*ids)
        return record_states(host, holds, HoldState.DROPPED, time.time())
    if decision is Decision.RETURN:
        host.mta.return_to_sender(*ids)
        return record_states(host, holds, HoldState.RETURNED, time.time())
    holds = record_states(host, holds, HoldState.RELEASING, time.time())
    send(host, [queue[queue_id] for queue_id in ids])
    return record_states(host, holds, HoldState.RELEASED, time.time())


def send(host: Host, messages: Sequence[Queued]) -> None:
    """Take held messages off hold and have them delivered.

    MtaError: some are still held; the same may be done again.
    """
    oldest = time.time() - host.mta.lifetime() / 2
    old = {one.queue_id for one in messages if one.arrived < oldest}
    if old:
        host.mta.requeue(*old)
    host.mta.release(*(one.queue_id for one in messages if one.queue_id not in old))
