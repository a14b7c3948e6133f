"""Options and arguments that several commands share."""

from pathlib import Path

import click
from click.shell_completion import CompletionItem

DEFAULT_CONFIG = Path("/etc/holdback/holdback.toml")
CONFIG_FILE = click.Path(readable=False, path_type=Path)
"""Whoever reads it says what is wrong, and that it takes sudo."""


def _chosen_config(context: click.Context, _: click.Parameter, value: Path | None) -> Path:
    """`--config` after the command, else before it, else HOLDBACK_CONFIG, else the usual place."""
    return value or context.find_root().params.get("config") or DEFAULT_CONFIG


def _known_cases(context: click.Context, _: click.Parameter, typed: str) -> list[CompletionItem]:
    from holdback.cli.completion import case_ids

    return [
        CompletionItem(case, help=what) for case, what in case_ids(_chosen_config(context, _, None), typed)
    ]


config_option = click.option(
    "--config", type=CONFIG_FILE, metavar="PATH", callback=_chosen_config,
    help="Configuration file.",
)  # fmt: skip
json_option = click.option("--json", is_flag=True, help="Print JSON.")
case_argument = click.argument("case", shell_complete=_known_cases)
only_option = click.option(
    "--only", multiple=True, metavar="ID", help="Only this held message (queue id or number); repeatable."
)
reason_option = click.option("--reason", default="", metavar="TEXT", help="Why, for the record.")
since_option = click.option(
    "--since", default="", metavar="WHEN", help="A date (2026-11-22) or a span (30d)."
)
