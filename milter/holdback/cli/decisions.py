"""Declares the commands that decide cases."""

from pathlib import Path

import click

from holdback.cli.options import (
    cases_argument,
    complete_undoable,
    config_option,
    filter_options,
    json_option,
    only_option,
    reason_option,
    yes_option,
)
from holdback.cli.service import Command
from holdback.operators.role import Role


@click.command(cls=Command, role=Role.REVIEWER)
@config_option
@json_option
@click.option("--bcc", is_flag=True, help="Hide the recipients from each other: replace To, Cc and others.")
@only_option
@reason_option
@filter_options
@yes_option
@cases_argument
def release(
    config: Path, json: bool, bcc: bool, only: tuple[str, ...], reason: str, yes: bool,
    cases: tuple[str, ...], **chosen: str,
) -> int:  # fmt: skip
    """Release the held mail of cases. Later copies pass.

    CASE is a whole case id, or the queue id of a held message; - reads them from standard input, one a line.
    Instead of naming cases, choose open ones with conditions: they are shown, and a question is asked.

    Without root, and for mail on another host, it records the decision, and the agent of the host that holds
    the mail carries it out within seconds.
    """
    from holdback.cases.model import Decision
    from holdback.cli import decide as command

    order = command.Order(Decision.RELEASE_BCC if bcc else Decision.RELEASE, reason, only)
    return command.run(config, json, order, yes, cases, chosen)


@click.command(cls=Command, role=Role.REVIEWER)
@config_option
@json_option
@click.option("--return", "give_back", is_flag=True, help="Return the mail to its sender as undeliverable.")
@click.option("--now", is_flag=True, help="Delete at once: no grace period, no undo.")
@only_option
@reason_option
@filter_options
@yes_option
@cases_argument
def drop(
    config: Path, json: bool, give_back: bool, now: bool, only: tuple[str, ...], reason: str, yes: bool,
    cases: tuple[str, ...], **chosen: str,
) -> int:  # fmt: skip
    """Delete the held mail of cases. Later copies are rejected.

    The mail stays on hold for a grace period (decisions.grace, 10 minutes): until then, take the decision
    back with holdback undo.

    CASE is a whole case id, or the queue id of a held message; - reads them from standard input, one a line.
    Instead of naming cases, choose open ones with conditions: they are shown, and a question is asked.

    Without root, and for mail on another host, it records the decision, and the agent of the host that holds
    the mail carries it out within seconds.
    """
    from holdback.cases.model import Decision
    from holdback.cli import decide as command

    order = command.Order(Decision.RETURN if give_back else Decision.DROP, reason, only, now)
    return command.run(config, json, order, yes, cases, chosen)


@click.command(cls=Command, role=Role.REVIEWER)
@config_option
@json_option
@reason_option
@click.argument("cases", metavar="CASE...", nargs=-1, required=True, shell_complete=complete_undoable)
def undo(config: Path, json: bool, reason: str, cases: tuple[str, ...]) -> int:
    """Take back the decision to drop cases, within the grace period. They are open again.

    CASE is a whole case id, or the queue id of a held message; - reads them from standard input, one a line.

    Exit code 65 if there is nothing to undo: the case is not decided, or its mail was deleted.
    """
    from holdback.cli import undo as command

    return command.run(config, json, reason, cases)
