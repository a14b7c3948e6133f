"""What an operator reads about canaries: those just made, the sets there are, and their hits."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict

from rich.console import Console

from holdback.cli.console import as_json, console, say, when
from holdback.people.canaries import Canary
from holdback.phrases import counted, printable
from holdback.trail.canaries import CanaryHit, HitCounts

_NEVER = HitCounts()


def print_minted(canaries: Sequence[Canary]) -> None:
    """One address a line, for other programs, too."""
    for canary in canaries:
        print(canary.address)


def print_minted_json(canaries: Sequence[Canary], rows: Sequence[Sequence[str]]) -> None:
    """One object a line; `row` is there if rows were asked for."""
    for number, canary in enumerate(canaries):
        print(as_json(asdict(canary) | ({"row": rows[number]} if rows else {})))


def advise(out: Console, canaries: Sequence[Canary]) -> None:
    """What has to be done with them now."""
    first = canaries[0]
    out.print()
    say(
        out,
        f"{counted(len(canaries), 'canary', 'canaries')} of {_named(first.list_name, first.given_to)}. Now:",
    )
    for step in (
        "Put them into the list, among the others, before it goes out. Give them to nobody else.",
        "Make them deliverable: Postfix refuses unknown recipients before Holdback sees them, and nobody "
        "would hear of mail to them. holdback canary list --map MAILBOX prints a virtual_alias_maps table.",
        "See that none of them is a colleague's mailbox by chance.",
    ):
        say(out, step, 2, "-")
    if not first.senders:
        say(out, "Mail to the list itself will be a hit: --sender says who may write to it.", 2, "-")


def print_map(canaries: Sequence[Canary], target: str) -> None:
    """A table as postmap(1) reads it."""
    for canary in canaries:
        print(f"{canary.address} {target}")


def print_canaries_json(canaries: Sequence[Canary], heard: Mapping[int, HitCounts]) -> None:
    """One object a line."""
    for canary in canaries:
        print(as_json(asdict(canary) | asdict(heard.get(canary.id, _NEVER))))


def print_sets(canaries: Sequence[Canary], heard: Mapping[int, HitCounts]) -> None:
    """A paragraph for each set, that is, what was minted together; the newest last."""
    sets: dict[tuple[str, str, float], list[Canary]] = defaultdict(list)
    for canary in canaries:
        sets[canary.list_name, canary.given_to, canary.minted].append(canary)
    out = console()
    if not sets:
        out.print("no canaries; holdback canary mint makes some")
    for some in sets.values():
        _print_set(out, some, [heard.get(canary.id, _NEVER) for canary in some])


def _print_set(out: Console, canaries: Sequence[Canary], heard: Sequence[HitCounts]) -> None:
    one = canaries[0]
    inbound, outbound = sum(h.inbound for h in heard), sum(h.outbound for h in heard)
    last = max(h.last for h in heard)
    out.print(printable(_named(one.list_name, one.given_to)), style="bold", soft_wrap=True)
    facts = {
        "minted": f"{counted(len(canaries), 'canary', 'canaries')}, {when(one.minted)} by {one.minted_by}",
        "reason": one.reason,
        "senders": ", ".join(one.senders),
        "hits": f"{inbound:,} in, {outbound:,} out; last {when(last)}" if last else "none",
    }
    for name, text in facts.items():
        if text:
            say(out, printable(text), 11, f"  {name}")


def print_hits(hits: Sequence[tuple[Canary, CanaryHit]], json: bool) -> None:
    """A paragraph, or an object a line, for each."""
    if json:
        for canary, hit in hits:
            provenance = {"list_name": canary.list_name, "given_to": canary.given_to}
            print(as_json(asdict(hit) | {"address": canary.address} | provenance))
        return
    out = console()
    if not hits:
        out.print("no canary was heard of")
    for canary, hit in hits:
        way = "came to" if hit.direction == "inbound" else "left with"
        say(out, f"{when(hit.at)}  {hit.direction:8}  {way} {canary.address}, {hit.action}")
        sender = hit.sender or "<>"
        for text in (
            f"list {_named(canary.list_name, canary.given_to)}",
            f"from {sender}, client {hit.client or 'local'}, queue id {hit.queue_id} on {hit.host}",
        ):
            say(out, printable(text), 18)


def _named(list_name: str, given_to: str) -> str:
    return f'"{list_name}", ' + (f"given to {given_to}" if given_to else "kept in the house")
