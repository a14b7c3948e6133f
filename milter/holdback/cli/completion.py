"""Shell completion: the script for each shell, and the case ids that it completes."""

from pathlib import Path

import click
from click.shell_completion import get_completion_class

from holdback.exits import Exit, Failure


def script(command: click.Command, shell: str) -> str:
    """The completion script of `shell`."""
    found = get_completion_class(shell)
    if not found:
        raise Failure(Exit.UNAVAILABLE, f"no completion for {shell}")
    return found(command, {}, "holdback", "_HOLDBACK_COMPLETE").source()


def case_ids(config: Path, typed: str) -> list[tuple[str, str]]:
    """Id and sender of the open cases whose id starts with `typed`; none if the database cannot be read."""
    from holdback.cases.casebook import Casebook
    from holdback.cases.model import RecordUnavailable
    from holdback.config import ConfigError, load

    try:
        open_cases = Casebook.open(load(config).database_url).cases()
    except (ConfigError, RecordUnavailable):
        return []
    return [(case.id, case.sender) for case in open_cases if case.id.startswith(typed.upper())]
