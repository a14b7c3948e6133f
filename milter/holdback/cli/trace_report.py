"""How `holdback trace` tells what it found: in words for whoever has to answer for it, or as JSON."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict

from rich.console import Console
from rich.text import Text

from holdback.cases.values import WAITING, Decision, HoldState
from holdback.cli.console import as_json, say, when
from holdback.cli.person import Who
from holdback.people.canaries import Canary
from holdback.people.fields.kinds import Field
from holdback.phrases import counted, number, printable
from holdback.trail.trace import Sighting, Traced
from holdback.trail.values import CanaryHit
from holdback.verdict import Action

_INDENT = 11


def print_json(
    found: Iterable[Traced], wanted: Who, canary: Canary | None, hits: Sequence[CanaryHit]
) -> bool:
    """One object a line: the canary, its hits, then the messages; False if there are none of all these."""
    printed = canary is not None
    if canary:
        print(as_json({"kind": "canary", **asdict(canary)}))
    for hit in hits:
        print(as_json({"kind": "canary_hit", **asdict(hit)}))
    for message in found:
        told = asdict(message)
        del told["numbers"]
        print(as_json({"kind": "disclosure", "as_asked": bool(message.numbers & wanted.asked), **told}))
        printed = True
    return printed


def print_found(out: Console, wanted: Who, listed: Sequence[Traced], more: bool) -> None:
    """The messages, newest first; `more` if there are older ones."""
    left = number(sum(map(_went_out, listed)))
    told = f"more than {number(len(listed))} messages" if more else counted(len(listed), "message")
    went = "" if more else f"; {left} went out"
    out.print(Text(f"{wanted.written} is shown in {told}, newest first{went}", style="bold"))
    if wanted.others:
        say(out, _others(wanted, listed), 2)
    for message in listed:
        out.print()
        out.print(Text(f"{when(message.at)}  {_fate(message)}", style="bold"), soft_wrap=True)
        for label, text in _facts(message, wanted):
            say(out, text, _INDENT, f"  {label}")
    if more:
        say(out, "\nholdback trace --json lists them all.")


def _others(wanted: Who, listed: Sequence[Traced]) -> str:
    only = sum(not message.numbers & wanted.asked for message in listed)
    through = f"; {counted(only, 'message')} through one of these only" if only else ""
    return f"The person has {counted(len(wanted.others), 'other identifier')}, which count as well{through}."


def _facts(message: Traced, wanted: Who) -> Iterable[tuple[str, str]]:
    login = f", login {printable(message.login)}" if message.login else ""
    client = f", client {printable(message.client)}" if message.client else ""
    yield "from", f"{printable(message.sender) or 'none (a bounce)'}{login}{client}"
    yield "to", _audience(message)
    for sighting in message.shown:
        yield "shown in", _sighting(sighting)
    if not message.numbers & wanted.asked:
        yield "", "under another identifier of the same person"
    yield "queue id", f"{printable(message.queue_id)} at {printable(message.host)}"
    if message.message_id:
        yield "message", printable(message.message_id)


def _audience(message: Traced) -> str:
    """`1 recipient at list-broker.example`; `12 recipients: 9 at agency.example, 3 of them customers`."""
    total = counted(message.recipients, "recipient")
    named = [
        (printable(domain), count)
        for domain, count in message.audience.items()
        if domain not in ("", "other")
    ]
    if len(named) == len(message.audience) == 1 and named[0][1] == message.recipients:
        return f"{total} at {named[0][0]}"
    told = [f"{number(count)} at {domain}" for domain, count in named]
    if (others := message.audience.get("other")) and len(message.audience) > 1:
        told.append(f"{number(others)} elsewhere")
    if unnamed := message.audience.get(""):
        told.append(f"{number(unnamed)} of them {'customers' if unnamed > 1 else 'a customer'}")
    return ": ".join(filter(None, (total, ", ".join(told))))


def _sighting(sighting: Sighting) -> str:
    others = sighting.people - 1
    beside = f", with {counted(others, 'other person', 'other people')}" if others > 0 else ""
    return f"{printable(sighting.where)}{beside}"


def _went_out(message: Traced) -> bool:
    sent = message.action in (Action.PASS, Action.OBSERVE, Action.BLIND)
    return sent or message.state in (HoldState.RELEASED, HoldState.VANISHED)


def _fate(message: Traced) -> str:
    """`sent`; `held, case K7Q2-9F, released by jane`."""
    if message.action != Action.HOLD:
        return _SAID.get(message.action, message.action)
    by = f" by {printable(message.operator, 40)}" if message.operator else ""
    became = _BECAME.get(message.state, "no longer on record").format(by=by)
    return f"held, case {message.case}, {became}{_aside(message)}"


def _aside(message: Traced) -> str:
    if message.decision == Decision.RELEASE_BCC and message.state == HoldState.RELEASED:
        return ", recipients hidden"
    if message.decision and message.state in WAITING:
        return f"; {printable(message.operator, 40)} decided: {message.decision.replace('_', ' ')}"
    return ""


_SAID = {
    Action.PASS: "sent",
    Action.OBSERVE: "sent, observed only",
    Action.BLIND: "sent, recipients hidden",
    Action.REJECT: "refused, not sent",
    "tempfail": "refused for now, not sent",
    "discard": "discarded",
}
_BECAME: Mapping[str, str] = {
    HoldState.PENDING: "waits",
    HoldState.HELD: "waits",
    HoldState.RELEASING: "is being released",
    HoldState.RELEASED: "released{by}",
    HoldState.DROPPED: "deleted{by}",
    HoldState.RETURNED: "returned to its sender{by}",
    HoldState.EXPIRED: "expired, not sent",
    HoldState.VANISHED: "left the queue without Holdback",
}


def print_canary(out: Console, canary: Canary, hits: Sequence[CanaryHit]) -> None:
    """Where a canary was planted, and what happened to it."""
    given = f", given to {printable(canary.given_to)}" if canary.given_to else ""
    out.print(Text(f"{printable(canary.address)} is a canary", style="bold"))
    say(out, f"{printable(canary.list_name)}{given}", _INDENT, "  list")
    say(out, f"{when(canary.minted)} by {printable(canary.minted_by)}", _INDENT, "  minted")
    if canary.reason:
        say(out, printable(canary.reason), _INDENT, "  why")
    for hit in hits:
        said = "came to it from" if hit.direction == "inbound" else "carried it out, from"
        what = f"{when(hit.at)}  a message {said} {printable(hit.sender) or 'nobody (a bounce)'}"
        client = f", client {printable(hit.client)}" if hit.client else ""
        where = f"{printable(hit.queue_id)} at {printable(hit.host)}"
        say(out, f"{what}{client}; {hit.action}; {where}", _INDENT, "  seen")
    if not hits:
        say(out, "never in mail that Holdback saw", _INDENT, "  seen")
    out.print()


def print_nothing(out: Console, wanted: Who, enabled: bool, since: float, oldest: float | None) -> None:
    """That nothing was found; what was searched, and what that means."""
    others = f" and {counted(len(wanted.others), 'other identifier')} of theirs" if wanted.others else ""
    limit = f" since {when(since)}" if since else ""
    out.print(Text(f"{wanted.written}: no message on record{limit} showed it to others", style="bold"))
    say(out, f"Looked for: it, as {wanted.in_words}{others}.", 2)
    if oldest is None:
        why = "nothing was disclosed yet" if enabled else "ledger.enabled is false"
        say(out, f"The ledger has no entries: {why}.", 2)
    else:
        say(out, f"The ledger has entries since {when(oldest)}; what was sent before is not known.", 2)
    say(out, "Nor is what did not pass this mail server, or was encrypted.", 2)
    if Field.PHONE not in wanted.kinds and wanted.written.startswith("0"):
        say(out, "A phone number without its country code is understood only with customers.region.", 2)
