"""Declares every command and option of `holdback`.

Each command imports its own module when it runs, so that `holdback --help` does not load a database driver.
"""

import signal
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

import click

from holdback import __version__
from holdback.cli.options import (
    CONFIG_FILE,
    DEFAULT_CONFIG,
    case_argument,
    config_option,
    json_option,
    only_option,
    reason_option,
    since_option,
)
from holdback.exits import Exit, Failure

SHELLS = ("bash", "zsh", "fish")


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 80})
@click.option(
    "--config", type=CONFIG_FILE, metavar="PATH", envvar="HOLDBACK_CONFIG", show_envvar=True,
    help=f"Configuration file. Default: {DEFAULT_CONFIG}.",
)  # fmt: skip
@click.version_option(__version__, message="holdback %(version)s")
def holdback(config: Path | None) -> None:
    """Hold outbound mail that would disclose people to strangers.

    Start with: holdback check-config, holdback cases, holdback show CASE.
    """


@holdback.command()
@config_option
def milter(config: Path) -> int:
    """Run the milter in the foreground.

    SIGTERM stops it: open connections are served to their end. SIGHUP starts new workers with the
    configuration and the version that are installed now; no message is refused or held meanwhile.
    """
    from holdback.cli import milter as command

    return command.run(config)


@holdback.command("check-config")
@config_option
@json_option
def check_config(config: Path, json: bool) -> int:
    """Check the configuration and explain what it does.

    Exit code 78 if it has mistakes.
    """
    from holdback.cli import check_config as command

    return command.run(config, json)


@holdback.command()
@config_option
@json_option
def doctor(config: Path, json: bool) -> int:
    """Check the installation and suggest fixes.

    Checks the configuration, the database, the mail server's settings and the running milter. Starts the
    process that opens attachments, and tries from inside it what a hostile attachment might try. Changes
    nothing. Run it with sudo.

    Exit code 0 if all checks pass, 1 if a check fails or warns, 78 if the configuration has mistakes.
    """
    from holdback.cli import doctor as command

    return command.run(config, json)


@holdback.command()
@click.option("--config", type=CONFIG_FILE, metavar="PATH", help="Configuration file.")
@click.option(
    "--internal", multiple=True, metavar="DOMAIN",
    help="One of your own domains. Repeatable. Makes the configuration file optional.",
)  # fmt: skip
@json_option
@click.argument("paths", metavar="PATH...", nargs=-1, required=True)
@click.pass_context
def scan(
    context: click.Context, config: Path | None, internal: tuple[str, ...], json: bool, paths: tuple[str, ...]
) -> int:
    """Show what would happen to existing mail, and why.

    PATH is a message file, an mbox, a Maildir, a directory of these, or - for standard input. Nothing is
    sent, held or recorded. Sender and recipients are read from the header. If it names no recipient, one
    external recipient is assumed.

    Exit code 0 if all messages would pass unchanged, 1 if one would be held, rejected or changed, 66 if a
    file cannot be read.
    """
    from holdback.cli import scan as command

    given = config or context.find_root().params["config"]
    return command.run(given or (None if internal else DEFAULT_CONFIG), internal, json, paths)


@holdback.command()
@config_option
@json_option
@click.option("--all", "everything", is_flag=True, help="Include decided cases.")
def cases(config: Path, json: bool, everything: bool) -> int:
    """List the cases that need a decision, oldest first."""
    from holdback.cli import cases as command

    return command.run(config, json, everything)


@holdback.command()
@config_option
@json_option
@case_argument
def show(config: Path, json: bool, case: str) -> int:
    """Show a case: what is held, why, and what you can do.

    CASE is a case id, the start of one, or the queue id of a held message. Subject and recipients are read
    from the held message, which needs root. Holdback does not store them.
    """
    from holdback.cli import show as command

    return command.run(config, json, case)


@holdback.command()
@config_option
@json_option
@click.option("--bcc", is_flag=True, help="Hide the recipients from each other: replace To and Cc.")
@only_option
@reason_option
@case_argument
def release(config: Path, json: bool, bcc: bool, only: tuple[str, ...], reason: str, case: str) -> int:
    """Release the held mail of a case. Later copies pass.

    Needs root on the host that holds the mail. On another host it records the decision, and the host that
    holds the mail carries it out within a minute.
    """
    from holdback.cases.model import Decision
    from holdback.cli import decide as command

    decision = Decision.RELEASE_BCC if bcc else Decision.RELEASE
    return command.run(config, json, decision, only, reason, case)


@holdback.command()
@config_option
@json_option
@click.option("--return", "give_back", is_flag=True, help="Return the mail to its sender as undeliverable.")
@only_option
@reason_option
@case_argument
def drop(config: Path, json: bool, give_back: bool, only: tuple[str, ...], reason: str, case: str) -> int:
    """Delete the held mail of a case. Later copies are rejected.

    Needs root on the host that holds the mail. On another host it records the decision, and the host that
    holds the mail carries it out within a minute.
    """
    from holdback.cases.model import Decision
    from holdback.cli import decide as command

    decision = Decision.RETURN if give_back else Decision.DROP
    return command.run(config, json, decision, only, reason, case)


