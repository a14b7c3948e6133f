"""Prints a customer index: its sources, what it contains, whether it can be used."""

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Console

from holdback.cli.console import local_time, print_facts, print_paragraph, table
from holdback.customer_list.sources import SourceTable
from holdback.people.customers import IndexInfo
from holdback.phrases import count_of, duration, number, printable

_KINDS = {
    "email": "e-mail",
    "id": "customer id",
    "name-post": "name and postcode",
    "name-id": "name and customer id",
}
"""Names of kinds that are not plain words."""
_NO_REGION = "none (phone numbers need a country code)"
_NAMED = 30
"""Ignored columns that are listed."""


def print_built(
    out: Console, index: Path, info: IndexInfo, sources: Sequence[SourceTable], seconds: float
) -> None:
    """Print the columns read from each source, and what the new index contains."""
    for each in sources:
        out.print(f"{each.stream.name}: {_read(each)}", soft_wrap=True)
        for kind, columns in each.column_names.items():
            print_paragraph(out, ", ".join(columns), 15, f"  {_KINDS.get(kind, kind)}")
        if each.stream.late:
            late = ", ".join(printable(name, 60) for name in sorted(each.stream.late)[:_NAMED])
            print_paragraph(out, f"ignored, not in the first lines: {late}", 2)
    out.print(f"\n{_content(info)}, built in {duration(seconds)}:")
    _print_kinds(out, info)
    if info.empty:
        print_paragraph(out, _without_identifier(info))
    if info.dropped:
        print_paragraph(out, f"{_shared(info)} ignored")
    if "phone" in (kind for each in sources for kind in each.column_names) and not info.region:
        print_paragraph(out, "Phone numbers without a country code are ignored. Set customers.region.")
    out.print(f"Written to {index} ({info.bytes / 1e6:,.1f} MB, key {info.key_id})", soft_wrap=True)


def _read(taken: SourceTable) -> str:
    rows = count_of(taken.rows, "row")
    return f"{rows}, {count_of(taken.unreadable, 'unreadable line')}" if taken.unreadable else rows


def _content(info: IndexInfo) -> str:
    return f"{count_of(info.people, 'person', 'people')}, {count_of(info.numbers, 'identifier')}"


def _shared(info: IndexInfo) -> str:
    return f"{count_of(info.dropped, 'value')} shared by too many people"


def _without_identifier(info: IndexInfo) -> str:
    return f"{count_of(info.empty, 'row')} without a usable identifier"


def _print_kinds(out: Console, info: IndexInfo) -> None:
    rows = [(_KINDS.get(kind, kind), count) for kind, count in info.kinds.items() if count]
    out.print(table(["identifier", ">count"], rows))


def print_info(out: Console, index: Path, info: IndexInfo, trouble: str, region: str) -> None:
    """Print the current index. `trouble`: why it cannot be used, or empty. `region`: as configured."""
    age = time.time() - info.made_at
    out.print(f"{index}: {_content(info)} from {count_of(info.rows, 'row')}", soft_wrap=True)
    _print_kinds(out, info)
    region_now = f"; customers.region is now {region or 'unset'}: rebuild the index"
    facts = (
        ("built", f"{local_time(info.made_at)}, {duration(age)} ago"),
        ("source", printable(info.source, 1000)),
        ("region", (info.region or _NO_REGION) + (region_now if region != info.region else "")),
        ("key", info.key_id),
        ("size", f"{number(info.bytes)} bytes"),
        ("ignored", f"{_shared(info)}, {_without_identifier(info)}"),
        ("usable", f"no: {trouble}" if trouble else "yes"),
    )
    print_facts(out, facts, 10)


def as_dict(index: Path, info: IndexInfo, sources: Sequence[SourceTable] = ()) -> dict[str, Any]:
    """The same as JSON."""
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
