"""Fixtures that several areas share: the outside world, a private Postfix, and a Holdback that guards it."""

from collections.abc import Iterator

import pytest
from rig.holdback import Holdback
from rig.postfix import PrivatePostfix
from rig.sink import Sink


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


@pytest.fixture
def holdback(postfix: PrivatePostfix) -> Iterator[Holdback]:
    """A running Holdback with nothing configured but its own domain, guarding `postfix`."""
    with Holdback(postfix) as guard:
        yield guard
