"""What a command may know about people: the customer index and the canaries, if it may read them."""

import sys

from holdback.cases.key import KeyBroken, load_key
from holdback.cases.values import RecordUnavailable
from holdback.cli.person import index_at
from holdback.config import Config, circle_of
from holdback.exits import Exit, Failure
from holdback.people.canaries import NO_CANARIES, Canaries
from holdback.people.customers import Index
from holdback.people.knowledge import Knowledge
from holdback.people.pseudonyms import Pseudonyms
from holdback.phrases import printable
from holdback.trail.canaries import Aviary


def pseudonyms_of(config: Config) -> Pseudonyms:
    """What makes the numbers of people, by the installation's key, made on first use. Raises Failure."""
    try:
        return Pseudonyms(load_key(config.state_dir))
    except KeyBroken as broken:
        raise Failure(Exit.UNAVAILABLE, str(broken)) from None
    except FileNotFoundError:
        text = f"{config.state_dir}: no such folder; see state_dir in the configuration"
        raise Failure(Exit.UNAVAILABLE, text) from None


def known_to(config: Config) -> Knowledge:
    """What the milter of `config` knows, from files that are there already; none is made.

    What is there and cannot be used is told on standard error.
    """
    pseudonyms, customers, trouble = _customers(config)
    if trouble:
        _tell(f"patterns alone tell who is a customer: {trouble}")
    return Knowledge(circle_of(config), pseudonyms, customers, config.customers.region, _canaries(config))


def _customers(config: Config) -> tuple[Pseudonyms | None, Index | None, str]:
    """Key and index, and why there is none although there should be."""
    path, key = config.customer_index, config.state_dir / "key"
    try:
        if not key.exists():
            relied_on = config.customers.index or path.exists()
            return None, None, f"{path} is of no use without {key}" if relied_on else ""
        pseudonyms = Pseudonyms(load_key(config.state_dir))
        index, trouble = index_at(path, pseudonyms)
    except KeyBroken as broken:
        return None, None, str(broken)
    except OSError as error:
        return None, None, f"{error.filename}: {error.strerror}"
    if index is None and not trouble and config.customers.index:
        trouble = f"{path}: no such file"
    return pseudonyms, index, trouble


def _canaries(config: Config) -> Canaries:
    try:
        if not config.database.url and not (config.state_dir / "holdback.db").exists():
            return NO_CANARIES
        aviary = Aviary.open(config.database_url)
    except OSError as error:
        _tell(f"no canary is known: {error.filename}: {error.strerror}")
        return NO_CANARIES
    try:
        return Canaries(aviary.all())
    except RecordUnavailable as trouble:
        _tell(f"no canary is known: the record does not answer: {trouble}")
        return NO_CANARIES
    finally:
        aviary.close()


def _tell(trouble: str) -> None:
    print(f"holdback: {printable(' '.join(trouble.split()), 500)}", file=sys.stderr)
