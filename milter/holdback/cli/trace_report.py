"""Prints the results of `holdback trace`."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict

from rich.console import Console
from rich.text import Text

from holdback.cases.model import WAITING, Decision, HoldState
from holdback.cli.canary_report import hit_origin, in_words, name_of_list
from holdback.cli.console import local_time, print_facts, print_json, print_paragraph
from holdback.cli.outcome import ACTIONS_IN_WORDS, hold_in_words
from holdback.cli.person import Person
from holdback.people.canaries import Canary
from holdback.people.fields.kinds import Field
from holdback.phrases import count_of, number, printable
from holdback.trail.canaries import CanaryHit
from holdback.trail.hit_outcomes import HitOutcome
from holdback.trail.trace import TracedMessage, TracedPlace
from holdback.verdict import Action

_INDENT = 11


def print_all_json(
    found: Iterable[TracedMessage],
    wanted: Person,
    canary: Canary | None,
    hits: Sequence[tuple[CanaryHit, HitOutcome]],
) -> bool:
    """Print one JSON object per line: the canary, its hits, the messages. False if there is none of them."""
    printed = canary is not None
    if canary:
        print_json({"kind": "canary", **asdict(canary)})
    for hit, outcome in hits:
        print_json({"kind": "canary_hit", **asdict(hit), **asdict(outcome)})
    for message in found:
        fields = asdict(message)
        del fields["numbers"]
        print_json({"kind": "disclosure", "as_asked": bool(message.numbers & wanted.typed), **fields})
        printed = True
    return printed


def print_found(out: Console, wanted: Person, listed: Sequence[TracedMessage], more: bool) -> None:
    """Print the messages, newest first; `more` is true if older ones are left out."""
    sent = number(sum(map(_is_sent, listed)))
    found = f"more than {number(len(listed))} messages" if more else count_of(len(listed), "message")
    summary = f"{found} (newest first)" if more else f"{found}, {sent} sent (newest first)"
    out.print(Text(f"{wanted.written}: shown in {summary}", style="bold"))
    if wanted.others:
        print_paragraph(out, _others(wanted, listed), 2)
    for message in listed:
        out.print()
        out.print(Text(f"{local_time(message.at)}  {_outcome(message)}", style="bold"), soft_wrap=True)
        print_facts(out, ((f"  {label}", text) for label, text in _facts(message, wanted)), _INDENT)
    if more:
        print_paragraph(out, "\nFor all messages: holdback trace --json")


def _others(wanted: Person, listed: Sequence[TracedMessage]) -> str:
    only = sum(not message.numbers & wanted.typed for message in listed)
    found = f" ({count_of(only, 'message')} found only by these)" if only else ""
    return f"Includes {count_of(len(wanted.others), 'other identifier')} of this person{found}."


def _facts(message: TracedMessage, wanted: Person) -> Iterable[tuple[str, str]]:
    login = f", login {printable(message.login)}" if message.login else ""
    client = f", client {printable(message.client)}" if message.client else ""
    yield "from", f"{printable(message.sender) or '<> (bounce)'}{login}{client}"
    yield "to", _audience(message)
    for sighting in message.shown:
        yield "shown in", _sighting(sighting)
    if not message.numbers & wanted.typed:
        yield "", "found by another identifier of this person"
    yield "queue id", f"{printable(message.queue_id)} on {printable(message.host)}"
    if message.message_id:
        yield "message", printable(message.message_id)


def _audience(message: TracedMessage) -> str:
    """`1 recipient at list-broker.example`; `12 recipients: 9 at agency.example, 3 of them customers`."""
    total = count_of(message.recipients, "recipient")
    named = [
        (printable(domain), count)
        for domain, count in message.audience.items()
        if domain not in ("", "other")
    ]
    if len(named) == len(message.audience) == 1 and named[0][1] == message.recipients:
        return f"{total} at {named[0][0]}"
    parts = [f"{number(count)} at {domain}" for domain, count in named]
    if (others := message.audience.get("other")) and len(message.audience) > 1:
        parts.append(f"{number(others)} elsewhere")
    if unnamed := message.audience.get(""):
        parts.append(f"{number(unnamed)} of them {'customers' if unnamed > 1 else 'a customer'}")
    return ": ".join(filter(None, (total, ", ".join(parts))))


def _sighting(sighting: TracedPlace) -> str:
    others = sighting.people - 1
    together = f", with {count_of(others, 'other person', 'other people')}" if others > 0 else ""
    return f"{printable(sighting.where)}{together}"


def _is_sent(message: TracedMessage) -> bool:
    sent = message.action in (Action.PASS, Action.OBSERVE, Action.BLIND)
    return sent or message.state in (HoldState.RELEASED, HoldState.VANISHED)


def _outcome(message: TracedMessage) -> str:
    """`sent`; `held, case K7Q2-9F, released by jane`."""
    if message.action != Action.HOLD:
        return ACTIONS_IN_WORDS.get(message.action, message.action)
    by = f" by {printable(message.operator, 40)}" if message.operator else ""
    return f"held, case {message.case}, {hold_in_words(message.state, by)}{_decision(message)}"


def _decision(message: TracedMessage) -> str:
    if message.decision == Decision.RELEASE_BCC and message.state == HoldState.RELEASED:
        return ", recipients hidden"
    if message.decision and message.state in WAITING:
        return f", {message.decision.replace('_', ' ')} decided by {printable(message.operator, 40)}"
    return ""


def print_canary(out: Console, canary: Canary, hits: Sequence[tuple[CanaryHit, HitOutcome]]) -> None:
    """Print the list and the receiver of a canary, and its hits."""
    out.print(Text(f"{printable(canary.address)} is a canary", style="bold"))
    facts = [
        ("  list", name_of_list(canary)),
        ("  minted", f"{local_time(canary.minted)} by {canary.minted_by}"),
        ("  reason", canary.reason),
    ]
    for hit, outcome in hits:
        what = f"{local_time(hit.at)}, {hit.direction}: {in_words(hit, outcome)}"
        facts.append(("  hit", f"{what}, {hit_origin(hit)}"))
    if not hits:
        facts.append(("  hits", "none"))
    print_facts(out, ((label, printable(text, 500)) for label, text in facts), _INDENT)
    out.print()


def print_nothing(
    out: Console, wanted: Person, what: str, enabled: bool, since: float, oldest: float | None
) -> None:
    """Print `what` was not found, what was searched for, and what is not covered."""
    others = (
        f" and {count_of(len(wanted.others), 'other identifier')} of this person" if wanted.others else ""
    )
    period = f" since {local_time(since)}" if since else ""
    out.print(Text(f"{wanted.written}: {what}{period}", style="bold"))
    print_paragraph(out, f"Searched for: {wanted.written} ({wanted.kinds_in_words}){others}.", 2)
    if oldest is not None:
        print_paragraph(out, f"The ledger starts at {local_time(oldest)}. Earlier mail is not covered.", 2)
    elif enabled:
        print_paragraph(out, "The ledger is empty.", 2)
    else:
        print_paragraph(out, "The ledger is disabled (ledger.enabled = false).", 2)
    print_paragraph(out, "Mail that bypassed this server and encrypted attachments are not covered.", 2)
    if Field.PHONE not in wanted.kinds and wanted.written.startswith("0"):
        print_paragraph(out, "A phone number without a country code needs customers.region.", 2)
