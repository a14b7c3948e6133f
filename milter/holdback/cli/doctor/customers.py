"""Checks the customer index: it fits the key of this installation, is recent, and the same on all hosts."""

import time
from collections.abc import Iterator
from contextlib import closing

from holdback.cases.casebook import Casebook
from holdback.cases.hosts import HostEntry
from holdback.cases.model import RecordUnavailable
from holdback.cli.doctor.diagnosis import Diagnosis, failed, ok, warning
from holdback.config import Config
from holdback.people.customers import IndexBroken, load
from holdback.people.pseudonyms import Pseudonyms
from holdback.phrases import count_of, duration, printable

_STALE = 7 * 86_400
"""Age of an outdated index, in seconds."""
_BUILD = "Build a new index with holdback customers build. See docs/how-to/customers.md."
_DISTRIBUTE = "Copy the newest to all hosts. See docs/how-to/customers.md. holdback hosts lists all."
_NAMED = 5
"""Hosts that are named in a text."""


def check_customers(config: Config) -> Iterator[Diagnosis]:
    """Load the index as the milter does."""
    name, path = "customer index", config.customer_index
    try:
        key = (config.state_dir / "key").read_bytes()
        index = load(path, Pseudonyms(key).key_id)
    except FileNotFoundError as error:
        if path.exists():
            yield failed(
                name, f"{error.filename}: {error.strerror}", "Copy the key of the host that built it."
            )
        elif config.customers.index:
            yield failed(name, f"{path}: no such file", _BUILD)
        else:
            yield ok(name, "none; customers are recognised by patterns only")
        return
    except IndexBroken as broken:
        yield failed(name, f"cannot be used: {broken}", _BUILD)
        return
    except OSError as error:
        yield warning(
            name,
            f"{error.filename}: {error.strerror}",
            "Run with sudo.",
        )
        return
    age = time.time() - index.info.made_at
    text = f"{count_of(index.info.people, 'person', 'people')}, built {duration(age)} ago"
    yield warning(name, text, f"{_BUILD} Do this every night.") if age > _STALE else ok(name, text)
    if index.info.region != config.customers.region:
        text = f"built for region {index.info.region or 'none'}"
        yield warning(name, f"{text}, but customers.region is {config.customers.region or 'not set'}", _BUILD)


def check_other_hosts(config: Config) -> Iterator[Diagnosis]:
    """All hosts that share the database use the same index; nothing for a single host."""
    try:
        with closing(Casebook.open(config.database_url)) as book:
            now = book.current_time()
            hosts = [one for one in book.hosts() if one.is_alive(now) and one.customers is not None]
    except RecordUnavailable:
        # The check of the database says why.
        return
    if len(hosts) < 2:
        return
    name = "customer index of all hosts"
    if len({(one.customers, one.customers_built) for one in hosts}) == 1:
        yield ok(name, f"the same on {count_of(len(hosts), 'host')}")
        return
    # Hosts without an index first, then those with the oldest.
    hosts.sort(key=lambda one: (one.customers_built or 0.0, one.name))
    ages = ", ".join(map(_age, hosts[:_NAMED]))
    more = f", and {len(hosts) - _NAMED} more" if len(hosts) > _NAMED else ""
    yield warning(name, f"hosts use different ones: {ages}{more}", _DISTRIBUTE)


def _age(host: HostEntry) -> str:
    name = printable(host.name, 30)
    if host.customers_built is None:
        return f"{name} none"
    return f"{name} built {duration(time.time() - host.customers_built)} ago"
