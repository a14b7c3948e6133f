"""What an operator reads about a customer index: where it came from, what is in it, whether it serves."""

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Console

from holdback.cli.console import say, table, when
from holdback.customer_list.sources import KINDS, SourceTable
from holdback.people.customers import IndexInfo
from holdback.phrases import counted, lasting, number, printable

_KINDS = {
    "email": "e-mail",
    "id": "customer id",
    "name-post": "name and postcode",
    "name-id": "name and customer id",
}
"""Kinds in words, where they differ."""
_NAMED = 30
"""Columns left out that are named."""


def print_built(
    out: Console, index: Path, info: IndexInfo, sources: Sequence[SourceTable], seconds: float
) -> None:
    """What was taken from where, and what came of it."""
    for each in sources:
        out.print(f"{each.stream.name}: {_read(each)}", soft_wrap=True)
        named = each.column_names
        for kind in (kind for kind in KINDS if kind in named):
            say(out, ", ".join(named[kind]), 15, f"  {_KINDS.get(kind, kind)}")
        if each.stream.late:
            late = ", ".join(printable(name, 60) for name in sorted(each.stream.late)[:_NAMED])
            say(out, f"left out, as the first lines do not name them: {late}", 2)
    out.print(f"\n{_content(info)}, in {lasting(seconds)}:")
    _print_kinds(out, info)
    if info.empty:
        say(out, f"{counted(info.empty, 'row')} had nothing that tells who it is about")
    if info.dropped:
        say(
            out, f"{counted(info.dropped, 'value')} left out: too many people share them to tell who is meant"
        )
    if "phone" in (kind for each in sources for kind in each.column_names) and not info.region:
        say(out, "phone numbers without a country code are left out: set customers.region")
    say(out, f"written to {index} ({info.bytes / 1e6:,.1f} MB, key {info.key_id})")


def _read(taken: SourceTable) -> str:
    read = counted(taken.rows, "row")
    return f"{read}, {counted(taken.unreadable, 'line')} unreadable" if taken.unreadable else read


def _content(info: IndexInfo) -> str:
    return f"{counted(info.people, 'person', 'people')} and {counted(info.numbers, 'number')}"


def _print_kinds(out: Console, info: IndexInfo) -> None:
    rows = [(_KINDS.get(kind, kind), count) for kind, count in info.kinds.items() if count]
    out.print(table(["what tells them", ">numbers"], rows))


def print_info(out: Console, index: Path, info: IndexInfo, trouble: str, region: str) -> None:
    """The index in place; `trouble` is why it cannot be used, empty if it can. `region` is configured."""
    age = time.time() - info.made_at
    out.print(f"{index}: {_content(info)} of {counted(info.rows, 'row')}", soft_wrap=True)
    _print_kinds(out, info)
    facts = {
        "made": f"{when(info.made_at)}, {lasting(age)} ago",
        "from": printable(info.source, 1000),
        "region": (info.region or "none: phone numbers count with a country code only")
        + (f"; customers.region is {region or 'none'} now: build it again" if region != info.region else ""),
        "key": info.key_id,
        "size": f"{number(info.bytes)} bytes",
        "left out": f"{counted(info.dropped, 'value')} that too many people share, "
        f"{counted(info.empty, 'row')} that tell nobody",
        "usable": f"no: {trouble}" if trouble else "yes",
    }
    for name, text in facts.items():
        say(out, text, 10, name)


def as_dict(index: Path, info: IndexInfo, sources: Sequence[SourceTable] = ()) -> dict[str, Any]:
    """The same for programs."""
    read = [
        {
            "name": each.stream.name,
            "columns": each.column_names,
            "rows": each.rows,
            "late_columns": sorted(each.stream.late),
            "unreadable": each.unreadable,
        }
        for each in sources
    ]
    return {
        "index": str(index),
        **({"sources": read} if sources else {"source": info.source}),
        "rows": info.rows,
        "empty": info.empty,
        "people": info.people,
        "numbers": info.numbers,
        "kinds": dict(info.kinds),
        "shared": info.dropped,
        "made_at": info.made_at,
        "region": info.region,
        "key_id": info.key_id,
        "bytes": info.bytes,
    }
