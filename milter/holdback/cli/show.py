"""`holdback show`: print one case in plain words, and the commands that decide it."""

import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from holdback.cases.casebook import Casebook
from holdback.cases.host_id import read_identity
from holdback.cases.model import WAITING, CaseFile, CaseFinding, CaseState, HoldState, Look, Undone
from holdback.checks import CHECKS, check_of_mailing
from holdback.checks.check import Check
from holdback.cli.case_table import as_dict, is_open
from holdback.cli.console import console, iso_time, local_time, print_json, print_paragraph, table
from holdback.cli.decide_report import DECISIONS, broken_signature, grace_in_words
from holdback.cli.opening import find_case, open_casebook
from holdback.cli.operator import operator
from holdback.cli.settings import load_config
from holdback.config import Config
from holdback.custody.delivery import Deliveries, deliveries_of
from holdback.custody.held_mail import read_held
from holdback.exits import Exit
from holdback.mail import Limits, read
from holdback.mta.blind import signed_changes
from holdback.mta.choice import choose
from holdback.mta.interface import Mta, MtaError
from holdback.operators.role import Role
from holdback.phrases import count_of, duration, number, printable
from holdback.verdict import Action

NAMES = 5
"""Visible recipients that are printed; more are only counted."""
HOLDS = 20
"""Held messages that are printed; more are only counted."""
ALIASES = 5
"""Other ids of the case that are printed; more are only counted."""


@dataclass(frozen=True, slots=True)
class HeldMail:
    """Header fields of the held message, read from the queue and not stored."""

    subject: str
    names: tuple[str, ...]
    """The first visible recipients."""
    more: int
    """Number of further visible recipients."""
    signed: tuple[str, ...]
    """Fields that `release --bcc` changes although a DKIM signature covers them."""


def run(path: Path, json: bool, typed: str) -> int:
    """Print one case."""
    config = load_config(path)
    with open_casebook(config) as book:
        file = book.show(find_case(book, typed, suggest=True))
        mail = _held_mail(config, book, file)
    delivered = deliveries_of(_mta(config), read_identity(config.state_dir), file.holds)
    if json:
        further = {"mail": mail and asdict(mail), "delivery": delivered and asdict(delivered)}
        print_json({**_as_dict(file), **further})
        return Exit.OK
    out = console()
    _print_heading(out, file, mail)
    _print_findings(out, file)
    _print_holds(out, file)
    if delivered:
        print_paragraph(out, _delivery(delivered), 2)
    _print_looks(out, file)
    _print_decisions(out, file)
    _print_choices(out, file, mail)
    return Exit.OK


def _as_dict(file: CaseFile) -> dict[str, object]:
    """The case with its holds and decisions, and with times in ISO 8601 besides those in seconds."""
    return {
        **asdict(file),
        "case": as_dict(file.case),
        "holds": [
            {**asdict(hold), "arrived_at": iso_time(hold.arrived), "changed_at": iso_time(hold.changed)}
            for hold in file.holds
        ],
        "decisions": [{**asdict(one), "decided_at": iso_time(one.at)} for one in file.decisions],
        "undone": [{**asdict(one), "decided_at": iso_time(one.at)} for one in file.undone],
        "looks": [{**asdict(one), "looked_at": iso_time(one.at)} for one in file.looks],
    }


def _mta(config: Config) -> Mta:
    return choose(config.mta)


def _held_mail(config: Config, book: Casebook, file: CaseFile) -> HeldMail | None:
    """Header fields of the first message held on this host; None for viewers, or if it cannot be read."""
    host = read_identity(config.state_dir)
    here = [hold for hold in file.holds if hold.state in WAITING and host.owns(hold)]
    if not here or not operator().may(Role.REVIEWER):
        return None
    try:
        header = read_held(_mta(config), config.state_dir, here[0], header=True)
    except MtaError:
        return None
    book.record_look(Look(file.case.id, here[0].id, "header", operator().name, "", time.time()))
    message = read(header, Limits())
    names = tuple(printable(address.written, 60) for address in message.visible[:NAMES])
    more = len(message.visible) - len(names)
    return HeldMail(printable(message.subject), names, more, signed_changes(header))


