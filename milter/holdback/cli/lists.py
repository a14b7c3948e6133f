"""Declares the commands about lists: customers, known to the milter, and canaries, planted in lists."""

from pathlib import Path

import click

from holdback.cli.options import CONFIG_FILE, config_option, json_option, reason_option, since_option
from holdback.cli.service import Group
from holdback.operators.role import Role


@click.group(cls=Group)
def customers() -> None:
    """Build and show the customer index, a file of keyed hashes."""


@customers.command("build")
@config_option
@click.option(
    "--output", type=click.Path(path_type=Path), metavar="PATH", help="Write the index to this file."
)
@click.option(
    "--sql", metavar="URL", envvar="HOLDBACK_SQL", show_envvar=True,
    help="Read from this database (SQLAlchemy URL). SOURCE is then a query or a file QUERY.sql.",
)  # fmt: skip
@click.option(
    "--column", "columns", multiple=True, metavar="KIND=NAME",
    help="Read KIND from column NAME. KIND is email, phone, id, login, name, given, family or postcode. "
    "Repeatable. Default: found by headings and values.",
)  # fmt: skip
@click.option("--yes", "--force", "yes", is_flag=True, help="Replace the index without a question.")
@json_option
@click.argument("sources", metavar="SOURCE...", nargs=-1, required=True)
def customers_build(
    config: Path, output: Path | None, sql: str | None, columns: tuple[str, ...], yes: bool, json: bool,
    sources: tuple[str, ...],
) -> int:  # fmt: skip
    """Build a customer index and replace the current one.

    SOURCE is a CSV, spreadsheet or JSON Lines file with one customer per row, or - for standard input.
    Several sources make one index. A running milter loads it within seconds. Customer data cannot be read
    back from it.

    If the index has less than half or more than twice as many people as the current one, or is built from
    other sources, the command asks before it replaces it. Without a terminal it refuses: exit code 65.
    """
    from holdback.cli import customers as command

    return command.build(config, output, sql, columns, yes, json, sources)


@customers.command("info")
@config_option
@json_option
def customers_info(config: Path, json: bool) -> int:
    """Show the contents and age of the customer index, and whether it can be used."""
    from holdback.cli import customers as command

    return command.info(config, json)


@click.group(cls=Group)
def canary() -> None:
    """Mint canary addresses, and list where they turn up."""


@canary.command("mint", role=Role.MANAGER)
@config_option
@json_option
@click.option("--list", "list_name", required=True, metavar="NAME", help="List that the canaries are for.")
@click.option("--given-to", default="", metavar="NAME", help="Who receives the list.")
@click.option(
    "-n", "--number", type=click.IntRange(1, 10_000), default=5, show_default=True, help="Number of canaries."
)
@click.option(
    "--domain",
    default="",
    metavar="DOMAIN",
    help="Domain of the canaries. Default: the first of internal_domains.",
)
@click.option(
    "--plus",
    default="",
    metavar="MAILBOX",
    help="Mint plus-addresses of this mailbox: ann@x.example gives ann+k7f2@x.example.",
)
@click.option(
    "--sender", "senders", multiple=True, metavar="GLOB",
    help="Address or pattern that may write to the list, such as *@agency.example. Repeatable.",
)  # fmt: skip
@reason_option
@click.option("--like", type=CONFIG_FILE, metavar="CSV", help="Print rows in the format of this file.")
def canary_mint(
    config: Path, json: bool, list_name: str, given_to: str, number: int, domain: str, plus: str,
    senders: tuple[str, ...], reason: str, like: Path | None,
) -> int:  # fmt: skip
    """Mint canaries for one list and one receiver, and print them.

    Canaries look like customers but belong to nobody. Add them to the list before you hand it over. Mint a
    set for each receiver: a hit then shows whose copy leaked.
    """
    from holdback.cli import canary as command

    return command.mint(config, json, list_name, given_to, number, domain, plus, senders, reason, like)


@canary.command("list", role=Role.REVIEWER)
@config_option
@json_option
@click.option("--list", "list_name", default="", metavar="NAME", help="Show only this list.")
@click.option(
    "--map", "target", default="", metavar="MAILBOX",
    help="Print a virtual_alias_maps table that delivers all canaries to this mailbox.",
)  # fmt: skip
def canary_list(config: Path, json: bool, list_name: str, target: str) -> int:
    """List canaries with their list, receiver and hits."""
    from holdback.cli import canary as command

    return command.show(config, json, list_name, target)


@canary.command("hits", role=Role.REVIEWER)
@config_option
@json_option
@since_option
def canary_hits(config: Path, json: bool, since: str) -> int:
    """List messages with a canary or to a canary, newest first."""
    from holdback.cli import canary as command

    return command.hits(config, json, since)
