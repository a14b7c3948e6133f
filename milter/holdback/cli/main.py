"""Declares the commands of `holdback`; those about lists are in `lists`, those that decide in `decisions`.

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
from holdback.cli.decisions import drop, release, undo
from holdback.cli.lists import canary, customers
from holdback.cli.operator import require
from holdback.cli.options import (
    CONFIG_FILE,
    DEFAULT_CONFIG,
    ORDERS,
    case_argument,
    config_option,
    filter_options,
    json_option,
    reason_option,
    since_option,
)
from holdback.cli.service import Group
from holdback.cli.standard_files import open_closed_files, without_reader
from holdback.exits import Exit, Failure
from holdback.operators.role import Role

SHELLS = ("bash", "zsh", "fish")


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 80})
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


@holdback.command(role=Role.VIEWER)
@config_option
@json_option
@click.option("--all", "everything", is_flag=True, help="Include decided cases.")
@filter_options
@click.option(
    "--sort", "order", type=click.Choice(ORDERS), metavar="ORDER", default="age", show_default=True,
    help="By age (oldest first), newest, held, people or sender.",
)  # fmt: skip
@click.option(
    "--watch", type=click.FloatRange(0.1, 86_400), is_flag=False, flag_value=2.0, metavar="[SECONDS]",
    help="Print the list again every 2 or so many seconds, until Ctrl-C.",
)  # fmt: skip
def cases(config: Path, json: bool, everything: bool, order: str, watch: float | None, **chosen: str) -> int:
    """List the cases that need a decision, oldest first.

    On a terminal it prints a table; a narrow one has fewer columns. For other programs it prints one line
    for each case, with tabs: id, state, opened (UTC), messages held, messages, people, sender, checks.
    """
    from holdback.cli import cases as command

    return command.run(config, json, everything, order, watch, chosen)


@holdback.command(role=Role.VIEWER)
@config_option
@json_option
@click.option(
    "--message", is_flag=True, help="Print the held message instead: its text, and that of attachments."
)
@click.option("--raw", is_flag=True, help="Print its source instead.")
@click.option("--part", metavar="N", help="Print all of this part, as --message numbers them.")
@click.option(
    "--save", type=CONFIG_FILE, metavar="FILE",
    help="Write the source of the message, or with --part the part, to a new file.",
)  # fmt: skip
@reason_option
@case_argument
def show(
    config: Path,
    json: bool,
    message: bool,
    raw: bool,
    part: str | None,
    save: Path | None,
    reason: str,
    case: str,
) -> int:
    """Show a case: what is held, why, and what you can do.

    CASE is a whole case id, or the queue id of a held message. Subject and recipients are read from the held
    message, which viewers may not; Holdback does not store them. Who reads held mail is recorded, with
    --reason.
    """
    if part == "":
        raise Failure(Exit.USAGE, "--part needs a number, as --message prints it")
    if not (message or raw or part or save):
        from holdback.cli import show as command

        return command.run(config, json, case)
    from holdback.cli import content

    if json or (raw and part):
        raise Failure(
            Exit.USAGE, "--json and --raw with --part: choose one" if raw else "--json prints no content"
        )
    return content.run(config, case, content.Content(part or "", raw, save), reason)


@holdback.command()
@config_option
def agent(config: Path) -> int:
    """Carry out decisions about the held mail of this host.

    Runs in the foreground until SIGTERM, as root: only root may release or delete mail. It carries out
    decisions within two seconds, on whichever host they were made. Once a minute it does what
    holdback reconcile and holdback rescan do.
    """
    from holdback.cli import agent as command

    return command.run(config)


@holdback.command()
@config_option
@json_option
def reconcile(config: Path, json: bool) -> int:
    """Synchronise the database with the mail queue.

    Carries out the decisions for this host. Reports held mail that is missing from the queue or has no case.
    Needs root. holdback agent does it every minute. You can run it at any time.
    """
    from holdback.cli import reconcile as command

    return command.run(config, json)


@holdback.command()
@config_option
@json_option
@click.option("--dry-run", is_flag=True, help="Show what would be done. Change nothing.")
@click.argument("queue_ids", metavar="[QUEUE-ID...]", nargs=-1)
def rescan(config: Path, json: bool, dry_run: bool, queue_ids: tuple[str, ...]) -> int:
    """Inspect held mail that was not inspected.

    The mail server holds mail while Holdback is down. The running milter inspects it now: innocent mail is
    released, the rest gets a case. A message that timed out is inspected once more, with ten times
    inspect_timeout. Mail that someone else may have put on hold is listed and not touched, unless you name
    its QUEUE-ID. Needs root. holdback agent does it every minute, unless holds.rescan is false.

    Exit code 75 if a message could not be inspected or released now.
    """
    from holdback.cli import rescan as command

    return command.run(config, json, dry_run, queue_ids)


@holdback.command(role=Role.VIEWER)
@config_option
@json_option
@click.option(
    "--gone", default="", metavar="HOST", help="Declare gone a host (name or id) that never returns."
)
def hosts(config: Path, json: bool, gone: str) -> int:
    """List the hosts that share the database.

    Shows when each was last seen, its held messages, whether it has the same key as this host, and the age of
    its customer index. The held messages of a host that is declared gone count as vanished.
    """
    from holdback.cli import hosts as command

    if gone:
        require(Role.MANAGER, "hosts --gone")
    return command.run(config, json, gone)


@holdback.command(role=Role.VIEWER)
@config_option
@json_option
@click.option(
    "--days", type=click.IntRange(1, 36_500), default=30, show_default=True, help="Days to count back."
)
def stats(config: Path, json: bool, days: int) -> int:
    """Count held messages, cases, people protected and decisions."""
    from holdback.cli import stats as command

    return command.run(config, json, days)


@holdback.command(role=Role.REVIEWER)
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


for declared in (canary, customers, drop, release, undo):
    holdback.add_command(declared)


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
        code = holdback.main(
            list(arguments), prog_name="holdback", standalone_mode=False, obj=tuple(arguments)
        )
        if sys.stdout is not None:
            sys.stdout.flush()
    except click.UsageError as error:
        error.show()
        return Exit.USAGE
    except Failure as failure:
        click.echo(f"holdback: {failure}", err=True)
        return failure.code
    except (click.Abort, KeyboardInterrupt):
        return 128 + signal.SIGINT
    except PermissionError as error:
        click.echo(f"holdback: {error.filename}: permission denied; run with sudo", err=True)
        return Exit.NO_PERMISSION
    except OSError as error:
        click.echo(f"holdback: {error.filename or 'output'}: {error.strerror}", err=True)
        return Exit.IO
    except MemoryError:
        click.echo("holdback: out of memory", err=True)
        return Exit.TEMPORARY
    except Exception:  # a traceback would exit with 1, which a script takes for a finding of `scan`
        traceback.print_exc()
        return Exit.SOFTWARE
    return int(code or Exit.OK)


def main() -> NoReturn:
    """Entry point of the command `holdback`."""
    open_closed_files()
    without_reader()
    sys.exit(run(sys.argv[1:]))
