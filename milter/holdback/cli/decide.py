"""`holdback release` and `holdback drop`: record decisions, and carry them out on this host."""

import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from holdback.cases.casebook import Casebook
from holdback.cases.host_id import Identity, read_identity
from holdback.cases.model import WAITING, AlreadyDecided, CaseFile, Decided, Decision, Hold, HoldState
from holdback.cli.case_selection import check_usage, chosen_cases, named_cases
from holdback.cli.decide_report import DECISIONS, Report, by_and_when
from holdback.cli.opening import find_case, open_casebook, open_custody
from holdback.cli.operator import operator, refuse_unfit
from holdback.cli.settings import load_config
from holdback.config import Config
from holdback.custody.carry_out import carry_out_in_turns
from holdback.custody.held_mail import read_held
from holdback.custody.results import IN_GRACE, TEXTS, Done, result_of
from holdback.exits import Exit, Failure
from holdback.mta.blind import signed_changes
from holdback.mta.choice import choose
from holdback.mta.interface import MtaError
from holdback.phrases import count_of, printable

_AT_ONCE = 50
"""Cases that are decided and then carried out together: an interruption leaves the others undecided."""
_AGENT_TIMEOUT = 5.0
_AGENT_INTERVAL = 0.1


@dataclass(frozen=True, slots=True)
class Order:
    """What the operator decides."""

    decision: Decision
    reason: str
    only: tuple[str, ...] = ()
    """Ids or queue ids of the only messages to decide; empty for the whole case."""
    now: bool = False
    """True if the decision has no grace period."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """A case whose decision is on record."""

    case_id: str
    numbers: frozenset[int]
    """Ids of the only messages that it covers; empty for all."""
    here: bool
    """True if a message that it covers was held on this host."""
    decided: Decided
    is_new: bool
    """False if the same decision was on record before."""


def run(
    path: Path, json: bool, order: Order, yes: bool, typed: tuple[str, ...], chosen: Mapping[str, str]
) -> int:
    """Decide cases, or only some messages of one; carry it out on this host; print the results."""
    check_usage(typed, chosen, order.only)
    config, report = load_config(path), Report(json)
    with open_casebook(config) as book:
        if typed:
            names = named_cases(typed)
        else:
            names = chosen_cases(book, chosen, DECISIONS[order.decision], yes)
            if not names:
                return Exit.FOUND
        if len(names) == 1:
            return _decide_one(config, book, order, names[0], report)
        return _decide_many(config, book, order, names, report)


def _decide_one(config: Config, book: Casebook, order: Order, name: str, report: Report) -> int:
    """Decide one case; print each of its messages. Raises Failure."""
    case = _record(config, book, order, name)
    report.print_decision(case.decided, case.is_new)
    if order.decision is Decision.RELEASE_BCC:
        report.print_signed(_signed_changes(config, book, case))
    done = _carry_out(config, book, [case])
    report.print_results(case.decided, done)
    return _exit_code(done, read_identity(config.state_dir))


def _signed_changes(config: Config, book: Casebook, case: Recorded) -> tuple[str, ...]:
    """The fields that hidden recipients change in the first message held on this host, and DKIM covers."""
    me = read_identity(config.state_dir)
    here = [hold for hold in _covered(book, [case]) if hold.state in WAITING and me.owns(hold)]
    try:
        header = read_held(choose(config.mta), config.state_dir, here[0], header=True) if here else b""
    except MtaError:
        return ()
    return signed_changes(header)


def _decide_many(config: Config, book: Casebook, order: Order, names: Sequence[str], report: Report) -> int:
    """Decide many cases; print a line for each. One that fails does not stop the others."""
    codes: list[int] = []
    for start in range(0, len(names), _AT_ONCE):
        recorded: list[Recorded] = []
        for name in names[start : start + _AT_ONCE]:
            try:
                recorded.append(_record(config, book, order, name))
            except Failure as failure:
                report.print_failure(name, failure)
                codes.append(failure.code)
        try:
            done = _carry_out(config, book, recorded)
        except Failure as failure:
            for case in recorded:
                report.print_case(case.decided, case.is_new, [])
            rest = max(0, len(names) - start - _AT_ONCE)
            left = f"; {count_of(rest, 'case')} not decided" if rest else ""
            raise Failure(failure.code, f"{failure}{left}") from failure
        for case in recorded:
            own = [one for one in done if one.case == case.case_id]
            report.print_case(case.decided, case.is_new, own)
            codes.append(_exit_code(own, read_identity(config.state_dir)))
    report.print_total(len(names), sum(code != Exit.OK for code in codes))
    return max(codes, default=Exit.OK)


def _record(config: Config, book: Casebook, order: Order, name: str) -> Recorded:
    """Record the decision on the case `name`, with the grace period that is configured.

    Raises Failure if there is no such case, the operator may not decide it, or it was decided otherwise.
    """
    case_id = find_case(book, name)
    file = book.show(case_id)
    refuse_unfit(file)
    wanted = _select(file, order.only)
    me = read_identity(config.state_dir)
    here = any(map(me.owns, wanted))
    numbers = frozenset(hold.id for hold in wanted) if order.only else frozenset()
    each: list[int | None] = [*sorted(numbers)] if numbers else [None]
    grace = 0.0 if order.now else config.decisions.grace
    for number in each:
        decided, is_new = _decide(book, order, grace, case_id, number)
    return Recorded(case_id, numbers, here, decided, is_new)


def _decide(
    book: Casebook, order: Order, grace: float, case_id: str, number: int | None
) -> tuple[Decided, bool]:
    """The decision on record now, and whether it is new. Raises Failure if it is another one."""
    try:
        return book.decide(
            case_id, order.decision, operator().name, order.reason, time.time(), number, grace
        ), True
    except AlreadyDecided as already:
        earlier = already.decided
    if earlier.decision is not order.decision:
        raise Failure(Exit.DATA, _conflict(case_id, earlier))
    if order.now and earlier.due is not None:
        book.end_grace(earlier.id)
        earlier = replace(earlier, due=None)
    return earlier, False


def _select(file: CaseFile, only: tuple[str, ...]) -> tuple[Hold, ...]:
    """The messages to decide: all of the case, or those whose id or queue id is in `only`."""
    own = tuple(hold for hold in file.holds if hold.replaces is None)
    for name in only:
        if not any(name in (str(hold.id), hold.queue_id) for hold in own):
            raise Failure(Exit.NO_INPUT, f"{file.case.id} has no held message {printable(name)}")
    return tuple(hold for hold in own if not only or str(hold.id) in only or hold.queue_id in only)


def _conflict(case_id: str, earlier: Decided) -> str:
    decided = f"already decided by {by_and_when(earlier)}: {DECISIONS[earlier.decision]}"
    if earlier.due is not None:
        return f"{case_id}: {decided}; to decide otherwise, undo it first: holdback undo {case_id}"
    return f"{case_id}: {decided}; a decision cannot be changed"


def _carry_out(config: Config, book: Casebook, recorded: Sequence[Recorded]) -> Sequence[Done]:
    """Carry out the decisions on this host; the result for each message, if one was held here.

    Without root, wait some seconds until the agents have carried them out.
    """
    if os.geteuid() != 0:
        return _await_agents(book, recorded)
    here = [case for case in recorded if case.here]
    if not here:
        return ()
    with open_custody(config) as host:
        host.book.end_grace()
        return carry_out_in_turns(host, lambda: _covered(host.book, here))


def _covered(book: Casebook, recorded: Sequence[Recorded]) -> list[Hold]:
    """The messages that the decisions cover, as they are now."""
    return [
        hold
        for case in recorded
        for hold in book.show(case.case_id).holds
        if hold.replaces is None and (not case.numbers or hold.id in case.numbers)
    ]


def _await_agents(book: Casebook, recorded: Sequence[Recorded]) -> Sequence[Done]:
    """What the agents of all hosts have done with the messages within some seconds."""
    ends = time.monotonic() + _AGENT_TIMEOUT
    while True:
        holds = _covered(book, recorded)
        waits = [hold for hold in holds if hold.state in WAITING and hold.due is None]
        if not waits or time.monotonic() > ends:
            return [_result(hold) for hold in holds]
        time.sleep(_AGENT_INTERVAL)


def _result(hold: Hold) -> Done:
    if hold.state not in WAITING:
        return result_of(hold, hold.state is not HoldState.VANISHED, TEXTS[hold.state])
    text = IN_GRACE if hold.due is not None else f"decided; the agent of {hold.host} carries it out"
    return result_of(hold, False, text)


def _exit_code(done: Sequence[Done], me: Identity) -> Exit:
    late = [one for one in done if one.state in WAITING and one.due is None]
    if any(me.is_host(one.host_id, one.host) for one in late):
        return Exit.TEMPORARY
    gone = bool(done) and all(one.state is HoldState.VANISHED for one in done)
    return Exit.NO_INPUT if gone else Exit.OK
