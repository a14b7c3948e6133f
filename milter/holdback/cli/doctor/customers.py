"""Checks the customer index: it exists, fits the key of this installation, and is recent."""

import time
from collections.abc import Iterator

from holdback.cli.doctor.diagnosis import Diagnosis, failed, ok, warning
from holdback.config import Config
from holdback.people.customers import IndexBroken, load
from holdback.people.pseudonyms import Pseudonyms
from holdback.phrases import count_of, duration

_STALE = 7 * 86_400
"""Age of an outdated index, in seconds."""
_BUILD = "Build a new index with holdback customers build. See docs/how-to/customers.md."


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
