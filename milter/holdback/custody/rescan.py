"""Inspect the held mail that was never inspected, and release what is innocent.

Orphans, held by the MTA while the milter was away, and holds that were recorded without an inspection. The
running milter judges them (`inspection_request`); this module finds them, and acts on the queue.

A message that another program or an administrator put on hold is never released. See docs/decisions/0015.
"""

import os
import time
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum

from holdback.cases.model import AlreadyDecided, Decision, Hold, HoldState
from holdback.cases.orphans import RELEASED
from holdback.custody.carry_out import carry_out, send
from holdback.custody.host import Busy, Host, is_message_of, locked, queue_now
from holdback.custody.inspection_request import Inspected, NotInspected, Purpose, Request, answers, ask
from holdback.custody.orphans import delete_own_copies, orphans_in, vanished_hold_of
from holdback.custody.serving import Period, answered_throughout, periods_in
from holdback.mta.interface import Holder, MtaError, Place, Queued

_AT_ONCE = 100
"""Messages between two questions whether the milter answers, and the most that one lock covers."""
_SILENCE = 120.0
"""Seconds without a sign of the milter after which a request is given up."""
_OPERATOR = "holdback"


class Result(StrEnum):
    RELEASED = "released"
    HELD = "held"
    """On record in a case now."""
    DELETED = "deleted"
    LEFT = "left"
    """Not touched: another program or an administrator may have put it on hold."""
    POSTPONED = "postponed"
    """Not inspected or not released now; tried again."""
    GONE = "gone"
    """It left the hold queue meanwhile."""


@dataclass(frozen=True, slots=True)
class Rescanned:
    """The result for one message."""

    queue_id: str
    result: Result
    text: str
    """Why, in words."""
    case: str = ""


@dataclass(frozen=True, slots=True)
class Scope:
    """Which messages to inspect, and how."""

    listen: str
    """Address of the milter."""
    never_hold: Collection[str] = ()
    """Settings of the MTA that could hold mail, but do not, as the operator says."""
    only: Collection[str] = ()
    """Queue ids chosen by the operator, whoever holds them; empty for all."""
    dry_run: bool = False
    """Change nothing."""
    session: float = 300.0
    """Seconds that an SMTP session may last: without a milter at its begin, the MTA holds all of its mail."""
    seconds: float = 3600.0
    """Time after which no further message is begun."""


def rescan(host: Host, scope: Scope) -> tuple[Rescanned, ...]:
    """Inspect and act; return what was done, or with `dry_run` would be done, for each message.

    Raises Busy, RecordUnavailable, OSError (the journal), MtaError if the queue cannot be listed.
    """
    with locked(host, "rescan.lock"):
        ends = time.monotonic() + scope.seconds
        return (*_rescan_orphans(host, scope, ends), *_rescan_uninspected(host, scope, ends))


def _rescan_orphans(host: Host, scope: Scope, ends: float) -> Iterator[Rescanned]:
    orphans = [one for one in _orphans(host, scope) if not scope.only or one.queue_id in scope.only]
    others = host.mta.other_holders(scope.listen) if orphans and not scope.only else ()
    others = tuple(name for name in others if name not in scope.never_hold)
    periods = periods_in(host.state_dir)
    orphans.sort(key=lambda orphan: orphan.arrived)
    postponed = "not inspected yet"
    while orphans and time.monotonic() < ends:
        batch, orphans = orphans[:_AT_ONCE], orphans[_AT_ONCE:]
        wanted = []
        for orphan in _without_record(host, scope, batch):
            left = None if scope.only else _leave(host, orphan, others, periods, scope.session)
            if left:
                yield left
            else:
                wanted.append(orphan)
        if wanted and not answers(scope.listen, _SILENCE):
            postponed = f"the milter on {scope.listen} does not answer"
            orphans = wanted + orphans
            break
        yield from _rescan_batch(host, scope, wanted)
    for orphan in orphans:
        yield Rescanned(orphan.queue_id, Result.POSTPONED, postponed)


