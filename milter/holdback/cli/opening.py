"""The record, alone or together with the queue, as a command uses it: its trouble is put into words."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from holdback.cases.casebook import Casebook
from holdback.cases.database import PATIENTLY, Database
from holdback.cases.key import KeyBroken
from holdback.cases.values import NoSuchCase, RecordUnavailable, SeveralCases
from holdback.config import Config
from holdback.custody.host import Busy, Host, open_host
from holdback.exits import Exit, Failure
from holdback.mta.interface import MtaError
from holdback.phrases import printable


@contextmanager
def casebook(config: Config) -> Iterator[Casebook]:
    """The casebook that `config` names; what goes wrong with it inside the block becomes a Failure."""
    with database_of(config) as database:
        yield Casebook(database)


@contextmanager
def database_of(config: Config) -> Iterator[Database]:
    """The database that `config` names; what goes wrong with it inside the block becomes a Failure."""
    database = Database(config.database_url, PATIENTLY)
    try:
        yield database
    except RecordUnavailable as error:
        raise unavailable(config, error) from error
    finally:
        database.close()


def unavailable(config: Config, error: RecordUnavailable) -> Failure:
    """No permission, or no database: the words an operator can act on."""
    if not config.database.url and not os.access(config.state_dir, os.R_OK | os.W_OK | os.X_OK):
        if config.state_dir.is_dir():
            return Failure(
                Exit.NO_PERMISSION, f"{config.state_dir}: no permission to open the record; try it with sudo"
            )
        return Failure(
            Exit.UNAVAILABLE, f"{config.state_dir}: no such folder; see state_dir in the configuration"
        )
    return Failure(Exit.UNAVAILABLE, f"the record does not answer: {error}; mail is held all the same")


def found(book: Casebook, typed: str) -> str:
    """Id of the case an operator means; Failure if there is none or more than one."""
    try:
        return book.find(typed)
    except NoSuchCase:
        raise Failure(
            Exit.NO_INPUT, f"{printable(typed)}: no such case; holdback cases --all lists them"
        ) from None
    except SeveralCases as several:
        raise Failure(
            Exit.USAGE,
            f"{printable(typed)} fits several cases: {', '.join(several.case_ids)}; type more of it",
        ) from None


@contextmanager
def custody(config: Config) -> Iterator[Host]:
    """This host's queue and record together; what goes wrong with them inside the block becomes a Failure."""
    try:
        with open_host(config) as host:
            yield host
    except RecordUnavailable as error:
        raise unavailable(config, error) from error
    except Busy as busy:
        raise Failure(Exit.TEMPORARY, str(busy)) from busy
    except (MtaError, KeyBroken) as error:
        raise Failure(Exit.UNAVAILABLE, str(error)) from error