def _print_heading(out: Console, file: CaseFile, mail: HeldMail | None) -> None:
    case = file.case
    states = {
        CaseState.OPEN: "needs a decision",
        CaseState.RELEASED: "released",
        CaseState.DROPPED: "dropped",
        CaseState.VANISHED: "its mail left the queue without a decision",
    }
    state = states[case.state]
    if case.due is not None and not is_open(case):
        state = grace_in_words(case.due, case.id)
    out.print(Text(f"Case {case.id}: {state}", style="bold"))
    if file.aliases:
        more = f" and {number(len(file.aliases) - ALIASES)} more" if len(file.aliases) > ALIASES else ""
        print_paragraph(out, f"Also known as {', '.join(file.aliases[:ALIASES])}{more}", 2)
    print_paragraph(
        out, f"{local_time(case.opened)}, {duration(time.time() - case.opened)} ago", 10, "  opened"
    )
    logins = sorted({hold.login for hold in file.holds if hold.login})
    by = f", login {printable(', '.join(logins))}" if logins else ""
    print_paragraph(out, f"{printable(case.sender) or '<> (bounce)'}{by}", 10, "  sender")
    if mail:
        more = f" and {number(mail.more)} more" if mail.more else ""
        print_paragraph(out, mail.subject or "(none)", 10, "  subject")
        print_paragraph(out, f"{', '.join(mail.names) or '(none visible)'}{more}", 10, "  to")
    if file.bcc:
        bcc = count_of(file.bcc, "recipient")
        print_paragraph(out, f"{bcc} not visible in To or Cc; a release covers them, too", 10, "  bcc")
    if case.contents > 1:
        print_paragraph(out, _contents(file), 2)


def _contents(file: CaseFile) -> str:
    stopping = {one.check for one in file.case.findings if one.action not in (Action.PASS, Action.OBSERVE)}
    if check_of_mailing(stopping):
        return (
            f"One mailing with {file.case.contents} different contents. Your decision covers later ones, too."
        )
    return f"Careful: {file.case.contents} different contents share one Message-ID. Check each."


def _print_findings(out: Console, file: CaseFile) -> None:
    out.print(Text("\nWhy", style="bold"))
    for finding in _telling(file.case.findings):
        print_paragraph(out, plain_words(finding), 2)
        print_paragraph(
            out, f"{finding.check} in {printable(finding.where)}: {printable(finding.text, 500)}", 4
        )
        if finding.because:
            print_paragraph(out, f"{finding.because}: {finding.action} instead of {finding.would}", 4)
    if not file.case.findings:
        print_paragraph(out, 'The message could not be checked, and milter.on_error is "hold".', 2)


def _telling(findings: tuple[CaseFinding, ...]) -> list[CaseFinding]:
    """Without the count of known customers where the finding about their records has it already."""
    in_records = {(one.action, one.where) for one in findings if one.kind == "records"}
    return [one for one in findings if one.kind != "known" or (one.action, one.where) not in in_records]


def plain_words(finding: CaseFinding, checks: Mapping[str, Check] = CHECKS) -> str:
    """The finding in a sentence without terms, by the check that made it."""
    check = checks.get(finding.check)
    if not check:
        return f"Found by the check {printable(finding.check, 40)}, which this version does not have."
    return check.in_plain_words(finding.count, finding.kind)


def _print_holds(out: Console, file: CaseFile) -> None:
    holds = [hold for hold in file.holds if hold.replaces is None]
    out.print(Text("\nHeld mail", style="bold"))
    columns = [">id", "queue id", "host", "state", "arrived", ">recipients", ">bytes"]
    rows = [
        (h.id, h.queue_id, printable(h.host, 30), h.state, local_time(h.arrived), h.recipients, h.size)
        for h in holds
    ]
    out.print(Padding(table(columns, rows[:HOLDS]), (0, 0, 0, 2)))
    if len(holds) > HOLDS:
        print_paragraph(out, f"and {number(len(holds) - HOLDS)} more. For all: holdback show --json", 2)
    print_paragraph(out, _reach(file), 2)


