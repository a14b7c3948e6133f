"""Opens the database and the mail queue for a command; their errors become Failures."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from holdback.cases.casebook import Casebook
from holdback.cases.database import OPERATOR_TIMEOUT, Database
from holdback.cases.key import KeyBroken
from holdback.cases.model import NoSuchCase, RecordUnavailable, SeveralCases
from holdback.cli.console import warn
from holdback.config import Config
from holdback.custody.host import Busy, Host, open_host
from holdback.exits import Exit, Failure
from holdback.mta.interface import MtaError
from holdback.phrases import printable


@contextmanager
def open_casebook(config: Config) -> Iterator[Casebook]:
    """The casebook of `config`; database errors inside the block become Failures."""
    with open_database(config) as database:
        yield Casebook(database)


@contextmanager
def open_database(config: Config) -> Iterator[Database]:
    """The database of `config`; its errors inside the block become Failures."""
    database = Database(config.database_url, OPERATOR_TIMEOUT)
    try:
        yield database
    except RecordUnavailable as error:
        raise _failure(config, error) from error
    finally:
        database.close()


def _failure(config: Config, error: RecordUnavailable) -> Failure:
    """The Failure for a database that cannot be used: permission, directory, or connection."""
    if not config.database.url and not os.access(config.state_dir, os.R_OK | os.W_OK | os.X_OK):
        if config.state_dir.is_dir():
            return Failure(Exit.NO_PERMISSION, f"{config.state_dir}: permission denied; run with sudo")
        return Failure(
            Exit.UNAVAILABLE, f"{config.state_dir}: no such directory; check state_dir in the configuration"
        )
    return Failure(Exit.UNAVAILABLE, f"database unavailable: {error}; mail is still being held")


def find_case(book: Casebook, typed: str, *, suggest: bool = False) -> str:
    """Id of the case that `typed` names. Raises Failure if none or several match.

    `suggest`: the error names the cases whose ids begin so. A decision must not be guessed.
    """
    try:
        return book.find(typed)
    except NoSuchCase as error:
        what = "not a whole case id" if error.similar else "no such case"
        mean = f"; did you mean {' or '.join(error.similar)}?" if suggest and error.similar else ""
        listing = "" if mean else "; holdback cases --all lists all"
        raise Failure(Exit.NO_INPUT, f"{printable(typed)}: {what}{mean}{listing}") from None
    except SeveralCases as several:
        text = f"several cases: {', '.join(several.case_ids)}; type a case id"
        raise Failure(Exit.USAGE, f"{printable(typed)} belongs to {text}") from None


def _warn_refused(error: Exception) -> None:
    reason = error.reason if isinstance(error, RecordUnavailable) else type(error).__name__
    warn(f"the database refuses an entry of the journal ({reason}); it is kept in a file *.refused")


@contextmanager
def open_custody(config: Config) -> Iterator[Host]:
    """Database and mail queue of this host; their errors inside the block become Failures."""
    try:
        with open_host(config, _warn_refused) as host:
            yield host
    except RecordUnavailable as error:
        raise _failure(config, error) from error
    except Busy as busy:
        raise Failure(Exit.TEMPORARY, str(busy)) from busy
    except (MtaError, KeyBroken) as error:
        raise Failure(Exit.UNAVAILABLE, str(error)) from error