def _orphans(host: Host, scope: Scope) -> tuple[Queued, ...]:
    """Return the messages on hold without a waiting hold. The journal is imported first, or only read."""
    if scope.dry_run:
        queue, journal = queue_now(host.mta), {queue_id for _, queue_id in host.record.in_journal()}
        found = orphans_in(queue, host.book.waiting(host.id))
        return tuple(one for one in found if one.queue_id not in journal)
    with locked(host):
        queue = queue_now(host.mta)
        host.record.import_journal(host.on_refused)
        host.book.register(host.identity)
        return orphans_in(queue, host.book.waiting(host.id))


def _without_record(host: Host, scope: Scope, batch: list[Queued]) -> list[Queued]:
    """Return those without any hold on record; delete our own copies among them."""
    found = [one for one in batch if not vanished_hold_of(host.book, host.id, one)]
    if scope.dry_run or not found:
        return found
    with locked(host):
        deleted = delete_own_copies(host, found)
    return [one for one in found if one.queue_id not in deleted]


def _leave(
    host: Host, orphan: Queued, others: tuple[str, ...], periods: list[Period], session: float
) -> Rescanned | None:
    """Return why not to inspect the message now; None if only our absence explains that it is on hold."""
    match host.mta.holder(orphan.queue_id):
        case Holder.MILTER:
            return None
        case Holder.OTHER:
            return Rescanned(
                orphan.queue_id, Result.LEFT, "put on hold by another program or an administrator"
            )
    complete = host.mta.held_on_arrival(orphan.queue_id)
    if complete is None:
        return Rescanned(orphan.queue_id, Result.LEFT, "put on hold after it had arrived, not by Holdback")
    if answered_throughout(periods, orphan.arrived - session, complete):
        reason = "arrived while Holdback was answering, which did not hold it"
        return Rescanned(orphan.queue_id, Result.LEFT, reason)
    if others:
        reason = f"could also be held by {', '.join(others)}; see holds.never_hold"
        return Rescanned(orphan.queue_id, Result.LEFT, reason)
    if not any(last > complete for _, last in periods):
        reason = "the milter has not answered since it arrived"
        return Rescanned(orphan.queue_id, Result.POSTPONED, reason)
    return None


def _rescan_batch(host: Host, scope: Scope, batch: list[Queued]) -> Iterator[Rescanned]:
    innocent: list[_Innocent] = []
    for orphan in batch:
        purpose = Purpose.PREVIEW if scope.dry_run else Purpose.ORPHAN
        file = host.mta.held_file(orphan.queue_id)
        try:
            found = _ask(host, scope, Request(purpose, orphan.queue_id, orphan.arrived))
        except (NotInspected, MtaError) as error:
            yield Rescanned(orphan.queue_id, Result.POSTPONED, str(error))
            continue
        if found.action in ("pass", "observe", "discard") and not scope.dry_run:
            innocent.append(_Innocent(orphan, file, found.action == "discard"))
        else:
            yield _result(orphan.queue_id, found)
    if innocent:
        yield from _act(host, innocent)


@dataclass(frozen=True, slots=True)
class _Innocent:
    """An orphan that need not be held."""

    orphan: Queued
    file: tuple[int, int] | None
    """`Mta.held_file` before the inspection."""
    is_superfluous: bool
    """True if it went to canaries only."""


def _ask(host: Host, scope: Scope, request: Request) -> Inspected:
    return ask(scope.listen, host.key, request, host.mta.open(request.queue_id), _SILENCE)


def _result(queue_id: str, found: Inspected) -> Rescanned:
    match found.action:
        case "pass" | "observe":
            return Rescanned(queue_id, Result.RELEASED, found.why or "nothing found")
        case "discard":
            return Rescanned(queue_id, Result.DELETED, "all recipients are canaries")
        case "own":
            return Rescanned(queue_id, Result.POSTPONED, "a copy made by release --bcc")
        case _:
            return Rescanned(queue_id, Result.HELD, found.why or "not inspected", found.case)


