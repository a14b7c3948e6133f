"""Loads what the milter knows about people for a command: pseudonyms, customer index and canaries."""

from pathlib import Path

from holdback.cases.key import KeyBroken, load_key
from holdback.cases.model import RecordUnavailable
from holdback.cli.console import warn
from holdback.config import Config, domains_of, expanding_tables
from holdback.exits import Exit, Failure
from holdback.mta.choice import choose
from holdback.mta.expansion import Expansion
from holdback.people.canaries import NO_CANARIES, Canaries
from holdback.people.customers import Index, IndexBroken, load
from holdback.people.knowledge import Knowledge
from holdback.people.pseudonyms import Pseudonyms
from holdback.trail.canaries import CanaryStore


def load_pseudonyms(config: Config) -> Pseudonyms:
    """The pseudonyms under the installation's key, which is created on first use. Raises Failure."""
    try:
        return Pseudonyms(load_key(config.state_dir))
    except KeyBroken as broken:
        raise Failure(Exit.UNAVAILABLE, str(broken)) from None
    except FileNotFoundError:
        text = f"{config.state_dir}: no such directory; check state_dir in the configuration"
        raise Failure(Exit.UNAVAILABLE, text) from None


def load_knowledge(config: Config) -> Knowledge:
    """What the milter of `config` knows, from existing files; none is created.

    Prints a warning for a file that cannot be used.
    """
    pseudonyms, customers, trouble = _customers(config)
    if trouble:
        warn(f"customer index not used: {trouble}")
    mta = choose(config.mta)
    expansion = Expansion(
        expanding_tables(config), mta.look_up, lambda error: warn(f"roles.expanding: {error}")
    )
    domains = domains_of(config, expansion)
    return Knowledge(domains, pseudonyms, customers, config.customers.region, _canaries(config))


def load_index(path: Path, pseudonyms: Pseudonyms) -> tuple[Index | None, str]:
    """The customer index, or None and the reason why it cannot be used; no reason if there is no file."""
    try:
        return load(path, pseudonyms.key_id), ""
    except FileNotFoundError:
        return None, ""
    except IndexBroken as broken:
        return None, str(broken)


def _customers(config: Config) -> tuple[Pseudonyms | None, Index | None, str]:
    """Pseudonyms and index, and the reason if one of them cannot be used."""
    path, key = config.customer_index, config.state_dir / "key"
    try:
        if not key.exists():
            relied_on = config.customers.index or path.exists()
            return None, None, f"{path} cannot be used without {key}" if relied_on else ""
        pseudonyms = Pseudonyms(load_key(config.state_dir))
        index, trouble = load_index(path, pseudonyms)
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
        store = CanaryStore.open(config.database_url)
    except OSError as error:
        warn(f"canaries not checked: {error.filename}: {error.strerror}")
        return NO_CANARIES
    try:
        return Canaries(store.all())
    except RecordUnavailable as trouble:
        warn(f"canaries not checked: database unavailable: {trouble}")
        return NO_CANARIES
    finally:
        store.close()
