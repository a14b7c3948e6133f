"""One guarded Postfix for all tests of a module; each test sends mail of its own and checks only that."""

from collections.abc import Iterator

import pytest
from custody.world import World
from holdback.config import load
from holdback.custody.host import open_host
from rig.holdback import Holdback
from rig.postfix import PrivatePostfix
from rig.sink import Sink


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with (
        Sink() as sink,
        PrivatePostfix(relay=sink.port) as postfix,
        Holdback(postfix) as holdback,
        open_host(load(holdback.config_file)) as host,
    ):
        yield World(sink, postfix, holdback, host)