def _reach(file: CaseFile) -> str:
    """`2 of 60 recipients released, 50 waiting, 8 never sent`"""
    reach: Counter[HoldState] = Counter()
    for hold in file.holds:
        if hold.replaces is None:
            reach[hold.state] += hold.recipients
    outcomes = (
        ("waiting", WAITING),
        ("never sent", (HoldState.DROPPED, HoldState.RETURNED)),
        ("removed from the queue, not by Holdback", (HoldState.VANISHED,)),
    )
    parts = [f"{number(reach[HoldState.RELEASED])} of {count_of(reach.total(), 'recipient')} released"]
    for words, states in outcomes:
        if count := sum(reach[state] for state in states):
            parts.append(f"{number(count)} {words}")
    return ", ".join(parts)


def _delivery(known: Deliveries) -> str:
    """`Mail server: delivered to 12 recipients, 3 in the queue; unknown for 1 message`"""
    parts = [f"delivered to {count_of(known.sent, 'recipient')}"]
    if known.failed:
        parts.append(f"failed for {number(known.failed)}")
    if known.queued:
        parts.append(f"{number(known.queued)} in the queue")
    if not (known.sent or known.failed or known.queued):
        return "Delivery unknown: neither queue nor mail log of this host show it"
    unknown = f"; unknown for {count_of(known.unknown, 'message')}" if known.unknown else ""
    return f"Mail server: {', '.join(parts)}{unknown}"


def _print_looks(out: Console, file: CaseFile) -> None:
    """Print who read the content of messages; who saw no more than the header is in the JSON only."""
    looks = [look for look in file.looks if look.content != "header"]
    if looks:
        out.print(Text("\nRead by", style="bold"))
    for look in looks:
        what = f"{look.content} of message {look.hold_id}"
        why = f": {printable(look.reason)}" if look.reason else ""
        print_paragraph(out, f"{local_time(look.at)}  {printable(look.operator, 40)}  {what}{why}", 2)


def _print_decisions(out: Console, file: CaseFile) -> None:
    if not (file.decisions or file.undone):
        return
    out.print(Text("\nDecisions", style="bold"))
    for undone in file.undone:
        _print_undone(out, undone)
    for decided in file.decisions:
        what = DECISIONS[decided.decision] + (f" (message {decided.hold_id} only)" if decided.hold_id else "")
        why = f": {printable(decided.reason)}" if decided.reason else ""
        print_paragraph(out, f"{local_time(decided.at)}  {printable(decided.operator, 40)}  {what}{why}", 2)


def _print_undone(out: Console, undone: Undone) -> None:
    what = DECISIONS[undone.decision] + (f" (message {undone.hold_id} only)" if undone.hold_id else "")
    made = f"{local_time(undone.at)}  {printable(undone.operator, 40)}  {what}"
    taken_back = f"{local_time(undone.undone_at)}  {printable(undone.undone_by, 40)}  undo {what}"
    for line, reason in ((made, undone.reason), (taken_back, undone.undone_reason)):
        print_paragraph(out, f"{line}{f': {printable(reason)}' if reason else ''}", 2)


def _print_choices(out: Console, file: CaseFile, mail: HeldMail | None) -> None:
    case = file.case
    if case.state is not CaseState.OPEN:
        return
    choices = [
        ("release", "send it unchanged"),
        ("drop", "delete it"),
        ("drop --return", "return it to the sender"),
    ]
    checks = (CHECKS.get(finding.check) for finding in case.findings)
    can_blind = any(check and check.can_blind for check in checks)
    if can_blind:
        choices.insert(0, ("release --bcc", "send it with hidden recipients"))
    choices.append(("show --message", "read it"))
    out.print(Text("\nWhat you can do", style="bold"))
    for command, effect in choices:
        verb, _, option = command.partition(" ")
        line = " ".join(filter(None, ["holdback", verb, case.id, option]))
        print_paragraph(out, f"{line:<36}{effect}", 2)
    if can_blind and mail and mail.signed:
        print_paragraph(out, broken_signature(mail.signed), 2)
