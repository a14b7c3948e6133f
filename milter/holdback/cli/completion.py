"""Shell completion: the script for each shell, and the case ids that it completes."""

from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.shell_completion import get_completion_class

from holdback.cases.case_filter import CaseFilter, Scope
from holdback.exits import Exit, Failure

if TYPE_CHECKING:
    from holdback.cases.model import Case


def script(command: click.Command, shell: str) -> str:
    """The completion script of `shell`."""
    found = get_completion_class(shell)
    if not found:
        raise Failure(Exit.UNAVAILABLE, f"no completion for {shell}")
    return found(command, {}, "holdback", "_HOLDBACK_COMPLETE").source()


def case_ids(config: Path, typed: str) -> list[tuple[str, str]]:
    """Id and sender of the open cases whose id starts with `typed`; none if the database cannot be read."""
    return [(case.id, case.sender) for case in _cases(config, Scope.OPEN, typed)]


def undoable_ids(config: Path, typed: str) -> list[tuple[str, str]]:
    """The same of the cases whose decision is in its grace period."""
    return [(case.id, case.sender) for case in _cases(config, Scope.CURRENT, typed) if case.due is not None]


def _cases(config: Path, scope: Scope, typed: str) -> "list[Case]":
    from holdback.cases.casebook import Casebook
    from holdback.cases.model import RecordUnavailable
    from holdback.config import ConfigError, load

    try:
        found = Casebook.open(load(config).database_url).select(CaseFilter(scope=scope))
    except (ConfigError, RecordUnavailable):
        return []
    return [case for case in found if case.id.startswith(typed.upper())]
