"""Prints canaries: newly minted ones, all sets, and hits."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict

from rich.console import Console

from holdback.cli.console import console, local_time, print_facts, print_json, print_paragraph
from holdback.cli.outcome import ACTIONS_IN_WORDS, hold_in_words
from holdback.people.canaries import Canary
from holdback.phrases import count_of, printable
from holdback.trail.canaries import CanaryHit, HitCounts
from holdback.trail.hit_outcomes import HitOutcome
from holdback.verdict import Action

_NEVER = HitCounts()


def print_minted(canaries: Sequence[Canary]) -> None:
    """Print one address per line."""
    for canary in canaries:
        print(canary.address)


def print_minted_json(canaries: Sequence[Canary], rows: Sequence[Sequence[str]]) -> None:
    """Print one JSON object per line, with `row` if there are rows."""
    for number, canary in enumerate(canaries):
        print_json(asdict(canary) | ({"row": rows[number]} if rows else {}))


def advise(out: Console, canaries: Sequence[Canary]) -> None:
    """Print what the operator has to do with new canaries."""
    first = canaries[0]
    out.print()
    print_paragraph(
        out,
        f"{count_of(len(canaries), 'canary', 'canaries')} of list {name_of_list(first)}. Next steps:",
    )
    for step in (
        "Add them to the list before you hand it over. Do not use them anywhere else.",
        "Make them deliverable. Postfix rejects unknown recipients before Holdback sees the message. "
        "holdback canary list --map MAILBOX prints a virtual_alias_maps table.",
        "Check that none of them is the mailbox of a colleague.",
    ):
        print_paragraph(out, step, 2, "-")
    if not first.senders:
        print_paragraph(
            out, "Your own mail to the list counts as a hit. Mint with --sender to allow its senders.", 2, "-"
        )


def print_map(canaries: Sequence[Canary], target: str) -> None:
    """Print a table in the format of postmap(1)."""
    for canary in canaries:
        print(f"{canary.address} {target}")


def print_canaries_json(canaries: Sequence[Canary], heard: Mapping[int, HitCounts]) -> None:
    """Print one JSON object per line."""
    for canary in canaries:
        print_json(asdict(canary) | asdict(heard.get(canary.id, _NEVER)))


def print_sets(canaries: Sequence[Canary], heard: Mapping[int, HitCounts]) -> None:
    """Print one paragraph for each set of canaries minted together, the newest last."""
    sets: dict[tuple[str, str, float], list[Canary]] = defaultdict(list)
    for canary in canaries:
        sets[canary.list_name, canary.given_to, canary.minted].append(canary)
    out = console()
    if not sets:
        out.print("No canaries. Mint some with holdback canary mint.")
    for some in sets.values():
        _print_set(out, some, [heard.get(canary.id, _NEVER) for canary in some])


def _print_set(out: Console, canaries: Sequence[Canary], heard: Sequence[HitCounts]) -> None:
    one = canaries[0]
    inbound, outbound = sum(h.inbound for h in heard), sum(h.outbound for h in heard)
    last = max(h.last for h in heard)
    minted = count_of(len(canaries), "canary", "canaries")
    hits = f"{inbound:,} inbound, {outbound:,} outbound, last {local_time(last)}"
    out.print(printable(f"list {name_of_list(one)}"), style="bold", soft_wrap=True)
    facts = (
        ("  minted", f"{minted}, {local_time(one.minted)} by {one.minted_by}"),
        ("  reason", one.reason),
        ("  senders", ", ".join(one.senders)),
        ("  hits", hits if last else "none"),
    )
    print_facts(out, ((label, printable(text)) for label, text in facts), 11)


def print_hits(hits: Sequence[tuple[Canary, CanaryHit]], outcomes: Sequence[HitOutcome], json: bool) -> None:
    """Print a paragraph or a JSON object for each hit, with its outcome in `outcomes`."""
    if json:
        for (canary, hit), outcome in zip(hits, outcomes, strict=True):
            provenance = {"list_name": canary.list_name, "given_to": canary.given_to}
            print_json(asdict(hit) | {"address": canary.address} | provenance | asdict(outcome))
        return
    out = console()
    if not hits:
        out.print("No canary hits.")
    for (canary, hit), outcome in zip(hits, outcomes, strict=True):
        what = "message to" if hit.direction == "inbound" else "message with"
        print_paragraph(out, f"{local_time(hit.at)}  {hit.direction:8}  {what} {canary.address}")
        for text in (in_words(hit, outcome), f"list {name_of_list(canary)}", hit_origin(hit)):
            print_paragraph(out, printable(text, 500), 18)


def in_words(hit: CanaryHit, outcome: HitOutcome) -> str:
    """`passed`; `held, case K7Q2-9F, released`: what happened to the message of the hit."""
    if hit.action == Action.HOLD:
        case = f"case {outcome.case}, " if outcome.case else ""
        return f"held, {case}{hold_in_words(outcome.state)}"
    if hit.direction == "inbound" and hit.action in (Action.PASS, Action.OBSERVE):
        return "passed"
    return ACTIONS_IN_WORDS.get(hit.action, hit.action)


def hit_origin(hit: CanaryHit) -> str:
    """`from shop@pills.example, client 192.0.2.7, queue id 4AAA on mx1`"""
    return f"from {hit.sender or '<>'}, client {hit.client or 'local'}, queue id {hit.queue_id} on {hit.host}"


def name_of_list(canary: Canary) -> str:
    """`"Spring export" (given to Agency X)`"""
    receiver = f"given to {canary.given_to}" if canary.given_to else "internal"
    return f'"{canary.list_name}" ({receiver})'
