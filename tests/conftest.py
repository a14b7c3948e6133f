"""Fixtures that several areas share: the outside world, private servers, and a running Holdback."""

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from rig.holdback import Holdback
from rig.mta import KINDS, PrivateMta, private_mta
from rig.postfix import PrivatePostfix
from rig.postgresql import Cluster
from rig.sink import Sink

# How long an example takes says how busy the machine is, not whether the code is right.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")

# Commands under test inherit it: one that was started in the background ignores Ctrl-C.
signal.signal(signal.SIGINT, signal.default_int_handler)

_SERVERS = {"cluster", "holdback", "milter", "mta", "postfix", "prometheus", "running", "start", "world"}
"""Fixtures that start a server."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks every test that uses a server: `-m "not server"` is the fast part of the suite."""
    for item in items:
        fixtures = set(getattr(item, "fixturenames", ()))
        if fixtures & _SERVERS or any(map(item.get_closest_marker, ("postfix", "prometheus"))):
            item.add_marker("server")


@pytest.fixture
def sink() -> Iterator[Sink]:
    """A recording SMTP server: the outside world."""
    with Sink() as world:
        yield world


@pytest.fixture
def postfix(sink: Sink) -> Iterator[PrivatePostfix]:
    """A private Postfix that relays to `sink` and holds everything while no milter answers."""
    with PrivatePostfix(relay=sink.port) as server:
        yield server


@pytest.fixture(params=KINDS)
def mta(request: pytest.FixtureRequest, sink: Sink) -> Iterator[PrivateMta]:
    """A private MTA that relays to `sink`, one kind after the other."""
    with private_mta(request.param, sink.port) as server:
        yield server


@pytest.fixture
def holdback(postfix: PrivatePostfix) -> Iterator[Holdback]:
    """A running Holdback with nothing configured but its own domain, guarding `postfix`."""
    with Holdback(postfix) as guard:
        yield guard


@pytest.fixture(scope="session")
def _cluster() -> Iterator[Cluster]:
    with Cluster() as cluster:
        yield cluster


@pytest.fixture
def cluster(_cluster: Cluster) -> Iterator[Cluster]:
    """The private PostgreSQL of all tests. A test may stop it: it runs again afterwards."""
    yield _cluster
    _cluster.start()


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """URL of an SQLite database that does not exist yet."""
    return f"sqlite:///{tmp_path}/holdback.db"


ENGINES = ["sqlite", pytest.param("postgresql", marks=pytest.mark.server)]


@pytest.fixture(params=ENGINES)
def url(request: pytest.FixtureRequest) -> str:
    """URL of an empty database, on one engine after the other."""
    if request.param == "sqlite":
        return str(request.getfixturevalue("sqlite_url"))
    return str(request.getfixturevalue("cluster").new_database())