@holdback.command()
@config_option
@json_option
def reconcile(config: Path, json: bool) -> int:
    """Synchronise the database with the mail queue.

    Carries out the decisions for this host. Reports held mail that is missing from the queue or has no case.
    Needs root. A timer runs it every minute. You can run it at any time.
    """
    from holdback.cli import reconcile as command

    return command.run(config, json)


@holdback.command()
@config_option
@json_option
@click.option("--dry-run", is_flag=True, help="Show what would be done. Change nothing.")
@click.option(
    "--timer", type=click.FloatRange(min=0), default=0.0, metavar="SECONDS",
    help="Begin no message after so many seconds. Do nothing if holds.rescan is false.",
)  # fmt: skip
@click.argument("queue_ids", metavar="[QUEUE-ID...]", nargs=-1)
def rescan(config: Path, json: bool, dry_run: bool, timer: float, queue_ids: tuple[str, ...]) -> int:
    """Inspect held mail that was not inspected.

    The mail server holds mail while Holdback is down. The running milter inspects it now: innocent mail is
    released, the rest gets a case. A message that timed out is inspected once more, with ten times
    inspect_timeout. Mail that someone else may have put on hold is listed and not touched, unless you name
    its QUEUE-ID. Needs root. A timer runs it every minute.

    Exit code 75 if a message could not be inspected or released now.
    """
    from holdback.cli import rescan as command

    return command.run(config, json, dry_run, timer, queue_ids)


@holdback.command()
@config_option
@json_option
@click.option("--days", type=click.IntRange(min=1), default=30, show_default=True, help="Days to count back.")
def stats(config: Path, json: bool, days: int) -> int:
    """Count held messages, cases, people protected and decisions."""
    from holdback.cli import stats as command

    return command.run(config, json, days)


@holdback.group()
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
@click.option("--force", is_flag=True, help="Accept an index with less than half of the people.")
@json_option
@click.argument("sources", metavar="SOURCE...", nargs=-1, required=True)
def customers_build(
    config: Path, output: Path | None, sql: str | None, columns: tuple[str, ...], force: bool, json: bool,
    sources: tuple[str, ...],
) -> int:  # fmt: skip
    """Build a customer index and replace the current one.

    SOURCE is a CSV, spreadsheet or JSON Lines file with one customer per row, or - for standard input.
    Several sources make one index. A running milter loads it within seconds. Customer data cannot be read
    back from it.
    """
    from holdback.cli import customers as command

    return command.build(config, output, sql, columns, force, json, sources)


@customers.command("info")
@config_option
@json_option
def customers_info(config: Path, json: bool) -> int:
    """Show the contents and age of the customer index, and whether it can be used."""
    from holdback.cli import customers as command

    return command.info(config, json)


@holdback.group()
def canary() -> None:
    """Mint canary addresses, and list where they turn up."""


@canary.command("mint")
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
@click.option(
    "--like", type=click.Path(path_type=Path), metavar="CSV", help="Print rows in the format of this file."
)
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


@canary.command("list")
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


@canary.command("hits")
@config_option
@json_option
@since_option
def canary_hits(config: Path, json: bool, since: str) -> int:
    """List messages with a canary or to a canary, newest first."""
    from holdback.cli import canary as command

    return command.hits(config, json, since)


@holdback.command()
@config_option
@json_option
@since_option
@click.argument("who")
def trace(config: Path, json: bool, since: str, who: str) -> int:
    """List the messages that disclosed a person, newest first.

    WHO is an e-mail address, a phone number, a customer id or a domain. With a customer index, the person's
    other addresses and numbers are searched for, too.

    Exit code 0 if a message is found, 1 if not.
    """
    from holdback.cli import trace as command

    return command.run(config, json, since, who)


@holdback.command()
@click.argument("shell", type=click.Choice(SHELLS))
def completion(shell: str) -> None:
    """Print the completion script of a shell.

    For bash: holdback completion bash > /etc/bash_completion.d/holdback
    """
    from holdback.cli.completion import script

    click.echo(script(holdback, shell))


def every_command() -> dict[str, click.Command]:
    """All commands by full name, such as `customers build`."""
    found: dict[str, click.Command] = {}
    for name, command in sorted(holdback.commands.items()):
        inner = command.commands if isinstance(command, click.Group) else {}
        found |= {f"{name} {one}": inner[one] for one in sorted(inner)} or {name: command}
    return found


def run(arguments: Sequence[str]) -> int:
    """Run one command line; its exit code."""
    try:
        code = holdback.main(list(arguments), prog_name="holdback", standalone_mode=False)
    except click.UsageError as error:
        error.show()
        return Exit.USAGE
    except Failure as failure:
        click.echo(f"holdback: {failure}", err=True)
        return failure.code
    except click.Abort:
        return 128 + signal.SIGINT
    except PermissionError as error:
        click.echo(f"holdback: {error.filename}: permission denied; run with sudo", err=True)
        return Exit.NO_PERMISSION
    except OSError as error:
        click.echo(f"holdback: {error.filename or 'output'}: {error.strerror}", err=True)
        return Exit.IO
    except Exception:  # a traceback would exit with 1, which a script takes for a finding of `scan`
        traceback.print_exc()
        return Exit.SOFTWARE
    return int(code or Exit.OK)


def main() -> NoReturn:
    """Entry point of the command `holdback`."""
    sys.exit(run(sys.argv[1:]))
