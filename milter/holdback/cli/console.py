"""What an operator sees: tables no wider than 80 columns, colours only on a terminal, JSON on request."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime

from rich.console import Console
from rich.table import Table
from rich.text import Text

from holdback.phrases import number

WIDTH = 80


def console(*, stderr: bool = False) -> Console:
    """A place to print: never wider than 80 columns, no markup, so that mail cannot colour our output."""
    out = Console(stderr=stderr, markup=False, emoji=False, highlight=False, legacy_windows=False)
    out.width = min(out.width, WIDTH)
    return out


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


def print_paragraph(out: Console, text: str, columns: int = 0, label: str = "") -> None:
    """Print a paragraph that keeps its indentation when it is wrapped; `label` stands in the indentation."""
    for line in Text(text).wrap(out, out.width - columns):
        line.rstrip()
        out.print(label.ljust(columns), line, sep="", soft_wrap=True)
        label = ""


def local_time(moment: float) -> str:
    """`2026-11-22 03:57`, local time, from unix seconds."""
    return datetime.fromtimestamp(moment).strftime("%Y-%m-%d %H:%M")


def print_json(value: object) -> None:
    """Print one line of JSON; non-ASCII text stays readable, control characters are always escaped."""
    print(json.dumps(value, ensure_ascii=False, default=str))
