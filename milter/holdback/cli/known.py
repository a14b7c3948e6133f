"""What a command may know about people: the customer index and the canaries, if it may read them."""

import sys
from pathlib import Path

from holdback.cases.key import KEY_BYTES
from holdback.cases.values import RecordUnavailable
from holdback.cli.who import index_at
from holdback.config import Config
from holdback.people.canaries import NO_CANARIES, Canaries
from holdback.people.customers import Index
from holdback.people.known import NOTHING_KNOWN, Known
from holdback.people.pseudonyms import Pseudonyms
from holdback.trail.canaries import Aviary


def known_to(config: Config) -> Known:
    """What the milter of `config` knows, from files that are there already; none is made.

    What is there and cannot be used is told on standard error.
    """
    key = _key(config.state_dir / "key")
    if not key:
        return NOTHING_KNOWN
    pseudonyms = Pseudonyms(key)
    return Known(pseudonyms, _customers(config, pseudonyms), config.customers.region, _canaries(config))


def _key(path: Path) -> bytes:
    try:
        key = path.read_bytes()
    except OSError:
        return b""
    return key if len(key) == KEY_BYTES else b""


def _customers(config: Config, pseudonyms: Pseudonyms) -> Index | None:
    try:
        index, trouble = index_at(config.customer_index, pseudonyms)
    except OSError as error:
        index, trouble = None, f"{config.customer_index}: {error.strerror}"
    if trouble:
        print(f"holdback: patterns alone tell who is a customer: {trouble}", file=sys.stderr)
    return index


def _canaries(config: Config) -> Canaries:
    if not config.database.url and not (config.state_dir / "holdback.db").exists():
        return NO_CANARIES
    aviary = Aviary.open(config.database_url)
    try:
        return Canaries(aviary.all())
    except RecordUnavailable as trouble:
        print(f"holdback: no canary is known: the record does not answer: {trouble}", file=sys.stderr)
        return NO_CANARIES
    finally:
        aviary.close()
