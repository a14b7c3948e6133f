"""The customer index: there, of this installation, and fresh."""

import time
from collections.abc import Iterator

from holdback.cli.doctor.diagnosis import Diagnosis, failed, ok, warning
from holdback.config import Config
from holdback.people.customers import IndexBroken, load
from holdback.people.pseudonyms import Pseudonyms
from holdback.phrases import count_of, duration

_STALE = 7 * 86_400
"""Seconds after which customers may be strangers, and the other way round."""
_BUILD = "holdback customers build puts a new one in its place; see docs/how-to/customers.md"


def check_customers(config: Config) -> Iterator[Diagnosis]:
    """The index in place, as the milter would load it."""
    name, path = "customer index", config.customer_index
    try:
        key = (config.state_dir / "key").read_bytes()
        index = load(path, Pseudonyms(key).key_id)
    except FileNotFoundError as error:
        if path.exists():
            yield failed(
                name, f"{error.filename}: {error.strerror}", "copy the key of the host that built it"
            )
        elif config.customers.index:
            yield failed(name, f"{path}: no such file", _BUILD)
        else:
            yield ok(name, "none: customers cannot be told from strangers")
        return
    except IndexBroken as broken:
        yield failed(name, f"refused: {broken}", _BUILD)
        return
    except OSError as error:
        yield warning(
            name,
            f"{error.filename}: {error.strerror}",
            "only root and the service may look: try it with sudo",
        )
        return
    age = time.time() - index.info.made_at
    text = f"{count_of(index.info.people, 'person', 'people')}, made {duration(age)} ago"
    yield warning(name, text, f"{_BUILD}, every night") if age > _STALE else ok(name, text)
    if index.info.region != config.customers.region:
        text = f"made for phone numbers of {index.info.region or 'no region'}"
        yield warning(name, f"{text}, and customers.region is {config.customers.region or 'not set'}", _BUILD)
