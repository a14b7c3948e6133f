"""Every command and option of `holdback` on one page.

What a command does stands in a module of its own, imported when it runs: `holdback --help` must not wait for
a database.
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
    help=f"Configuration file; {DEFAULT_CONFIG} if not given.",
)  # fmt: skip
@click.version_option(__version__, message="holdback %(version)s")
def holdback(config: Path | None) -> None:
    """Give outbound mail a second chance: hold what would disclose people to strangers.

    Start with: holdback check-config, holdback cases, holdback show CASE.
    """


@holdback.command()
@config_option
def milter(config: Path) -> int:
    """Run the milter, which the mail server asks.

    Stays in the foreground until SIGTERM; SIGHUP reads the configuration again.
    """
    from holdback.cli import milter as command

    return command.run(config)


@holdback.command("check-config")
@config_option
@json_option
def check_config(config: Path, json: bool) -> int:
    """Say what a configuration guards, or list its mistakes.

    Exit code 78 if there is a mistake.
    """
    from holdback.cli import check_config as command

    return command.run(config, json)


@holdback.command()
@config_option
@json_option
def doctor(config: Path, json: bool) -> int:
    """Look at the whole installation, and say what to mend.

    Configuration, record, Postfix's settings, the running milter; and the process that opens attachments: it
    tries, from inside, what a hostile attachment might try. Changes nothing. Best run with sudo.

    Exit code 0 if all is well, 1 if something is weak or wrong, 78 if the configuration has mistakes.
    """
    from holdback.cli import doctor as command

    return command.run(config, json)


@holdback.command()
@click.option("--config", type=CONFIG_FILE, metavar="PATH", help="Configuration file.")
@click.option(
    "--internal", multiple=True, metavar="DOMAIN",
    help="One of your own domains; repeatable. With it no configuration file is needed.",
)  # fmt: skip
@json_option
@click.argument("paths", metavar="PATH...", nargs=-1, required=True)
@click.pass_context
def scan(
    context: click.Context, config: Path | None, internal: tuple[str, ...], json: bool, paths: tuple[str, ...]
) -> int:
    """Say what would happen to existing mail, and why.

    PATH is a message file, an mbox, a Maildir, a folder of these, or - for standard input. Nothing is sent,
    held or recorded. A file has no envelope: who received it is taken from its header, and if nobody is
    visible there, one stranger is assumed.

    Exit code 0 if everything would go out as it is, 1 if something would be held, refused or changed, 66 if
    something could not be read.
    """
    from holdback.cli import scan as command

    given = config or context.find_root().params["config"]
    return command.run(given or (None if internal else DEFAULT_CONFIG), internal, json, paths)


@holdback.command()
@config_option
@json_option
@click.option("--all", "everything", is_flag=True, help="Decided cases, too.")
def cases(config: Path, json: bool, everything: bool) -> int:
    """List the cases that wait for a decision, oldest first."""
    from holdback.cli import cases as command

    return command.run(config, json, everything)


@holdback.command()
@config_option
@json_option
@case_argument
def show(config: Path, json: bool, case: str) -> int:
    """Show one case: what was held, why, and what to do next.

    CASE is a case id, its beginning, or the queue id of a held message. Subject and names are read from the
    held mail itself, which takes root; they are not kept anywhere else.
    """
    from holdback.cli import show as command

    return command.run(config, json, case)


@holdback.command()
@config_option
@json_option
@click.option("--bcc", is_flag=True, help="Hide the recipients from each other (To and Cc are replaced).")
@only_option
@reason_option
@case_argument
def release(config: Path, json: bool, bcc: bool, only: tuple[str, ...], reason: str, case: str) -> int:
    """Send the held mail of a case after all. Later copies pass, too.

    Needs root on the host that holds the mail; elsewhere the decision is recorded, and that host carries it
    out within a minute.
    """
    from holdback.cases.values import Decision
    from holdback.cli import decide as command

    decision = Decision.RELEASE_BCC if bcc else Decision.RELEASE
    return command.run(config, json, decision, only, reason, case)


@holdback.command()
@config_option
@json_option
@click.option("--return", "give_back", is_flag=True, help="Return the mail to its sender, with a notice.")
@only_option
@reason_option
@case_argument
def drop(config: Path, json: bool, give_back: bool, only: tuple[str, ...], reason: str, case: str) -> int:
    """Delete the held mail of a case for good. Later copies are refused.

    Needs root on the host that holds the mail; elsewhere the decision is recorded, and that host carries it
    out within a minute.
    """
    from holdback.cases.values import Decision
    from holdback.cli import decide as command

    decision = Decision.RETURN if give_back else Decision.DROP
    return command.run(config, json, decision, only, reason, case)


@holdback.command()
@config_option
@json_option
def reconcile(config: Path, json: bool) -> int:
    """Make the record and the mail queue agree.

    Carries out decisions that wait for this host, and finds what is missing or has no record. Needs root. A
    timer runs it every minute; running it by hand is always safe.
    """
    from holdback.cli import reconcile as command

    return command.run(config, json)


@holdback.command()
@config_option
@json_option
@click.option(
    "--days", type=click.IntRange(min=1), default=30, show_default=True, help="How far to look back."
)
def stats(config: Path, json: bool, days: int) -> int:
    """Count cases, holds, people protected and decisions."""
    from holdback.cli import stats as command

    return command.run(config, json, days)


@holdback.group()
def customers() -> None:
    """Keep the customer index: who is a customer, in a file of keyed hashes."""


@customers.command("build")
@config_option
@click.option("--output", type=click.Path(path_type=Path), metavar="PATH", help="Write the index there.")
@click.option(
    "--sql", metavar="URL", envvar="HOLDBACK_SQL", show_envvar=True,
    help="Read from this database (SQLAlchemy's URL); SOURCE is then a query, or a file QUERY.sql.",
)  # fmt: skip
@click.option(
    "--column", "columns", multiple=True, metavar="KIND=NAME",
    help="Which column holds what: email, phone, id, login, name, given, family, postcode; repeatable. "
    "Without it the headings and values tell.",
)  # fmt: skip
@click.option("--force", is_flag=True, help="Even if less than half of the people are left.")
@json_option
@click.argument("sources", metavar="SOURCE...", nargs=-1, required=True)
def customers_build(
    config: Path, output: Path | None, sql: str | None, columns: tuple[str, ...], force: bool, json: bool,
    sources: tuple[str, ...],
) -> int:  # fmt: skip
    """Build the customer index anew, and put it in the place of the old one.

    SOURCE is a CSV, spreadsheet or JSON-lines file with one customer a row, or - for standard input. Several
    make one index. A running milter takes it over within seconds. Nothing can be read back from it.
    """
    from holdback.cli import customers as command

    return command.build(config, output, sql, columns, force, json, sources)


@customers.command("info")
@config_option
@json_option
def customers_info(config: Path, json: bool) -> int:
    """Show what is in the customer index, how old it is, and whether it can be used."""
    from holdback.cli import customers as command

    return command.info(config, json)


@holdback.group()
def canary() -> None:
    """Plant addresses that belong to nobody, and see where they turn up."""


@canary.command("mint")
@config_option
@json_option
@click.option("--list", "list_name", required=True, metavar="NAME", help="The list they are planted in.")
@click.option("--given-to", default="", metavar="WHOM", help="Who receives that list.")
@click.option(
    "-n", "--number", type=click.IntRange(1, 10_000), default=5, show_default=True, help="How many."
)
@click.option(
    "--domain", default="", metavar="DOMAIN", help="Their domain; the first of internal_domains if not given."
)
@click.option(
    "--plus",
    default="",
    metavar="MAILBOX",
    help="Make plus-addresses of this mailbox: ann@x.example becomes ann+k7f2@x.example",
)
@click.option(
    "--sender", "senders", multiple=True, metavar="GLOB",
    help="Who may mail to this list: news@corp.example, *@agency.example; repeatable.",
)  # fmt: skip
@reason_option
@click.option(
    "--like", type=click.Path(path_type=Path), metavar="CSV", help="Print rows in the style of this file."
)
def canary_mint(
    config: Path, json: bool, list_name: str, given_to: str, number: int, domain: str, plus: str,
    senders: tuple[str, ...], reason: str, like: Path | None,
) -> int:  # fmt: skip
    """Make new canaries for one list and one receiver, and print them.

    They look like customers and belong to nobody. Put them into the list before you hand it over. Each set is
    for one receiver: that is how a leak is told.
    """
    from holdback.cli import canary as command

    return command.mint(config, json, list_name, given_to, number, domain, plus, senders, reason, like)


@canary.command("list")
@config_option
@json_option
@click.option("--list", "list_name", default="", metavar="NAME", help="Only this list.")
@click.option(
    "--map", "target", default="", metavar="MAILBOX",
    help="Print a virtual_alias_maps table instead, which delivers all canaries to this mailbox.",
)  # fmt: skip
def canary_list(config: Path, json: bool, list_name: str, target: str) -> int:
    """List the canaries with their list, receiver and hits."""
    from holdback.cli import canary as command

    return command.show(config, json, list_name, target)


@canary.command("hits")
@config_option
@json_option
@since_option
def canary_hits(config: Path, json: bool, since: str) -> int:
    """List the messages that carried a canary out or came to one, newest first."""
    from holdback.cli import canary as command

    return command.hits(config, json, since)


@holdback.command()
@config_option
@json_option
@since_option
@click.argument("who")
def trace(config: Path, json: bool, since: str, who: str) -> int:
    """Say which messages showed somebody's data to others: when, by whom, to whom, how. Newest first.

    WHO is an e-mail address, a phone number, a customer id, or a domain. With the customer index, the
    person's other addresses and numbers are looked for, too.

    Exit code 0 if something was found, 1 if there is nothing on record.
    """
    from holdback.cli import trace as command

    return command.run(config, json, since, who)


@holdback.command()
@click.argument("shell", type=click.Choice(SHELLS))
def completion(shell: str) -> None:
    """Print the completion script for a shell.

    For bash: holdback completion bash > /etc/bash_completion.d/holdback
    """
    from holdback.cli.completion import script

    click.echo(script(holdback, shell))


def every_command() -> dict[str, click.Command]:
    """All commands by name, those of a group as `customers build`."""
    found: dict[str, click.Command] = {}
    for name, command in sorted(holdback.commands.items()):
        inner = command.commands if isinstance(command, click.Group) else {}
        found |= {f"{name} {one}": inner[one] for one in sorted(inner)} or {name: command}
    return found


def run(arguments: Sequence[str]) -> int:
    """The exit code of one command line."""
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
        click.echo(f"holdback: {error.filename}: no permission; try it with sudo", err=True)
        return Exit.NO_PERMISSION
    except OSError as error:
        click.echo(f"holdback: {error.filename or 'output'}: {error.strerror}", err=True)
        return Exit.IO
    except Exception:  # the process's boundary: a script must not take our fault for `scan` finding something
        traceback.print_exc()
        return Exit.SOFTWARE
    return int(code or Exit.OK)


def main() -> NoReturn:
    """Entry point of the command `holdback`."""
    sys.exit(run(sys.argv[1:]))
