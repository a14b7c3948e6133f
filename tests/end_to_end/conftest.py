"""A Postfix guarded by Holdback for the three firms of the sample messages, and one for many offices."""

from collections.abc import Iterator

import pytest
from rig.holdback import Holdback
from rig.office import World
from rig.postfix import PrivatePostfix
from rig.samples import FIRMS
from rig.sink import Sink


@pytest.fixture
def holdback(request: pytest.FixtureRequest) -> Iterator[Holdback]:
    """A running Holdback with only the firms' domains configured."""
    guarded = request.getfixturevalue("mta" if "mta" in request.fixturenames else "postfix")
    with Holdback(guarded, {"internal_domains": FIRMS}) as guard:
        yield guard


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    """One Postfix for all tests of a file; see `rig.office.opened`."""
    with Sink() as sink, PrivatePostfix(relay=sink.port) as postfix:
        yield World(sink, postfix)
