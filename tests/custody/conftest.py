"""One guarded MTA for all tests of a module; each test sends mail of its own and checks only that."""

from collections.abc import Iterator

import pytest
from custody.world import World
from holdback.config import load
from holdback.custody.host import open_host
from rig.holdback import Holdback
from rig.mta import KINDS, private_mta
from rig.sink import Sink


@pytest.fixture(scope="module", params=KINDS)
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    """One kind of MTA after the other."""
    with (
        Sink() as sink,
        private_mta(request.param, sink.port) as mta,
        Holdback(mta) as holdback,
        open_host(load(holdback.config_file)) as host,
    ):
        yield World(sink, mta, holdback, host)
