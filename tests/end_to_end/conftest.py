"""A Postfix guarded by Holdback for the three firms of the sample messages."""

from collections.abc import Iterator

import pytest
from rig.holdback import Holdback
from rig.postfix import PrivatePostfix
from rig.samples import FIRMS


@pytest.fixture
def holdback(postfix: PrivatePostfix) -> Iterator[Holdback]:
    """A running Holdback that knows nothing but the firms' domains."""
    with Holdback(postfix, {"internal_domains": FIRMS}) as guard:
        yield guard
