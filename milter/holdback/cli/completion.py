"""Shell completion: the script for each shell, and the case ids that it completes."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import click
from click.shell_completion import get_completion_class

from holdback.cli.service import run_in_service, service_for
from holdback.exits import Exit, Failure

_Row = tuple[str, str, str, float | None]


def script(command: click.Command, shell: str) -> str:
    """The completion script of `shell`."""
    found = get_completion_class(shell)
    if not found:
        raise Failure(Exit.UNAVAILABLE, f"no completion for {shell}")
    return found(command, {}, "holdback", "_HOLDBACK_COMPLETE").source()


def case_ids(config: Path, typed: str) -> list[tuple[str, str]]:
    """Id and sender of the open cases whose id starts with `typed`; none if they cannot be listed."""
    return [(case, sender) for case, sender, state, _ in _current(config, typed) if state == "open"]


def undoable_ids(config: Path, typed: str) -> list[tuple[str, str]]:
    """The same of the cases whose decision is in its grace period."""
    return [(case, sender) for case, sender, _, due in _current(config, typed) if due is not None]


def _current(config: Path, typed: str) -> Iterator[_Row]:
    """Id, sender, state and end of the grace period of the cases that `holdback cases` lists."""
    address = service_for(config)
    found = _from_service(address) if address else _from_database(config)
    return (one for one in found if one[0].startswith(typed.upper()))


def _from_service(address: str) -> list[_Row]:
    with os.fdopen(os.memfd_create("cases"), "w+b") as printed, open(os.devnull, "wb") as nowhere:
        try:
            if run_in_service(("cases", "--json"), address, printed.fileno(), nowhere.fileno()):
                return []
        except Failure:
            return []
        printed.seek(0)
        lines = map(json.loads, printed)
        return [(case["id"], case["sender"], case["state"], case["due"]) for case in lines]


def _from_database(config: Path) -> list[_Row]:
    from holdback.cases.case_filter import CaseFilter
    from holdback.cases.casebook import Casebook
    from holdback.cases.model import RecordUnavailable
    from holdback.config import ConfigError, load

    try:
        found = Casebook.open(load(config).database_url).select(CaseFilter())
    except (ConfigError, RecordUnavailable):
        return []
    return [(case.id, case.sender, str(case.state), case.due) for case in found]
