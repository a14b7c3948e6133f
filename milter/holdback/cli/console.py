"""What an operator sees: tables no wider than 80 columns, colours only on a terminal, JSON on request."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime

from rich.console import Console
from rich.table import Table
from rich.text import Text

WIDTH = 80
SHOWN = 200
"""Characters of a foreign text (subject, name, path) that are shown."""


def console(*, stderr: bool = False) -> Console:
    """A place to print: never wider than 80 columns, no markup, so that mail cannot colour our output."""
    out = Console(stderr=stderr, markup=False, emoji=False, highlight=False, legacy_windows=False)
    out.width = min(out.width, WIDTH)
    return out


def printable(text: str, limit: int = SHOWN) -> str:
    """Text from a message, harmless to a terminal: no escapes, no direction changes, not too long."""
    cut = text if len(text) <= limit else f"{text[: limit - 1]}…"
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in cut)


def table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> Table:
    """A plain table. A column whose title starts with `>` is aligned to the right and never cut."""
    made = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="bold")
    for title in columns:
        right = title.startswith(">")
        made.add_column(
            title.removeprefix(">"),
            justify="right" if right else "left",
            overflow="fold",
            no_wrap=right,
        )
    for row in rows:
        made.add_row(*(Text(number(cell) if isinstance(cell, int) else str(cell)) for cell in row))
    return made


def say(out: Console, text: str, columns: int = 0, label: str = "") -> None:
    """Print a paragraph that keeps its indentation when it is wrapped; `label` stands in the indentation."""
    for line in Text(text).wrap(out, out.width - columns):
        line.rstrip()
        out.print(label.ljust(columns), line, sep="", soft_wrap=True)
        label = ""


def number(count: int) -> str:
    """`10,850`"""
    return f"{count:,}"


def counted(count: int, singular: str, plural: str = "") -> str:
    """`1 message`, `10,850 messages`"""
    return f"{number(count)} {singular if count == 1 else plural or singular + 's'}"


def when(moment: float) -> str:
    """`2026-11-22 03:57`, local time, from unix seconds."""
    return datetime.fromtimestamp(moment).strftime("%Y-%m-%d %H:%M")


def lasting(seconds: float) -> str:
    """`45 s`, `12 min`, `3 h`, `2 days`: the largest unit that fills at least one."""
    for unit, size in (("days", 86_400), ("h", 3600), ("min", 60)):
        if seconds >= size:
            whole = int(seconds // size)
            return "1 day" if (whole, unit) == (1, "days") else f"{whole} {unit}"
    return f"{int(max(seconds, 0))} s"


def as_json(value: object) -> str:
    """One line of JSON. What is not ASCII stays readable; control characters are always escaped."""
    return json.dumps(value, ensure_ascii=False, default=str)
