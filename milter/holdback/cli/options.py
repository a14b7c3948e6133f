"""Options and arguments shared by several commands."""

import os
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import TypeVar

import click
from click.shell_completion import CompletionItem

from holdback.cases.case_filter import CaseFilter, Scope
from holdback.cli.operator import serves_operator
from holdback.exits import Exit, Failure
from holdback.operators.request import CONFIG_VARIABLE
from holdback.phrases import printable

DEFAULT_CONFIG = Path("/etc/holdback/holdback.toml")
CONFIG_FILE = click.Path(readable=False, path_type=Path)
"""Not checked by click: `load_config` reports errors, with their fix."""

_AGE = re.compile(r"(\d{1,6})([mhdw])")
_SECONDS = {"m": 60, "h": 3600, "d": 86_400, "w": 7 * 86_400}


def _chosen_config(context: click.Context, _: click.Parameter, value: Path | None) -> Path:
    """`--config` after the command, else before it, else HOLDBACK_CONFIG, else the usual place.

    The service has its own for the commands of operators.
    """
    if serves_operator():
        return Path(os.environ[CONFIG_VARIABLE])
    return value or context.find_root().params.get("config") or DEFAULT_CONFIG


def _known_cases(context: click.Context, _: click.Parameter, typed: str) -> list[CompletionItem]:
    from holdback.cli.completion import case_ids

    return [
        CompletionItem(case, help=what) for case, what in case_ids(_chosen_config(context, _, None), typed)
    ]


def complete_undoable(context: click.Context, _: click.Parameter, typed: str) -> list[CompletionItem]:
    """The cases whose decision can be undone."""
    from holdback.cli.completion import undoable_ids

    return [
        CompletionItem(case, help=what)
        for case, what in undoable_ids(_chosen_config(context, _, None), typed)
    ]


config_option = click.option(
    "--config", type=CONFIG_FILE, metavar="PATH", callback=_chosen_config,
    help="Configuration file.",
)  # fmt: skip
json_option = click.option("--json", is_flag=True, help="Print JSON.")
case_argument = click.argument("case", shell_complete=_known_cases)
cases_argument = click.argument("cases", metavar="[CASE...|-]", nargs=-1, shell_complete=_known_cases)
yes_option = click.option("--yes", is_flag=True, help="Decide the chosen cases without a question.")
only_option = click.option(
    "--only", multiple=True, metavar="ID", help="Only this held message (queue id or number). Repeatable."
)
reason_option = click.option("--reason", default="", metavar="TEXT", help="Reason to record.")
since_option = click.option(
    "--since", default="", metavar="WHEN", help="Start date (2026-11-22) or age (30d)."
)


ORDERS = ("age", "newest", "held", "people", "sender")
"""Orders of a list of cases: oldest first, newest first, most first, by name."""
_FILTERS = (
    click.option("--sender", default="", metavar="GLOB", help="Only cases of this sender: *@shop.example."),
    click.option("--login", default="", metavar="GLOB", help="Only cases with a message of this login."),
    click.option("--check", default="", metavar="NAME", help="Only cases that are held for this check."),
    click.option(
        "--older-than",
        "older_than",
        default="",
        metavar="AGE",
        help="Only cases older than 30m, 12h, 3d.",
    ),
    click.option(
        "--since",
        default="",
        metavar="WHEN",
        help="Only cases since a date (2026-11-22) or age (30d).",
    ),
    click.option("--host", default="", metavar="GLOB", help="Only cases with a message on this host."),
)
Command = TypeVar("Command", bound=Callable[..., object])


def filter_options(command: Command) -> Command:
    """Declare the options that choose cases; `parse_filter` reads them."""
    for option in reversed(_FILTERS):
        command = option(command)
    return command


def parse_filter(chosen: Mapping[str, str], scope: Scope, now: float) -> CaseFilter:
    """The filter that the values of `filter_options` describe. Raises Failure."""
    older_than, before = chosen["older_than"].strip(), None
    if older_than:
        age = _AGE.fullmatch(older_than)
        if not age:
            text = f"--older-than {printable(older_than)}: write an age (30m, 12h, 3d)"
            raise Failure(Exit.USAGE, text)
        before = now - _seconds(age)
    return CaseFilter(
        sender=chosen["sender"].strip(),
        login=chosen["login"].strip(),
        host=chosen["host"].strip(),
        check=chosen["check"].strip().replace(" ", "_").replace("-", "_"),
        opened_since=parse_since(chosen["since"], now),
        opened_before=before,
        scope=scope,
    )


def _seconds(age: re.Match[str]) -> float:
    return float(int(age[1]) * _SECONDS[age[2]])


def parse_since(written: str, now: float) -> float:
    """The unix time that `--since` names: a local date, or an age before `now`; 0 if empty or before 1970.

    Raises Failure for anything else.
    """
    written = written.strip()
    if not written:
        return 0.0
    if age := _AGE.fullmatch(written):
        return max(0.0, now - _seconds(age))
    try:
        return max(0.0, datetime.fromisoformat(written).timestamp())
    except (ValueError, OverflowError, OSError):
        raise Failure(
            Exit.USAGE,
            f"--since {printable(written)}: write a date (2026-11-22) or an age (30d, 12h)",
        ) from None
