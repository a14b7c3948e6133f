"""Terminal output: tables and paragraphs of at most 80 columns, JSON lines, warnings on standard error."""

import json
import sys
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from holdback.phrases import number, printable

WIDTH = 80


def console(*, stderr: bool = False) -> Console:
    """A rich console of at most 80 columns. Markup is off, so text from mail cannot format the output."""
    out = Console(stderr=stderr, markup=False, emoji=False, highlight=False, legacy_windows=False)
    out.width = min(out.width, WIDTH)
    return out


def table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> Table:
    """A table without borders. A title that starts with `>` aligns its column to the right, unwrapped."""
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
    """Print `text` wrapped and indented by `columns`; `label` fills the indentation of the first line."""
    for line in Text(text).wrap(out, out.width - columns):
        line.rstrip()
        out.print(label.ljust(columns), line, sep="", soft_wrap=True)
        label = ""


def print_facts(out: Console, facts: Iterable[tuple[str, str]], columns: int) -> None:
    """Print a labelled paragraph for each fact whose text is not empty."""
    for label, text in facts:
        if text:
            print_paragraph(out, text, columns, label)


def local_time(moment: float) -> str:
    """`2026-11-22 03:57`, local time, from unix seconds."""
    return datetime.fromtimestamp(moment).strftime("%Y-%m-%d %H:%M")


def iso_time(moment: float) -> str:
    """`2026-11-22T02:57:31Z`, from unix seconds."""
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def print_json(value: object) -> None:
    """Print one line of JSON; non-ASCII text stays readable, control characters are always escaped."""
    print(json.dumps(value, ensure_ascii=False, default=str))


def is_terminal() -> bool:
    """True if standard output is a terminal; else it is read by a program."""
    return sys.stdout is not None and sys.stdout.isatty()


def can_ask() -> bool:
    """True if standard input is a terminal, so that a question gets an answer."""
    return sys.stdin is not None and sys.stdin.isatty()


def ask(question: str) -> bool:
    """Print a question on standard error, and return the answer. The default is no."""
    return click.confirm(printable(question, 500), err=True)


def warn(text: str) -> None:
    """Print one line on standard error, as errors of commands are printed."""
    print(f"holdback: {printable(' '.join(text.split()), 500)}", file=sys.stderr)
