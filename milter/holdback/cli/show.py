"""`holdback show`: one case in words a shopkeeper understands, and what can be done about it."""

import os
import socket
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from holdback.cases.values import WAITING, CaseFile, CaseFinding, CaseState, Decision, HoldState
from holdback.checks import CHECKS, check_of_mailing
from holdback.checks.check import Check
from holdback.cli.console import as_json, console, say, table, when
from holdback.cli.opening import casebook, found
from holdback.cli.settings import config_at
from holdback.config import Config
from holdback.exits import Exit
from holdback.mail import Limits, read
from holdback.mta.postfix import MtaError, Postfix
from holdback.phrases import counted, lasting, number, printable
from holdback.verdict import Action

NAMES = 5
"""Visible addresses that are shown; the others are only counted."""
HOLDS = 20
"""Held messages that are listed; the others are only counted."""


@dataclass(frozen=True, slots=True)
class Glimpse:
    """What the held mail itself says; read for the operator's eyes, kept nowhere."""

    subject: str
    names: tuple[str, ...]
    """Visible addresses, the first few."""
    more: int
    """How many more there are."""


def run(path: Path, json: bool, typed: str) -> int:
    """Print one case."""
    config = config_at(path)
    with casebook(config) as book:
        file = book.show(found(book, typed))
    glimpse = _glimpse(config, file)
    if json:
        print(as_json({**asdict(file), "mail": asdict(glimpse) if glimpse else None}))
        return Exit.OK
    out = console()
    _print_heading(out, file, glimpse)
    _print_findings(out, file)
    _print_holds(out, file)
    _print_decisions(out, file)
    _print_choices(out, file)
    return Exit.OK


def _glimpse(config: Config, file: CaseFile) -> Glimpse | None:
    """Subject and visible names of the first message that waits here; None if nobody may or can look."""
    here = [hold for hold in file.holds if hold.state in WAITING and hold.host == socket.gethostname()]
    if os.geteuid() != 0 or not here:
        return None
    try:
        header = Postfix(config.mta.config_dir).header(here[0].queue_id)
    except MtaError:
        return None
    message = read(header, Limits())
    names = tuple(printable(address.written, 60) for address in message.visible[:NAMES])
    return Glimpse(printable(message.subject), names, len(message.visible) - len(names))


def _print_heading(out: Console, file: CaseFile, glimpse: Glimpse | None) -> None:
    case = file.case
    states = {
        CaseState.OPEN: "waits for a decision",
        CaseState.RELEASED: "released",
        CaseState.DROPPED: "dropped",
    }
    out.print(Text(f"Case {case.id}: {states[case.state]}", style="bold"))
    say(out, f"{when(case.opened)}, {lasting(time.time() - case.opened)} ago", 10, "  since")
    logins = sorted({hold.login for hold in file.holds if hold.login})
    by = f", login {printable(', '.join(logins))}" if logins else ""
    say(out, f"{printable(case.sender) or 'none (a bounce)'}{by}", 10, "  sender")
    if glimpse:
        more = f" and {number(glimpse.more)} more" if glimpse.more else ""
        say(out, glimpse.subject or "none", 10, "  subject")
        say(out, f"{', '.join(glimpse.names) or 'nobody visible'}{more}", 10, "  to")
    if case.contents > 1:
        say(out, _contents(file), 2)


def _contents(file: CaseFile) -> str:
    stopping = {one.check for one in file.case.findings if one.action not in (Action.PASS, Action.OBSERVE)}
    if check_of_mailing(stopping):
        return f"One mailing, {file.case.contents} different contents: a decision is for those to come, too."
    return f"Careful: {file.case.contents} different contents share one Message-ID; look at each."


def _print_findings(out: Console, file: CaseFile) -> None:
    out.print(Text("\nWhy", style="bold"))
    for finding in _telling(file.case.findings):
        say(out, plain_words(finding), 2)
        say(out, f"{finding.check} in {printable(finding.where)}: {printable(finding.text, 500)}", 4)
        if finding.because:
            say(out, f"{finding.because}: {finding.action} instead of {finding.would}", 4)
    if not file.case.findings:
        say(out, "It could not be checked, and your configuration holds what cannot be checked.", 2)


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
        (h.id, h.queue_id, printable(h.host, 30), h.state, when(h.arrived), h.recipients, h.size)
        for h in holds
    ]
    out.print(Padding(table(columns, rows[:HOLDS]), (0, 0, 0, 2)))
    if len(holds) > HOLDS:
        say(out, f"and {number(len(holds) - HOLDS)} more; holdback show --json lists all", 2)
    say(out, _reach(file), 2)


def _reach(file: CaseFile) -> str:
    """How many recipients have got it, may still get it, will not get it."""
    reach: Counter[HoldState] = Counter()
    for hold in file.holds:
        if hold.replaces is None:
            reach[hold.state] += hold.recipients
    fates = (
        ("waiting for", WAITING),
        ("never sent to", (HoldState.DROPPED, HoldState.RETURNED, HoldState.EXPIRED)),
        ("left the queue without Holdback for", (HoldState.VANISHED,)),
    )
    told = [f"reached {number(reach[HoldState.RELEASED])} of {counted(reach.total(), 'recipient')}"]
    for words, states in fates:
        if count := sum(reach[state] for state in states):
            told.append(f"{words} {number(count)}")
    return ", ".join(told)


def _print_decisions(out: Console, file: CaseFile) -> None:
    if not file.decisions:
        return
    out.print(Text("\nDecisions", style="bold"))
    for decided in file.decisions:
        what = _SAID[decided.decision] + (f" (only {decided.hold_id})" if decided.hold_id else "")
        why = f": {printable(decided.reason)}" if decided.reason else ""
        say(out, f"{when(decided.at)}  {printable(decided.operator, 40)}  {what}{why}", 2)


_SAID = {
    Decision.RELEASE: "send it",
    Decision.RELEASE_BCC: "send it with the recipients hidden",
    Decision.DROP: "delete it",
    Decision.RETURN: "return it to its sender",
}


def _print_choices(out: Console, file: CaseFile) -> None:
    case = file.case
    if case.state is not CaseState.OPEN:
        return
    choices = [
        ("release", "send it as it is"),
        ("drop", "delete it"),
        ("drop --return", "return it to its sender"),
    ]
    checks = (CHECKS.get(finding.check) for finding in case.findings)
    if any(check and check.can_blind for check in checks):
        choices.insert(0, ("release --bcc", "send it; nobody sees the other recipients"))
    out.print(Text("\nWhat you can do", style="bold"))
    for command, effect in choices:
        verb, _, option = command.partition(" ")
        line = " ".join(filter(None, ["holdback", verb, case.id, option]))
        say(out, f"{line:<36}{effect}", 2)