def _act(host: Host, innocent: list[_Innocent]) -> Iterator[Rescanned]:
    """Release and delete what is still the inspected message: an id may have another one by now."""
    with locked(host):
        held = []
        for one in innocent:
            if one.file and host.mta.held_file(one.orphan.queue_id) == one.file:
                held.append(one)
            else:
                yield Rescanned(one.orphan.queue_id, Result.GONE, "left the hold queue meanwhile")
        yield from _release(host, [one.orphan for one in held if not one.is_superfluous])
        superfluous = [one.orphan.queue_id for one in held if one.is_superfluous]
        host.mta.delete(*superfluous)
        yield from (_result(queue_id, Inspected("discard")) for queue_id in superfluous)


def _release(host: Host, orphans: list[Queued]) -> Iterator[Rescanned]:
    """Release all at once; after an error each by itself, so that each has its own result."""
    try:
        send(host, orphans)
    except MtaError as error:
        if len(orphans) == 1:
            yield Rescanned(orphans[0].queue_id, Result.POSTPONED, str(error))
        else:
            for orphan in orphans:
                yield from _release(host, [orphan])
        return
    for orphan in orphans:
        host.book.record_outcome(host.id, (orphan.queue_id, orphan.arrived), RELEASED, time.time())
        yield Rescanned(orphan.queue_id, Result.RELEASED, "nothing found")


def _rescan_uninspected(host: Host, scope: Scope, ends: float) -> Iterator[Rescanned]:
    """Inspect holds once more that were recorded without an inspection, when the machine is quiet."""
    waiting = [hold for hold in host.book.waiting(host.id) if _is_wanted(hold, scope)]
    if not waiting or not (scope.only or is_quiet()):
        return
    queue = queue_now(host.mta)
    for hold in waiting:
        if time.monotonic() > ends:
            return
        queued = queue.get(hold.queue_id)
        if queued and queued.place is Place.HELD and is_message_of(hold, queued):
            yield _inspect_again(host, scope, hold)


def _is_wanted(hold: Hold, scope: Scope) -> bool:
    chosen = not scope.only or hold.queue_id in scope.only
    undecided = hold.state is not HoldState.RELEASING and not hold.decision
    return chosen and undecided and hold.uninspected in ("timeout", "error")


def is_quiet() -> bool:
    """Return whether fewer programs than processors wanted to run in the last minute, on average."""
    return os.getloadavg()[0] < (os.cpu_count() or 1)


def _inspect_again(host: Host, scope: Scope, hold: Hold) -> Rescanned:
    purpose = Purpose.PREVIEW if scope.dry_run else Purpose.AGAIN
    try:
        found = _ask(host, scope, Request(purpose, hold.queue_id, hold.arrived, hold.id))
    except (NotInspected, MtaError) as error:
        return Rescanned(hold.queue_id, Result.POSTPONED, str(error), hold.case_id)
    if scope.dry_run or found.action not in ("pass", "observe", "discard"):
        return _result(hold.queue_id, found)
    decision = Decision.DROP if found.action == "discard" else Decision.RELEASE
    try:
        host.book.decide(hold.case_id, decision, _OPERATOR, "inspected again", time.time(), hold.id)
    except AlreadyDecided:
        return Rescanned(hold.queue_id, Result.HELD, "decided meanwhile", hold.case_id)
    try:
        (done,) = carry_out(host, hold.case_id, hold.id)
    except Busy as busy:
        return Rescanned(hold.queue_id, Result.POSTPONED, str(busy), hold.case_id)
    results = {HoldState.RELEASED: Result.RELEASED, HoldState.DROPPED: Result.DELETED}
    result = results.get(done.state, Result.POSTPONED)
    return Rescanned(hold.queue_id, result, found.why or "nothing found", hold.case_id)
